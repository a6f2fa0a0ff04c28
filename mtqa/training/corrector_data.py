"""The corrector's training set: read, marked, tokenised and stored as arrays.

Four sources: clean news sentences of the corpus's reserved documents (garbled, denoised, kept), human
post-edits, system output that is a few words away from an original English reference, and, if asked for,
system output in which other systems agree on what is wrong and what should stand there.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mtqa.corrector.casing import tidy_spaces
from mtqa.corrector.fitting import replace
from mtqa.corrector.prompt import NATIVE, SPAN_MARKS, Prompt, mark_spans, write_answer
from mtqa.evaluation.alignment import word_edits
from mtqa.evaluation.data import read_jsonl
from mtqa.training.consensus import read_judged
from mtqa.training.corrector_examples import Example, TextEdit, denoise, keep, mark_edits
from mtqa.training.garble.edits import Garbled
from mtqa.training.news import read_news, segments_of
from mtqa.types import Segment

#: Shares of the training examples by kind.
MIX = {"garbled": 0.45, "denoise": 0.22, "keep": 0.08, "post-edit": 0.25}
DEV_EVERY = 40  # one in this many clean sentences is kept for the dev set


#: Makes errors in a clean sentence: ``Garbler.garble``.
Garble = Callable[[str, random.Random], Garbled]


#: An input's token ids; for every marked span the asking token and the answer's ids.
Encoded = tuple[list[int], list[tuple[int, list[int]]]]


@dataclass(frozen=True, slots=True)
class Arrays:
    """Tokenised examples.

    Input ``i`` is ``source[source_at[i]:source_at[i + 1]]``; target ``j``, which answers input ``row[j]`` and
    is asked for by the token ``ask[j]``, is ``target[target_at[j]:target_at[j + 1]]``.
    """

    source: npt.NDArray[np.uint16]
    source_at: npt.NDArray[np.int64]
    target: npt.NDArray[np.uint16]
    target_at: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    ask: npt.NDArray[np.uint16]

    def save(self, path: Path) -> None:
        """Write as ``.npz``."""
        np.savez(path, **{name: getattr(self, name) for name in self.__dataclass_fields__})

    @classmethod
    def load(cls, path: Path) -> Arrays:
        """Read what :meth:`save` wrote."""
        with np.load(path) as stored:
            return cls(**{name: stored[name] for name in cls.__dataclass_fields__})


def read_clean(corpus: Path, limit: int) -> list[Segment]:
    """Up to ``limit`` clean news sentences with their neighbours, from the corpus's reserved documents."""
    segments: list[Segment] = []
    for article in read_news(corpus):
        segments += segments_of(article)
        if len(segments) >= limit:
            break
    return segments[:limit]


def is_dev(text: str) -> bool:
    """Whether a clean sentence belongs to the dev set: by its hash, so the same in every run."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % DEV_EVERY == 0


def garbled_edits(garbled: Garbled) -> list[TextEdit]:
    """The edits that mend a garbled sentence; the two ends of a moved word are one."""
    merged: list[tuple[int, int, int, int, tuple[str, str]]] = []
    for edit in garbled.edits:
        kind = (edit.category, edit.family)
        last = merged[-1] if merged else None
        if last and kind == last[4] and edit.category == "word-order" and edit.end - last[0] <= 60:
            merged[-1] = (last[0], edit.end, last[2], edit.source_end, kind)
        else:
            merged.append((edit.start, edit.end, edit.source_start, edit.source_end, kind))
    return [(start, end, garbled.source[first:last]) for start, end, first, last, _ in merged]


def diff_edits(hypothesis: str, reference: str) -> list[TextEdit]:
    """The edits that turn a hypothesis into its post-edit, by word alignment."""
    return [(start, end, reference[a:b]) for start, end, a, b in word_edits(hypothesis, reference)]


def read_pairs(data: Path, split: str) -> Iterator[tuple[str, str, str]]:
    """Pairs ``(kind, hypothesis, better wording)`` of one split, ``train`` or ``dev``; close ones only."""
    for path in sorted((data / "mlqe_pe").glob(f"*.{split}.jsonl.xz")):
        for record in read_jsonl(path):
            yield "mlqe_pe", tidy_spaces(str(record["mt_tok"])), tidy_spaces(str(record["pe_tok"]))
    if split != "train":
        return
    for index, record in enumerate(read_jsonl(data / "postedit" / "qe18_de-en.train.jsonl.xz")):
        if index % 3 == 0:  # pharmacy: enough of it to learn German order
            yield "qe18", tidy_spaces(str(record["mt_tok"])), tidy_spaces(str(record["pe_tok"]))
    for record in read_jsonl(data / "postedit" / "lig_fr-en.train.jsonl.xz"):
        for system in ("google", "bing"):
            yield "lig", str(record[system]), str(record["pe"])
    for path in sorted((data / "sysout").glob("*.jsonl.xz")):
        for record in read_jsonl(path):
            reference = str(record["ref"])
            # References whose hash begins with 0 are the public dev part.
            if record["en_original"] and not hashlib.sha256(reference.encode()).hexdigest().startswith("0"):
                hypotheses: Any = record["hyps"]
                for hypothesis in hypotheses[:6]:
                    yield "sysout", str(hypothesis["text"]), reference


#: Edited words as a share of all, above which a pair is a paraphrase and teaches nothing about a span.
LARGEST_EDIT_RATE = {"mlqe_pe": 0.6, "qe18": 0.4, "lig": 0.35, "sysout": 0.35}


def pair_examples(pairs: Iterable[tuple[str, str, str]], rng: random.Random) -> Iterator[Example]:
    """Marked examples of post-edited pairs."""
    for kind, hypothesis, reference in pairs:
        words = len(hypothesis.split())
        if not 4 <= words <= 50 or hypothesis == reference:
            continue
        edits = diff_edits(hypothesis, reference)
        changed = sum(max(len(hypothesis[a:b].split()), len(text.split())) for a, b, text in edits)
        if changed <= LARGEST_EDIT_RATE[kind] * words:
            example = mark_edits(hypothesis, edits, rng, kind=kind)
            if example is not None:
                yield example


def read_agreed(data: Path, *, share: float, part: int = 0) -> Iterator[tuple[str, list[TextEdit]]]:
    """System output with the edits that the other systems agree on, of a ``share`` of the references."""
    for judged in read_judged(data, share=share, part=part):
        if judged.verdict.edits:
            yield judged.text, list(judged.verdict.edits)


def clean_example(
    kind: str, segment: Segment, rng: random.Random, vocabulary: Sequence[str], garble: Garble
) -> Example | None:
    """One example of a clean sentence, of kind ``garbled``, ``denoise`` or ``keep``; half have a context."""
    near = {"previous": segment.previous, "following": segment.following} if rng.random() < 0.5 else {}
    if kind == "denoise":
        return denoise(segment.text, rng, vocabulary, **near)
    if kind == "keep":
        return keep(segment.text, rng, **near)
    garbled = garble(segment.text, rng)
    edits = garbled_edits(garbled)
    return mark_edits(garbled.text, edits, rng, kind="garbled", **near) if edits else None


def encode_example(
    example: Example, tokenizer: Any, rng: random.Random, prompt: Prompt = NATIVE
) -> Encoded | None:
    """Token ids of the input; for each span the asking token and the answer's ids. ``None`` if too long."""
    slots = rng.sample(range(len(SPAN_MARKS)), len(example.spans))
    marks = [(span.start, span.end, slot) for span, slot in zip(example.spans, slots, strict=True)]
    case = prompt.inline_case
    for context_words in (prompt.context_words, 0):
        asked = mark_spans(example.segment, marks, context_words, inline_case=case)
        ids = tokenizer(asked)["input_ids"]
        if len(ids) <= prompt.max_tokens:
            break
    else:
        return None
    if prompt.rewrite:
        return _encode_rewriting(ids, example, slots[0], tokenizer, prompt)
    answers = []
    for span, slot in zip(example.spans, slots, strict=True):
        answer = tokenizer(write_answer(span.replacement, inline_case=case), add_special_tokens=False)[
            "input_ids"
        ]
        if len(answer) < prompt.max_new_tokens and tokenizer.unk_token_id not in answer:
            ask = tokenizer.convert_tokens_to_ids(SPAN_MARKS[slot])
            answers.append((ask, [*answer, tokenizer.eos_token_id]))
    return (ids, answers) if answers else None


def _encode_rewriting(
    ids: list[int], example: Example, slot: int, tokenizer: Any, prompt: Prompt
) -> Encoded | None:
    """One answer: the sentence with all marked spans mended."""
    text = example.segment.text
    for span in reversed(example.spans):
        if span.replacement is not None:
            text = replace(text, span.start, span.end, span.replacement)
    written = write_answer(text, inline_case=prompt.inline_case)
    answer = tokenizer(written, add_special_tokens=False)["input_ids"]
    if len(answer) >= prompt.max_new_tokens or tokenizer.unk_token_id in answer:
        return None
    ask = tokenizer.convert_tokens_to_ids(SPAN_MARKS[slot])
    return ids, [(ask, [*answer, tokenizer.eos_token_id])]


def pack(encoded: Sequence[Encoded]) -> Arrays:
    """Encoded examples as arrays."""
    targets = [(row, ask, answer) for row, (_, answers) in enumerate(encoded) for ask, answer in answers]
    return Arrays(
        source=np.array([token for ids, _ in encoded for token in ids], dtype=np.uint16),
        source_at=np.cumsum([0, *(len(ids) for ids, _ in encoded)]),
        target=np.array([token for _, _, answer in targets for token in answer], dtype=np.uint16),
        target_at=np.cumsum([0, *(len(answer) for _, _, answer in targets)]),
        row=np.array([row for row, _, _ in targets], dtype=np.int64),
        ask=np.array([ask for _, ask, _ in targets], dtype=np.uint16),
    )


def write_dev(examples: Iterable[Example], path: Path, limit: int) -> None:
    """The dev set: one span an example, as JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for _, example in zip(range(limit), (e for e in examples if len(e.spans) == 1), strict=False):
            span, segment = example.spans[0], example.segment
            record = {
                "kind": example.kind,
                "text": segment.text,
                "previous": segment.previous,
                "following": segment.following,
                "start": span.start,
                "end": span.end,
                "replacement": span.replacement,
            }
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
