"""What is to be written instead of a flagged phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mtqa.types import CheckedSentence, Flag, Report

#: What would break a line: a wording is written on one.
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """``wording`` is plain text, without markup and entities; "" deletes the phrase."""

    sentence: CheckedSentence
    flag: Flag
    wording: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "wording", _BREAKS.sub(" ", self.wording))


def first_choices(report: Report, min_score: float) -> list[Choice]:
    """The best proposal of every flag whose score, 0..1, is at least ``min_score``, in reading order."""
    return list(_first_choices(report, min_score))


def _first_choices(report: Report, min_score: float) -> Iterator[Choice]:
    for sentence in report.sentences:
        for flag in sentence.flags:
            best = max(flag.suggestions, key=lambda suggestion: suggestion.score, default=None)
            if best is not None and best.score >= min_score:
                yield Choice(sentence, flag, best.text)
