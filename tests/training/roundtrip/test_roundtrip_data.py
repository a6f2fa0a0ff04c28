"""What goes into the translators, and what never does."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import numpy as np
import pytest
from little_languages import english_sentences

from mtqa.errors import InputError, OutputError
from mtqa.training.corrector_data import is_dev
from mtqa.training.mix import split_articles
from mtqa.training.news import read_news
from mtqa.training.roundtrip import pack as pack_module
from mtqa.training.roundtrip.batches import Pairs
from mtqa.training.roundtrip.data import is_held_out, is_usable, read_pairs, read_sentences
from mtqa.training.roundtrip.pack import Pack, read_news_records
from mtqa.training.roundtrip.prepare import make_pack


@pytest.fixture(scope="module")
def packed(data: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    out = tmp_path_factory.mktemp("pack")
    make_pack(data, corpus, out, ("nl", "de"), sentences=30, vocabulary_size=400, tell=lambda _: None)
    return Pack.load(out)


@pytest.mark.parametrize(
    ("foreign", "english", "usable"),
    [
        ("Het leger stopte.", "The army stopped.", True),
        ("", "The army stopped.", False),
        ("Tom.", "Tom.", False),  # untranslated
        ("ja", "no " * 30, False),  # lopsided
        ("ja", "that is quite right", True),  # short pairs may be
        ("a " * 121, "b " * 121, False),  # too long
    ],
)
def test_usable_pairs(foreign: str, english: str, usable: bool) -> None:
    assert is_usable(foreign.strip(), english.strip()) is usable


def test_each_pair_once(data: Path) -> None:
    pairs = list(read_pairs(data, "nl"))
    assert [pair.english for pair in pairs] == english_sentences()
    assert {pair.written for pair in pairs} == {True, False}


def test_a_sentence_is_held_out_in_every_language(data: Path) -> None:
    held = [
        {pair.english for pair in read_pairs(data, language) if pair.held_out} for language in ("nl", "de")
    ]
    assert held[0] == held[1] != set()
    assert all(hashlib.sha256(text.encode()).hexdigest()[0] == "0" for text in held[0])


def test_training_rows_hold_no_held_out_pair(packed: Pack) -> None:
    def sentences(pairs: Pairs) -> set[str]:
        # Odd rows are into English: the target is the English side.
        return set(packed.vocabulary.decode([pairs.ids(int(row))[1] for row in pairs.rows if row % 2]))

    training, held = sentences(Pairs(packed)), sentences(Pairs(packed, held_out=True))
    assert training and held
    assert not any(map(is_held_out, training))
    assert all(map(is_held_out, held))


def test_rows_are_what_was_read(packed: Pack, data: Path) -> None:
    pair = next(p for p in read_pairs(data, "de") if not p.held_out)
    at = len(packed.shards["nl"]) + [p.foreign for p in read_pairs(data, "de")].index(pair.foreign)
    vocabulary, pairs = packed.vocabulary, Pairs(packed)
    source, target = pairs.ids(2 * at)
    assert source[0] == vocabulary.tag_id("de")
    assert vocabulary.decode([source[1:], target]) == [pair.english, pair.foreign]
    source, target = pairs.ids(2 * at + 1)
    assert source[0] == vocabulary.tag_id("en")
    assert vocabulary.decode([source[1:], target]) == [pair.foreign, pair.english]


def test_written_pairs_are_seen_more_often(packed: Pack) -> None:
    pairs = Pairs(packed)
    shard = packed.shards["nl"]
    seen = np.bincount(pairs.rows[pairs.rows % 2 == 0] // 2, minlength=len(shard))[: len(shard)]
    assert set(seen[shard.written & ~shard.held_out]) == {3}
    assert set(seen[~shard.written & ~shard.held_out]) == {1}
    assert set(seen[shard.held_out]) == {0}


def test_news_is_of_the_training_articles_only(packed: Pack, corpus: Path) -> None:
    articles = list(read_news(corpus))
    training, kept_out = split_articles(articles)
    assert len(kept_out) == 3
    chosen = read_sentences(corpus, 10_000)
    assert {sentence.text for sentence in chosen} <= {text for article in training for text in article}
    assert {tuple(training[sentence.article]) for sentence in chosen}.isdisjoint(map(tuple, kept_out))
    assert not any(is_dev(sentence.text) for sentence in chosen)
    assert all("Unreserved" not in sentence.text for sentence in chosen)
    assert [record["text"] for record in read_news_records(packed.folder)] == [s.text for s in chosen[:30]]


def test_unknown_characters_survive(packed: Pack) -> None:
    texts = ["Żółw 🐢 → Київ", "The army stopped."]
    assert packed.vocabulary.decode(packed.vocabulary.encode(texts)) == texts


def test_a_pack_that_is_too_large_is_refused(
    data: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_module, "LARGEST_MIB", 0.001)
    with pytest.raises(OutputError, match="fewer languages"):
        make_pack(data, corpus, tmp_path, ("nl",), sentences=5, vocabulary_size=400, tell=lambda _: None)
    with pytest.raises(InputError, match="no pack"):
        Pack.load(tmp_path)


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "parallel").mkdir()
    with lzma.open(tmp_path / "parallel" / "nl-en.tsv.xz", "wt") as out:
        out.write("tatoeba\tHet leger stopte.\tThe army stopped.\ntatoeba\tonly two\n")
    with pytest.raises(InputError, match="line 2"):
        list(read_pairs(tmp_path, "nl"))


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ru-en"):
        list(read_pairs(tmp_path, "ru"))
    with pytest.raises(InputError, match="shard2"):
        read_sentences(tmp_path, 5)
