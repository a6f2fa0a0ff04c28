"""What a proposal does to a text, against its post-edit: sentences judged by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.evaluation.revision import (
    apply_fixes,
    changes_fact,
    changes_kept_word,
    is_on_edit,
    revise,
    right_rank,
    right_wording,
)
from mtqa.types import Segment, Span

TEXT = "The energy roast of Kyiv stopped on Monday."
#: "energy roast" became "power grid", and "on" was dropped.
REVISION = revise(Segment(TEXT), "The power grid of Kyiv stopped Monday.")


def span(phrase: str, text: str = TEXT) -> Span:
    """The place of a phrase; ``|`` before one for the gap there."""
    at = text.index(phrase.strip("|"))
    return Span(at, at if phrase.startswith("|") else at + len(phrase), 1.0, "major", "other")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("roast", True),
        ("roast of", True),
        ("ergy", True),  # a part of a word stands for it
        ("on", True),
        ("of", False),
        ("Kyiv stopped", False),
        ("|Kyiv", False),
        ("|of", True),  # the gap after "roast"
        ("|Monday", True),
    ],
)
def test_spans_that_the_post_editor_changed(phrase: str, expected: bool) -> None:
    assert is_on_edit(REVISION, span(phrase)) is expected


@pytest.mark.parametrize(
    ("phrase", "proposals", "rank"),
    [
        ("energy roast", ["power grid"], 1),
        ("energy roast", ["POWER  grid"], 1),  # case and spaces do not count
        ("energy roast", ["energy grid", "mains", "power grid"], 3),
        ("energy roast", ["grid"], 0),
        ("energy roast", [], 0),
        ("energy roast of", ["power grid of"], 1),  # what was kept in the span must be kept
        ("energy roast of", ["power grid"], 0),
        ("roast", ["grid"], 0),  # "energy" is left, which is not right
        ("on", [""], 1),
        ("stopped on", ["stopped"], 1),
        ("Kyiv", ["Kyiv"], 0),  # nothing was to be done
    ],
)
def test_the_right_proposal_makes_the_whole_edit(phrase: str, proposals: list[str], rank: int) -> None:
    assert right_rank(REVISION, span(phrase), proposals) == rank


def test_an_insertion_is_right_in_its_gap_and_in_a_phrase_beside_it() -> None:
    text = "They agreed Kyiv."
    revision = revise(Segment(text), "They agreed with Kyiv.")
    assert right_rank(revision, span("|Kyiv", text), ["with "]) == 1
    assert right_rank(revision, span("agreed", text), ["agreed with"]) == 1
    assert right_rank(revision, span("Kyiv", text), ["by Kyiv", "with Kyiv"]) == 2
    assert right_rank(revision, span("They", text), ["They with"]) == 0


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("energy roast", "power grid"),
        ("roast", None),  # "energy" would stay
        ("energy roast of", "power grid of"),
        ("on", ""),
        ("stopped on", "stopped"),
        ("Kyiv", None),  # nothing is wrong there
        ("|Monday", None),  # "on" stands before it
    ],
)
def test_the_wording_that_a_span_needs(phrase: str, expected: str | None) -> None:
    wording = right_wording(REVISION, span(phrase), "The power grid of Kyiv stopped Monday.")
    assert wording == expected
    assert wording is None or right_rank(REVISION, span(phrase), [wording]) == 1


def test_the_wording_that_a_gap_needs() -> None:
    text, source = "They agreed Kyiv.", "They agreed with Kyiv."
    revision = revise(Segment(text), source)
    assert right_wording(revision, span("|Kyiv", text), source) == "with"
    assert right_wording(revision, span("agreed", text), source) == "agreed with"


def test_tokens_of_the_data_are_compared_as_they_are_cut() -> None:
    text = "He can't go to N.Y."
    words = [(0, 2), (3, 5), (5, 8), (9, 11), (12, 14), (15, 19)]  # He ca n't go to N.Y.
    revision = revise(Segment(text), "He ca n't come to N.Y.".split(), words)
    assert revision.text == "He ca n't go to N.Y."
    assert [(e.start, e.end) for e in revision.edits] == [(3, 4)]
    assert right_rank(revision, span("go", text), ["come"]) == 1
    mended = apply_fixes(revision, [(span("go", text), "come")])
    assert mended.text == revision.wanted_text


@pytest.mark.parametrize(
    ("phrase", "proposal", "expected"),
    [
        ("energy roast", "power grid", False),
        ("energy roast", "banana", False),  # wrong, but no worse
        ("roast of", "grid of", False),  # "of" stays
        ("roast of", "grid for", True),
        ("Kyiv", "Odesa", True),
        ("Kyiv ", "", True),
        ("on", "", False),
        ("|Kyiv", "the ", True),  # between two words that the post-editor kept side by side
        ("|energy", "big ", False),  # beside one that he changed
    ],
)
def test_harm_is_a_changed_word_that_the_post_editor_kept(phrase: str, proposal: str, expected: bool) -> None:
    assert changes_kept_word(REVISION, (span(phrase), proposal)) is expected


@pytest.mark.parametrize(
    ("text", "phrase", "proposal", "expected"),
    [
        ("It has 3 parts.", "3", "4", True),
        ("It has three parts.", "three", "many", True),
        ("It came on Monday.", "Monday", "Tuesday", True),
        ("He went to Odesa.", "Odesa", "Kyiv", True),
        ("The Russia army left.", "Russia", "Russian", False),  # another form of the name
        ("He went to Odesaa.", "Odesaa", "Odesa", True),  # who knows?
        ("He did not go.", "did not go", "went", True),
        ("He made a roast.", "roast", "grid", False),
        ("“He made a roast.”", "roast", "grid", False),  # what is quoted may be mended
        ("He made a roast.", "roast", "“grid”", True),  # but nothing becomes a quotation
    ],
)
def test_facts(text: str, phrase: str, proposal: str, expected: bool) -> None:
    assert changes_fact(revise(Segment(text), text), (span(phrase, text), proposal)) is expected


@pytest.mark.parametrize(
    ("text", "proposal", "post_edit", "expected"),
    [
        ("He went to Odesaa.", "Odesa", "He drove to Odesa .", False),  # the name was the error
        ("He went to Odesaa.", "Odessa", "He drove to Odesa .", True),
        ("He had 3 cats and 3 dogs.", "4", "He had 4 cats and 3 dogs .", False),
        ("He had 3 cats and 3 dogs.", "", "He had 4 cats and 3 dogs .", True),
        ("He does see it.", "doesn't", "He doesn 't see it .", False),
        ("He does see it.", "doesn't", "He sees it .", True),
        ("Kyivs is far from Kyiv.", "Kyiv", "Kyiv is far from Kyiv .", False),
    ],
)
def test_a_fact_that_was_itself_the_error(text: str, proposal: str, post_edit: str, expected: bool) -> None:
    phrase = {"He had": "3", "He doe": "does", "Kyivs ": "Kyivs"}.get(text[:6], "Odesaa")
    assert changes_fact(revise(Segment(text), post_edit.split()), (span(phrase, text), proposal)) is expected


@pytest.mark.parametrize(
    ("fixes", "expected"),
    [
        ([], "The energy roast of Kyiv stopped on Monday ."),
        ([("energy roast", "power grid")], "The power grid of Kyiv stopped on Monday ."),
        ([("roast", "grid"), ("on", ""), ("|Kyiv", "old ")], "The energy grid of old Kyiv stopped Monday ."),
        ([("The", "")], "energy roast of Kyiv stopped on Monday ."),
        ([("on Monday", "yesterday, again")], "The energy roast of Kyiv stopped yesterday , again ."),
    ],
)
def test_fixes_applied(fixes: list[tuple[str, str]], expected: str) -> None:
    mended = apply_fixes(REVISION, [(span(phrase), proposal) for phrase, proposal in fixes])
    assert mended.text == expected
    assert "".join(mended.segment.text.split()) == "".join(expected.split())


WORDS = st.lists(st.sampled_from(["ab", "ba", "c", ","]), max_size=7).map(" ".join)


@given(WORDS, WORDS)
def test_all_edits_applied_give_the_post_edit(text: str, post_edit: str) -> None:
    revision = revise(Segment(text), post_edit)
    fixes = []
    for edit in revision.edits:
        wording = " ".join(revision.post_edit[edit.reference_start : edit.reference_end])
        if edit.start < edit.end:
            start, end = revision.words[edit.start][0], revision.words[edit.end - 1][1]
            place = Span(start, end, 1.0, "major", "other")
        else:
            at = revision.words[edit.start][0] if edit.start < len(revision.words) else len(text)
            place = Span(at, at, 1.0, "major", "omission")
            wording = f"{wording} " if at < len(text) else f" {wording}"
        assert right_rank(revision, place, [wording]) == 1
        assert not changes_kept_word(revision, (place, wording))
        fixes.append((place, wording))
    assert apply_fixes(revision, fixes).text == revision.wanted_text


SPACED = st.text("ab ,'-", max_size=15)


@given(SPACED, SPACED, st.data())
def test_no_character_is_lost_in_words(text: str, proposal: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mended = apply_fixes(revise(Segment(text), "ab"), [(Span(start, end, 1.0, "major", "other"), proposal)])
    assert "".join(mended.text.split()) == "".join(mended.segment.text.split())
