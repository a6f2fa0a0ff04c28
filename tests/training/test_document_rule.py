"""Choosing the rule for documents: on made-up articles for which the best one is known."""

from __future__ import annotations

import random

import pytest

from mtqa.evaluation.news import Article
from mtqa.scorer.documents import DocumentRule
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.text.words import split_words
from mtqa.training.document_rule import ScoredArticle, fit_document_rule, measure_rule
from mtqa.types import Segment

WORDS = [f"word{n}" for n in range(20)]
TEXT = " ".join(WORDS)
OFFSETS = tuple(split_words(TEXT))


def article(score: float, rate: float, wrong: float, seed: int) -> ScoredArticle:
    """Ten sentences with one word of this score in each, wrong with this probability."""
    rng = random.Random(seed)
    scores, edits = [], []
    for _ in range(10):
        at = rng.randrange(20)
        marked = tuple(score + rng.uniform(-0.05, 0.05) if n == at else 0.01 for n in range(20))
        scores.append(
            SegmentScores(OFFSETS, marked, (0.01,) * 21, ("other",) * 20, ("minor",) * 20, 0.5, rate)
        )
        edits.append((OFFSETS[at],) if rng.random() < wrong else ())
    return ScoredArticle(Article((Segment(TEXT),) * 10, tuple(edits)), scores)


CLEAN = [article(0.35, 0.01, 0.0, seed) for seed in range(8)]
GARBLED = [article(0.35, 0.12, 0.9, seed) for seed in range(8, 12)]
ALONE = Thresholds(0.5)


def fitted(precision: float = 0.7, clean_flags: float = 3.0) -> Thresholds:
    return fit_document_rule(ALONE, CLEAN, GARBLED, clean_flags=clean_flags, precision=precision, lowest=0.1)


def test_errors_that_only_the_document_gives_away_are_found() -> None:
    """Words of .35 are right in clean articles and wrong in garbled ones, which the edit rates tell apart."""
    before, after = (measure_rule(thresholds, CLEAN, GARBLED) for thresholds in (ALONE, fitted()))
    assert (before.clean_flags, before.found) == (0, 0)
    assert after.clean_flags <= 3.0
    assert after.precision >= 0.7
    assert after.found > 0.9


def test_a_rule_that_is_not_precise_enough_is_not_taken() -> None:
    assert fitted(precision=0.99) == ALONE


def test_the_default_stays_and_nothing_goes_below_the_lowest() -> None:
    thresholds = fitted()
    assert (thresholds.default, thresholds.document.lowest) == (0.5, 0.1)


@pytest.mark.parametrize(("weight", "flagged"), [(0.5, 20), (1.0, 0)])
def test_figures_by_hand(weight: float, flagged: int) -> None:
    """Marked words have .30 to .40. The garbled article's threshold stays at .2; the rate of the clean ones,
    (180 * .01 + 100 * .12) / 280 = .049, moves theirs to .29, or with twice the weight to .40.
    """
    thresholds = Thresholds(0.2, {}, DocumentRule(weight, 0.12))
    figures = measure_rule(thresholds, CLEAN[:2], GARBLED[:1])
    edits = sum(map(len, GARBLED[0].article.edits))
    assert figures.clean_flags == flagged / 400 * 1000  # all ten sentences of both, or none
    assert figures.precision == pytest.approx(edits / (10 + flagged / 2))
    assert figures.found == 1.0
