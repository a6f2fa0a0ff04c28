"""Fitting a scorer's calibration and operating points on dev data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression, Ridge

from mtqa.evaluation.news import matched
from mtqa.scorer.calibration import Calibration, Platt, SentenceCalibration, SentenceFeatures
from mtqa.scorer.judge import Judgement
from mtqa.scorer.scorer import features_of
from mtqa.scorer.scores import SegmentScores
from mtqa.scorer.spans import decode_spans
from mtqa.training.examples import Example

Floats = npt.NDArray[np.float64]

_ALL = tuple(field.name for field in fields(SentenceFeatures))

#: The features that confidence is fitted on, and what the order of pairs counts against the sentences: on dev
#: the best of several (docs/training.md).
CONFIDENCE_FEATURES = ("edit_rate", "sound", "mean", "length", "natural")
PREFERENCE = 0.1

#: Judgements of a sentence that a person wrote and of a machine's version of it.
Pair = tuple[Judgement, Judgement]


def fit_platt(logits: Floats, labels: Floats, weights: Floats) -> Platt:
    """Platt scaling of logits (N,) on soft or hard labels (N,), 0..1; none if there is only one class."""
    inputs = np.concatenate([logits, logits])[:, None]
    outcome = np.concatenate([np.ones(len(logits)), np.zeros(len(logits))])
    weight = np.concatenate([weights * labels, weights * (1 - labels)])
    kept = weight > 0
    if len(np.unique(outcome[kept])) < 2:
        return Platt()
    model = LogisticRegression(C=1e6).fit(inputs[kept], outcome[kept], sample_weight=weight[kept])
    return Platt(float(model.coef_[0, 0]), float(model.intercept_[0]))


def fit_calibration(
    parts: Sequence[tuple[list[Judgement], list[Example]]], pairs: Sequence[Pair] = ()
) -> Calibration:
    """Calibrate on several data sets at once, each counting the same whatever its size.

    Direct assessments are known of some sets only, and the quality is fitted to those; of ``pairs`` the order
    alone is, and only the confidence is fitted to it.
    """
    words, gaps, rates = [], [], []
    for judgements, examples in parts:
        words.append(_stack([(j.word, e.words) for j, e in zip(judgements, examples, strict=True)]))
        gaps.append(_stack([(j.gap, e.gaps) for j, e in zip(judgements, examples, strict=True)]))
        rates.append(
            _stack(
                [
                    (np.array([j.edit_rate]), np.array([e.edit_rate]))
                    for j, e in zip(judgements, examples, strict=True)
                ]
            )
        )
    first = Calibration(_fit_parts(words), _fit_parts(gaps), _fit_parts(rates))
    features = [features_of(judgements, first) for judgements, _ in parts]
    keep = [np.array([e.keep for e in examples]) for _, examples in parts]
    quality = [np.array([e.quality for e in examples]) for _, examples in parts]
    better = [features_of(side, first) for side in zip(*pairs, strict=True)]
    return Calibration(
        first.word,
        first.gap,
        first.edit_rate,
        fit_confidence(features, keep, better[0] - better[1] if better else None),
        fit_quality(features, quality),
    )


def fit_confidence(
    features: Sequence[Floats],
    keep: Sequence[Floats],
    better: Floats | None = None,
    *,
    names: Sequence[str] = CONFIDENCE_FEATURES,
    preference: float = PREFERENCE,
) -> SentenceCalibration:
    """A logistic rule from features (N, F) of several data sets, each counting the same, to ``keep`` (N,),
    which is nan where it is not known.

    ``better`` (P, F): features of a sentence less those of a worse version of it. How the features are
    weighed against each other is fitted to these, too, which count ``preference`` times as much as the
    sentences (RankNet, Burges et al. 2005); how steep the rule is and where it begins, to sentences alone.
    """
    sentences = _standardised(features, keep, names)
    if sentences is None:
        return SentenceCalibration((0.0,))
    right = sentences.targets > 0.5
    inputs = np.column_stack([sentences.inputs, np.ones(len(right))])
    rows, outcome, weight = [inputs], [right], [sentences.weights]
    if better is not None and len(better) and preference > 0:
        apart = better[:, sentences.columns] / sentences.deviation
        each = np.full(len(apart), preference * sentences.weights.sum() / (2 * len(apart)))
        for sign in (1, -1):
            rows.append(np.column_stack([sign * apart, np.zeros(len(apart))]))
            outcome.append(np.full(len(apart), sign > 0))
            weight.append(each)
    direction = LogisticRegression(C=1e6, max_iter=2000, fit_intercept=False).fit(
        np.concatenate(rows), np.concatenate(outcome), sample_weight=np.concatenate(weight)
    )
    logits = inputs @ np.ravel(direction.coef_)
    scale = fit_platt(logits, right.astype(np.float64), sentences.weights)
    slopes = scale.scale * np.ravel(direction.coef_)
    return sentences.rule(slopes[:-1], slopes[-1] + scale.bias)


def fit_quality(features: Sequence[Floats], quality: Sequence[Floats]) -> SentenceCalibration:
    """A linear rule (ridge regression) from the features (N, F) of several data sets, each counting the same,
    to direct assessments (N,), which are nan where they are not known."""
    sentences = _standardised(features, quality, _ALL)
    if sentences is None:
        return SentenceCalibration((0.0,))
    model = Ridge(alpha=10.0).fit(sentences.inputs, sentences.targets, sample_weight=sentences.weights)
    return sentences.rule(np.ravel(model.coef_), float(model.intercept_))


@dataclass(frozen=True, slots=True)
class _Standardised:
    """Features ``columns`` of the sentences of which the target is known, with mean 0 and deviation 1; the
    mean weight of a sentence is 1, so that a penalty means the same for any number of sets."""

    columns: list[int]
    mean: Floats
    deviation: Floats
    inputs: Floats
    targets: Floats
    weights: Floats

    def rule(self, slopes: Floats, bias: float) -> SentenceCalibration:
        """A rule on these features, as one on the features as they are; all others have the weight 0."""
        weights = np.zeros(len(_ALL))
        weights[self.columns] = slopes / self.deviation
        moved = float(bias) - float((weights[self.columns] * self.mean).sum())
        return SentenceCalibration(tuple(weights.tolist()), moved)


def _standardised(
    features: Sequence[Floats], targets: Sequence[Floats], names: Sequence[str]
) -> _Standardised | None:
    columns = [_ALL.index(name) for name in names]
    kept = [np.isfinite(values) for values in targets]
    if not any(mask.any() for mask in kept):
        return None
    inputs = np.concatenate([part[mask][:, columns] for part, mask in zip(features, kept, strict=True)])
    mean, deviation = inputs.mean(0), inputs.std(0) + 1e-9
    share = len(inputs) / sum(mask.any() for mask in kept)
    return _Standardised(
        columns,
        mean,
        deviation,
        (inputs - mean) / deviation,
        np.concatenate([part[mask] for part, mask in zip(targets, kept, strict=True)]),
        np.concatenate([np.full(mask.sum(), share / max(mask.sum(), 1)) for mask in kept]),
    )


def _stack(pairs: list[tuple[Floats, npt.NDArray[np.generic]]]) -> tuple[Floats, Floats]:
    logits = np.concatenate([logit for logit, _ in pairs])
    labels = np.concatenate([label.astype(np.float64) for _, label in pairs])
    known = np.isfinite(labels) & (labels >= 0)
    return logits[known], labels[known]


def _fit_parts(parts: list[tuple[Floats, Floats]]) -> Platt:
    weights = np.concatenate([np.full(len(labels), 1e4 / len(labels)) for _, labels in parts])
    return fit_platt(
        np.concatenate([logits for logits, _ in parts]),
        np.concatenate([labels for _, labels in parts]),
        weights,
    )


def flags_of(
    examples: Sequence[Example], scored: Sequence[SegmentScores], threshold: float
) -> tuple[int, int, int, int]:
    """Flags, flags that touch an edit, edits, and edits touched by a flag, over labelled segments."""
    flags = right = edits = found = 0
    for example, scores in zip(examples, scored, strict=True):
        spans = decode_spans(example.segment.text, scores, threshold)
        wrong = _edit_runs(example, scores)
        both = matched(spans, wrong)
        flags += len(spans)
        right += both[0]
        edits += len(wrong)
        found += both[1]
    return flags, right, edits, found


def _edit_runs(example: Example, scores: SegmentScores) -> list[tuple[int, int]]:
    """Character ranges of the runs of wrong words, and of the gaps outside them."""
    runs: list[tuple[int, int]] = []
    labels = example.words
    for index, (start, end) in enumerate(scores.words):
        if labels[index] == 1 and index and labels[index - 1] == 1:
            runs[-1] = (runs[-1][0], end)
        elif labels[index] == 1:
            runs.append((start, end))
    for gap in np.flatnonzero(example.gaps == 1):
        beside = [labels[i] for i in (gap - 1, gap) if 0 <= i < len(labels)]
        if 1 not in beside and scores.words:
            at = scores.words[gap][0] if gap < len(scores.words) else scores.words[-1][1]
            runs.append((at, at))
    return runs


def threshold_for(reached: Callable[[float], bool]) -> float:
    """The lowest threshold 0.02, 0.03, ... at which a goal is reached; 0.99 if it never is."""
    return next((t / 100 for t in range(2, 99) if reached(t / 100)), 0.99)
