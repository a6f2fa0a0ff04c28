"""What changed between a sentence and its round trip: exact, and of the right kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.training.garble.edits import Garbled
from mtqa.training.roundtrip.align import align, differing_pieces
from mtqa.training.roundtrip.label import fold, judge, label_trip

_WORDS = """the The a energy grid roast grids has rejected rejects not 12 13 Mr. Trump
    it’s it's “ ” " , . —""".split()


def _sentences() -> st.SearchStrategy[str]:
    piece = st.tuples(st.sampled_from(_WORDS), st.sampled_from([" ", "", "  ", "\u00a0"]))
    return st.lists(piece, max_size=14).map(lambda pieces: "".join(a + b for a, b in pieces))


def check(garbled: Garbled) -> None:
    """Undoing the edits gives the source; between the edits both texts are the same."""
    assert garbled.restore() == garbled.source
    at = source_at = 0
    for edit in garbled.edits:
        assert at <= edit.start <= edit.end and source_at <= edit.source_start <= edit.source_end
        assert garbled.text[at : edit.start] == garbled.source[source_at : edit.source_start]
        assert garbled.text[edit.start : edit.end] != garbled.source[edit.source_start : edit.source_end]
        at, source_at = edit.end, edit.source_end
    assert garbled.text[at:] == garbled.source[source_at:]


@settings(max_examples=400, deadline=None)
@given(result=_sentences(), source=_sentences())
def test_labels_are_exact(result: str, source: str) -> None:
    garbled = label_trip(result, source)
    check(garbled)
    assert fold(garbled.text) == fold(garbled.source) or garbled.edits


@settings(max_examples=200, deadline=None)
@given(result=_sentences(), source=_sentences())
def test_pieces_hold_all_that_differs(result: str, source: str) -> None:
    mended, at = "", 0
    for piece in differing_pieces(result, source):
        mended += result[at : piece.start] + source[piece.source_start : piece.source_end]
        at = piece.end
    assert mended + result[at:] == source


@settings(max_examples=200, deadline=None)
@given(result=st.text(max_size=60), source=st.text(max_size=60))
def test_any_text_is_survived(result: str, source: str) -> None:
    check(label_trip(result, source))


def test_alignment_by_hand() -> None:
    # "have" has no counterpart before Trump: the dearest way would be to pair all four words with strangers.
    result, source = ["have", "Mr.", "Trump", "focused"], ["Mr.", "Trump", "has", "focused"]
    assert align(result, source) == [(0, None), (1, 0), (2, 1), (None, 2), (3, 3)]
    assert align(["a", "a", "a"], []) == [(0, None), (1, None), (2, None)]
    assert align([], ["b"] * 3) == [(None, 0), (None, 1), (None, 2)]


@pytest.mark.parametrize(
    ("result", "source", "edits"),
    [
        (
            "They hit the energy roast.",
            "They hit the energy grid.",
            [("roast", "grid", "mistranslation", "major")],
        ),
        ("They hit on Monday.", "They hit the grid on Monday.", [("", "the grid ", "omission", "major")]),
        ("They hit the red grid.", "They hit the grid.", [("red ", "", "addition", "major")]),
        ("They hit grid.", "They hit the grid.", [("", "the ", "function-words", "minor")]),
        ("He spoke on it.", "He spoke of it.", [("on", "of", "function-words", "minor")]),
        ("Ukraine and his people.", "Ukraine and its people.", [("his", "its", "pronoun", "major")]),
        ("It has ended.", "It had ended.", [("has", "had", "tense", "minor")]),
        ("The talks has ended.", "The talks have ended.", [("has", "have", "agreement", "minor")]),
        ("It rejects the plan.", "It rejected the plan.", [("rejects", "rejected", "tense", "minor")]),
        ("It saw the plans.", "It saw the plan.", [("plans", "plan", "agreement", "minor")]),
        ("It met the Bank.", "It met the bank.", [("Bank", "bank", "spelling", "minor")]),
        ("It ended, today.", "It ended today.", [(",", "", "punctuation", "minor")]),
        ("It killed 12 men.", "It killed 13 men.", [("12", "13", "mistranslation", "critical")]),
        ("It saw Mr. Tramp.", "It saw Mr. Trump.", [("Tramp", "Trump", "mistranslation", "critical")]),
        ("It is a plan.", "It is not a plan.", [("", "not ", "function-words", "critical")]),
        (
            "Yesterday has the army stopped.",
            "Yesterday the army has stopped.",
            [("has ", "", "word-order", "major"), ("", "has ", "word-order", "major")],
        ),
        (
            "It's “right” – isn't it?",
            'It is "right" - is not it?',
            [("'s", " is", "function-words", "minor")],
        ),
    ],
)
def test_kinds_of_error(result: str, source: str, edits: list[tuple[str, str, str, str]]) -> None:
    garbled = label_trip(result, source)
    check(garbled)
    found = [
        (garbled.text[e.start : e.end], source[e.source_start : e.source_end], e.category, e.severity)
        for e in garbled.edits
    ]
    assert found == edits


@pytest.mark.parametrize(
    ("result", "source"),
    [
        ('He said: "Stop."', "He said: “Stop.”"),
        ("It's long - too long.", "It’s long — too long."),
        ("They don't know.", "They do not know."),
        ("They  know.", "They know."),
    ],
)
def test_matters_of_taste_are_left_as_in_the_source(result: str, source: str) -> None:
    assert label_trip(result, source) == Garbled(source, source, ())


def test_a_name_at_the_beginning_may_be_any_word() -> None:
    assert judge("troops", "Soldiers", "mistranslation", inside=False) == "major"
    assert judge("troops", "Kyiv", "mistranslation", inside=True) == "critical"
