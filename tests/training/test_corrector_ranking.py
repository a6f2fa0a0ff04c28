"""The ranking is fitted to what editors took."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mtqa.corrector.folder import Ranking
from mtqa.corrector.rank import Features, rate
from mtqa.training.corrector_ranking import fit_logistic, fit_ranking, measure_ranking


def test_logistic_regression_finds_the_log_odds() -> None:
    # 3 of 4 with the feature are taken, 1 of 4 without: log-odds +log 3 and -log 3.
    features = np.array([[1.0, x] for x in (1, 1, 1, 1, 0, 0, 0, 0)])
    taken = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])
    bias, weight = fit_logistic(features, taken, penalty=1e-9)
    assert (bias, weight) == pytest.approx((-np.log(3), 2 * np.log(3)), abs=1e-4)


def test_learns_what_counts() -> None:
    rng = random.Random(1)
    spans = []
    for _ in range(300):
        rows = [Features(-rng.random() * 4, rng.random(), 0.1 * rng.random()) for _ in range(4)]
        right = max(rows, key=lambda row: row.log_probability + 4 * row.suspicion_drop)
        spans.append([(row, row is right) for row in rows])
    ranking = fit_ranking(spans, precision=0.8)
    assert ranking.log_probability > 0 and ranking.suspicion_drop > 2 * ranking.log_probability
    assert measure_ranking(spans, ranking)["top1"] > 0.95


def test_the_score_to_apply_from_is_where_the_first_are_right_often_enough() -> None:
    likely, unlikely = Features(-0.1, 0.9, 0.0), Features(-3.0, 0.1, 0.0)
    spans = [[(likely, n % 5 > 0)] for n in range(100)] + [[(unlikely, n % 5 == 0)] for n in range(100)]
    ranking = fit_ranking(spans, precision=0.7)  # 80 in 100 of the likely ones are right, 20 of the others
    assert rate(unlikely, ranking) < ranking.min_score <= rate(likely, ranking)
    assert fit_ranking(spans, precision=0.95).min_score == 0.99  # never reached


def test_figures_by_hand() -> None:
    good, poor, useless = Features(-1, 0.5, 0), Features(-2, 0.5, 0), Features(-1, -0.1, 0)
    spans = [[(poor, False), (good, True)], [(good, False), (poor, True)], [(useless, True)], []]
    assert measure_ranking(spans, Ranking()) == {"spans": 4, "shown": 0.5, "top1": 0.25, "top3": 0.5}
