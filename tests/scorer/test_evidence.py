"""The n-gram table: what was put in is found, what was not is not, and where features stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.scorer.evidence import (
    FEATURES,
    LOOKUPS,
    CountTable,
    evidence,
    hash_ngrams,
    hash_word,
    normalize,
    quantize,
)
from mtqa.training.counts import count_ngrams, hash_text


def table_of(*texts: str, times: int = 4) -> CountTable:
    hashes = [np.array(hash_text(text) * times, dtype=np.uint64) for text in texts]
    keys, bins = [], []
    for pattern in ("unigram", "bigram", "trigram", "skip-bigram"):
        ngrams, counts = count_ngrams(hashes, pattern)
        keys.append(ngrams)
        bins.append(quantize(counts, pattern))
    return CountTable.build(np.concatenate(keys), np.concatenate(bins))


@pytest.mark.parametrize(
    ("word", "counted"),
    [
        ("Trump", "trump"),
        ("1,000.5", "0"),
        ("30th", "0"),
        ("’s", "'s"),
        ("U.S.", "u.s."),
        ("“", '"'),
        ("É", "é"),
    ],
)
def test_words_are_counted_in_one_form(word: str, counted: str) -> None:
    assert normalize(word) == counted


@given(st.integers(0, 2**32), st.integers(1, 3000))
@settings(max_examples=40, deadline=None)
def test_every_key_is_found_again(seed: int, count: int) -> None:
    keys = np.unique(np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64))
    bins = (np.arange(len(keys)) % 15 + 1).astype(np.uint16)
    found = CountTable.build(keys, bins).lookup(keys)
    assert (found > 0).all()
    assert (found != bins).sum() <= 2 + count / 200  # a few share a bucket and a fingerprint


def test_few_unknown_keys_are_taken_for_known() -> None:
    rng = np.random.default_rng(0)
    keys, others = (rng.integers(0, 2**64, 20_000, dtype=np.uint64) for _ in range(2))
    table = CountTable.build(np.unique(keys), np.ones(len(np.unique(keys)), dtype=np.uint16))
    assert (table.lookup(others) > 0).mean() < 0.005


def test_an_ngram_hash_depends_on_order_and_pattern() -> None:
    words = np.array([hash_word("energy"), hash_word("grid"), hash_word("energy")], dtype=np.uint64)
    first, second = hash_ngrams(words, "bigram")
    assert first != second
    assert hash_ngrams(words, "skip-bigram")[0] not in (first, second)
    assert len(hash_ngrams(words[:1], "trigram")) == 0


def test_features_stand_at_their_word() -> None:
    table = table_of("the energy grid stopped")
    (features,) = evidence(table, [["the", "energy", "roast", "stopped"]])
    seen = {
        (lookup, word): features[word, LOOKUPS.index(lookup)] > 0 for lookup in LOOKUPS for word in range(4)
    }
    assert features.shape == (4, FEATURES)
    assert seen[("unigram", 0), 1] and not seen[("unigram", 0), 2]
    assert seen[("bigram", -1), 0], "the boundary counts as a word"
    assert seen[("bigram", -1), 1] and not seen[("bigram", -1), 2]
    assert seen[("skip-bigram", -1), 2], "energy _ stopped was seen around the wrong word"
    assert (features[:, len(LOOKUPS) :] == (features[:, : len(LOOKUPS)] == 0)).all()


def test_sentences_do_not_see_each_other() -> None:
    table = table_of("the energy grid stopped")
    alone = evidence(table, [["energy", "grid"]])[0]
    beside = evidence(table, [["the"], ["energy", "grid"], ["stopped"]])[1]
    np.testing.assert_array_equal(alone, beside)


def test_a_saved_table_is_the_same(tmp_path) -> None:
    table = table_of("the energy grid stopped")
    table.save(tmp_path / "counts.safetensors")
    again = CountTable.load(tmp_path / "counts.safetensors")
    np.testing.assert_array_equal(again.slots, table.slots)
    assert again.largest_bucket == table.largest_bucket
