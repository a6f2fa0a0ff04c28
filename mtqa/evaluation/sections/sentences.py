"""Section 2: do its sentence scores rank as people do, and does its confidence come true? (MLQE-PE)"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from mtqa.evaluation.baselines import at_random, rarity
from mtqa.evaluation.data import PAIRS
from mtqa.evaluation.metrics import (
    caught_by_reading,
    expected_calibration_error,
    kendall,
    pearson,
    reliability,
    spearman,
)
from mtqa.evaluation.mlqe import ScoredSegment, mlqe_file
from mtqa.evaluation.sample import Array, Sample
from mtqa.evaluation.sections.base import Context, Measured, Measurement, Section, Statistic

ALL = "all pairs"


def _against(correlation: Any, badness: Array, assessment: Array) -> float:
    """The correlation of goodness, ``1 - badness``, with the assessment."""
    return float(correlation(1 - badness, assessment))


STATISTICS = (
    Statistic(
        "da_pearson",
        "Pearson, 1 - edit rate with DA",
        partial(_against, pearson),
        ("edit_rate", "assessment"),
    ),
    Statistic(
        "da_spearman",
        "Spearman, 1 - edit rate with DA",
        partial(_against, spearman),
        ("edit_rate", "assessment"),
    ),
    Statistic(
        "da_kendall",
        "Kendall, 1 - edit rate with DA",
        partial(_against, kendall),
        ("edit_rate", "assessment"),
    ),
    Statistic("confidence_da_pearson", "Pearson, confidence with DA", pearson, ("confidence", "assessment")),
    Statistic(
        "confidence_da_spearman", "Spearman, confidence with DA", spearman, ("confidence", "assessment")
    ),
    Statistic("quality_da_pearson", "Pearson, quality with DA", pearson, ("quality", "assessment")),
    Statistic("quality_da_spearman", "Spearman, quality with DA", spearman, ("quality", "assessment")),
    Statistic("hter_pearson", "Pearson, edit rate with HTER", pearson, ("edit_rate", "hter")),
    Statistic("hter_spearman", "Spearman, edit rate with HTER", spearman, ("edit_rate", "hter")),
    Statistic(
        "ece",
        "expected calibration error of confidence",
        expected_calibration_error,
        ("confidence", "unchanged"),
        better="low",
    ),
    *(
        Statistic(
            f"caught_{percent}",
            f"errors caught, least confident {percent} % read",
            partial(caught_by_reading, share=percent / 100),
            ("reading_order", "hter"),
            percent=True,
        )
        for percent in (20, 35, 50)
    ),
)

#: Steps of the curve of errors caught against share read.
_STEPS = 50


def measure(context: Context) -> Measurement:
    """The samples of every pair and of all of them together: the scorer's, and the baselines'."""
    measured: list[Measured] = []
    everything: list[ScoredSegment] = []
    for pair in PAIRS:
        segments = context.mlqe(pair)
        everything += segments
        measured += _systems(pair, segments)
    pooled = _systems(ALL, everything)
    ours = pooled[0].sample
    bins = reliability(ours["confidence"], ours["unchanged"])
    curves = {
        "reliability": [[b.predicted, b.observed, b.count] for b in bins],
        "caught": {
            "mtqa": _caught(ours["reading_order"], ours["hter"]),
            "oracle": _caught(-ours["hter"], ours["hter"]),
            "random": [[0.0, 0.0], [1.0, 1.0]],
        },
    }
    files = [mlqe_file(context.data, pair, context.split) for pair in PAIRS]
    return Measurement([*measured, *pooled], curves=curves, files=files)


def _systems(group: str, segments: Sequence[ScoredSegment]) -> list[Measured]:
    hter = np.array([s.segment.hter for s in segments])
    labels = {"hter": hter, "assessment": np.array([s.segment.assessment for s in segments])}
    confidence = np.array([s.scores.confidence for s in segments])
    ours = {
        "edit_rate": np.array([s.scores.edit_rate for s in segments]),
        "confidence": confidence,
        "quality": np.array([s.scores.quality for s in segments]),
        "unchanged": hter == 0,
        "reading_order": confidence,
    }
    length = np.array([float(len(s.segment.tokens)) for s in segments])
    rare = np.array([float(np.mean(rarity(s.segment.tokens) or [0.0])) for s in segments])
    rules = {
        "random": np.array(at_random(len(segments), seed=2)),
        "sentence length": length / max(length.max(), 1.0),
        "rarity of its words": rare,
    }
    return [
        Measured(group, "mtqa", "mtqa", Sample(labels | ours), {"segments": len(segments)}),
        *(
            Measured(
                group,
                name,
                "baseline",
                Sample(labels | {"edit_rate": badness, "reading_order": -badness}),
            )
            for name, badness in rules.items()
        ),
    ]


def _caught(order: Array, hter: Array) -> list[list[float]]:
    """Points (share of sentences read, share of errors caught)."""
    shares = np.linspace(0, 1, _STEPS + 1)
    return [[float(share), caught_by_reading(order, hter, float(share))] for share in shares]


SENTENCES = Section(
    "sentences", "Sentences: does its confidence rank them as people do?", STATISTICS, measure
)
