"""Inflection, tags and the sense table, from small dictionaries made here."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from mtqa.training.garble import resources
from mtqa.training.garble.inflection import article_for, conjugate, match_case, plural
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.garble.resources import load_resources
from mtqa.training.garble.senses import LANGUAGES, PIVOTS, _stem_key
from mtqa.training.garble.view import view_sentence

_HEADER = "english\tforeign\tpos\tsources\tgloss\n"
_DICTIONARIES = {
    "nl": [
        "grid\trooster\tn\twiktionary,omw\ta pattern of lines",
        "roast\troosteren\tv\twiktionary\t",
        "roast\tgebraad\tn\twiktionary\t",
        "roster\trooster\tn\twiktionary\t",
        "mesh\trooster\tn\twiktionary,omw\ta pattern of lines",
    ],
    "de": [
        "grid\tGitter\tn\twiktionary\t",
        "fence\tGitter\tn\twiktionary\t",
        "Moscow\tMoskau\tprop\twiktionary\t",
    ],
}
# Words as well translated as real ones: with a single translation each, any two would look like synonyms.
_FILLERS = [
    f"{word}\t{word}{number}\tn\twiktionary\t"
    for word in ["grid", "roast", "roster", "fence"]
    for number in range(12)
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as the real one is laid out."""
    (tmp_path / "pivot").mkdir()
    (tmp_path / "parallel").mkdir()
    for language in LANGUAGES:
        rows = "".join(row + "\n" for row in _DICTIONARIES.get(language, _FILLERS))
        (tmp_path / "pivot" / f"{language}_en.tsv.xz").write_bytes(lzma.compress((_HEADER + rows).encode()))
    for language in PIVOTS:
        text = "set\tDas Gitter in Moskau und het rooster roosteren\tx\n" * 5
        (tmp_path / "parallel" / f"{language}-en.tsv.xz").write_bytes(lzma.compress(text.encode()))
    return tmp_path


_COUNTS = Counter(dict.fromkeys(["grid", "roast", "roster", "mesh", "fence", "the"], 1000))


def test_senses_link_other_meanings_and_leave_out_synonyms(data: Path) -> None:
    lexicon = load_resources(data, counts=_COUNTS)
    others = {word for word, _ in lexicon.senses_of("grid", "N")}
    # roast comes by the stem of the Dutch verb; mesh shares a gloss with grid and is a synonym
    assert others == {"roster", "roast", "fence"}
    assert lexicon.foreign["Moscow", "prop"] == ("Moskau",)


@pytest.mark.parametrize(
    ("language", "noun", "verb"),
    [
        ("nl", "rooster", "roosteren"),
        ("de", "Feder", "federn"),
        ("de", "Hebel", "hebeln"),
        ("fr", "charge", "charger"),
        ("es", "marcha", "marchar"),
    ],
)
def test_a_noun_meets_the_verb_of_its_stem(language: str, noun: str, verb: str) -> None:
    assert _stem_key(language, noun, "n") == _stem_key(language, verb, "v")
    assert _stem_key(language, verb, "n") != _stem_key(language, verb, "v")


def test_the_cache_gives_the_same_lexicon(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_resources(data, cache=tmp_path / "cache", counts=_COUNTS)
    monkeypatch.setattr(resources, "build_senses", None)  # a second build would fail
    cached = load_resources(data, cache=tmp_path / "cache", counts=_COUNTS)
    assert (cached.senses, cached.tags, cached.foreign) == (built.senses, built.tags, built.foreign)


@pytest.mark.parametrize("damage", ['{"counts": {"gr', "[]", "{}"])
def test_a_damaged_cache_is_built_anew(data: Path, tmp_path: Path, damage: str) -> None:
    built = load_resources(data, cache=tmp_path / "cache", counts=_COUNTS)
    (stored,) = (tmp_path / "cache").iterdir()
    stored.write_text(damage, encoding="utf-8")
    assert load_resources(data, cache=tmp_path / "cache", counts=_COUNTS).senses == built.senses
    assert load_resources(data, cache=tmp_path / "cache", counts=_COUNTS).senses == built.senses
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [stored.name]


def test_a_changed_dictionary_is_not_taken_from_the_cache(data: Path, tmp_path: Path) -> None:
    load_resources(data, cache=tmp_path / "cache", counts=_COUNTS)
    rows = _HEADER + "".join(f"{row}\n" for row in _DICTIONARIES["nl"][:1])
    (data / "pivot" / "nl_en.tsv.xz").write_bytes(lzma.compress(rows.encode()))
    changed = load_resources(data, cache=tmp_path / "cache", counts=_COUNTS)
    assert "roast" not in {word for word, _ in changed.senses_of("grid", "N")}


def test_counts_come_from_a_corpus_when_none_are_given(data: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "shard.jsonl.xz"
    line = json.dumps({"source": "x", "text": "grid roast roster mesh fence"})
    corpus.write_bytes(lzma.compress((line + "\n").encode()))
    assert load_resources(data, corpus=corpus).count("grid") == 1


@pytest.mark.parametrize(
    ("verb", "form", "expected"),
    [
        ("stop", "G", "stopping"),
        ("stop", "T", "stopped"),
        ("carry", "Z", "carries"),
        ("carry", "T", "carried"),
        ("make", "G", "making"),
        ("agree", "G", "agreeing"),
        ("agree", "T", "agreed"),
        ("die", "G", "dying"),
        ("go", "Z", "goes"),
        ("write", "K", "written"),
        ("panic", "T", "panicked"),
        ("reach", "Z", "reaches"),
        ("visit", "T", "visited"),
        ("give up", "T", "gave up"),
    ],
)
def test_conjugate(verb: str, form: str, expected: str) -> None:
    assert conjugate(verb, form, {}) == expected


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("city", "cities"), ("day", "days"), ("box", "boxes"), ("crisis", "crises"), ("policeman", "policemen"),
     ("German", "Germans"), ("end user", "end users")],
)  # fmt: skip
def test_plural(noun: str, expected: str) -> None:
    assert plural(noun) == expected


def test_article_and_case() -> None:
    assert [article_for(word) for word in ("hour", "union", "error", "plan", "European")] == [
        "an",
        "a",
        "an",
        "a",
        "a",
    ]
    assert [match_case("roast", like) for like in ("grid", "Grid", "GRID", "A")] == [
        "roast",
        "Roast",
        "ROAST",
        "Roast",
    ]


@pytest.mark.parametrize(
    ("sentence", "tags"),
    [
        ("The minister has rejected the plan.", "DNHKDN."),
        ("The attacks stopped.", "DST."),
        ("They agreed to attack the city.", "PTQVDN."),
        ("Russia’s army won’t attack.", "E'NMBV."),
        ("It put it.", "PTP."),
        ("The largest city.", "DJN."),
        ("A sub-zero fishermen readily.", "DJSR."),
    ],
)
def test_tags(sentence: str, tags: str, lexicon: Lexicon) -> None:
    assert "".join(token.tag for token in view_sentence(sentence, lexicon).tokens) == tags
