"""Section 3: does it mark what a professional would mark? MQM error spans (Freitag et al. 2021).

The set's talks are cut by document into training and held-out ones; the held-out talks are too few to be cut
so again, and are cut by source sentence: all translations of one are in the same part. It is also the unit
that is resampled, as its translations resemble each other.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mtqa.errors import ConfigError
from mtqa.evaluation.alignment import word_range
from mtqa.evaluation.data import digest, is_mqm_training_document, part_of, read_jsonl
from mtqa.evaluation.metrics import (
    MarkedSpan,
    f1_from_sums,
    match_credit,
    precision_from_sums,
    ratio,
    recall_from_sums,
    span_credit,
)
from mtqa.evaluation.sample import Sample
from mtqa.evaluation.sections.base import Context, Measured, Measurement, Section, Statistic
from mtqa.scorer import SegmentScores, Thresholds, decode_spans, flags_of_document
from mtqa.text.words import split_words
from mtqa.types import Segment, Span

#: The groups: our flags at the default threshold, and at that for a precision.
TALKS = "zh-en"
PRECISION = 0.5
TALKS_AT_PRECISION = f"zh-en, precision {PRECISION:g}"

#: Random spans are drawn so often, and their counts averaged; tries to put one where no other is.
_DRAWS, _TRIES = 10, 20
# What raters marked in the source; the same source comes with and without it.
_SOURCE_MARKS = re.compile("</?v>")

Spans = Sequence[MarkedSpan]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A translation of ``source`` and the errors that one rater marked in it.

    ``document`` names the talk and the system whose translation of it this is a sentence of.
    """

    source: str
    text: str
    errors: tuple[MarkedSpan, ...]
    document: tuple[str, str]


_CHARACTERS = ("credit", "characters_flagged", "credit", "characters_marked")
_MATCHES = ("credit_flagged", "spans_flagged", "credit_marked", "spans_marked")

STATISTICS = (
    Statistic("char_f1", "F1 by character", f1_from_sums, _CHARACTERS, percent=True),
    Statistic("char_precision", "precision by character", precision_from_sums, _CHARACTERS[:2], percent=True),
    Statistic("char_recall", "recall by character", recall_from_sums, _CHARACTERS[2:], percent=True),
    Statistic("mpp_f1", "F1 of matched spans", f1_from_sums, _MATCHES, percent=True),
    Statistic("mpp_precision", "precision of matched spans", precision_from_sums, _MATCHES[:2], percent=True),
    Statistic("mpp_recall", "recall of matched spans", recall_from_sums, _MATCHES[2:], percent=True),
    Statistic("major_touched", "major errors touched", ratio, ("majors_touched", "majors"), percent=True),
)


def measure(context: Context) -> Measurement:
    """The samples at the two thresholds, each beside random spans as many and as long; and always BAD."""
    annotated = read_annotated(context.data, context.split, context.limit)
    texts = list(dict.fromkeys(a.text for a in annotated))
    with context.progress("spans", len(texts)) as advance:
        scores = dict(zip(texts, context.scorer.score([Segment(t) for t in texts], advance), strict=True))

    def flags(threshold: float) -> list[Spans]:
        found = {text: _marked(decode_spans(text, scores[text], threshold)) for text in texts}
        return [found[a.text] for a in annotated]

    everything = [[MarkedSpan(0, len(a.text), "major")] for a in annotated]
    measured = [
        *_beside_chance(TALKS, annotated, _flags_by_talk(context.scorer.thresholds, annotated, scores)),
        Measured(TALKS, "always BAD", "baseline", _sample(annotated, everything)),
    ]
    notes = [
        "Left out: human translations, errors of the source, errors without a place in the translation, and "
        "flags where a word is missing, which have no length. Sentences were read without their neighbours; "
        "all of a talk by one system are a document, whose threshold they share.",
        "All systems are low here: the best large models reach an F1 of about 22 on the WMT 2025 data.",
    ]
    try:
        measured += _beside_chance(
            TALKS_AT_PRECISION, annotated, flags(context.scorer.thresholds.for_precision(PRECISION))
        )
    except ConfigError as error:
        notes.append(f"{TALKS_AT_PRECISION} was left out: {error}")
    return Measurement(measured, notes=notes, files=[mqm_file(context.data)])


def _marked(spans: Sequence[Span]) -> Spans:
    return [MarkedSpan(span.start, span.end, span.severity) for span in spans]


def _flags_by_talk(
    thresholds: Thresholds, annotated: Sequence[Annotated], scores: Mapping[str, SegmentScores]
) -> list[Spans]:
    """What is flagged by default in each translation, a sentence of its system's translation of a talk."""
    talks: dict[tuple[str, str], dict[str, Spans]] = defaultdict(dict)
    for a in annotated:
        talks[a.document][a.text] = ()
    for found in talks.values():
        flags = flags_of_document(thresholds, list(found), [scores[text] for text in found])
        found.update(zip(found, map(_marked, flags), strict=True))
    return [talks[a.document][a.text] for a in annotated]


def mqm_file(data: Path) -> Path:
    """Where the annotations lie."""
    return data / "mqm" / "ted2021_zh-en.jsonl.xz"


def read_annotated(data: Path, split: str, limit: int | None = None) -> list[Annotated]:
    """The machine translations of a part's source sentences, ``limit`` of these, as each rater marked them.

    A record is an error, or says that there is none. The systems ``ref`` and ``refB`` are people.
    """
    marked: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in read_jsonl(mqm_file(data)):
        source, document = _SOURCE_MARKS.sub("", str(record["src"])), str(record["doc"])
        held_out = not is_mqm_training_document(document) and part_of(digest(source)) == split
        if held_out and not str(record["system"]).startswith("ref"):
            key = (source, document, *(str(record[name]) for name in ("seg", "system", "rater", "mt")))
            marked[key].append(record)
    sources = set(list(dict.fromkeys(source for source, *_ in marked))[:limit])
    return [
        Annotated(key[0], key[-1], tuple(_errors(records)), (key[1], key[3]))
        for key, records in marked.items()
        if key[0] in sources
    ]


def _errors(records: Sequence[Mapping[str, Any]]) -> Iterator[MarkedSpan]:
    """The marked errors: not neutral ones, those of the source, or omissions, which have no place."""
    for record in records:
        severity = str(record["severity"]).lower()
        if (
            severity in ("minor", "major", "critical")
            and record["category"] != "Source error"
            and record.get("span")
        ):
            yield MarkedSpan(int(record["span"][0]), int(record["span"][1]), severity)


def _beside_chance(group: str, annotated: Sequence[Annotated], flags: Sequence[Spans]) -> list[Measured]:
    ours = _sample(annotated, flags)
    counts = {
        "source sentences": len(ours),
        "translations": len(annotated),
        "marked spans": int(ours["spans_marked"].sum()),
        "flagged spans": int(ours["spans_flagged"].sum()),
    }
    texts = [a.text for a in annotated]
    draws = [_sample(annotated, at_random(texts, flags, seed)) for seed in range(_DRAWS)]
    chance = Sample({name: np.mean([draw[name] for draw in draws], axis=0) for name in ours.columns})
    return [
        Measured(group, "mtqa", "mtqa", ours, counts),
        Measured(group, "random spans, as many and as long", "baseline", chance),
    ]


def at_random(texts: Sequence[str], spans: Sequence[Spans], seed: int) -> list[Spans]:
    """As many spans of as many words and the same severities, anywhere in the texts, on whole words.

    One that finds no free place, as the texts are too short for it, is left out.
    """
    rng = random.Random(seed)
    words = [split_words(text) for text in texts]
    wanted = []
    for offsets, row in zip(words, spans, strict=True):
        for span in row:
            first, last = word_range(offsets, span.start, span.end)
            if first < last:
                wanted.append((last - first, span.severity))
    taken: list[set[int]] = [set() for _ in texts]
    placed: list[list[MarkedSpan]] = [[] for _ in texts]
    weights = np.cumsum([len(offsets) for offsets in words]).tolist()
    for length, severity in sorted(wanted, reverse=True):  # long ones first, while there is room
        for _ in range(_TRIES):
            (at,) = rng.choices(range(len(texts)), cum_weights=weights)
            first = rng.randrange(len(words[at]))
            place = range(first, first + length)
            if place.stop <= len(words[at]) and taken[at].isdisjoint(place):
                taken[at].update(place)
                start, end = words[at][first][0], words[at][place.stop - 1][1]
                placed[at].append(MarkedSpan(start, end, severity))
                break
    return [sorted(row, key=lambda span: span.start) for row in placed]


def _sample(annotated: Sequence[Annotated], flags: Sequence[Spans]) -> Sample:
    """The sums of the translations of each source sentence."""
    units = {source: number for number, source in enumerate(dict.fromkeys(a.source for a in annotated))}
    columns = {name: np.zeros(len(units)) for name in dict.fromkeys((*_CHARACTERS, *_MATCHES))}
    columns |= {name: np.zeros(len(units)) for name in ("majors", "majors_touched")}
    for annotation, found in zip(annotated, flags, strict=True):
        for name, value in _counts(annotation, found).items():
            columns[name][units[annotation.source]] += value
    return Sample(columns)


def _counts(annotation: Annotated, flags: Spans) -> dict[str, float]:
    characters = span_credit(annotation.errors, flags, len(annotation.text))
    matches = match_credit(annotation.errors, flags)
    majors = [error for error in annotation.errors if error.severity != "minor"]
    touched = [m for m in majors if any(f.start < m.end and m.start < f.end for f in flags)]
    return {
        "credit": characters.credit,
        "characters_flagged": characters.predicted,
        "characters_marked": characters.gold,
        "credit_flagged": matches.credit_predicted,
        "spans_flagged": matches.predicted,
        "credit_marked": matches.credit_gold,
        "spans_marked": matches.gold,
        "majors": len(majors),
        "majors_touched": len(touched),
    }


SPANS = Section("spans", "Spans: does it mark what a professional would mark?", STATISTICS, measure)
