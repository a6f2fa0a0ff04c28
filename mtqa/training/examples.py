"""Labelled segments: what the scorer learns from, whatever it was made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mtqa.evaluation.data import token_offsets
from mtqa.text.words import split_words
from mtqa.types import CATEGORIES, SEVERITIES, Segment

Labels = npt.NDArray[np.int8]
#: A label that is not known and does not count in the loss.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Example:
    """A segment with what is known of it.

    ``words``: (W,) 1 where an editor changes the word; ``gaps``: (W + 1,) 1 where one is missing;
    ``categories``, ``severities``: (W,) indices into :data:`CATEGORIES` and :data:`SEVERITIES`. ``keep`` is
    1.0 if nothing is edited; ``edit_rate`` is HTER; ``quality`` the z-score of a direct assessment; these
    are nan where unknown. ``weight`` scales the loss; ``source`` names the data set. Examples of one
    ``group`` other than 0 are versions of one sentence: with ``keep`` 1.0 a person's, otherwise a machine's.
    """

    segment: Segment
    words: Labels
    gaps: Labels
    categories: Labels
    severities: Labels
    keep: float
    edit_rate: float
    quality: float
    weight: float
    source: str
    group: int = 0


T = TypeVar("T")


def versions_together(items: Iterable[T], group_of: Callable[[T], int]) -> list[list[T]]:
    """The items as lists: those of one group other than 0 in one, every other one alone; in order."""
    units: list[list[T]] = []
    of_group: dict[int, list[T]] = {}
    for item in items:
        group = group_of(item)
        if group in of_group:
            of_group[group].append(item)
            continue
        units.append([item])
        if group:
            of_group[group] = units[-1]
    return units


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A wrong phrase ``[start, end)`` of a text, zero-width for a missing word."""

    start: int
    end: int
    category: str | None = None
    severity: str | None = None


def from_spans(
    segment: Segment,
    spans: Iterable[LabelledSpan],
    *,
    source: str,
    edit_rate: float = math.nan,
    keep: float = math.nan,
    quality: float = math.nan,
    weight: float = 1.0,
) -> Example:
    """An example from character spans: every word that a span touches is wrong, every other one is right."""
    offsets = split_words(segment.text)
    words, gaps = np.zeros(len(offsets), np.int8), np.zeros(len(offsets) + 1, np.int8)
    categories = np.full(len(offsets), UNKNOWN, np.int8)
    severities = np.full(len(offsets), UNKNOWN, np.int8)
    for span in spans:
        if span.start == span.end:
            gaps[sum(start < span.start for start, _ in offsets)] = 1
            continue
        for index, (start, end) in enumerate(offsets):
            if start < span.end and span.start < end:
                words[index] = 1
                if span.category is not None:
                    categories[index] = CATEGORIES.index(span.category)
                if span.severity is not None:
                    severities[index] = [*SEVERITIES].index(span.severity)  # type: ignore[arg-type]
    return Example(segment, words, gaps, categories, severities, keep, edit_rate, quality, weight, source)


def from_tags(
    text: str,
    tokens: Sequence[str],
    word_tags: Sequence[str],
    gap_tags: Sequence[str],
    *,
    source: str,
    edit_rate: float,
    quality: float = math.nan,
    weight: float = 1.0,
) -> Example:
    """An example from OK/BAD tags on another tokenisation of the same text; a word touched by BAD is BAD."""
    offsets = token_offsets(text, tokens)
    spans = [LabelledSpan(*span) for span, tag in zip(offsets, word_tags, strict=True) if tag == "BAD"]
    starts = [start for start, _ in offsets] + [len(text)]
    spans += [LabelledSpan(at, at) for at, tag in zip(starts, gap_tags, strict=True) if tag == "BAD"]
    return from_spans(
        Segment(text),
        spans,
        source=source,
        edit_rate=min(1.0, edit_rate),
        keep=float(edit_rate == 0),
        quality=quality,
        weight=weight,
    )
