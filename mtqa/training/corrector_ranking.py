"""Fitting the corrector's ranking: what makes a candidate the editor's own wording.

A logistic regression on the features of :mod:`mtqa.corrector.rank`, over the candidates for flags as they
come at run time (:mod:`mtqa.training.corrector_flags`). A candidate counts as taken if it is the right
wording; others may be as good, so scores err on the low side. For a false flag nothing is right.

All figures are *held out*: the articles (or segments) of every kind are cut in two halves, and each half is
rated by the ranking that the other one gave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mtqa.corrector.folder import Ranking
from mtqa.corrector.rank import FEATURES, Features, rate
from mtqa.evaluation.metrics.calibration import expected_calibration_error
from mtqa.training.corrector_flags import CLEAN, KINDS, Collected

#: The features of a flag's candidates, and whether each is the right wording.
Rows = list[tuple[Features, bool]]
#: A proposal that an editor takes less often than this is noise, and is not shown.
SHOW_FROM = 0.05
#: Applied fixes that an editor puts up with in 5,000 words of clean news, where each is harm.
CLEAN_FIXES = 1.0
#: Share of the applied fixes on texts with errors that must be right.
PRECISION = 0.6
#: Fixes of which a share is told at least: the best few are right at any score.
AT_LEAST = 20
#: Score from which nothing is applied, where no score meets all this.
NEVER = 0.99
#: Scores that a table shows beside the chosen one.
_SCORES = (SHOW_FROM, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag's ``kind`` (of text), its ``group`` (article or segment), and its candidates."""

    kind: str
    group: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate of a flag: its score, and whether it is right; ``score`` is 0 if there is none."""

    kind: str
    score: float
    right: bool


def read_flags(collected: Iterable[Collected]) -> list[Flag]:
    """The flags of all kinds with the candidates that lower the suspicion; no others count at run time."""
    return [
        Flag(kind.kind, asked.group, [row for row in asked.rows() if row[0].suspicion_drop > 0])
        for kind in collected
        for asked in kind.flags
    ]


def fit_ranking(flags: Sequence[Flag]) -> Ranking:
    """The coefficients; nothing is to be applied yet."""
    rows = [row for flag in flags for row in flag.rows]
    features = np.array([[1.0, *(getattr(f, name) for name in FEATURES)] for f, _ in rows])
    weights = fit_logistic(features, np.array([taken for _, taken in rows], dtype=float))
    named = dict(zip(("bias", *FEATURES), (round(float(weight), 4) for weight in weights), strict=True))
    return Ranking(**named, min_score=NEVER, show_from=SHOW_FROM)


def fit_logistic(
    features: npt.NDArray[np.float64], labels: npt.NDArray[np.float64], penalty: float = 1.0
) -> npt.NDArray[np.float64]:
    """Weights (F,) of a logistic regression by Newton's method, with an L2 penalty on all but the first.

    ``features`` (N, F), of which the first is 1; ``labels`` (N,) of 0 and 1.
    """
    weights = np.zeros(features.shape[1])
    ridge = penalty * np.eye(len(weights))
    ridge[0, 0] = 1e-6
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (probability - labels) + ridge @ weights
        hessian = (features * (probability * (1 - probability))[:, None]).T @ features + ridge
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def halves(flags: Sequence[Flag]) -> tuple[list[Flag], list[Flag]]:
    """The flags of every other group of each kind, and the rest."""
    groups = {kind: sorted({f.group for f in flags if f.kind == kind}) for kind in {f.kind for f in flags}}
    first = {(kind, group) for kind, found in groups.items() for group in found[::2]}
    return (
        [flag for flag in flags if (flag.kind, flag.group) in first],
        [flag for flag in flags if (flag.kind, flag.group) not in first],
    )


def held_out(flags: Sequence[Flag]) -> list[Best]:
    """The best candidates of both halves, each half rated by the ranking fitted to the other."""
    one, other = halves(flags)
    return [*best_of(other, fit_ranking(one)), *best_of(one, fit_ranking(other))]


def best_of(flags: Sequence[Flag], ranking: Ranking) -> list[Best]:
    """The best candidate of every flag."""
    return [
        Best(flag.kind, *max(_rated(flag.rows, ranking), key=lambda row: row[0], default=(0.0, False)))
        for flag in flags
    ]


def _rated(rows: Rows, ranking: Ranking) -> list[tuple[float, bool]]:
    return [(rate(features, ranking), taken) for features, taken in rows]


def choose_min_score(
    best: Sequence[Best], clean_words: int, *, clean_fixes: float = CLEAN_FIXES, precision: float = PRECISION
) -> float:
    """The lowest score, in hundredths, from which clean news is left alone and fixes are right often enough.

    From this score on, applied are at most ``clean_fixes`` in 5,000 clean words, and of those on other texts
    (at least :data:`AT_LEAST`) ``precision`` are right. :data:`NEVER` if there is no such score.
    """
    for score in (step / 100 for step in range(round(100 * SHOW_FROM), 100)):
        row = measure(best, clean_words, score)
        if row["clean"] <= clean_fixes and row["precision"] >= precision and row["fixes"] >= AT_LEAST:
            return score
    return NEVER


def measure(best: Sequence[Best], clean_words: int, score: float) -> dict[str, float]:
    """What applying from a score gives; a share of nothing is nan.

    ``clean``: fixes in 5,000 clean words; ``precision``: share of the other fixes that are right, of all and
    of each kind of text; ``applied``: share of the flags on texts with errors that are fixed; ``fixes``:
    their number.
    """
    fixed = [b for b in best if b.score >= score]
    wrong = [b for b in fixed if b.kind != CLEAN]
    return {
        "score": score,
        "clean": 5000 * (len(fixed) - len(wrong)) / max(clean_words, 1),
        "precision": _share(b.right for b in wrong),
        **{f"precision {kind}": _share(b.right for b in wrong if b.kind == kind) for kind in KINDS[1:]},
        "applied": _share(b.score >= score for b in best if b.kind != CLEAN),
        "fixes": len(wrong),
    }


def summarise(best: Sequence[Best]) -> dict[str, float]:
    """Of the flags on texts with errors, the share with a proposal shown, and with the right one first.

    ``ece``: how far the scores of the first proposals shown, on all texts, are from the share that is right.
    """
    marred = [b for b in best if b.kind != CLEAN]
    shown = [b for b in best if b.score >= SHOW_FROM]
    return {
        "shown": _share(b.score >= SHOW_FROM for b in marred),
        "first right": _share(b.right for b in marred),
        "ece": expected_calibration_error(
            np.array([b.score for b in shown]), np.array([b.right for b in shown], dtype=bool)
        ),
    }


def _share(values: Iterable[bool]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else math.nan


def show_table(name: str, best: Sequence[Best], clean_words: int, min_score: float) -> str:
    """The figures of a ranking at a few scores, and at its own ``min_score``, as lines of text."""
    scores = sorted({*_SCORES, min_score})
    rows = [measure(best, clean_words, score) for score in scores]
    lines = [
        " ".join(f"{column:>9}" for column in ("from", *(column.split()[-1] for column in list(rows[0])[1:])))
    ]
    for row in rows:
        mark = " <-" if row["score"] == min_score else ""
        lines.append(" ".join(f"{value:9.3g}" for value in row.values()) + mark)
    summary = ", ".join(f"{key} {value:.3f}" for key, value in summarise(best).items())
    return "\n".join([f"{name}: {summary}", *lines])
