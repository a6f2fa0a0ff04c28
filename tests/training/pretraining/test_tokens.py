"""Tokens of pretraining: those of the scorer, labelled where the garbler changed a word or left one out."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.training.examples import LabelledSpan
from mtqa.training.garble import Garbler
from mtqa.training.pretraining.heldout import paragraph_keys, read_held_out
from mtqa.training.pretraining.pack import DocumentPacker, PackOptions, read_documents
from mtqa.training.pretraining.tokens import (
    CHANGED,
    MISSING,
    TextTokenizer,
    sentences_of,
    train_cased_tokenizer,
)
from mtqa.types import Segment


@pytest.mark.parametrize("text", ["The man said it stopped.", "A -man (“not”) 12% of U.S. GRIDS", "§ ☂ été"])
def test_ids_and_shapes_are_those_that_the_scorer_reads(base: Path, text: str) -> None:
    tokenizer = load_tokenizer(base / "tokenizer.json")
    tokens = TextTokenizer(tokenizer).sentence(text)
    (window,), _ = SegmentEncoder(tokenizer, None, context_tokens=0, window_tokens=100).encode(
        [Segment(text)]
    )
    assert tokens.ids == window.ids[1:-1].tolist()  # without [CLS] and [SEP]
    assert tokens.shapes == window.shapes[1:-1].tolist()
    assert not any(tokens.labels)


def test_every_subword_of_a_changed_word_is_marked_and_a_gap_before_its_first(base: Path) -> None:
    # "stoppedx" is no word of the vocabulary: its letters are marked one by one
    text = "the manx said it"
    tokens = TextTokenizer(load_tokenizer(base / "tokenizer.json")).sentence(
        text, [LabelledSpan(4, 8), LabelledSpan(4, 4), LabelledSpan(14, 14)]
    )
    manx = tokens.labels[1:-2]
    assert len(manx) > 1
    assert tokens.labels == [0, CHANGED | MISSING, *[CHANGED] * (len(manx) - 1), 0, MISSING]


def test_a_garbled_document_differs_from_a_clean_one_where_the_labels_say_so(
    base: Path, garbler: Garbler
) -> None:
    text = " ".join(["The energy grid of the man stopped."] * 20)
    clean, garbled = (
        DocumentPacker(base / "tokenizer.json", garbler, PackOptions(garbled=share)).pack([text], 0)
        for share in (0.0, 1.0)
    )
    vocabulary = load_tokenizer(base / "tokenizer.json").get_vocab()
    assert (clean.garbled, garbled.garbled) == (0, 1)
    assert not clean.labels.any()
    assert clean.ids[-1] == vocabulary["[SEP]"]
    roast = garbled.ids == vocabulary["roast"]
    assert roast.sum() > 0
    assert (garbled.labels[roast] & CHANGED).all()
    assert not (clean.ids == vocabulary["roast"]).any()


def test_a_document_is_packed_the_same_in_any_part(base: Path, garbler: Garbler) -> None:
    texts = [f"The energy grid of the man stopped {n}. " * 5 for n in range(6)]
    packer = DocumentPacker(base / "tokenizer.json", garbler, PackOptions(garbled=0.5))
    whole = packer.pack(texts, 0)
    halves = [packer.pack(texts[:3], 0), packer.pack(texts[3:], 3)]
    for name in ("ids", "shapes", "labels"):
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(h, name) for h in halves]))


def test_reserved_documents_and_what_they_share_are_left_out(corpus: Path, data: Path, shared: str) -> None:
    held_out = read_held_out(data, corpus)
    texts, left_out = read_documents(corpus, held_out, sources=None, seed=1)
    # of 80 documents, those at 0, 8 and 16 of shards 2 and 3 are reserved; one more repeats a reserved one
    assert len(texts) == 80 - 6 - 1
    assert left_out == 1
    assert shared not in texts


def test_paragraphs_are_known_again_whatever_their_case_and_marks(shared: str) -> None:
    assert list(paragraph_keys(shared)) == list(paragraph_keys(shared.upper().replace(" ", ", ")))
    assert list(paragraph_keys("Too short to tell.\n" + shared)) == list(paragraph_keys(shared))
    assert list(paragraph_keys(shared.replace("court", "mayor"))) != list(paragraph_keys(shared))


def test_the_cased_tokenizer_keeps_case_and_gives_words_back(corpus: Path) -> None:
    texts, _ = read_documents(corpus, read_held_out(None, corpus), sources=None, seed=1)
    tokenizer = train_cased_tokenizer(texts, 300)
    assert tokenizer.get_vocab_size() <= 300
    rng = random.Random(0)
    for sentence in rng.choices([s for text in texts for s in sentences_of(text)], k=10):
        words = sentence.replace(".", " .").split()
        encoding = tokenizer.encode(words, is_pretokenized=True)
        back = "".join(t if not t.startswith("##") else t[2:] for t in encoding.tokens)
        assert back == "".join(words)
