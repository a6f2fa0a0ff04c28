"""Fitting a scorer's calibration and operating points on dev data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

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

#: The features that confidence is fitted on: two, which on dev beat every larger set (docs/training.md).
CONFIDENCE_FEATURES = ("edit_rate", "sound")


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


def fit_calibration(parts: Sequence[tuple[list[Judgement], list[Example]]]) -> Calibration:
    """Calibrate on several data sets at once, each counting the same whatever its size.

    Direct assessments are known of some sets only, and the quality is fitted to those.
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
    return Calibration(
        first.word,
        first.gap,
        first.edit_rate,
        fit_sentences(
            LogisticRegression(C=1e6, max_iter=1000),
            features,
            [k > 0.5 for k in keep],
            keep,
            CONFIDENCE_FEATURES,
        ),
        fit_sentences(Ridge(alpha=10.0), features, quality, quality),
    )


def fit_sentences(
    model: LogisticRegression | Ridge,
    features: Sequence[Floats],
    targets: Sequence[npt.NDArray[np.generic]],
    known: Sequence[Floats],
    names: Sequence[str] = _ALL,
) -> SentenceCalibration:
    """A linear rule from the features (N, F) of several data sets, each counting the same, to their targets
    (N,), where ``known`` (N,) is a number. Fitted on standardised features, given for them as they are; those
    that are not among ``names`` have the weight 0."""
    columns = [_ALL.index(name) for name in names]
    kept = [np.isfinite(values) for values in known]
    if not any(mask.any() for mask in kept):
        return SentenceCalibration((0.0,))
    inputs = np.concatenate([part[mask][:, columns] for part, mask in zip(features, kept, strict=True)])
    mean, deviation = inputs.mean(0), inputs.std(0) + 1e-9
    # The mean weight of a segment is 1, so that a penalty means the same for any number of sets.
    share = len(inputs) / sum(mask.any() for mask in kept)
    model.fit(
        (inputs - mean) / deviation,
        np.concatenate([part[mask] for part, mask in zip(targets, kept, strict=True)]),
        sample_weight=np.concatenate([np.full(mask.sum(), share / max(mask.sum(), 1)) for mask in kept]),
    )
    slopes = np.ravel(model.coef_) / deviation
    bias = float(np.ravel(model.intercept_)[0]) - float((slopes * mean).sum())
    weights = dict(zip(names, slopes.tolist(), strict=True))
    return SentenceCalibration(tuple(weights.get(name, 0.0) for name in _ALL), bias)


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
