"""Other people's models as scorers: ELECTRA discriminators and token classifiers.

An ELECTRA discriminator (Clark et al. 2020) says of every token whether it replaces another one; used as it
is (zero-shot), that is a doubt about the word. A token classifier must have labels that read as OK and BAD.
Neither gives gaps, categories or calibrated figures: the sentence's confidence is taken from its words as if
they were independent, and the edit rate is their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from mtqa.errors import ModelError
from mtqa.scorer.judge import Floats, Judgement, Progress, empty_judgement
from mtqa.text.words import split_words
from mtqa.types import CATEGORIES, Segment

#: Labels that say that a word is wrong (lower case); the first match decides.
BAD_LABELS = ("bad", "b", "incorrect", "error", "wrong", "1", "label_1", "replaced", "b-bad", "i-bad")
OK_LABELS = ("ok", "good", "correct", "o", "0", "label_0", "original")

TokenLogits = Callable[[Any], torch.Tensor]
_BATCH = 16
_LONGEST = 200  # words in one input; the models' own limit of tokens cuts what is still too long


def bad_label(labels: dict[int, str]) -> int:
    """The index of the label that means BAD. Raises :class:`ModelError` if that cannot be told."""
    names = {index: str(label).lower() for index, label in labels.items()}
    for wanted in BAD_LABELS:
        for index, name in names.items():
            if name == wanted:
                return index
    fine = [index for index, name in names.items() if name in OK_LABELS]
    if len(names) == 2 and len(fine) == 1:
        return next(index for index in names if index != fine[0])
    raise ModelError(f"none of the model's labels reads as BAD: {', '.join(labels.values())}.")


class ForeignJudge:
    """Judges with any token-level model: ``logits`` gives one BAD-versus-OK logit a token, (B, T)."""

    def __init__(self, tokenizer: Any, model: Any, logits: TokenLogits, device: torch.device) -> None:
        if not getattr(tokenizer, "is_fast", False):
            raise ModelError(
                "the model has no fast tokenizer, which is needed to find its words in the text."
            )
        self._tokenizer = tokenizer
        self._model = model.to(device).eval()
        self._logits = logits
        self._device = device
        positions = getattr(model.config, "max_position_embeddings", 512)
        # RoBERTa-type models lose two positions to their padding offset.
        self._longest = max(8, int(positions) - 4)

    def judge(self, segments: Sequence[Segment], progress: Progress | None = None) -> list[Judgement]:
        """Judgements in the order of the segments; neighbours are not used."""
        offsets = [split_words(segment.text) for segment in segments]
        logits = [np.full(len(words), -12.0) for words in offsets]
        pieces = [
            (index, begin) for index, words in enumerate(offsets) for begin in range(0, len(words), _LONGEST)
        ]
        pieces.sort(key=lambda piece: min(_LONGEST, len(offsets[piece[0]]) - piece[1]))
        for at in range(0, len(pieces), _BATCH):
            batch = pieces[at : at + _BATCH]
            texts = [
                [segments[i].text[a:b] for a, b in offsets[i][begin : begin + _LONGEST]] for i, begin in batch
            ]
            for (index, begin), values in zip(batch, self._forward(texts), strict=True):
                logits[index][begin : begin + len(values)] = values
            if progress is not None:
                progress(sum(begin == 0 for _, begin in batch))
        return [_judgement(words, values) for words, values in zip(offsets, logits, strict=True)]

    @torch.inference_mode()
    def _forward(self, texts: list[list[str]]) -> list[Floats]:
        encoded = self._tokenizer(
            texts,
            is_split_into_words=True,
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        )
        logits = self._logits(self._model(**encoded.to(self._device))).float().cpu().numpy()  # (B, T)
        results = []
        for row, words in enumerate(texts):
            values = np.full(len(words), -12.0)
            for token, word in enumerate(encoded.word_ids(row)):
                if word is not None:
                    values[word] = max(values[word], round(float(logits[row, token]), 3))
            results.append(values)
        return results


def _judgement(words: list[tuple[int, int]], logits: Floats) -> Judgement:
    if not words:
        return empty_judgement(words)
    probabilities = 1 / (1 + np.exp(-np.clip(logits, -12, 12)))
    fine, rate = float(np.log1p(-probabilities).sum()), float(probabilities.mean())
    return Judgement(
        words,
        logits,
        np.full(len(words) + 1, -12.0),
        np.full(len(words), CATEGORIES.index("other")),
        (probabilities > 0.9).astype(np.int64),
        _logit(np.exp(fine)),
        _logit(rate),
        0.0,
    )


def _logit(probability: float) -> float:
    clipped = min(max(probability, 1e-5), 1 - 1e-5)
    return float(np.log(clipped / (1 - clipped)))
