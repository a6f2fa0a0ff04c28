"""The ranking is fitted to what editors took of what the corrector proposed for the scorer's flags."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from mtqa.corrector.folder import Ranking
from mtqa.corrector.rank import FEATURES, Features, rate
from mtqa.training.corrector_ranking import (
    AT_LEAST,
    NEVER,
    SHOW_FROM,
    Best,
    Flag,
    best_of,
    choose_min_score,
    fit_logistic,
    fit_ranking,
    halves,
    held_out,
    measure,
    show_table,
    summarise,
)


def features(log_probability: float = -1.0, suspicion_drop: float = 0.5, **others: float) -> Features:
    given = {"log_probability": log_probability, "suspicion_drop": suspicion_drop, **others}
    return Features(**{**dict.fromkeys(FEATURES, 0.0), **given})


def test_logistic_regression_finds_the_log_odds() -> None:
    # 3 of 4 with the feature are taken, 1 of 4 without: log-odds +log 3 and -log 3.
    matrix = np.array([[1.0, x] for x in (1, 1, 1, 1, 0, 0, 0, 0)])
    taken = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])
    bias, weight = fit_logistic(matrix, taken, penalty=1e-9)
    assert (bias, weight) == pytest.approx((-np.log(3), 2 * np.log(3)), abs=1e-4)


def test_learns_what_counts() -> None:
    rng = random.Random(1)
    flags = []
    for group in range(300):
        rows = [features(-rng.random() * 4, rng.random()) for _ in range(4)]
        right = max(rows, key=lambda row: row.log_probability + 4 * row.suspicion_drop)
        flags.append(Flag("garbled", group, [(row, row is right) for row in rows]))
    ranking = fit_ranking(flags)
    assert ranking.log_probability > 0 and ranking.suspicion_drop > 2 * ranking.log_probability
    assert np.mean([best.right for best in best_of(flags, ranking)]) > 0.95


def test_false_flags_lower_the_score_of_what_looks_like_them() -> None:
    """The same candidates, taken in doubtful sentences and not in those that seem good."""
    wrong = [Flag("garbled", n, [(features(confidence=0.1), n % 4 > 0)]) for n in range(80)]
    false = [Flag("clean", n, [(features(confidence=0.6), False)]) for n in range(80)]
    ranking = fit_ranking([*wrong, *false])
    assert ranking.confidence < 0
    assert rate(features(confidence=0.1), ranking) > 0.6 > 0.2 > rate(features(confidence=0.6), ranking)


def test_halves_cut_no_article() -> None:
    flags = [Flag(kind, group, []) for kind in ("clean", "garbled") for group in (1, 1, 4, 6, 9, 9)]
    one, other = halves(flags)
    assert {flag.group for flag in one} == {1, 6} and {flag.group for flag in other} == {4, 9}
    assert len(one) == len(other) == 6


def test_a_half_is_rated_by_the_ranking_of_the_other() -> None:
    """In one half the probable candidates are right, in the other the improbable ones: all go wrong."""
    flags = [
        Flag("garbled", group, [(features(-0.1), group % 2 == 0), (features(-3.0), group % 2 == 1)])
        for group in range(100)
    ]
    assert not any(best.right for best in held_out(flags))


def test_equal_scores_do_not_favour_the_right_one() -> None:
    flag = Flag("garbled", 0, [(features(), False), (features(), True)])
    assert [best.right for best in best_of([flag], Ranking())] == [False]


# Scores .90 to .81: clean fixes at .85 and .81; of the others two in three are right.
RATED = [
    *(Best("clean", score, False) for score in (0.85, 0.81)),
    *(Best("garbled", 0.9 - 0.001 * n, n % 3 > 0) for n in range(60)),
    *(Best("human", 0.3, False) for _ in range(40)),
]


def test_figures_by_hand() -> None:
    row = measure(RATED, clean_words=10_000, score=0.83)
    # n up to 70 would reach .83: all 60 of the garbled ones, 40 of them right.
    assert row["clean"] == 0.5 and row["fixes"] == 60 and row["applied"] == 0.6
    assert row["precision"] == row["precision garbled"] == pytest.approx(2 / 3)
    assert math.isnan(row["precision human"])


@pytest.mark.parametrize(
    ("clean_words", "precision", "expected"),
    [
        (10_000, 0.6, 0.31),  # both clean fixes are borne; the human ones, all wrong, are not
        (5_000, 0.6, 0.82),  # one clean fix at most
        (2_000, 0.6, 0.86),  # none
        (10_000, 0.4, SHOW_FROM),  # 40 right of 100
        (10_000, 0.9, NEVER),
    ],
)
def test_the_lowest_score_that_keeps_the_rule(clean_words: int, precision: float, expected: float) -> None:
    assert choose_min_score(RATED, clean_words, precision=precision) == pytest.approx(expected)


def test_a_few_right_fixes_are_no_evidence() -> None:
    few = [Best("garbled", 0.9, True) for _ in range(AT_LEAST - 1)]
    assert choose_min_score(few, 10_000) == NEVER
    assert choose_min_score([*few, few[0]], 10_000) == SHOW_FROM


def test_summary_by_hand() -> None:
    # Of 4 marred flags 3 are shown, 1 is right. Shown with the clean one: .5 (right) .5 .5 .5: off by .25.
    best = [
        Best("garbled", 0.5, True),
        Best("human", 0.5, False),
        Best("human", 0.5, False),
        Best("human", 0.01, False),
        Best("clean", 0.5, False),
    ]
    assert summarise(best) == pytest.approx({"shown": 0.75, "first right": 0.25, "ece": 0.25})


def test_the_table_marks_the_chosen_score() -> None:
    lines = show_table("fitted", RATED, 10_000, 0.82).splitlines()
    (marked,) = [line for line in lines if line.endswith("<-")]
    assert marked.split()[:2] == ["0.82", "0.5"] and lines[0].startswith("fitted: shown 1.000")
