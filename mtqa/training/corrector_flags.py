"""Flags as they come at run time, with what the corrector proposes and which proposals are right.

The ranking is fitted to these: the scorer flags texts whose right wording is known, at its default threshold.
Flags on *clean* news are all false, so no proposal is right; of a *garbled* article three sentences in four
went through the garbler; a *human* text is machine translation with its post-edit (MLQE-PE dev). All news is
of articles that the scorer was not trained on. What the models said is kept in files, as asking takes long.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from mtqa.corrector.generate import Candidate, Question
from mtqa.corrector.rank import Features, ScoresSegments, SpanRequest, fit_candidates, measure_all
from mtqa.evaluation.data import PAIRS, digest
from mtqa.evaluation.mlqe import read_pair
from mtqa.evaluation.news import GARBLED_SENTENCES, Garble, with_neighbours
from mtqa.evaluation.revision import Revision, revise, right_rank
from mtqa.scorer import Scorer, flags_of_document
from mtqa.types import Segment, Span

CLEAN, GARBLED, HUMAN = KINDS = ("clean", "garbled", "human")
#: Of so many articles one is garbled, the others are clean.
GARBLED_EVERY = 10
#: Flags that are asked about at once.
_BATCH = 64


class Proposes(Protocol):
    """A corrector's network, as far as collecting needs one."""

    def propose(self, questions: Sequence[Question]) -> list[list[Candidate]]:
        """Candidates for every question."""


@dataclass(frozen=True, slots=True)
class Known:
    """A text whose right wording is known; ``group`` is its article, or its own number."""

    group: int
    revision: Revision


@dataclass(frozen=True, slots=True)
class Verdict:
    """The part of a scorer's verdict that ranking reads."""

    words: tuple[tuple[int, int], ...]
    word_scores: tuple[float, ...]
    gap_scores: tuple[float, ...]
    confidence: float
    fluency: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A flag with its candidates, the verdicts on the segment with each in place, and which are right."""

    group: int
    request: SpanRequest
    candidates: tuple[Candidate, ...]
    verdicts: dict[Segment, Verdict]
    right: frozenset[str]

    def rows(self) -> list[tuple[Features, bool]]:
        """The features of every candidate that passes the guard, and whether it is right."""
        (measured,) = measure_all([self.request], [self.candidates], _Remembered(self.verdicts))
        return [(features, candidate.text in self.right) for candidate, features in measured]


@dataclass(frozen=True, slots=True)
class Collected:
    """The flags on all texts of a kind, which have so many words (white space between)."""

    kind: str
    words: int
    flags: tuple[Asked, ...]


def clean_and_garbled(articles: Sequence[Sequence[str]], garble: Garble) -> dict[str, list[Known]]:
    """The sentences of every article: every tenth article garbled in part, the others as they are."""
    known: dict[str, list[Known]] = {CLEAN: [], GARBLED: []}
    for number, article in enumerate(articles):
        rng, is_garbled = random.Random(number), number % GARBLED_EVERY == 0
        texts = [
            garble(sentence, rng).text if is_garbled and rng.random() < GARBLED_SENTENCES else sentence
            for sentence in article
        ]
        known[GARBLED if is_garbled else CLEAN] += [
            Known(number, revise(segment, sentence))
            for segment, sentence in zip(with_neighbours(texts), article, strict=True)
        ]
    return known


def post_edited(data: Path, per_pair: int) -> list[Known]:
    """So many dev segments of every pair of MLQE-PE, those whose texts' SHA-256 come first."""
    segments = [
        segment
        for pair in PAIRS
        for segment in sorted(read_pair(data, pair, "dev"), key=lambda s: digest(s.text))[:per_pair]
    ]
    return [
        Known(number, revise(Segment(s.text), s.post_edit, s.offsets)) for number, s in enumerate(segments)
    ]


def ask(kind: str, texts: Sequence[Known], scorer: Scorer, network: Proposes) -> Collected:
    """What the models say of all flags on the texts."""
    segments = [known.revision.segment for known in texts]
    flags: list[tuple[Known, SpanRequest]] = []
    for _, pairs in groupby(zip(texts, scorer.score(segments), strict=True), key=lambda both: both[0].group):
        article, scores = zip(*pairs, strict=True)
        wordings = [known.revision.segment.text for known in article]
        found = flags_of_document(scorer.thresholds, wordings, scores)
        for known, spans in zip(article, found, strict=True):
            flags += [(known, SpanRequest(known.revision.segment, span)) for span in spans]
    asked: list[Asked] = []
    for at in range(0, len(flags), _BATCH):
        asked += _ask_batch(flags[at : at + _BATCH], scorer, network)
    return Collected(kind, sum(len(segment.text.split()) for segment in segments), tuple(asked))


def _ask_batch(
    flags: Sequence[tuple[Known, SpanRequest]], scorer: ScoresSegments, network: Proposes
) -> Iterator[Asked]:
    questions = [Question(r.segment, r.span.start, r.span.end) for _, r in flags]
    proposals = network.propose(questions)
    fitted = [list(fit_candidates(r, found)) for (_, r), found in zip(flags, proposals, strict=True)]
    segments = [[r.segment, *(c.segment for c in row)] for (_, r), row in zip(flags, fitted, strict=True)]
    unique = list(dict.fromkeys(segment for row in segments for segment in row))
    verdicts = dict(zip(unique, map(_verdict, scorer.score(unique)), strict=True))
    for (known, request), found, row, own in zip(flags, proposals, fitted, segments, strict=True):
        texts = [c.text for c in row if right_rank(known.revision, request.span, [c.text])]
        kept = {segment: verdicts[segment] for segment in own}
        yield Asked(known.group, request, tuple(found), kept, frozenset(texts))


def _verdict(scores: Any) -> Verdict:
    return Verdict(
        tuple(scores.words),
        tuple(round(score, 5) for score in scores.word_scores),
        tuple(round(score, 5) for score in scores.gap_scores),
        round(scores.confidence, 5),
        scores.fluency,
    )


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A scorer that knows the verdicts on some segments."""

    verdicts: dict[Segment, Verdict]

    def score(self, segments: Sequence[Segment]) -> list[Verdict]:
        return [self.verdicts[segment] for segment in segments]


def cache_path(folder: Path, kind: str, **what: object) -> Path:
    """Where the flags of a kind are kept, by all that they depend on."""
    key = hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return folder / f"flags-{kind}-{key}.jsonl.gz"


def save(collected: Collected, path: Path) -> None:
    """Write what :func:`load` reads; a file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with gzip.open(partial, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in _entries(collected))
    partial.replace(path)


def _entries(collected: Collected) -> Iterator[dict[str, Any]]:
    yield {"kind": collected.kind, "words": collected.words}
    for asked in collected.flags:
        yield {
            "group": asked.group,
            "segment": asdict(asked.request.segment),
            "span": asdict(asked.request.span),
            "candidates": [asdict(candidate) for candidate in asked.candidates],
            "verdicts": [[segment.text, asdict(v)] for segment, v in asked.verdicts.items()],
            "right": sorted(asked.right),
        }


def load(path: Path) -> Collected:
    """The flags that :func:`save` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        entries = map(json.loads, file)
        head = next(entries)
        return Collected(head["kind"], head["words"], tuple(_read(entries)))


def _read(entries: Iterable[dict[str, Any]]) -> Iterator[Asked]:
    for entry in entries:
        segment = Segment(**entry["segment"])
        verdicts = {
            Segment(text, segment.previous, segment.following): Verdict(
                tuple((start, end) for start, end in values["words"]),
                tuple(values["word_scores"]),
                tuple(values["gap_scores"]),
                values["confidence"],
                values["fluency"],
            )
            for text, values in entry["verdicts"]
        }
        candidates = tuple(Candidate(**candidate) for candidate in entry["candidates"])
        request = SpanRequest(segment, Span(**entry["span"]))
        yield Asked(entry["group"], request, candidates, verdicts, frozenset(entry["right"]))
