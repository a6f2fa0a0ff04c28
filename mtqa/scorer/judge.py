"""What every kind of scorer model gives for a segment before calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mtqa.types import CATEGORIES, Segment

Floats = npt.NDArray[np.float64]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Logits of one segment with W words.

    ``words``: its word offsets. ``word``: (W,). ``gap``: (W + 1,). ``category`` and ``severity``: (W,), the
    most probable index. ``keep``, ``edit_rate``, ``quality``, ``natural``: the sentence's, as in
    ``ScorerOutput``. ``fluency``: the words' log2 probabilities together (:mod:`mtqa.scorer.fluency`), 0
    without corpus counts.
    """

    words: list[tuple[int, int]]
    word: Floats
    gap: Floats
    category: npt.NDArray[np.int64]
    severity: npt.NDArray[np.int64]
    keep: float
    edit_rate: float
    quality: float
    fluency: float = 0.0
    natural: float = 0.0


class Judge(Protocol):
    """A model that judges segments."""

    def judge(self, segments: Sequence[Segment], progress: Progress | None = None) -> list[Judgement]:
        """Judgements in the order of the segments; ``progress`` is told how many segments are done."""
        ...  # pragma: no cover


def empty_judgement(words: list[tuple[int, int]]) -> Judgement:
    """The judgement of a segment in which a model finds nothing to judge."""
    count = len(words)
    return Judgement(
        words,
        np.full(count, -12.0),
        np.full(count + 1, -12.0),
        np.full(count, CATEGORIES.index("other")),
        np.zeros(count, np.int64),
        12.0,
        -12.0,
        0.0,
    )
