"""From logits to probabilities that come true as often as they say (Platt 1999).

The parameters are fitted on held-out human data and news, and stand in the model folder's ``mtqa.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Probabilities are cut to this distance from 0 and 1: no model of this size is surer.
_EDGE = 1e-4


def sigmoid(logits: Floats) -> Floats:
    """Logistic function, cut off at the edges."""
    return np.clip(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), _EDGE, 1 - _EDGE)


@dataclass(frozen=True, slots=True)
class Platt:
    """``sigmoid(scale * logit + bias)``."""

    scale: float = 1.0
    bias: float = 0.0

    def __call__(self, logits: Floats) -> Floats:
        """Probabilities of logits, any shape."""
        return sigmoid(self.scale * logits + self.bias)


@dataclass(frozen=True, slots=True)
class SentenceCalibration:
    """A linear rule on the sentence's numbers (:class:`SentenceFeatures`), as many as it has weights for."""

    weights: tuple[float, ...] = (1.0,)
    bias: float = 0.0

    def linear(self, features: Floats) -> Floats:
        """Values (N,) of features (N, F)."""
        # Not a matrix product: its last bits depend on the number of rows.
        values: Floats = (features[:, : len(self.weights)] * np.array(self.weights)).sum(-1) + self.bias
        return values

    def __call__(self, features: Floats) -> Floats:
        """Probabilities (N,), by logistic regression, of features (N, F)."""
        return sigmoid(self.linear(features))


#: The third feature, as the quality head gives it.
_QUALITY_HEAD = SentenceCalibration((0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Calibration:
    """All calibrations of a scorer; ``quality`` gives the expected direct assessment, a z-score."""

    word: Platt = field(default_factory=Platt)
    gap: Platt = field(default_factory=Platt)
    edit_rate: Platt = field(default_factory=Platt)
    confidence: SentenceCalibration = field(default_factory=SentenceCalibration)
    quality: SentenceCalibration = _QUALITY_HEAD

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """Read the ``calibration`` table of ``mtqa.json``. Raises KeyError or TypeError if it is damaged.

        A folder without ``quality`` is from before there was one, and keeps its head's.
        """
        return cls(
            Platt(**values["word"]),
            Platt(**values["gap"]),
            Platt(**values["edit_rate"]),
            _read_sentence(values["confidence"]),
            _read_sentence(values["quality"]) if "quality" in values else _QUALITY_HEAD,
        )


def _read_sentence(values: Mapping[str, Any]) -> SentenceCalibration:
    return SentenceCalibration(tuple(float(w) for w in values["weights"]), float(values["bias"]))


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """What confidence and quality are computed from, of a sentence.

    ``keep``, ``edit_rate`` and ``quality``: what the three heads say. ``sound``: minus the root of minus the
    log probability that no word and no gap is wrong, were they independent; the root, as sentences differ in
    length. ``length``: log number of words. ``mean``: mean word score. ``worst_word``, ``worst_gap``: logits
    of the highest scores. ``fluency``: the words' mean log2 probability by corpus counts, in tens of bits.
    ``natural``: how much like a person's it is, as its head says.
    """

    keep: float
    edit_rate: float
    quality: float
    sound: float
    length: float
    mean: float
    worst_word: float
    worst_gap: float
    fluency: float
    natural: float = 0.0


def sentence_features(
    heads: tuple[float, float, float], words: Floats, gaps: Floats, fluency: float, natural: float = 0.0
) -> SentenceFeatures:
    """The features of a sentence of W words.

    ``heads``: what its heads say, keep, edit rate and quality. ``words`` (W,) and ``gaps`` (W + 1,): its
    calibrated scores. ``fluency``: in bits. ``natural``: what its head says.
    """
    count = len(words)
    wrong = -float(np.log1p(-words).sum() + np.log1p(-gaps).sum())
    return SentenceFeatures(
        *heads,
        sound=-math.sqrt(max(wrong, 0.0)),
        length=math.log(max(count, 1)),
        mean=float(words.mean()) if count else 0.0,
        worst_word=_logit(float(words.max())) if count else _logit(_EDGE),
        worst_gap=_logit(float(gaps.max())),
        fluency=fluency / max(count, 1) / 10,
        natural=natural,
    )


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))
