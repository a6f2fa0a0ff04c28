"""The texts that the scorers of an ablation are measured on: dev parts of post-edits, MQM and news."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mtqa.errors import InputError
from mtqa.evaluation.alignment import align_words, edit_rate
from mtqa.evaluation.bootstrap import RESAMPLES
from mtqa.evaluation.data import PAIRS, digest
from mtqa.evaluation.mlqe import PostEdited, read_pair
from mtqa.evaluation.news import RoundTrips, clean_articles, round_trips
from mtqa.evaluation.post_edits import LARGEST_EDIT_RATE
from mtqa.evaluation.sections.spans import Annotated, read_annotated
from mtqa.text.words import split_words
from mtqa.training.examples import Example
from mtqa.training.garble import Garbler
from mtqa.training.news import garble_article

#: Garbled articles for measuring are drawn from seeds far from those of training.
_SEED = 900_000_000

Runs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many units of each set, and resamples of them; MLQE-PE's are of each pair."""

    segments: int = 400
    sources: int = 91
    articles: int = 40
    originals: int = 87
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The texts that every row is measured on. ``clean[i]`` and ``garbled[i]`` are of the same article."""

    mlqe: dict[str, list[PostEdited]]
    mqm: list[Annotated]
    clean: list[list[Example]]
    garbled: list[list[Example]]
    trips: list[RoundTrips]

    @property
    def digest(self) -> str:
        """A hash of all texts: rows are compared only where it is the same."""
        parts = [p.text for rows in self.mlqe.values() for p in rows] + [a.text for a in self.mqm]
        parts += [e.segment.text for a in (*self.clean, *self.garbled) for e in a]
        parts += [text for t in self.trips for text in (t.original, *t.texts)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each, in words."""
        return {
            "MLQE-PE segments": sum(map(len, self.mlqe.values())),
            "MQM translations": len(self.mqm),
            "clean articles": len(self.clean),
            "clean words": sum(len(e.words) for a in self.clean for e in a),
            "garbled edits": sum(len(wrong_runs(e)) for a in self.garbled for e in a),
            "originals": len(self.trips),
            "round trips": sum(len(t.texts) for t in self.trips),
        }


def read_evaluation(data: Path, garbler: Garbler, limits: Limits) -> Evaluation:
    """Read the dev parts and garble the clean articles.

    Raises :class:`InputError` if one of the sets is empty.
    """
    mlqe = {
        pair: sorted(read_pair(data, pair, "dev"), key=lambda s: digest(s.text))[: limits.segments]
        for pair in PAIRS
    }
    articles = clean_articles(data, "dev", limits.articles)
    made: list[list[list[Example]]] = [
        [
            garble_article(article, garbler.garble, _SEED + number, share=share)
            for number, article in enumerate(articles)
        ]
        for share in (0.0, 1.0)
    ]
    trips = sorted(round_trips(data, "dev"), key=lambda trip: digest(trip.original))[: limits.originals]
    evaluation = Evaluation(mlqe, read_annotated(data, "dev", limits.sources), made[0], made[1], trips)
    empty = [name for name, count in evaluation.counts.items() if not count]
    if empty:
        raise InputError(f"{data} has no {' and no '.join(empty)} to measure on.")
    return evaluation


def wrong_runs(example: Example) -> Runs:
    """The edits of an example as runs ``[first, last)`` of words; a gap outside them is an empty run."""
    wrong = np.flatnonzero(np.diff(example.words == 1, prepend=False, append=False)).reshape(-1, 2)
    runs: Runs = [(int(first), int(last)) for first, last in wrong]
    gaps = [int(gap) for gap in np.flatnonzero(example.gaps == 1)]
    return runs + [(gap, gap) for gap in gaps if not any(first <= gap <= last for first, last in runs)]


def near_runs(text: str, original: str) -> Runs:
    """The words in which a round trip differs from its original; none if it differs too much to say."""
    words, wanted = ([t[a:b] for a, b in split_words(t)] for t in (text, original))
    edits = align_words(words, wanted)
    near = words and edit_rate(edits, len(wanted)) <= LARGEST_EDIT_RATE
    return [(edit.start, edit.end) for edit in edits] if near else []
