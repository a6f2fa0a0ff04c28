"""Labels from spans, from tags on another tokenisation, and from alignment, worked out by hand."""

from __future__ import annotations

import math

import pytest

from mtqa.errors import InputError
from mtqa.evaluation.data import token_offsets
from mtqa.training.alignment import align_words, edit_rate, word_edits
from mtqa.training.examples import LabelledSpan, from_spans, from_tags
from mtqa.training.sources import detokenize
from mtqa.types import CATEGORIES, SEVERITIES, Segment


def test_spans_mark_the_words_they_touch() -> None:
    text = "Strikes on the energy roast stopped."
    spans = [LabelledSpan(15, 27, "mistranslation", "critical"), LabelledSpan(8, 8, "omission", "minor")]
    example = from_spans(Segment(text), spans, source="x")
    assert example.words.tolist() == [0, 0, 0, 1, 1, 0, 0]
    assert example.gaps.tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert example.categories[3] == CATEGORIES.index("mistranslation")
    assert example.severities[4] == SEVERITIES.index("critical")
    assert example.categories[0] == -1
    assert math.isnan(example.keep)


@pytest.mark.parametrize(("at", "gap"), [(0, 0), (3, 1), (4, 1), (7, 2), (8, 2), (11, 3)])
def test_a_missing_word_stands_before_the_next_word(at: int, gap: int) -> None:
    example = from_spans(Segment("One two for"), [LabelledSpan(at, at)], source="x")
    assert example.gaps.tolist().index(1) == gap


def test_tags_are_projected_through_offsets() -> None:
    text = "He didn't go (far)."
    tokens = ["He", "didn", "'t", "go", "(", "far", ")", "."]
    tags = ["OK", "OK", "BAD", "OK", "OK", "BAD", "OK", "OK"]
    gaps = ["OK", "OK", "OK", "OK", "BAD", "OK", "OK", "OK", "BAD"]
    example = from_tags(text, tokens, tags, gaps, source="x", edit_rate=0.25)
    assert example.words.tolist() == [0, 0, 1, 0, 0, 1, 0, 0]
    assert example.gaps.tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert (example.keep, example.edit_rate) == (0.0, 0.25)


def test_a_word_of_two_tokens_is_bad_if_one_is() -> None:
    example = from_tags(
        "A well-known man",
        ["A", "well", "-known", "man"],
        ["OK", "OK", "BAD", "OK"],
        ["OK"] * 5,
        source="x",
        edit_rate=0,
    )
    assert example.words.tolist() == [0, 1, 0]


def test_tokens_that_are_not_the_text_are_an_error() -> None:
    assert token_offsets("a  b", ["a", "b"]) == [(0, 1), (3, 4)]
    with pytest.raises(InputError, match="tokens and text differ"):
        token_offsets("a b", ["a", "c"])


@pytest.mark.parametrize(
    ("hypothesis", "reference", "runs"),
    [
        ("the energy roast stopped", "the energy grid stopped", [(2, 3, 2, 3)]),
        ("he went shop", "he went to the shop", [(2, 2, 2, 4)]),
        ("he went to to school", "he went to school", [(2, 3, 2, 2)]),
        ("same words", "same words", []),
        ("", "all new", [(0, 0, 0, 2)]),
    ],
)
def test_alignment(hypothesis: str, reference: str, runs: list[tuple[int, int, int, int]]) -> None:
    edits = align_words(hypothesis.split(), reference.split())
    found = [(e.start, e.end, e.reference_start, e.reference_end) for e in edits]
    if found == [(3, 4, 3, 3)]:  # which of two equal words is the surplus one does not matter
        found = [(2, 3, 2, 2)]
    assert found == runs


def test_edit_rate_counts_words_of_the_longer_side() -> None:
    assert edit_rate(align_words("he went shop".split(), "he went to the shop".split()), 5) == 0.4
    assert edit_rate(align_words("a b c d".split(), "x".split()), 1) == 1.0


def test_word_edits_give_character_offsets() -> None:
    left, right = "What he is concerned, fine", "As far as he is concerned, fine"
    ((a, b, c, d),) = word_edits(left, right)
    assert (left[a:b], right[c:d]) == ("What", "As far as")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("He said , \" yes . \"", 'He said, " yes. "'),
        ("20 mg / kg ( once ) .", "20 mg / kg (once)."),
        ("Russia 's army", "Russia's army"),
    ],
)  # fmt: skip
def test_detokenized_text_keeps_its_characters(tokens: str, text: str) -> None:
    assert detokenize(tokens) == text
    assert text.replace(" ", "") == tokens.replace(" ", "")
