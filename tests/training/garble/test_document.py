"""Whole files garbled: the layout stays, and the edits lead back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.errors import InputError
from mtqa.text import read_text
from mtqa.training.garble import Garbler
from mtqa.training.garble.document import GarbledDocument, garble_document
from mtqa.training.garble.lexicon import Lexicon
from mtqa.types import Document, Sentence

_PLAIN = (
    "The court has rejected the plan.  It was a long-term plan of Russia.\r\n\r\n"
    "\tOn Monday, the minister said that it agreed to stop the attacks on the grid. He did not agree.\n"
)
_MARKDOWN = (
    "# The minister rejected the plan\n\n- The **court** has [rejected the](http://x.org) plan.\n"
    "- On Monday, the minister &amp; the army *said that it agreed* to stop the attacks on the energy grid.\n"
)
_HTML = (
    "<p>The <b>court</b> has rejected the &ldquo;plan&rdquo; of the city.</p>\n<script>it said</script>\n"
    "<p>On Monday, the <i>minister</i> said that Russia has rejected its plan &amp; its letter.</p>"
)
_TEXTS = {"a.txt": _PLAIN, "a.md": _MARKDOWN, "a.html": _HTML}


def check(made: GarbledDocument) -> None:
    """Every offset holds on both sides, and undoing the edits gives the source."""
    assert made.restore() == made.source
    at = source_at = 0
    for sentence in made.sentences:
        assert made.text[at : sentence.start] == made.source[source_at : sentence.source_start]
        at, source_at = sentence.start, sentence.source_start
        for edit in sentence.edits:
            assert sentence.start <= edit.start <= edit.end <= sentence.end
            assert made.text[at : edit.start] == made.source[source_at : edit.source_start]
            assert made.text[edit.start : edit.end] == edit.text
            assert made.source[edit.source_start : edit.source_end] == edit.source
            at, source_at = edit.end, edit.source_end
        assert made.text[at : sentence.end] == made.source[source_at : sentence.source_end]
        at, source_at = sentence.end, sentence.source_end
    assert made.text[at:] == made.source[source_at:]


@pytest.mark.parametrize("name", _TEXTS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), rate=st.sampled_from([0.05, 0.3, 1.0]))
def test_edits_lead_back(lexicon: Lexicon, name: str, seed: int, rate: float) -> None:
    check(garble_document(read_text(_TEXTS[name], name), Garbler(lexicon, rate), seed))


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from("aT .\n“’-—<>&;*_[]()#%\u00a0é🙂"), min_size=1, max_size=120
    ).filter(str.strip),
    name=st.sampled_from(["a.txt", "a.md", "a.html"]),
)
def test_any_file_is_survived(lexicon: Lexicon, text: str, name: str) -> None:
    try:
        document = read_text(text, name)
    except InputError:
        return
    check(garble_document(document, Garbler(lexicon, 1.0), 1))


@pytest.mark.parametrize(("name", "kept"), [
    ("a.md", ["# ", "\n\n- ", "**", "[", "](http://x.org)", "\n- ", "&amp;", "*"]),
    ("a.html", ["<p>", "<b>", "</b>", "&ldquo;", "&rdquo;", "<script>it said</script>", "<i>", "</i>"]),
])  # fmt: skip
def test_markup_stays(lexicon: Lexicon, name: str, kept: list[str]) -> None:
    for seed in range(40):
        made = garble_document(read_text(_TEXTS[name], name), Garbler(lexicon, 1.0), seed)
        at = 0
        for mark in kept:
            at = made.text.index(mark, at) + len(mark)


def test_what_stands_between_sentences_stays(lexicon: Lexicon) -> None:
    made = garble_document(read_text(_PLAIN, "a.txt"), Garbler(lexicon, 1.0), 3)
    assert made.text != _PLAIN
    assert "\r\n\r\n\t" in made.text
    assert made.text.endswith("\n")


def test_a_sentence_is_garbled_by_seed_and_number(lexicon: Lexicon) -> None:
    garbler = Garbler(lexicon, 0.5)
    one = garble_document(read_text(_PLAIN, "a.txt"), garbler, 5)
    assert one == garble_document(read_text(_PLAIN, "a.txt"), garbler, 5)
    assert one != garble_document(read_text(_PLAIN, "a.txt"), garbler, 6)
    other = garble_document(read_text(_PLAIN.replace("court", "army"), "a.txt"), garbler, 5)
    assert [s.edits and s.edits[0].text for s in one.sentences[1:]] == [
        s.edits and s.edits[0].text for s in other.sentences[1:]
    ]


def test_paragraph_formats_are_refused(lexicon: Lexicon) -> None:
    sentence = Sentence("He agreed.", 0, 10, 1, 1, paragraph=1)
    document = Document("a.docx", "He agreed.", (sentence,))
    with pytest.raises(InputError, match=r"a\.docx is no text file"):
        garble_document(document, Garbler(lexicon))


def test_protected_spans_are_left_alone(lexicon: Lexicon) -> None:
    import random

    text = "The court has rejected the plan of the new minister."
    spans = [(10, 22), (27, 27)]
    for seed in range(200):
        garbled = Garbler(lexicon, 1.0).garble(text, random.Random(seed), spans)
        for edit in garbled.edits:
            for start, end in spans:
                assert not (edit.source_start < end and start < edit.source_end)
