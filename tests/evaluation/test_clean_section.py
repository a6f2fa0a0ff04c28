"""News figures of two articles and one reference, counted by hand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from data_folder import make_context, write_jsonl

from mtqa.evaluation.data import digest, part_of
from mtqa.evaluation.news import clean_articles, mixed_articles, round_trips
from mtqa.evaluation.sections.clean import CLEAN, CLEAN_NEWS, MIXED_NEWS, ROUND_TRIPS
from mtqa.evaluation.word_kinds import KINDS


@dataclass(frozen=True)
class Edit:
    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True)
class Garbled:
    text: str
    source: str
    edits: tuple[Edit, ...]


def garble(sentence: str, rng: random.Random) -> Garbled:
    """Makes every grid a roast."""
    at = sentence.find("grid")
    edits = (Edit(at, at + 5, at, at + 4),) if at >= 0 else ()
    return Garbled(sentence.replace("grid", "roast"), sentence, edits)


def text_of_part(part: str, text: str, held_out: bool = False) -> str:
    """The text with a number in it that puts it into a part."""
    return next(
        candidate
        for number in count()
        if part_of(key := digest(candidate := text.format(number))) == part
        and (not held_out or key[0] == "0")
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    texts = [
        text_of_part("dev", "The grid of {} towns failed. The disc was his."),
        text_of_part("dev", "A grid of {} towns works. The grid is old. A grid, again. One more grid."),
        text_of_part("test20", "Another grid of {} towns."),
    ]
    write_jsonl(tmp_path / "clean_news" / "dev.jsonl.xz", [{"text": text} for text in texts])
    original = text_of_part("dev", "The {} strikes on the grid stopped.", held_out=True)
    records = [
        {
            "ref": original,
            "en_original": True,
            "hyps": [{"text": original.replace("grid", "roast")}, {"text": original}],
        },
        {"ref": "Not English first.", "en_original": False, "hyps": [{"text": "Not."}]},
    ]
    write_jsonl(tmp_path / "sysout" / "newstest.jsonl.xz", records)
    return tmp_path


def test_articles_are_split_by_their_text(data: Path) -> None:
    assert [len(article) for article in clean_articles(data, "dev")] == [2, 4]
    assert [len(article) for article in clean_articles(data, "test20")] == [1]
    assert len(clean_articles(data, "dev", limit=1)) == 1


def test_the_figures_are_those_counted_by_hand(data: Path) -> None:
    measurement = CLEAN.measure(make_context(data, garble=garble))
    samples = {m.group: m.sample for m in measurement.measured if m.kind == "mtqa"}
    figures = {
        name: {s.name: s(sample) for s in CLEAN.statistics if s.applies_to(sample)}
        for name, sample in samples.items()
    }
    # Of 10 + 14 words "disc" and "his" are flagged, in one of six sentences.
    words = samples[CLEAN_NEWS]["words"].sum()
    assert figures[CLEAN_NEWS]["flags_per_1000"] == pytest.approx(1000 * 2 / words)
    assert figures[CLEAN_NEWS]["sentences_flagged"] == pytest.approx(1 / 6)
    # The second article is garbled in some sentences; each roast is found, and the two flags of the first
    # article are false alarms.
    edits = samples[MIXED_NEWS]["mixed_edits"].sum()
    assert 1 <= edits <= 4
    assert figures[MIXED_NEWS]["edits_found"] == 1.0
    assert figures[MIXED_NEWS]["precision"] == pytest.approx(edits / (edits + 2))
    # The one round trip says roast where the original says grid.
    assert figures[ROUND_TRIPS]["preferred"] == 1.0
    assert figures[ROUND_TRIPS]["flags_per_1000_originals"] == 0.0
    assert figures[ROUND_TRIPS]["flags_per_1000_trips"] == pytest.approx(1000 / 7)


def test_flagged_words_are_counted_by_kind(data: Path) -> None:
    measurement = CLEAN.measure(make_context(data))
    kinds = {m.group: m.counts for m in measurement.measured if m.group in KINDS}
    # All but the full stops; the flagged ones are "disc" and "his".
    assert sum(counts["words"] for counts in kinds.values()) == 10 + 16
    assert sum(counts["flagged"] for counts in kinds.values()) == 2
    assert kinds["numbers"] == {"words": 2, "flagged": 0}


def test_without_a_garbler_mixed_news_is_left_out_and_the_reader_told(data: Path) -> None:
    measurement = CLEAN.measure(make_context(data))
    assert MIXED_NEWS not in {m.group for m in measurement.measured}
    assert "Mixed news was left out" in measurement.notes[0]


def test_every_second_article_is_garbled_the_same_way_every_time(data: Path) -> None:
    articles = clean_articles(data, "dev")
    first, second = mixed_articles(articles, garble)
    assert not any(first.edits)
    assert mixed_articles(articles, garble) == [first, second]
    for segment, edits in zip(second.segments, second.edits, strict=True):
        assert [segment.text[start:end] for start, end in edits] == ["roast"] * len(edits)


def test_a_round_trip_is_no_copy_of_its_original(data: Path) -> None:
    (trips,) = round_trips(data, "dev")
    assert trips.original not in trips.texts
    assert len(trips.texts) == len(trips.chrf) == 1
    assert 50 < trips.chrf[0] < 100
    assert not list(round_trips(data, "test20"))
