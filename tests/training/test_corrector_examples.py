"""Marked sentences and their right wordings."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.corrector.casing import insertion_spacing
from mtqa.corrector.fitting import replace
from mtqa.training.corrector_examples import Example, denoise, keep, mark_edits, normalise_edits

CLEAN = "The strikes on the energy grid of the city have stopped, officials said on Monday."
VOCABULARY = ["roast", "lever", "page"]


def mend(example: Example) -> str:
    """The example's text with every span replaced by its wording, spaces made single."""
    text = example.segment.text
    for span in reversed(example.spans):
        wording = text[span.start : span.end] if span.replacement is None else span.replacement
        if span.start == span.end and wording:
            before, after = insertion_spacing(text[: span.start], wording, text[span.end :])
            wording = " " * before + wording + " " * after
        text = replace(text, span.start, span.end, wording)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "edit", "normal"),
    [
        ("the energy roast fell", (11, 16, "grid"), (11, 16, "grid")),
        ("the energy roast fell", (10, 16, " grid"), (11, 16, "grid")),  # no white space at the ends
        ("the energy roast fell", (12, 16, "ivers"), (11, 16, "rivers")),  # whole words
        ("the the grid", (0, 4, ""), (0, 3, "")),
        ("he said which", (8, 8, ","), (3, 7, "said,")),  # sticks to the word before
        ("Trump’ s plan", (5, 8, "’s"), (5, 8, "’s")),
    ],
)
def test_normalises(text: str, edit: tuple[int, int, str], normal: tuple[int, int, str]) -> None:
    assert normalise_edits(text, [edit]) == [normal]


def test_overlapping_edits_are_one() -> None:
    assert normalise_edits("an x word", [(3, 4, "a"), (3, 4, "b")]) == [(3, 4, "a")]


@given(st.integers(0, 10_000))
def test_marked_edits_mend_the_sentence(seed: int) -> None:
    garbled = "The strikes on energy roast of his city have regularly stopped, officials said on Monday."
    edits = [(15, 15, "the "), (22, 27, "grid"), (31, 34, "the"), (45, 55, "")]
    example = mark_edits(garbled, edits, random.Random(seed), kind="test")
    assert example is not None and 1 <= len(example.spans) <= 4
    left_standing = [word for word in ("roast", "his", "regularly") if word in mend(example)]
    marked = {example.segment.text[span.start : span.end] for span in example.spans}
    assert not any(word in phrase for word in left_standing for phrase in marked)
    if len(example.spans) == 4:
        assert mend(example) == CLEAN


@pytest.mark.parametrize(
    "replacement",
    ["in 2014", "Moscow", "one two three four five six seven eight nine ten eleven twelve thirteen"],
)
def test_what_cannot_be_known_is_not_taught(replacement: str) -> None:
    assert (
        mark_edits("the strikes have stopped", [(12, 16, replacement)], random.Random(1), kind="test") is None
    )


@given(st.integers(0, 10_000))
def test_denoising_restores_the_sentence(seed: int) -> None:
    example = denoise(CLEAN, random.Random(seed), VOCABULARY)
    assert example is None or mend(example) == CLEAN


@given(st.integers(0, 10_000))
def test_keep_marks_sound_text(seed: int) -> None:
    example = keep(CLEAN, random.Random(seed))
    assert example is None or (example.spans[0].replacement is None and example.segment.text == CLEAN)


def test_the_same_seed_gives_the_same_example() -> None:
    assert denoise(CLEAN, random.Random(3), VOCABULARY) == denoise(CLEAN, random.Random(3), VOCABULARY)
