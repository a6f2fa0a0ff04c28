"""What the scorer's variants (:mod:`mtqa.training.quantise`) give: speed and quality.

All on dev parts: post-edits (MLQE-PE) at the thresholds of the model folder, news as published and the same
garbled at its default threshold. Nothing is calibrated or fitted anew for a variant.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mtqa.errors import InputError
from mtqa.evaluation.bootstrap import interval, paired_difference
from mtqa.evaluation.data import digest
from mtqa.evaluation.metrics import best_matthews_threshold
from mtqa.evaluation.mlqe import PostEdited, read_pair, token_scores
from mtqa.evaluation.news import Article, Garble, clean_articles, matched, mixed_articles, untouched
from mtqa.evaluation.sample import Ragged, Sample
from mtqa.evaluation.sections.base import Statistic
from mtqa.evaluation.sections.clean import STATISTICS as _NEWS
from mtqa.scorer import Scorer, SegmentScores, decode_spans
from mtqa.training.ablation_measure import STATISTICS as _ABLATION
from mtqa.training.quantise import BASE, Made, Source, scorer_with
from mtqa.types import Segment

#: Words of news that speed is measured on, and the padded tokens a batch that scores are compared for; 16
#: is a window at a time.
TIMED_WORDS, BATCHES = 2000, (16, 2048)

Record = dict[str, Any]

_ON_NEWS = {statistic.name: statistic for statistic in _NEWS}
#: The figures by the sample that they are of.
STATISTICS: Mapping[str, tuple[Statistic, ...]] = {
    "post_edits": _ABLATION["mlqe"],
    "clean": (_ON_NEWS["flags_per_1000"],),
    "garbled": (_ON_NEWS["edits_found"],),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """What every variant scores: ``garbled`` is every second article, garbled; ``timed`` is for speed."""

    pairs: Mapping[str, Sequence[PostEdited]]
    clean: Sequence[Article]
    garbled: Sequence[Article]
    timed: Sequence[Segment]

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each, in words."""
        return {
            "segments": sum(map(len, self.pairs.values())),
            "articles": len(self.clean),
            "words": sum(_words(article.segments) for article in self.clean),
            "edits": sum(len(edits) for article in self.garbled for edits in article.edits),
            "timed": _words(self.timed),
        }

    @property
    def segments(self) -> list[Segment]:
        """All that quality is measured on, one after the other."""
        post_edited = [Segment(s.text) for rows in self.pairs.values() for s in rows]
        return post_edited + [s for article in (*self.clean, *self.garbled) for s in article.segments]


@dataclass(frozen=True, slots=True)
class Scored:
    """A variant's scores of all texts, and the samples that its figures are of."""

    scores: Sequence[SegmentScores]
    samples: Mapping[str, Sample]


def read_texts(data: Path, pairs: Sequence[str], garble: Garble, segments: int, articles: int) -> Texts:
    """At most so many segments of each pair, and articles. Raises :class:`InputError` if there are none."""
    chosen = {
        pair: sorted(read_pair(data, pair, "dev"), key=lambda s: digest(s.text))[:segments] for pair in pairs
    }
    sentences = clean_articles(data, "dev", articles)
    clean = [untouched(article) for article in sentences]
    timed: list[Segment] = []
    for article in clean:
        timed += article.segments if _words(timed) < TIMED_WORDS else ()
    texts = Texts(chosen, clean, mixed_articles(sentences, garble)[1::2], timed)
    if empty := [name for name, count in texts.counts.items() if not count]:
        raise InputError(f"{data} has no {' and no '.join(empty)} to measure on.")
    return texts


def score_texts(scorer: Scorer, texts: Texts, thresholds: Mapping[str, float]) -> Scored:
    """The scores of all texts; ``thresholds`` are those on the word score by pair."""
    scores = scorer.score(texts.segments)
    found = iter(scores)
    units = [
        (n, pair, s, token_scores(s, next(found))[0])
        for n, (pair, rows) in enumerate(texts.pairs.items())
        for s in rows
    ]
    columns = {
        "bad": Ragged.of([s.word_bad for _, _, s, _ in units], bool),
        "score": Ragged.of([words for *_, words in units], np.float64),
        "flagged": Ragged.of([[w >= thresholds[pair] for w in words] for _, pair, _, words in units], bool),
        "group": Ragged.of([[n] * len(words) for n, *_, words in units], np.int64),
    }
    flags, edits_found = _on_news(scores, texts, scorer.thresholds.default)
    count = len(texts.clean)
    clean = {"flags": flags[:count], "words": [_words(a.segments) for a in texts.clean]}
    garbled = {
        "mixed_found": edits_found[count:],
        "mixed_edits": [sum(map(len, article.edits)) for article in texts.garbled],
    }
    samples = {"post_edits": Sample(columns)}
    for name, lists in (("clean", clean), ("garbled", garbled)):
        samples[name] = Sample({column: np.array(values) for column, values in lists.items()})
    return Scored(scores, samples)


def _on_news(scores: Sequence[SegmentScores], texts: Texts, threshold: float) -> tuple[list[int], list[int]]:
    """The flags of every article at a threshold, clean ones first, and how many of its edits they find."""
    news = iter(scores[sum(map(len, texts.pairs.values())) :])
    flags, found = [], []
    for article in (*texts.clean, *texts.garbled):
        spans = [decode_spans(s.text, next(news), threshold) for s in article.segments]
        flags.append(sum(map(len, spans)))
        found.append(sum(matched(*both)[1] for both in zip(spans, article.edits, strict=True)))
    return flags, found


def at_equal_flags(scored: Scored, base: Scored, texts: Texts) -> Record:
    """The lowest threshold, in hundredths, down to which a variant flags no more clean news than the base
    does at its default, and the share of the edits that it finds there."""
    allowed = int(base.samples["clean"]["flags"].sum())
    reached = {"threshold": 1.0, "edits_found": 0.0}
    for hundredths in range(99, 0, -1):
        flags, found = _on_news(scored.scores, texts, hundredths / 100)
        if sum(flags[: len(texts.clean)]) > allowed:
            break
        reached = {"threshold": hundredths / 100, "edits_found": sum(found) / texts.counts["edits"]}
    return reached


def best_thresholds(scorer: Scorer, pairs: Mapping[str, Sequence[PostEdited]]) -> dict[str, float]:
    """The thresholds of each pair with the best MCC, for a scorer whose folder holds none."""
    chosen = {}
    for pair, rows in pairs.items():
        scored = scorer.score([Segment(s.text) for s in rows])
        words = [token_scores(s, found)[0] for s, found in zip(rows, scored, strict=True)]
        bad = np.array([b for s in rows for b in s.word_bad], bool)
        chosen[pair] = best_matthews_threshold(bad, np.array([w for scores in words for w in scores]))
    return chosen


def quality(scored: Scored, base: Scored, resamples: int) -> Record:
    """The figures with their 95 % intervals, their paired differences from the base, the largest change."""
    figures: Record = {}
    against: Record = {}
    for name, of_sample in STATISTICS.items():
        for statistic in of_sample:
            own, theirs = (s.samples[name].select(statistic.columns) for s in (scored, base))
            bounds = interval(own, statistic, resamples)
            figures[statistic.name] = {"value": statistic(own)} | (asdict(bounds) if bounds else {})
            found = paired_difference(theirs, own, statistic, resamples)
            against[statistic.name] = asdict(found) if found and own is not theirs else None
    return {
        "figures": figures,
        "against": None if scored is base else against,
        "largest_change": largest_change(scored.scores, base.scores),
    }


def largest_change(a: Sequence[SegmentScores], b: Sequence[SegmentScores]) -> float:
    """The largest difference between two probabilities of the same word."""
    changes = (
        abs(x - y)
        for one, two in zip(a, b, strict=True)
        for x, y in zip(one.word_scores, two.word_scores, strict=True)
    )
    return max(changes, default=0.0)


def change_with_batch(made: Made, scorer: Scorer, source: Source, segments: Sequence[Segment]) -> float:
    """The largest difference that the size of the batches makes to a word's probability."""
    usual = scorer_with(made.network, scorer, source).score(segments)
    others = (scorer_with(made.network, scorer, source, size).score(segments) for size in BATCHES)
    return max(largest_change(usual, other) for other in others)


def rates(scorers: Mapping[str, Scorer], segments: Sequence[Segment], rounds: int) -> dict[str, list[float]]:
    """Words per second of processor time, by turns, after a round that is not counted."""
    words = _words(segments)
    found: dict[str, list[float]] = {name: [] for name in scorers}
    for number in range(rounds + 1):
        for name, scorer in scorers.items():
            since = time.process_time()
            scorer.score(segments)
            if number:
                found[name].append(words / (time.process_time() - since))
    return found


def speed(found: Mapping[str, Sequence[float]], name: str) -> Record:
    """The median rate of a variant, and the median of how many times that of the base it is in a round."""
    times = [own / base for own, base in zip(found[name], found[BASE], strict=True)]
    return {"rate": statistics.median(found[name]), "times": statistics.median(times), "rates": found[name]}


def _words(segments: Sequence[Segment]) -> int:
    return sum(len(segment.text.split()) for segment in segments)
