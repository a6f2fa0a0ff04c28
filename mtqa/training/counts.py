"""Counting the corpus: from texts to the scorer's table of n-gram counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import regex

from mtqa.scorer.evidence import (
    BOUNDARY_HASH,
    PATTERNS,
    CountTable,
    Hashes,
    hash_ngrams,
    hash_word,
    quantize,
)
from mtqa.text.words import split_words
from mtqa.training.corpus import SHARDS, read_shard
from mtqa.training.workers import clean_start

#: An n-gram seen less often than this is not kept.
SMALLEST_COUNT = {"unigram": 2, "bigram": 2, "trigram": 3, "skip-bigram": 4}
# Good enough for counting: a stop, perhaps a closing quote, white space, then a capital or a quote.
_BOUNDARY = regex.compile(r"(?<=[.!?][\"”’')]?)\s+(?=[\"“‘'(]?\p{Lu})")


def hash_text(text: str) -> list[int]:
    """Word hashes of a text with a boundary on both sides of every sentence."""
    hashes: list[int] = []
    for line in text.split("\n"):
        for sentence in _BOUNDARY.split(line):
            words = [sentence[start:end] for start, end in split_words(sentence)]
            if words:
                hashes += [BOUNDARY_HASH, *map(hash_word, words), BOUNDARY_HASH]
    return hashes


def _hash_shard(corpus: Path, shard: int, sources: Sequence[str] | None, part: int, parts: int) -> Hashes:
    texts = itertools.islice(read_shard(corpus, shard, reserved=False, sources=sources), part, None, parts)
    return np.fromiter(itertools.chain.from_iterable(map(hash_text, texts)), dtype=np.uint64)


def count_ngrams(hashes: Iterable[Hashes], pattern: str) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Distinct n-grams of a pattern that reach its smallest count, and their counts."""
    keys = np.concatenate([hash_ngrams(part, pattern) for part in hashes])
    keys.sort()
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    counts = np.diff(np.append(first, len(keys)))
    kept = counts >= SMALLEST_COUNT[pattern]
    return keys[first[kept]], counts[kept]


def build_table(
    corpus: Path, *, sources: Sequence[str] | None = None, workers: int = 4, shards: Sequence[int] = SHARDS
) -> tuple[CountTable, dict[str, int]]:
    """Count the corpus and build the table; also returns the words read and the n-grams kept by pattern."""
    parts = 2
    with ProcessPoolExecutor(workers, mp_context=clean_start()) as pool:
        tasks = [
            pool.submit(_hash_shard, corpus, shard, sources, part, parts)
            for shard in shards
            for part in range(parts)
        ]
        hashes = [task.result() for task in tasks]
    record = {"words": sum(len(part) for part in hashes)}
    keys, bins = [], []
    for pattern in PATTERNS:
        ngrams, counts = count_ngrams(hashes, pattern)
        record[pattern] = len(ngrams)
        keys.append(ngrams)
        bins.append(quantize(counts, pattern))
    return CountTable.build(np.concatenate(keys), np.concatenate(bins)), record
