"""Fluency by corpus counts: worked out by hand from quantised counts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mtqa.scorer.evidence import FEATURES, LARGEST_BIN, LOOKUPS, CountTable, evidence, quantize
from mtqa.scorer.fluency import fluency
from mtqa.training.counts import count_ngrams, hash_text

WORDS = 26.5  # log2 of the words that were counted
BACKOFF = math.log2(0.4)


def row(**bins: int) -> np.ndarray:
    """The evidence of one word: the bins of ``w`` (the word), ``u`` (the one before), ``uw`` and ``tuw``."""
    columns = {"w": ("unigram", 0), "u": ("unigram", -1), "uw": ("bigram", -1), "tuw": ("trigram", -2)}
    features = np.zeros(FEATURES, np.float32)
    for name, value in bins.items():
        features[LOOKUPS.index(columns[name])] = value / LARGEST_BIN
    features[len(LOOKUPS) :] = features[: len(LOOKUPS)] == 0
    return features


# The middle of bin b of a pattern is 2 to the (b - 0.5) / its bins an octave: .66, 1.15, 1.4.
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row()], 2 * BACKOFF - 1 - WORDS),  # unseen
        ([row(w=7)], 2 * BACKOFF + 6.5 / 0.66 - WORDS),  # alone
        ([row(w=7, u=9, uw=4)], BACKOFF + 3.5 / 1.15 - 8.5 / 0.66),  # after one
        ([row(w=7, u=9, uw=4, tuw=3)], BACKOFF + 3.5 / 1.15 - 8.5 / 0.66),  # the pair before is unknown
        ([row(uw=6), row(w=7, u=9, uw=4, tuw=3)], 2.5 / 1.4 - 5.5 / 1.15),  # after two
        ([row(uw=1), row(w=7, u=9, uw=4, tuw=9)], 0.0),  # never above certainty
        ([row(w=7, u=9)], 2 * BACKOFF + 6.5 / 0.66 - WORDS),  # known words, unknown pair
    ],
)
def test_by_hand(rows: list[np.ndarray], expected: float) -> None:
    assert fluency(np.stack(rows))[-1] == pytest.approx(expected)


def test_without_counts_no_wording_is_more_fluent() -> None:
    assert fluency(np.zeros((3, FEATURES), np.float32)).tolist() == [0.0, 0.0, 0.0]


def test_no_words() -> None:
    assert fluency(np.zeros((0, FEATURES), np.float32)).shape == (0,)


def test_what_was_read_is_more_fluent_than_what_was_not() -> None:
    hashes = [np.array(hash_text("the energy grid stopped") * 8, dtype=np.uint64)]
    parts = [(count_ngrams(hashes, p), p) for p in ("unigram", "bigram", "trigram", "skip-bigram")]
    table = CountTable.build(
        np.concatenate([keys for (keys, _), _ in parts]),
        np.concatenate([quantize(counts, pattern) for (_, counts), pattern in parts]),
    )
    read, garbled = evidence(
        table, [["the", "energy", "grid", "stopped"], ["the", "energy", "roast", "stopped"]]
    )
    assert (fluency(read)[2:] > fluency(garbled)[2:]).all()
    assert (fluency(read)[:2] == fluency(garbled)[:2]).all()
