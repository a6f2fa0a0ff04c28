"""The garbler as a whole: whatever the sentence, the edits are exact."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.training.garble import Edit, Garbled, Garbler
from mtqa.training.garble.edits import apply_candidates, replace
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon

_SENTENCE = (
    "On Monday, the minister said that Russia has rejected the government’s new plan, which was announced by "
    "the court in 2014, and agreed to stop the attacks on the energy grid."
)
_PLAIN = (
    "the a minister Russia said has rejected plan which was by on Monday to stop attacks not it did of grids"
)
_ODD = ("’s", "2014", "12.5", "$3", "million", "naïve", "İstanbul", "long-term", "\u00a0")
_PIECES = [*_PLAIN.split(), *",.—“”()🙂", *_ODD]


def check_edits(garbled: Garbled) -> None:
    """The texts between the edits are the same on both sides, and undoing the edits gives the source."""
    assert garbled.restore() == garbled.source
    at = source_at = 0
    for edit in garbled.edits:
        assert at <= edit.start <= edit.end
        assert source_at <= edit.source_start <= edit.source_end
        assert garbled.text[at : edit.start] == garbled.source[source_at : edit.source_start]
        assert garbled.text[edit.start : edit.end] != garbled.source[edit.source_start : edit.source_end], (
            "an edit that changes nothing"
        )
        at, source_at = edit.end, edit.source_end
    assert garbled.text[at:] == garbled.source[source_at:]


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(_PIECES), max_size=40),
    glue=st.sampled_from([" ", "  ", "\u00a0"]),
    seed=st.integers(0, 10_000),
    rate=st.sampled_from([0.05, 0.3, 1.0]),
)
def test_edits_are_exact(lexicon: Lexicon, pieces: list[str], glue: str, seed: int, rate: float) -> None:
    check_edits(Garbler(lexicon, rate=rate).garble(glue.join(pieces), random.Random(seed)))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200), seed=st.integers(0, 10_000))
def test_any_text_is_survived(lexicon: Lexicon, text: str, seed: int) -> None:
    check_edits(Garbler(lexicon, rate=1.0).garble(text, random.Random(seed)))


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=25, deadline=None)
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=40), seed=st.integers(0, 10_000))
def test_edits_of_a_family_are_exact(lexicon: Lexicon, family: str, pieces: list[str], seed: int) -> None:
    garbler = Garbler(lexicon, rate=1.0, families=[family])
    garbled = garbler.garble(" ".join(pieces), random.Random(seed))
    check_edits(garbled)
    assert garbled == garbler.garble(" ".join(pieces), random.Random(seed))


def test_the_same_seed_gives_the_same_garble(lexicon: Lexicon) -> None:
    garbler = Garbler(lexicon)
    first = [garbler.garble(_SENTENCE, random.Random(seed)) for seed in range(50)]
    again = [garbler.garble(_SENTENCE, random.Random(seed)) for seed in reversed(range(50))]
    assert first == again[::-1]
    assert len({garbled.text for garbled in first}) > 25


def test_a_pickled_garbler_gives_the_same_garble(lexicon: Lexicon) -> None:
    garbler = Garbler(lexicon)
    copy = pickle.loads(pickle.dumps(garbler))
    assert copy.garble(_SENTENCE, random.Random(3)) == garbler.garble(_SENTENCE, random.Random(3))


def test_clean_share_leaves_sentences_alone(lexicon: Lexicon) -> None:
    assert Garbler(lexicon, clean_share=1.0).garble(_SENTENCE, random.Random(0)).edits == ()
    assert Garbler(lexicon).garble(_SENTENCE, random.Random(0)).edits != ()


def test_a_higher_rate_garbles_more(lexicon: Lexicon) -> None:
    def edits(rate: float) -> int:
        garbler = Garbler(lexicon, rate=rate)
        return sum(len(garbler.garble(_SENTENCE, random.Random(seed)).edits) for seed in range(100))

    assert edits(0.05) < edits(0.15) < edits(0.4)


def test_families_can_be_chosen(lexicon: Lexicon) -> None:
    for chosen in (["articles"], {"articles": 2.0}):
        garbler = Garbler(lexicon, rate=1.0, families=chosen)
        assert {edit.family for edit in garbler.garble(_SENTENCE, random.Random(1)).edits} == {"articles"}
    with pytest.raises(KeyError):
        Garbler(lexicon, families=["no such family"])


def test_offsets_by_hand() -> None:
    source = "It hit the grid on Monday."
    chosen = [
        (replace(11, 15, "roast", "mistranslation"), "pivot"),
        (replace(16, 19, "", "omission"), "omission"),
    ]
    garbled = apply_candidates(source, chosen)
    assert garbled.text == "It hit the roast Monday."
    assert garbled.edits == (
        Edit(11, 16, 11, 15, "mistranslation", "major", "pivot"),
        Edit(17, 17, 16, 19, "omission", "major", "omission"),
    )


def test_overlapping_candidates_are_refused() -> None:
    chosen = [(replace(0, 5, "x", "other"), "a"), (replace(3, 6, "y", "other"), "b")]
    with pytest.raises(ValueError, match="overlap"):
        apply_candidates("It hit the grid.", chosen)


def test_a_sentence_of_thousands_of_words_is_garbled_in_parts(lexicon: Lexicon) -> None:
    text = " ".join([_SENTENCE[:-1].lower()] * 200)
    garbled = Garbler(lexicon, rate=0.3).garble(text, random.Random(1))
    check_edits(garbled)
    places = [edit.source_start * 10 // len(text) for edit in garbled.edits]
    assert set(places) == set(range(10)), "errors are everywhere"
    long_word = "a" * 100_000
    assert Garbler(lexicon).garble(long_word, random.Random(1)).text == long_word


def test_protected_spans_hold_in_every_part(lexicon: Lexicon) -> None:
    text = " ".join([_SENTENCE] * 60)
    spans = [(at, at + 40) for at in range(0, len(text), 50)]
    garbled = Garbler(lexicon, rate=1.0).garble(text, random.Random(2), spans)
    assert garbled.edits
    for edit in garbled.edits:
        assert not any(edit.source_start < end and start < edit.source_end for start, end in spans)
