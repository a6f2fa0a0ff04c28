"""Section 4: does it leave good news alone, find what is wrong in bad news, and tell the one from the other?

Three groups: news as its journalists wrote it, its words by kind beside it; the same with every second
article garbled on purpose; and English news sentences beside machine round trips of them (WMT system output).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from mtqa.evaluation.baselines import rarity
from mtqa.evaluation.metrics import per_thousand, preferred, ratio
from mtqa.evaluation.news import (
    Article,
    RoundTrips,
    clean_articles,
    clean_file,
    matched,
    mixed_articles,
    round_trips,
    sysout_files,
    untouched,
)
from mtqa.evaluation.sample import Array, Ragged, Sample
from mtqa.evaluation.sections.base import Context, Measured, Measurement, Section, Statistic
from mtqa.evaluation.word_kinds import KINDS, word_kinds
from mtqa.scorer import SegmentScores, decode_spans, flags_of_document
from mtqa.types import Segment, Span

CLEAN_NEWS, MIXED_NEWS, ROUND_TRIPS = "clean news", "mixed news", "round trips"
#: Bands of chrF (0..100) of the round trip against its original.
BANDS = {"below_50": (0.0, 50.0), "50_to_70": (50.0, 70.0), "above_70": (70.0, 101.0)}


def _rate(flags: Array, words: Array) -> float:
    return per_thousand(int(flags.sum()), int(words.sum()))


def _preferred(originals: Array, trips: Array, chrf: Array, band: tuple[float, float]) -> float:
    inside = (chrf >= band[0]) & (chrf < band[1])
    return preferred(originals[inside], trips[inside]) if inside.any() else float("nan")


def _flagged_words(flagged: Array, words: Array) -> float:
    return per_thousand(int(flagged.sum()), int(words.sum())) if words.any() else float("nan")


_SIDES = {"originals": "original", "round trips": "trip"}

STATISTICS = (
    Statistic("flags_per_1000", "flags per 1,000 clean words", _rate, ("flags", "words"), better="low"),
    Statistic(
        "sentences_flagged",
        "clean sentences flagged",
        ratio,
        ("sentences_flagged", "sentences"),
        better="low",
        percent=True,
    ),
    Statistic(
        "words_flagged",
        "words flagged, of 1,000 clean ones",
        _flagged_words,
        ("kind_flagged", "kind_words"),
        better="low",
    ),
    Statistic("precision", "precision of flags", ratio, ("mixed_right", "mixed_flags"), percent=True),
    Statistic("edits_found", "garbled edits found", ratio, ("mixed_found", "mixed_edits"), percent=True),
    Statistic(
        "preferred",
        "original preferred to its round trip",
        preferred,
        ("original_score", "trip_score"),
        percent=True,
    ),
    *(
        Statistic(
            f"preferred_{name}",
            f"the same, chrF {name.replace('_', ' ')}",
            partial(_preferred, band=band),
            ("original_score", "trip_score", "chrf"),
            percent=True,
        )
        for name, band in BANDS.items()
    ),
    *(
        Statistic(
            f"flags_per_1000_{key}s",
            f"flags per 1,000 words of {side}",
            _rate,
            (f"{key}_flags", f"{key}_words"),
            better="low" if key == "original" else "",
        )
        for side, key in _SIDES.items()
    ),
)


def measure(context: Context) -> Measurement:
    """The samples of the three groups."""
    articles = clean_articles(context.data, context.split, context.limit)
    measured = _clean(context, [untouched(article) for article in articles])
    notes = []
    if context.garble is None:
        notes.append("Mixed news was left out: the garbler's dictionaries or the corpus were not found.")
    else:
        measured.append(_mixed(context, mixed_articles(articles, context.garble)))
    trips = list(round_trips(context.data, context.split, context.limit))
    measured += _round_trips(context, trips)
    files = [clean_file(context.data), *sysout_files(context.data)]
    return Measurement(measured, notes=notes, files=files)


def _score(context: Context, label: str, articles: Sequence[Article]) -> Iterator[list[SegmentScores]]:
    segments = [segment for article in articles for segment in article.segments]
    with context.progress(label, len(segments)) as advance:
        scores = iter(context.scorer.score(segments, advance))
    for article in articles:
        yield [next(scores) for _ in article.segments]


def _spans(context: Context, article: Article, scores: Sequence[SegmentScores]) -> list[list[Span]]:
    return flags_of_document(context.scorer.thresholds, [s.text for s in article.segments], scores)


def _clean(context: Context, articles: Sequence[Article]) -> list[Measured]:
    """News as it was published, and the kinds of its words."""
    rows, kinds = [], []
    for article, scores in zip(articles, _score(context, CLEAN_NEWS, articles), strict=True):
        spans = _spans(context, article, scores)
        words = sum(len(segment.text.split()) for segment in article.segments)
        rows.append((sum(map(len, spans)), words, sum(map(bool, spans)), len(spans)))
        kinds.append(_by_kind(article, scores, spans))
    columns = zip(*rows, strict=True)
    names = ("flags", "words", "sentences_flagged", "sentences")
    sample = Sample({name: np.array(column) for name, column in zip(names, columns, strict=True)})
    counts = {"articles": len(articles), "words": int(sample["words"].sum())}
    return [Measured(CLEAN_NEWS, "mtqa", "mtqa", sample, counts), *_kinds(kinds)]


def _by_kind(
    article: Article, scores: Sequence[SegmentScores], spans: Sequence[Sequence[Span]]
) -> dict[str, tuple[int, int]]:
    """Of each kind, how many words an article has, and how many of them are flagged."""
    words, flagged = Counter[str](), Counter[str]()
    for segment, score, found in zip(article.segments, scores, spans, strict=True):
        kinds = word_kinds(segment.text, score.words)
        words.update(kinds)
        flagged.update(
            kind
            for kind, (start, end) in zip(kinds, score.words, strict=True)
            if any(span.start < end and start < span.end for span in found)
        )
    return {kind: (words[kind], flagged[kind]) for kind in KINDS}


def _kinds(articles: Sequence[Mapping[str, tuple[int, int]]]) -> Iterator[Measured]:
    for kind in KINDS:
        words, flagged = (np.array([article[kind][place] for article in articles]) for place in (0, 1))
        sample = Sample({"kind_words": words, "kind_flagged": flagged})
        if words.any():
            counts = {"words": int(words.sum()), "flagged": int(flagged.sum())}
            yield Measured(kind, "mtqa", "mtqa", sample, counts)


def _mixed(context: Context, articles: Sequence[Article]) -> Measured:
    rows = []
    for article, scores in zip(articles, _score(context, MIXED_NEWS, articles), strict=True):
        spans = _spans(context, article, scores)
        right = found = 0
        for flagged, edits in zip(spans, article.edits, strict=True):
            both = matched(flagged, edits)
            right, found = right + both[0], found + both[1]
        rows.append((sum(map(len, spans)), right, sum(map(len, article.edits)), found))
    columns = zip(*rows, strict=True)
    names = ("mixed_flags", "mixed_right", "mixed_edits", "mixed_found")
    sample = Sample({name: np.array(column) for name, column in zip(names, columns, strict=True)})
    counts = {"articles": len(articles), "edits": int(sample["mixed_edits"].sum())}
    return Measured(MIXED_NEWS, "mtqa", "mtqa", sample, counts)


def _round_trips(context: Context, trips: Sequence[RoundTrips]) -> list[Measured]:
    texts = sorted({text for trip in trips for text in (trip.original, *trip.texts)})
    with context.progress(ROUND_TRIPS, len(texts)) as advance:
        scored = context.scorer.score([Segment(text) for text in texts], advance)
    scores = dict(zip(texts, scored, strict=True))
    threshold = context.scorer.thresholds.default
    flags = {text: len(decode_spans(text, scores[text], threshold)) for text in texts}
    shared = {"chrf": _ragged([trip.chrf for trip in trips])}
    ours: dict[str, list[list[float]]] = {
        "original_score": [[scores[t.original].confidence] * len(t.texts) for t in trips],
        "trip_score": [[scores[text].confidence for text in t.texts] for t in trips],
        "original_flags": [[flags[t.original]] for t in trips],
        "original_words": [[len(t.original.split())] for t in trips],
        "trip_flags": [[flags[text] for text in t.texts] for t in trips],
        "trip_words": [[len(text.split()) for text in t.texts] for t in trips],
    }
    sample = Sample(shared | {name: _ragged(rows) for name, rows in ours.items()})
    counts = {"originals": len(trips), "pairs": len(sample["chrf"])}
    return [Measured(ROUND_TRIPS, "mtqa", "mtqa", sample, counts), *_rules(trips, shared)]


def _rules(trips: Sequence[RoundTrips], shared: Mapping[str, Ragged]) -> Iterator[Measured]:
    """Preferring a text for its length or for its words."""
    rules: dict[str, Callable[[str], float]] = {
        "the shorter one": lambda text: -float(len(text)),
        "the one with commoner words": lambda text: -float(np.mean(rarity(text.split()) or [0.0])),
    }
    for name, rule in rules.items():
        columns = {
            "original_score": _ragged([[rule(t.original)] * len(t.texts) for t in trips]),
            "trip_score": _ragged([[rule(text) for text in t.texts] for t in trips]),
        }
        yield Measured(ROUND_TRIPS, name, "baseline", Sample({**shared, **columns}))


def _ragged(rows: Sequence[Sequence[float]]) -> Ragged:
    return Ragged.of(rows, np.float64)


CLEAN = Section(
    "clean", "News: does it leave good writing alone, and tell it from garbled?", STATISTICS, measure
)
