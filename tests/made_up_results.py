"""Results of a benchmark that never ran, small enough to be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtqa.evaluation.result import EvalResult, Figure, Group, Kind, Row, SectionResult, Split
from mtqa.evaluation.sections.base import Statistic

STATISTICS: dict[str, tuple[Statistic, ...]] = {
    "words": (
        Statistic("word_mcc", "word MCC", float, ()),
        Statistic("word_ap", "word average precision", float, ()),
        Statistic("word_recall_at_50", "recall, 50 words flagged per 100 BAD", float, (), percent=True),
    ),
    "sentences": (
        Statistic("da_pearson", "Pearson, 1 - edit rate with DA", float, ()),
        Statistic("quality_da_pearson", "Pearson, quality with DA", float, ()),
        Statistic("ece", "expected calibration error of confidence", float, (), better="low"),
        Statistic("caught_20", "errors caught, least confident 20 % read", float, (), percent=True),
    ),
    "clean": (
        Statistic("flags_per_1000", "flags per 1,000 clean words", float, (), better="low"),
        Statistic("sentences_flagged", "clean sentences flagged", float, (), better="low", percent=True),
        Statistic("preferred", "original preferred to its round trip", float, (), percent=True),
    ),
}


def row(system: str, kind: Kind, note: str = "", /, **figures: float | tuple[float, float, float]) -> Row:
    """A row; a figure is a value, or a value with its interval."""
    made = {name: Figure(*f) if isinstance(f, tuple) else Figure(f) for name, f in figures.items()}
    return Row(system, kind, made, note)


def words() -> SectionResult:
    """Two pairs with a baseline and a published row, which one pair lacks."""
    ro = (
        row("mtqa", "mtqa", word_mcc=(0.468, 0.4432, 0.4911), word_ap=(0.637, 0.61, 0.66)),
        row("always BAD", "baseline", word_mcc=(0.0, 0.0, 0.0)),
        row("MiniLM row", "published", "MT only", word_mcc=0.46),
    )
    et = (
        row("mtqa", "mtqa", word_mcc=(0.292, 0.271, 0.314), word_ap=(0.515, 0.49, 0.54)),
        row("always BAD", "baseline", word_mcc=(0.0, 0.0, 0.0)),
    )
    curves = {
        "precision_recall": {
            "ro-en": {"recall": [0.1, 0.5, 1.0], "precision": [0.9, 0.6, 0.32]},
            "et-en": {"recall": [0.1, 0.5, 1.0], "precision": [0.8, 0.5, 0.25]},
        },
        "operating_points": {"ro-en": {"default": [0.3, 0.8]}, "et-en": {"default": [0.2, 0.7]}},
        "thresholds": {"ro-en": [0.4, 0.3], "et-en": [0.5, 0.25]},
    }
    return SectionResult(
        "words",
        (
            Group("ro-en", {"segments": 1000, "words": 20341}, ro),
            Group("et-en", {"segments": 998, "words": 15010}, et),
        ),
        12.5,
        ("The thresholds were chosen on dev.",),
        curves,
    )


def sentences() -> SectionResult:
    """Pooled and by pair, with the curves of two plots."""
    groups = tuple(
        Group(
            name,
            {"segments": count},
            (
                row(
                    "mtqa",
                    "mtqa",
                    da_pearson=(0.65, 0.6, 0.7),
                    quality_da_pearson=0.71,
                    ece=(0.06, 0.05, 0.075),
                    caught_20=0.34,
                ),
                row("sentence length", "baseline", da_pearson=(-0.05, -0.11, 0.01), caught_20=0.27),
            ),
        )
        for name, count in (("ro-en", 1000), ("all pairs", 5000))
    )
    curves = {
        "reliability": [[0.1, 0.05, 40], [0.5, 0.44, 30], [0.9, 0.93, 30]],
        "caught": {
            "mtqa": [[0.0, 0.0], [0.2, 0.34], [1.0, 1.0]],
            "random": [[0.0, 0.0], [1.0, 1.0]],
            "oracle": [[0.0, 0.0], [0.5, 1.0], [1.0, 1.0]],
        },
    }
    return SectionResult("sentences", groups, 3.0, (), curves)


def clean() -> SectionResult:
    """Two groups that have no figure in common."""
    news = row("mtqa", "mtqa", flags_per_1000=(2.968, 2.4, 3.6), sentences_flagged=(0.062, 0.05, 0.08))
    trips = (
        row("mtqa", "mtqa", preferred=(0.669, 0.64, 0.69)),
        row("the shorter one", "baseline", preferred=(0.51, 0.48, 0.54)),
        row("MiniLM row", "published", "MT only", preferred=0.53),
    )
    groups = (
        Group("clean news", {"articles": 300}, (news,)),
        Group("round trips", {"pairs": 1056}, trips),
    )
    return SectionResult("clean", groups, 20.0)


def result(split: Split = "test20", **changes: Any) -> EvalResult:
    """A run of the three sections; ``changes`` replace its fields."""
    values: Mapping[str, Any] = {
        "signature": "mtqa:0.1.0|scorer:base-v1@c232f7e9|corrector:base-v1@a849852a|threshold:0.52",
        "split": split,
        "limit": None,
        "date": "2026-01-02",
        "seconds": 205.0,
        "hardware": "AMD EPYC, 4 cores, Linux, Python 3.11.7, torch 2.13.0",
        "versions": {"numpy": "2.4.6"},
        "data": {"mlqe_pe/ro-en.test20.jsonl.xz": "0123456789abcdef" * 4},
        "sections": (words(), sentences(), clean()),
    }
    return EvalResult(**{**values, **changes})
