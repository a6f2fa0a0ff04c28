"""Asking any sequence-to-sequence model of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtqa.errors import ModelError
from mtqa.scorer.folder import is_local, quiet_transformers

#: Inputs in one padded batch; a bound on memory, not on the number of inputs.
BATCH = 16


class ForeignSearch:
    """Answers of a model and its tokenizer by ``generate``."""

    def __init__(self, model: Any, tokenizer: Any, max_tokens: int, device: str | None = None) -> None:
        self._model = model.to(device or "cpu").eval()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    def count_tokens(self, text: str) -> int:
        """The tokens of an input, those that begin and end it included."""
        return len(self._tokenizer(text)["input_ids"])

    def search(self, texts: Sequence[str], beams: int, longest: int) -> list[list[tuple[str, float]]]:
        """For every text its answers with their log-probabilities, in order."""
        answers: list[list[tuple[str, float]]] = [[] for _ in texts]
        order = sorted(range(len(texts)), key=lambda index: (len(texts[index]), index))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            for index, found in zip(rows, self._batch([texts[i] for i in rows], beams, longest), strict=True):
                answers[index] = found
        return answers

    def _batch(self, texts: list[str], beams: int, longest: int) -> list[list[tuple[str, float]]]:
        import torch

        encoded = self._tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self._max_tokens,
            return_token_type_ids=False,
        ).to(self._model.device)
        with torch.inference_mode():
            out = self._model.generate(
                **encoded,
                num_beams=beams,
                num_return_sequences=beams,
                max_new_tokens=longest,
                do_sample=False,
                # Sums of log-probabilities, not means: a candidate's probability is what ranking needs.
                length_penalty=0.0,
                early_stopping=False,
                return_dict_in_generate=True,
                output_scores=True,
            )
        answers = self._tokenizer.batch_decode(
            out.sequences[:, 1:], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        pairs = list(zip(answers, out.sequences_scores.float().tolist(), strict=True))
        return [pairs[at : at + beams] for at in range(0, len(pairs), beams)]


def load_foreign(source: str, max_tokens: int, device: str | None = None) -> ForeignSearch:
    """The model of a folder or a hub id, in 32-bit floats.

    Raises :class:`ModelError` for a hub id that is not cached offline and for a model that is not
    sequence-to-sequence, and what transformers raises for damaged weights.
    """
    # Delayed: importing transformers takes seconds, and an error above should not.
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer

    quiet_transformers()
    local = is_local(source, "corrector")
    try:
        config = AutoConfig.from_pretrained(source, local_files_only=local)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(_unavailable(source)) from error
    if not getattr(config, "is_encoder_decoder", False):
        raise ModelError(f"{source} is not a sequence-to-sequence model, so it is no corrector.")
    tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=local)
    model = AutoModelForSeq2SeqLM.from_pretrained(source, dtype=torch.float32, local_files_only=local)
    return ForeignSearch(model, tokenizer, max_tokens, device)


def _unavailable(source: str) -> str:
    if Path(source).exists():
        return f"{source} has no readable config.json, so it is not a model folder."
    return f"The model {source} is neither a folder nor cached, and it could not be downloaded."
