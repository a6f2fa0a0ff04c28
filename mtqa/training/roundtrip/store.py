"""Labelled round trips on disk: one segment a line of an xz-compressed JSONL file."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtqa import types
from mtqa.errors import InputError
from mtqa.text.words import split_words
from mtqa.training.examples import Example, LabelledSpan, from_spans
from mtqa.training.garble.edits import Edit, Garbled

#: Share of segments that become examples without their neighbours, as for garbled news.
ALONE = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    """A garbled sentence with its clean neighbours and its trip; ``chrf`` is against the source, 0..100."""

    garbled: Garbled
    previous: str
    following: str
    article: int
    language: str
    snapshot: str
    decoding: str
    chrf: float


def write_segments(segments: Iterable[Segment], path: Path) -> int:
    """Write segments to ``path``, whole or not at all; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    count = 0
    with lzma.open(partial, "wt", encoding="utf-8") as lines:
        for segment in segments:
            lines.write(json.dumps(_to_record(segment), ensure_ascii=False) + "\n")
            count += 1
    partial.replace(path)
    return count


def _to_record(segment: Segment) -> dict[str, Any]:
    edits = [
        [e.start, e.end, e.source_start, e.source_end, e.category, e.severity, e.family]
        for e in segment.garbled.edits
    ]
    return {
        "text": segment.garbled.text,
        "source": segment.garbled.source,
        "edits": edits,
        "previous": segment.previous,
        "following": segment.following,
        "article": segment.article,
        "language": segment.language,
        "snapshot": segment.snapshot,
        "decoding": segment.decoding,
        "chrf": segment.chrf,
    }


def read_segments(path: Path) -> Iterator[Segment]:
    """The segments of a file; raises :class:`InputError` where one is damaged or its edits do not undo it."""
    number = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                segment = _from_record(json.loads(line))
                if segment.garbled.restore() != segment.garbled.source:
                    raise InputError(f"{path}, line {number}: undoing the edits does not give the source.")
                yield segment
    except (OSError, EOFError, ValueError, KeyError, TypeError, lzma.LZMAError) as error:
        raise InputError(f"{path} cannot be read after line {number}: {error}") from error


def _from_record(record: dict[str, Any]) -> Segment:
    edits = tuple(Edit(*edit) for edit in record["edits"])
    return Segment(
        Garbled(record["text"], record["source"], edits),
        record["previous"],
        record["following"],
        record["article"],
        record["language"],
        record["snapshot"],
        record["decoding"],
        record["chrf"],
    )


def read_examples(path: Path, *, seed: int, weight: float = 1.0) -> Iterator[Example]:
    """The segments as examples for the scorer, each followed by its original; half have their neighbours.

    Both of a pair have them or have not: whether a sentence stands alone must not tell which of the two it
    is. The labels are by alignment, so ``weight`` had better be lower than that of human ones.
    """
    rng = random.Random(seed)
    for segment in read_segments(path):
        alone = rng.random() < ALONE
        yield to_example(segment, alone=alone, weight=weight)
        original = replace(segment, garbled=Garbled(segment.garbled.source, segment.garbled.source, ()))
        yield to_example(original, alone=alone, weight=weight)


def to_example(segment: Segment, *, alone: bool = False, weight: float = 1.0) -> Example:
    """A segment as an example; ``alone``: without its neighbours."""
    near = ("", "") if alone else (segment.previous, segment.following)
    garbled = segment.garbled
    return from_spans(
        types.Segment(garbled.text, *near),
        [LabelledSpan(e.start, e.end, e.category, e.severity) for e in garbled.edits],
        source=f"own-{'round-trip' if garbled.edits else 'original'}-{segment.language}",
        keep=float(not garbled.edits),
        edit_rate=edit_rate(garbled),
        weight=weight,
    )


def edit_rate(garbled: Garbled) -> float:
    """Edited words as a share of the source's words, at most 1."""
    edited = sum(
        max(
            1,
            len(split_words(garbled.text[e.start : e.end])),
            len(split_words(garbled.source[e.source_start : e.source_end])),
        )
        for e in garbled.edits
    )
    return min(1.0, edited / max(1, len(split_words(garbled.source))))
