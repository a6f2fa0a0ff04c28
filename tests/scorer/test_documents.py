"""The threshold of a sentence in its document."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.scorer.documents import DocumentRule
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.scorer.spans import flags_of_document

RULE = DocumentRule(weight=1.0, rate=0.03, words=100.0, lowest=0.2)
sentences = st.lists(st.tuples(st.integers(1, 60), st.floats(0.0, 1.0)), min_size=1, max_size=30)


def test_by_hand() -> None:
    """Two sentences of 100 words: each is judged by the other, after 100 words at the rate of reference."""
    first, second = RULE.thresholds(0.5, [100, 100], [0.01, 0.15])
    # of the other 100 words 15 are expected to be wrong, and 3 of those added: 9 % of 200
    odds = (0.03 / 0.97) / (0.09 / 0.91)
    assert first == round(odds / (1 + odds), 2) == 0.24
    odds = (0.03 / 0.97) / (0.02 / 0.98)
    assert second == round(odds / (1 + odds), 2) == 0.6


@given(st.integers(0, 200), st.floats(0.0, 1.0))
def test_a_sentence_alone_keeps_its_threshold(words: int, rate: float) -> None:
    assert RULE.thresholds(0.49, [words], [rate]) == [0.49]


@given(sentences)
def test_without_weight_nothing_moves(document: list[tuple[int, float]]) -> None:
    words, rates = zip(*document, strict=True)
    assert DocumentRule().thresholds(0.4567, words, rates) == [0.4567] * len(words)


@given(sentences, st.integers(0, 29), st.floats(0.0, 1.0))
def test_worse_others_never_raise_it(document: list[tuple[int, float]], which: int, more: float) -> None:
    words, rates = ([*column] for column in zip(*document, strict=True))
    before = RULE.thresholds(0.5, words, rates)
    changed = which % len(words)
    rates[changed] = max(rates[changed], more)
    after = RULE.thresholds(0.5, words, rates)
    assert after[changed] == before[changed]  # its own errors do not count
    assert all(0.2 <= new <= old < 1 for new, old in zip(after, before, strict=True))


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_an_end_of_the_scale_stays(threshold: float) -> None:
    assert RULE.thresholds(threshold, [20, 20], [0.5, 0.5]) == [threshold] * 2


def test_the_table_of_a_model_folder() -> None:
    table = {"default": 0.4, "precision": {"0.9": 0.7}, "document": {"weight": 1, "rate": 0.02}}
    thresholds = Thresholds.from_dict(table)
    assert thresholds.document == DocumentRule(1.0, 0.02)
    assert Thresholds.from_dict({"default": 0.4}).document == DocumentRule()  # a folder from before
    for damaged in ({"weight": "much"}, {"heaviness": 1.0}):
        with pytest.raises((TypeError, ValueError)):
            Thresholds.from_dict({"default": 0.4, "document": damaged})


def test_flags_of_a_document() -> None:
    """The same doubtful word is flagged among bad sentences, and not among good ones."""
    text = "a b c d e f g h i j " * 5
    words = tuple((2 * n, 2 * n + 1) for n in range(50))

    def scored(rate: float, worst: float) -> SegmentScores:
        scores = (worst, *[0.01] * 49)
        return SegmentScores(
            words, scores, (0.01,) * 51, ("other",) * 50, ("minor",) * 50, 0.5, rate, -math.inf
        )

    thresholds = Thresholds(0.5, {}, RULE)
    doubtful, good, bad = scored(0.02, 0.45), scored(0.0, 0.01), scored(0.2, 0.01)
    among = [flags_of_document(thresholds, [text] * 5, [doubtful, *[other] * 4]) for other in (good, bad)]
    assert [[len(spans) for spans in flags] for flags in among] == [[0] * 5, [1, 0, 0, 0, 0]]
