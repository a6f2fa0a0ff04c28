"""Fitting the corrector's ranking: what makes a candidate the editor's own wording.

A logistic regression on the features of :mod:`mtqa.corrector.rank`, over candidates for spans of the dev
sets. A candidate counts as taken if it is the post-edit's wording; others may be as good, so scores err on
the low side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mtqa.corrector.folder import Ranking
from mtqa.corrector.generate import Candidate, Question
from mtqa.corrector.rank import Features, ScoresSegments, SpanRequest, measure_all, rate
from mtqa.training.corrector_folder import plain
from mtqa.types import Span

Rows = list[tuple[Features, bool]]


def collect(
    pairs: Sequence[tuple[Question, str]], proposals: Sequence[Sequence[Candidate]], scorer: ScoresSegments
) -> list[Rows]:
    """For every dev span its candidates' features and whether each is the right wording."""
    requests = [
        SpanRequest(
            q.segment, Span(q.start, q.end, 1.0, "major", "omission" if q.start == q.end else "other")
        )
        for q, _ in pairs
    ]
    measured = measure_all(requests, proposals, scorer)
    return [
        [(features, plain(candidate.text) == plain(answer)) for candidate, features in rows]
        for (_, answer), rows in zip(pairs, measured, strict=True)
    ]


#: A proposal that an editor takes less often than this is noise, and is not shown.
SHOW_FROM = 0.1


def fit_ranking(spans: Sequence[Rows], precision: float = 0.6) -> Ranking:
    """The coefficients; ``min_score`` is the lowest score from which first suggestions reach ``precision``.

    Candidates that do not lower the suspicion are left out, as they are at run time.
    """
    rows = [row for span in spans for row in span if row[0].suspicion_drop > 0]
    features = np.array([[1.0, f.log_probability, f.suspicion_drop, f.confidence_gain] for f, _ in rows])
    taken = np.array([taken for _, taken in rows], dtype=float)
    weights = fit_logistic(features, taken)
    ranking = Ranking(*(round(float(weight), 4) for weight in weights))
    return replace(ranking, min_score=_operating_point(spans, ranking, precision), show_from=SHOW_FROM)


def fit_logistic(
    features: npt.NDArray[np.float64], labels: npt.NDArray[np.float64], penalty: float = 1.0
) -> npt.NDArray[np.float64]:
    """Weights (F,) of a logistic regression by Newton's method, with an L2 penalty on all but the first.

    ``features`` (N, F), of which the first is 1; ``labels`` (N,) of 0 and 1.
    """
    weights = np.zeros(features.shape[1])
    ridge = penalty * np.eye(len(weights))
    ridge[0, 0] = 1e-6
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (probability - labels) + ridge @ weights
        hessian = (features * (probability * (1 - probability))[:, None]).T @ features + ridge
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def measure_ranking(spans: Sequence[Rows], ranking: Ranking) -> dict[str, Any]:
    """How often the right wording is first, and among three, of what is shown; and how much is shown."""
    first = among = shown = 0
    for span in spans:
        order = _shown(span, ranking)
        shown += bool(order)
        first += any(taken for _, taken in order[:1])
        among += any(taken for _, taken in order[:3])
    count = max(len(spans), 1)
    return {
        "spans": len(spans),
        "shown": round(shown / count, 4),
        "top1": round(first / count, 4),
        "top3": round(among / count, 4),
    }


def _shown(span: Rows, ranking: Ranking) -> list[tuple[float, bool]]:
    better = [(rate(features, ranking), taken) for features, taken in span if features.suspicion_drop > 0]
    return sorted(better, key=lambda row: -row[0])


def _operating_point(spans: Sequence[Rows], ranking: Ranking, precision: float, at_least: int = 20) -> float:
    """The lowest score from which first suggestions reach ``precision``; 0.99 if ``at_least`` never do."""
    firsts = sorted((order[0] for span in spans if (order := _shown(span, ranking))), reverse=True)
    threshold, right = 0.99, 0
    for count, (score, taken) in enumerate(firsts, 1):
        right += taken
        ends_tie = count == len(firsts) or firsts[count][0] < score
        if ends_tie and count >= at_least and right / count >= precision:
            threshold = score
    return math.floor(threshold * 100) / 100
