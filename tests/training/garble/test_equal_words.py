"""A swap of two equal words is no error."""

from __future__ import annotations

from mtqa.training.garble.edits import Candidate, Replacement
from mtqa.training.garble.engine import _changes


def test_a_swap_of_equal_words_is_dropped() -> None:
    text = "the plan plan"
    assert not _changes(Candidate((Replacement(4, 13, "plan plan"),), "word-order"), text)
    assert _changes(Candidate((Replacement(0, 8, "plan the"),), "word-order"), text)
