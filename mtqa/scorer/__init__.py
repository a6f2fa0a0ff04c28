"""Scoring: how doubtful every word, gap and sentence of a text is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.scorer.spans import decode_spans, flags_of_document

if TYPE_CHECKING:
    from pathlib import Path

    from mtqa.scorer.scorer import Scorer

__all__ = ["Scorer", "SegmentScores", "Thresholds", "decode_spans", "flags_of_document", "load_scorer"]


def load_scorer(model: str | Path | None = None, device: str | None = None, *, packed: bool = True) -> Scorer:
    """Load a scorer; see :func:`mtqa.scorer.load.load_scorer`."""
    from mtqa.scorer.load import load_scorer as load  # torch is imported here and not before

    return load(model, device, packed=packed)


def __getattr__(name: str) -> object:
    if name == "Scorer":
        from mtqa.scorer.scorer import Scorer

        return Scorer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
