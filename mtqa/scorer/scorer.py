"""The scorer: a judge, its calibration and its operating points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields

import numpy as np

from mtqa.scorer.calibration import Calibration, SentenceFeatures, sentence_features
from mtqa.scorer.judge import Floats, Judge, Judgement, Progress
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.types import CATEGORIES, SEVERITIES, Segment, Severity

#: The precision from which an error counts as certain: the scorer's threshold for it, or else this score.
_CERTAIN = 0.9


class Scorer:
    """Scores segments. Made by :func:`mtqa.scorer.load_scorer`.

    ``name`` and ``signature`` say which weights these are; ``thresholds`` are the model's operating points.
    """

    def __init__(
        self, judge: Judge, calibration: Calibration, thresholds: Thresholds, *, name: str, signature: str
    ) -> None:
        self.judge = judge
        self.calibration = calibration
        self.thresholds = thresholds
        self.name = name
        self.signature = signature

    def score(self, segments: Sequence[Segment], progress: Progress | None = None) -> list[SegmentScores]:
        """Calibrated scores in the order of the segments, the same for any batching.

        ``progress`` is called with the number of segments that have just been done.
        """
        return self.calibrated(self.judge.judge(segments, progress))

    def calibrated(self, judgements: Sequence[Judgement]) -> list[SegmentScores]:
        """The scores that judgements, made earlier by this scorer's judge, come to."""
        features = features_of(judgements, self.calibration)
        confidences, qualities = (
            self.calibration.confidence(features),
            self.calibration.quality.linear(features),
        )
        return [
            self._scores(judgement, float(confidence), float(quality))
            for judgement, confidence, quality in zip(judgements, confidences, qualities, strict=True)
        ]

    def _scores(self, judgement: Judgement, confidence: float, quality: float) -> SegmentScores:
        scores = self.calibration.word(judgement.word).tolist()
        return SegmentScores(
            tuple(judgement.words),
            tuple(scores),
            tuple(self.calibration.gap(judgement.gap).tolist()),
            tuple(CATEGORIES[c] for c in judgement.category),
            tuple(self._severity(s, score) for s, score in zip(judgement.severity, scores, strict=True)),
            confidence if judgement.words else 1.0,
            float(self.calibration.edit_rate(np.array(judgement.edit_rate))) if judgement.words else 0.0,
            quality if judgement.words else 0.0,
            judgement.fluency,
        )

    def _severity(self, head: int, score: float) -> Severity:
        """The severity head's verdict; a major error that is as good as certain is critical.

        Human annotations (MQM) know minor and major errors only, so the head can hardly learn a third.
        """
        severity = SEVERITIES[head]
        certain = self.thresholds.precision.get(_CERTAIN, _CERTAIN)
        return "critical" if severity == "major" and score >= certain else severity


def features_of(judgements: Sequence[Judgement], calibration: Calibration) -> Floats:
    """Sentence features (N, F) of judgements, from which confidence and quality are computed and on which
    both are fitted; in the order of :class:`mtqa.scorer.calibration.SentenceFeatures`."""
    rows = [
        astuple(
            sentence_features(
                (float(j.keep), float(j.edit_rate), float(j.quality)),
                calibration.word(j.word),
                calibration.gap(j.gap),
                float(j.fluency),
                float(j.natural),
            )
        )
        for j in judgements
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(fields(SentenceFeatures)))
