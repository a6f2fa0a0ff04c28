"""News to measure on: articles as published, the same garbled in part, round trips of English sentences."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mtqa.evaluation.data import digest, part_of, read_jsonl
from mtqa.text import read_text
from mtqa.types import Segment, Span

#: Share of the sentences of a garbled article that are handed to the garbler.
GARBLED_SENTENCES = 0.75
#: Round trips of one reference, at most.
PER_REFERENCE = 6


class GarbledText(Protocol):
    """A garbled sentence and its errors."""

    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def edits(self) -> Sequence[Any]:
        """Each with ``start``, ``end`` into ``text`` and ``source_start``, ``source_end`` into ``source``."""
        ...


#: Makes errors in a clean sentence; the benchmark is handed one, as garbling belongs to training.
Garble = Callable[[str, random.Random], GarbledText]


@dataclass(frozen=True, slots=True)
class Article:
    """The sentences of an article with their neighbours, and the places that were garbled in each."""

    segments: tuple[Segment, ...]
    edits: tuple[tuple[tuple[int, int], ...], ...]


def clean_file(data: Path) -> Path:
    """Where the clean articles lie."""
    return data / "clean_news" / "dev.jsonl.xz"


def clean_articles(data: Path, split: str, limit: int | None = None) -> list[list[str]]:
    """The sentences of each clean article of a part."""
    texts = (str(record["text"]) for record in read_jsonl(clean_file(data)))
    chosen = [text for text in texts if part_of(digest(text)) == split][:limit]
    return [[sentence.text for sentence in read_text(text).sentences] for text in chosen]


def with_neighbours(sentences: Sequence[str]) -> tuple[Segment, ...]:
    """Each sentence with the one before and the one after it."""
    texts = ["", *sentences, ""]
    return tuple(Segment(texts[i], texts[i - 1], texts[i + 1]) for i in range(1, len(texts) - 1))


def untouched(sentences: Sequence[str]) -> Article:
    """An article as it was published."""
    return Article(with_neighbours(sentences), ((),) * len(sentences))


def mixed_articles(articles: Sequence[Sequence[str]], garble: Garble) -> list[Article]:
    """The articles, every second one garbled in three of four sentences; always the same."""
    mixed = []
    for number, sentences in enumerate(articles):
        rng = random.Random(number)
        texts, edits = [], []
        for sentence in sentences:
            garbled = garble(sentence, rng) if number % 2 and rng.random() < GARBLED_SENTENCES else None
            texts.append(sentence if garbled is None else garbled.text)
            edits.append(() if garbled is None else tuple((e.start, e.end) for e in garbled.edits))
        mixed.append(Article(with_neighbours(texts), tuple(edits)))
    return mixed


def matched(flags: Sequence[Span], edits: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """How many of a sentence's flags touch an edit, and how many of its edits are touched by a flag.

    They touch where one lies on the other or right beside it, where an omission shows.
    """
    right = sum(any(s.start <= end and start <= s.end for start, end in edits) for s in flags)
    return right, sum(any(s.start <= end and start <= s.end for s in flags) for start, end in edits)


def sysout_files(data: Path) -> list[Path]:
    """Where the systems' output lies."""
    return sorted((data / "sysout").glob("*.jsonl.xz"))


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """An English news sentence and machine translations of its translation; ``chrf`` (0..100) of each."""

    original: str
    texts: tuple[str, ...]
    chrf: tuple[float, ...]


def round_trips(data: Path, split: str, limit: int | None = None) -> Iterator[RoundTrips]:
    """The held-out references of a part that were English first, with the systems' output for them."""
    from sacrebleu.metrics import CHRF

    metric, count = CHRF(), 0
    for path in sysout_files(data):
        for record in read_jsonl(path):
            original = str(record["ref"])
            key = digest(original)
            if not record["en_original"] or key[0] != "0" or part_of(key) != split:
                continue
            texts = sorted({str(h["text"]) for h in record["hyps"]} - {original}, key=digest)[:PER_REFERENCE]
            if texts:
                chrf = tuple(metric.sentence_score(text, [original]).score for text in texts)
                yield RoundTrips(original, tuple(texts), chrf)
                count += 1
            if count == limit:
                return
