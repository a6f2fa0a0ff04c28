"""The figures of an ablation's scorers, all on dev parts (:mod:`mtqa.training.ablation_texts`).

Nothing is calibrated, as most rows have seen no human label: all figures are of ranks, or of thresholds that
are found as each figure says.

- *Post-edits*: MLQE-PE dev, and the dev part of the MQM talks. The MCC's threshold is fitted on one half of
  the segments and applied to the other, and the other way round.
- *News, garbled*: clean articles beside the same garbled by all families. The threshold is where
  :data:`RECALL` of the edits are found; the figure is how many words of the clean articles it flags.
- *News, round trips*: held-out English sentences beside systems' round trips of them. The same figure, with
  the edits by word alignment of those trips that are near; and the share of pairs, near or not, in which the
  original is preferred. It judges errors that no garbler of ours has made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from mtqa.evaluation.bootstrap import Difference, interval, paired_difference
from mtqa.evaluation.data import digest
from mtqa.evaluation.metrics import (
    average_precision,
    best_matthews_threshold,
    matthews,
    per_thousand,
    preferred,
)
from mtqa.evaluation.mlqe import PostEdited, token_scores
from mtqa.evaluation.news import RoundTrips
from mtqa.evaluation.result import Figure
from mtqa.evaluation.sample import Array, Ragged, Sample
from mtqa.evaluation.sections.base import Statistic
from mtqa.evaluation.sections.spans import Annotated
from mtqa.scorer import Scorer, SegmentScores
from mtqa.scorer.calibration import Calibration, Platt, SentenceCalibration
from mtqa.training.ablation_texts import Evaluation, Runs, near_runs, wrong_runs
from mtqa.training.examples import LabelledSpan, from_spans
from mtqa.types import Segment

#: Share of the edits of bad news that are found where flags on good news are counted.
RECALL = 0.4
#: No row is calibrated. Halved logits keep their order and do not run into the cut-off; a sentence is
#: preferred for both heads that every row trains.
UNCALIBRATED = Calibration(
    Platt(scale=0.5), Platt(scale=0.5), Platt(scale=0.5), SentenceCalibration((0.25, -0.25, 0.0, 0.0))
)


def _by_group(function: Callable[[Array, Array], float], bad: Array, values: Array, group: Array) -> float:
    """The mean of a figure over the groups, which differ in how much is BAD."""
    return float(np.mean([function(bad[group == g], values[group == g]) for g in np.unique(group)]))


def _flagged_at_recall(edits: Array, clean: Array) -> float:
    """Words flagged of 1,000 clean ones where :data:`RECALL` of the edits are found."""
    if not len(edits):
        return float("nan")
    needed = int(np.ceil(RECALL * len(edits)))
    threshold = np.partition(edits, len(edits) - needed)[len(edits) - needed]
    return per_thousand(int(np.count_nonzero(clean >= threshold)), len(clean))


_AP, _MCC = partial(_by_group, average_precision), partial(_by_group, matthews)
_TAGGED, _FLAGGED = ("bad", "score", "group"), ("bad", "flagged", "group")
_NEWS = ("edit_score", "clean_score")
#: The figures by the sample that they are of.
STATISTICS: Mapping[str, tuple[Statistic, ...]] = {
    "mlqe": (
        Statistic("mlqe_ap", "post-edits: word AP", _AP, _TAGGED),
        Statistic("mlqe_mcc", "word MCC", _MCC, _FLAGGED),
    ),
    "mqm": (
        Statistic("mqm_ap", "MQM: word AP", _AP, _TAGGED),
        Statistic("mqm_mcc", "word MCC", _MCC, _FLAGGED),
    ),
    "garbled": (Statistic("garbled_flags", "flags, garbled news", _flagged_at_recall, _NEWS, "low"),),
    "trips": (
        Statistic("trip_flags", "flags, round trips", _flagged_at_recall, _NEWS, "low"),
        Statistic(
            "preferred",
            "original preferred",
            preferred,
            ("original", "trip"),
            percent=True,
        ),
    ),
}


def samples_of(scorer: Scorer, evaluation: Evaluation) -> dict[str, Sample]:
    """The units of every set as the scorer judges them, by the names of :data:`STATISTICS`."""
    return {
        "mlqe": _post_edits(scorer, evaluation.mlqe),
        "mqm": _annotations(scorer, evaluation.mqm),
        "garbled": _garbled(scorer, evaluation),
        "trips": _trips(scorer, evaluation.trips),
    }


def figures_of(samples: Mapping[str, Sample], resamples: int) -> dict[str, Figure]:
    """Every figure with its 95 % interval."""
    figures: dict[str, Figure] = {}
    for name, statistics in STATISTICS.items():
        for statistic in statistics:
            sample = samples[name].select(statistic.columns)
            bounds = interval(sample, statistic, resamples)
            low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
            figures[statistic.name] = Figure(statistic(sample), low, high)
    return figures


def differences(
    base: Mapping[str, Sample], other: Mapping[str, Sample], resamples: int
) -> dict[str, Difference | None]:
    """Every figure of the other row less that of the base, on the same units."""
    return {
        s.name: paired_difference(base[name].select(s.columns), other[name].select(s.columns), s, resamples)
        for name, statistics in STATISTICS.items()
        for s in statistics
    }


def _post_edits(scorer: Scorer, pairs: Mapping[str, Sequence[PostEdited]]) -> Sample:
    segments = [(n, s) for n, rows in enumerate(pairs.values()) for s in rows]
    scored = scorer.score([Segment(s.text) for _, s in segments])
    scores = [token_scores(s, found)[0] for (_, s), found in zip(segments, scored, strict=True)]
    halves = [number % 2 for number in range(len(segments))]
    return _tagged([s.word_bad for _, s in segments], scores, [n for n, _ in segments], halves)


def _annotations(scorer: Scorer, annotated: Sequence[Annotated]) -> Sample:
    """A translation is a row, but those of one source stand together: they are resampled as one."""
    scored = scorer.score([Segment(a.text) for a in annotated])
    sources: dict[str, list[tuple[Sequence[bool], Sequence[float]]]] = {}
    for annotation, found in zip(annotated, scored, strict=True):
        spans = [LabelledSpan(e.start, e.end) for e in annotation.errors if e.start < e.end]
        bad = (from_spans(Segment(annotation.text), spans, source="mqm").words == 1).tolist()
        sources.setdefault(annotation.source, []).append((bad, found.word_scores))
    units = list(sources.values())
    return _tagged(
        [[b for bad, _ in unit for b in bad] for unit in units],
        [[s for _, scores in unit for s in scores] for unit in units],
        [0] * len(units),
        [int(digest(source)[2], 16) % 2 for source in sources],
    )


def _tagged(
    bad: Sequence[Sequence[bool]],
    scores: Sequence[Sequence[float]],
    groups: Sequence[int],
    halves: Sequence[int],
) -> Sample:
    """Word tags with scores; each half is flagged at the best threshold of its group's other half."""
    tags, ragged = Ragged.of(bad, bool), Ragged.of(scores, np.float64)
    lengths = np.diff(ragged.starts)
    group, half = np.repeat(groups, lengths), np.repeat(halves, lengths)
    flagged = np.zeros(len(group), bool)
    for one in np.unique(group):
        for side in (0, 1):
            fitted, applied = (group == one) & (half != side), (group == one) & (half == side)
            if fitted.any() and applied.any():
                threshold = best_matthews_threshold(tags.values[fitted], ragged.values[fitted])
                flagged[applied] = ragged.values[applied] >= threshold
    columns = {"bad": tags, "score": ragged}
    columns |= {"flagged": Ragged(flagged, ragged.starts), "group": Ragged(group, ragged.starts)}
    return Sample(columns)


def _word_scores(scores: SegmentScores) -> npt.NDArray[np.float64]:
    """(W,): a word is flagged for itself or for a gap before it, the last one also for that after it."""
    words, gaps = (np.array(s, np.float64) for s in (scores.word_scores, scores.gap_scores))
    if not len(words):
        return words
    best: npt.NDArray[np.float64] = np.maximum(words, gaps[:-1])
    best[-1] = max(best[-1], gaps[-1])
    return best


def _edit_scores(scores: npt.NDArray[np.float64], runs: Runs) -> list[float]:
    """How sure the scorer is of each edit: of its surest word; of a gap, of the word after it."""
    return [float(scores[min(first, len(scores) - 1) : max(last, first + 1)].max()) for first, last in runs]


def _garbled(scorer: Scorer, evaluation: Evaluation) -> Sample:
    both = [*evaluation.clean, *evaluation.garbled]
    scored = iter(scorer.score([e.segment for article in both for e in article]))
    words = [[_word_scores(next(scored)) for _ in article] for article in both]
    count = len(evaluation.clean)
    edits = [
        [s for e, scores in zip(*unit, strict=True) for s in _edit_scores(scores, wrong_runs(e))]
        for unit in zip(evaluation.garbled, words[count:], strict=True)
    ]
    clean = [[s for scores in article for s in scores.tolist()] for article in words[:count]]
    return Sample({"edit_score": Ragged.of(edits, np.float64), "clean_score": Ragged.of(clean, np.float64)})


def _trips(scorer: Scorer, trips: Sequence[RoundTrips]) -> Sample:
    texts = sorted({text for trip in trips for text in (trip.original, *trip.texts)})
    scores = dict(zip(texts, scorer.score([Segment(text) for text in texts]), strict=True))
    words = {text: _word_scores(found) for text, found in scores.items()}
    edits = [
        [s for text in trip.texts for s in _edit_scores(words[text], near_runs(text, trip.original))]
        for trip in trips
    ]
    columns = {
        "edit_score": edits,
        "clean_score": [words[trip.original].tolist() for trip in trips],
        "original": [[scores[trip.original].confidence] * len(trip.texts) for trip in trips],
        "trip": [[scores[text].confidence for text in trip.texts] for trip in trips],
    }
    return Sample({name: Ragged.of(rows, np.float64) for name, rows in columns.items()})
