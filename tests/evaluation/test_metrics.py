"""The metrics against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mtqa.evaluation.metrics import (
    average_precision,
    best_matthews_threshold,
    caught_by_reading,
    expected_calibration_error,
    f1_bad,
    matthews,
    pearson,
    per_thousand,
    preferred,
    reliability,
    spearman,
)


def flags(text: str) -> np.ndarray:
    return np.array([c == "1" for c in text])


@pytest.mark.parametrize(
    ("labels", "predicted", "mcc", "f1"),
    [
        ("1100", "1100", 1.0, 1.0),
        ("1100", "0011", -1.0, 0.0),
        ("1100", "1010", 0.0, 0.5),
        ("1100", "1000", 2 / np.sqrt(12), 2 / 3),  # tp 1, tn 2, fp 0, fn 1: 2 / sqrt(1*2*2*3)
        ("1100", "0000", 0.0, 0.0),
    ],
)
def test_matthews_and_f1(labels: str, predicted: str, mcc: float, f1: float) -> None:
    assert matthews(flags(labels), flags(predicted)) == pytest.approx(mcc)
    assert f1_bad(flags(labels), flags(predicted)) == pytest.approx(f1)


def test_average_precision_by_hand() -> None:
    # ranks of the positives are 1 and 3: (1/1 + 2/3) / 2
    assert average_precision(flags("1010"), np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(5 / 6)


def test_correlations() -> None:
    left, right = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 4.0, 9.0, 16.0])
    assert spearman(left, right) == pytest.approx(1.0)
    assert pearson(left, right) == pytest.approx(0.9843740)


def test_calibration_error_by_hand() -> None:
    probabilities, outcomes = np.array([0.1, 0.1, 0.9, 0.9]), flags("0111")
    # bins: predicted .1 observed .5, predicted .9 observed 1: (.4 + .1) / 2
    assert expected_calibration_error(probabilities, outcomes) == pytest.approx(0.25)
    assert [(b.count, b.observed) for b in reliability(probabilities, outcomes)] == [(2, 0.5), (2, 1.0)]


def test_the_last_bin_holds_one() -> None:
    assert reliability(np.array([1.0]), flags("1"))[0].count == 1


def test_caught_by_reading_the_least_confident() -> None:
    confidence, errors = np.array([0.9, 0.1, 0.5, 0.8]), np.array([1.0, 4.0, 3.0, 2.0])
    assert caught_by_reading(confidence, errors, 0.25) == pytest.approx(0.4)
    assert caught_by_reading(confidence, errors, 0.5) == pytest.approx(0.7)
    assert caught_by_reading(confidence, errors, 1.0) == pytest.approx(1.0)


def test_best_threshold_separates() -> None:
    scores = np.concatenate([np.linspace(0, 0.4, 50), np.linspace(0.6, 1, 50)])
    labels = np.arange(100) >= 50
    assert matthews(labels, scores >= best_matthews_threshold(labels, scores)) > 0.97


def test_rates_and_preferences() -> None:
    assert per_thousand(3, 1500) == 2.0
    assert preferred([1.0, 0.5, 0.2], [0.0, 0.5, 0.4]) == 0.5
