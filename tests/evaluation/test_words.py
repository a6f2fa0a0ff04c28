"""Projecting our scores onto the data's tokens."""

from __future__ import annotations

import pytest

from mtqa.errors import InputError
from mtqa.evaluation.words import token_scores
from mtqa.scorer import SegmentScores
from mtqa.text.words import split_words


def scores(text: str, words: list[float], gaps: list[float]) -> SegmentScores:
    count = len(words)
    return SegmentScores(
        tuple(split_words(text)), tuple(words), tuple(gaps), ("other",) * count, ("minor",) * count, 0.5, 0.1
    )


def test_a_token_takes_the_worst_word_in_it_and_a_gap_its_place() -> None:
    text = "He didn't go."
    ours = scores(text, [0.1, 0.2, 0.9, 0.3, 0.4], [0.01, 0.02, 0.03, 0.04, 0.05, 0.06])
    assert token_scores(["He", "didn't", "go", "."], text, ours) == (
        [0.1, 0.9, 0.3, 0.4],
        [0.01, 0.02, 0.04, 0.05, 0.06],
    )


def test_a_word_of_several_tokens_gives_each_its_score() -> None:
    text = "A well-known man"
    ours = scores(text, [0.1, 0.8, 0.2], [0.01, 0.02, 0.03, 0.04])
    words, gaps = token_scores(["A", "well", "-known", "man"], text, ours)
    assert words == [0.1, 0.8, 0.8, 0.2]
    assert gaps == [0.01, 0.02, 0.0, 0.03, 0.04]  # no gap of ours inside a word


def test_tokens_of_another_text_are_an_error() -> None:
    with pytest.raises(InputError, match="differ"):
        token_scores(["x"], "y", scores("y", [0.1], [0.1, 0.1]))
