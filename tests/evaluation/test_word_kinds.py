"""Kinds of words, by the shipped counts."""

from __future__ import annotations

import pytest

from mtqa.evaluation.word_kinds import KINDS, word_kinds
from mtqa.text.words import split_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The war.", ["frequent words", "frequent words", ""]),
        ("He met Obama", ["frequent words", "middling words", "frequent names"]),
        ("Obama left", ["frequent words", "frequent words"]),  # at the start a capital says nothing
        ("a xqzzvwk by Xqzzvwk", ["frequent words", "unseen words", "frequent words", "unseen names"]),
        ("failed. “Peace", ["frequent words", "", "", "frequent words"]),
        ("14:00 30th", ["numbers", "numbers"]),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    found = word_kinds(text, split_words(text))
    # How frequent a known word is may change with the corpus; that it is known, and no name, may not.
    known = {"middling words": "frequent words"}
    assert [known.get(kind, kind) for kind in found] == [known.get(kind, kind) for kind in expected]
    assert all(kind in KINDS for kind in found if kind)
