"""The benchmark's metrics, each on plain arrays; scikit-learn and scipy where they have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def matthews(labels: Flags, predicted: Flags) -> float:
    """Matthews correlation coefficient of two (N,) binary arrays; 0 where it is undefined."""
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(labels, predicted))


def f1_bad(labels: Flags, predicted: Flags) -> float:
    """F1 of the class BAD, as in the WMT quality estimation tasks."""
    from sklearn.metrics import f1_score

    return float(f1_score(labels, predicted, zero_division=0.0))


def average_precision(labels: Flags, scores: Floats) -> float:
    """Area under the precision-recall curve as average precision; nan without positives."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, scores)) if labels.any() else float("nan")


def pearson(left: Floats, right: Floats) -> float:
    """Pearson's r of two (N,) arrays."""
    return float(np.corrcoef(left, right)[0, 1])


def spearman(left: Floats, right: Floats) -> float:
    """Spearman's rho of two (N,) arrays."""
    from scipy.stats import spearmanr

    return float(spearmanr(left, right).statistic)


def best_matthews_threshold(labels: Flags, scores: Floats, steps: int = 200) -> float:
    """The threshold, among quantiles of the scores, with the highest Matthews coefficient."""
    candidates = np.unique(np.quantile(scores, np.linspace(0.005, 0.995, steps)))
    return float(max(candidates, key=lambda t: matthews(labels, scores >= t)))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """A bin of predictions: their mean, the share that came true, how many there are."""

    predicted: float
    observed: float
    count: int


def reliability(probabilities: Floats, outcomes: Flags, bins: int = 15) -> list[ReliabilityBin]:
    """Equal-width bins over 0..1, empty ones left out (Guo et al. 2017)."""
    index = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        ReliabilityBin(
            float(probabilities[index == b].mean()),
            float(outcomes[index == b].mean()),
            int((index == b).sum()),
        )
        for b in range(bins)
        if (index == b).any()
    ]


def expected_calibration_error(probabilities: Floats, outcomes: Flags, bins: int = 15) -> float:
    """Mean distance of predicted from observed, weighted by the bins' sizes."""
    parts = reliability(probabilities, outcomes, bins)
    return sum(b.count * abs(b.predicted - b.observed) for b in parts) / max(len(probabilities), 1)


def caught_by_reading(confidence: Floats, errors: Floats, share: float) -> float:
    """Share of all errors that stand in the least confident ``share`` of the sentences."""
    order = np.argsort(confidence, kind="stable")
    read = order[: round(share * len(order))]
    return float(errors[read].sum() / max(errors.sum(), 1e-9))


def per_thousand(count: int, words: int) -> float:
    """A count per 1,000 words."""
    return 1000.0 * count / max(words, 1)


def preferred(originals: Sequence[float], others: Sequence[float]) -> float:
    """Share of pairs whose first has the higher value; a tie is half."""
    left, right = np.asarray(originals), np.asarray(others)
    return float(((left > right) + 0.5 * (left == right)).mean())
