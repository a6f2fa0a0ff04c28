"""Fitting: rules that are known are found again."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from mtqa.evaluation.metrics import expected_calibration_error
from mtqa.scorer.calibration import SentenceCalibration
from mtqa.scorer.judge import Judgement
from mtqa.scorer.scorer import features_of
from mtqa.training.examples import Example
from mtqa.training.fit import fit_calibration, fit_confidence
from mtqa.types import Segment


def drawn(count: int, seed: int, *, quality: bool) -> Iterator[tuple[Judgement, Example]]:
    """Sentences that need an edit as often as the edit rate says; quality is twice the head's less one."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        logits = rng.normal(size=4) * 2
        keep, head, rate = (float(value) for value in rng.normal(size=3))
        probability = 1 / (1 + np.exp(-logits))
        words = (rng.random(4) < probability).astype(np.int64)
        offsets = [(2 * n, 2 * n + 1) for n in range(4)]
        none = np.zeros(4, np.int64)
        judgement = Judgement(offsets, logits, np.full(5, -3.0), none, none, keep, rate, head)
        example = Example(
            Segment("a b c d"),
            words,
            np.zeros(5, np.int64),
            none,
            none,
            float(rng.random() < 1 / (1 + math.exp(rate))),
            1 / (1 + math.exp(-rate)),
            2 * head - 1 if quality else math.nan,
            1.0,
            "made up",
        )
        yield judgement, example


def part(count: int, seed: int, *, quality: bool) -> tuple[list[Judgement], list[Example]]:
    judgements, examples = zip(*drawn(count, seed, quality=quality), strict=True)
    return list(judgements), list(examples)


def test_known_rules_are_found_again() -> None:
    human, news = part(3000, 1, quality=True), part(1500, 2, quality=False)
    calibration = fit_calibration([human, news])
    assert (calibration.word.scale, calibration.word.bias) == pytest.approx((1, 0), abs=0.1)
    features = features_of(human[0], calibration)
    rate = np.array([j.edit_rate for j in human[0]])
    assert calibration.confidence(features) == pytest.approx(1 / (1 + np.exp(rate)), abs=0.1)
    # The other heads say nothing of it here, and have no say.
    assert {calibration.confidence.weights[column] for column in (0, 2, 6, 7, 8)} == {0.0}
    wanted = np.array([e.quality for e in human[1]])
    assert calibration.quality.linear(features) == pytest.approx(wanted, abs=0.05)


def test_confidence_learns_the_order_of_pairs_and_stays_calibrated() -> None:
    rng = np.random.default_rng(4)
    features = np.pad(rng.normal(size=(4000, 9)), ((0, 0), (0, 1)))  # nothing of natural
    keep = (rng.random(4000) < 1 / (1 + np.exp(features[:, 1]))).astype(float)
    # In pairs it is the mean score (5) that tells which is the better one, not the expected edit rate (1).
    better = np.pad(rng.normal(size=(500, 9)), ((0, 0), (0, 1)))
    better[:, 5] = -np.abs(better[:, 5])
    alone, both = (
        fit_confidence([features], [keep], pairs, names=("edit_rate", "mean"), preference=0.3)
        for pairs in (None, better)
    )
    assert alone.weights[1] == pytest.approx(-1, abs=0.1)
    assert alone.weights[5] == pytest.approx(0, abs=0.1)

    def right(rule: SentenceCalibration) -> float:
        return float((better @ np.array(rule.weights) > 0).mean())

    assert right(both) > 0.65 > 0.55 > right(alone)
    for rule in (alone, both):
        assert expected_calibration_error(rule(features), keep > 0.5) < 0.03
    ignored = fit_confidence([features], [keep], better, names=("edit_rate", "mean"), preference=0.0)
    assert ignored == alone


def test_without_any_assessment_the_quality_says_nothing() -> None:
    calibration = fit_calibration([part(300, 3, quality=False)])
    assert not calibration.quality.linear(np.ones((3, 10))).any()
