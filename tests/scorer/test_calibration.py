"""Calibration: a sentence's features by hand, and what a model folder's table gives."""

from __future__ import annotations

import math
from dataclasses import asdict, astuple

import numpy as np
import pytest

from mtqa.scorer.calibration import Calibration, SentenceCalibration, sentence_features

WORDS, GAPS = np.array([0.5, 0.2]), np.array([0.1, 0.1, 0.4])


def test_the_features_of_a_sentence() -> None:
    features = sentence_features((1.0, -2.0, 0.3), WORDS, GAPS, fluency=-40.0, natural=3.0)
    sound = 0.5 * 0.8 * 0.9 * 0.9 * 0.6
    assert asdict(features) == pytest.approx(
        {
            "keep": 1.0,
            "edit_rate": -2.0,
            "quality": 0.3,
            "sound": -math.sqrt(-math.log(sound)),
            "length": math.log(2),
            "mean": 0.35,
            "worst_word": 0.0,
            "worst_gap": math.log(0.4 / 0.6),
            "fluency": -2.0,
            "natural": 3.0,
        }
    )


def test_a_sentence_without_words() -> None:
    features = sentence_features((1.0, 0.0, 0.0), np.array([]), np.array([0.1]), fluency=0.0)
    assert all(map(math.isfinite, astuple(features)))


def test_a_rule_may_use_the_first_features_alone() -> None:
    features = np.array([[2.0, 5.0, 7.0], [0.0, 1.0, 9.0]])
    rule = SentenceCalibration((1.0, -1.0), 0.5)
    assert rule.linear(features).tolist() == [-2.5, -0.5]
    assert rule(features) == pytest.approx(1 / (1 + np.exp([2.5, 0.5])))


def test_a_folder_from_before_quality_was_calibrated() -> None:
    platt = {"scale": 2.0, "bias": 0.0}
    old = {
        "word": platt,
        "gap": platt,
        "edit_rate": platt,
        "confidence": {"weights": [1, 0, 0, 0], "bias": 0},
    }
    calibration = Calibration.from_dict(old)
    assert calibration.quality.linear(np.array([[9.0, 9.0, 0.3, 9.0]])).tolist() == [0.3]
    assert Calibration.from_dict(asdict(calibration)) == calibration
