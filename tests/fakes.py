"""Models without weights: their verdicts depend on the words alone, so reports can be written by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mtqa.checker import Checker
from mtqa.corrector import SpanRequest
from mtqa.errors import ConfigError
from mtqa.scorer import SegmentScores, Thresholds
from mtqa.scorer.documents import DocumentRule
from mtqa.types import Report, Segment, Severity, Suggestion

#: word -> score, category, severity
DOUBTFUL: dict[str, tuple[float, str, Severity]] = {
    "roast": (0.97, "mistranslation", "critical"),
    "disc": (0.6, "mistranslation", "major"),
    "his": (0.8, "pronoun", "minor"),
}
#: A word is missing after one of these.
DANGLING = {"agreed"}
PROPOSALS = {
    "roast": (Suggestion("grid", 0.62), Suggestion("network", 0.2)),
    "": (Suggestion("with ", 0.5),),
}


@dataclass(frozen=True)
class FakeThresholds:
    """As many thresholds as a scorer has."""

    default: float = 0.5
    precision: Mapping[float, float] = field(default_factory=lambda: {0.5: 0.3, 0.7: 0.5, 0.9: 0.7})
    document: DocumentRule = field(default_factory=DocumentRule)

    def for_precision(self, precision: float) -> float:
        return self.precision[precision]

    def in_document(self, texts: Sequence[str], edit_rates: Sequence[float]) -> list[float]:
        return Thresholds(self.default, self.precision, self.document).in_document(texts, edit_rates)


class FakeScorer:
    """Doubts the words of ``DOUBTFUL`` and gaps after those of ``DANGLING``; ``calls`` keeps its batches."""

    name = "fake"
    signature = "fake-v1@00000000"
    card = "# A scorer that knows three words"
    thresholds = FakeThresholds()
    #: Switched off where memory is measured.
    remembers = True

    def __init__(self) -> None:
        self.calls: list[list[Segment]] = []

    def score(
        self, segments: Sequence[Segment], progress: Callable[[int], None] | None = None
    ) -> list[SegmentScores]:
        if self.remembers:
            self.calls.append(list(segments))
        return [self._score(segment) for segment in segments]

    def _score(self, segment: Segment) -> SegmentScores:
        matches = list(re.finditer(r"[\w’-]+", segment.text))
        verdicts = [DOUBTFUL.get(m[0], (0.01, "other", "minor")) for m in matches]
        gaps = [0.01] + [0.9 if m[0] in DANGLING else 0.01 for m in matches]
        scores = tuple(verdict[0] for verdict in verdicts)
        return SegmentScores(
            words=tuple(m.span() for m in matches),
            word_scores=scores,
            gap_scores=tuple(gaps),
            categories=tuple(verdict[1] for verdict in verdicts),
            severities=tuple(verdict[2] for verdict in verdicts),
            confidence=math.prod(1 - p for p in (*scores, *gaps) if p > 0.1),
            edit_rate=sum(scores) / max(1, len(scores)),
        )


class FakeCorrector:
    """Proposes what ``PROPOSALS`` has for the phrase; ``calls`` keeps its batches."""

    name = "fake"
    signature = "fake-v1@11111111"
    min_score = 0.0

    def __init__(self) -> None:
        self.calls: list[list[SpanRequest]] = []

    def suggest(self, requests: Sequence[SpanRequest], scorer: FakeScorer) -> list[tuple[Suggestion, ...]]:
        self.calls.append(list(requests))
        return [PROPOSALS.get(r.segment.text[r.span.start : r.span.end], ()) for r in requests]


class Loader:
    """Stands for :func:`mtqa.load`, with the fake models; ``options`` are those of its last call."""

    def __init__(self) -> None:
        self.calls = 0
        self.options: dict[str, object] | None = None

    def __call__(
        self,
        scorer: str | None = None,
        corrector: str | None = None,
        *,
        device: str | None = None,
        threshold: float | None = None,
        precision: float | None = None,
        suggest: bool | None = None,
        config: object = None,
        filters: Sequence[Callable[[Report], Report]] = (),
        cache: object = None,
        loading: object = None,
    ) -> Checker:
        self.calls += 1
        self.options = {
            "scorer": scorer,
            "corrector": corrector,
            "threshold": threshold,
            "precision": precision,
        }
        if threshold is not None and precision is not None:
            raise ConfigError("threshold and precision exclude each other")
        if precision is not None:
            threshold = FakeScorer.thresholds.for_precision(precision)
        more = {"filters": filters, "cache": cache}
        return Checker(
            FakeScorer(),
            None if suggest is False else FakeCorrector(),
            threshold,
            **{name: value for name, value in more.items() if value},
        )
