"""MQM spans of two talks, their characters and matches counted by hand."""

from __future__ import annotations

from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from data_folder import make_context, write_jsonl
from fakes import FakeScorer, FakeThresholds

from mtqa.evaluation.data import digest, is_mqm_training_document, part_of
from mtqa.evaluation.metrics import MarkedSpan
from mtqa.evaluation.sections.base import Measurement
from mtqa.evaluation.sections.spans import SPANS, TALKS, TALKS_AT_PRECISION, at_random, read_annotated
from mtqa.scorer import Thresholds
from mtqa.scorer.documents import DocumentRule
from mtqa.text.words import split_words

TALK = next(t for n in count() if not is_mqm_training_document(t := f"talk.{n}"))
TRAINING_TALK = next(t for n in count() if is_mqm_training_document(t := f"talk.{n}"))
HERE, THERE = (next(s for n in count() if part_of(digest(s := f"源{n}")) == p) for p in ("dev", "test20"))
SECOND = next(s for n in count() if part_of(digest(s := f"第{n}")) == "dev")


def record(text: str, span: tuple[int, int] | None, severity: str, **changes: str) -> dict[str, Any]:
    values = {
        "system": "S1",
        "doc": TALK,
        "seg": "1",
        "rater": "r1",
        "src": HERE,
        "category": "Style/Awkward",
    }
    return {**values, "mt": text, "span": span, "severity": severity, **changes}


DISC = "The disc stopped."
ROAST, DOG, WELL = "The roast and the disc.", "He saw his old dog.", "All is well."
RECORDS = [
    record(ROAST, (4, 9), "Major"),  # roast
    record(ROAST, (18, 22), "Minor", category="Source error"),  # no error of the translator's
    record(ROAST, (10, 13), "Neutral"),
    record(DOG, (7, 14), "Major", system="S2"),  # his old
    record(DOG, (15, 18), "Minor", system="S2"),  # dog
    # The same source sentence, where a rater marked what is missing in the translation.
    record(WELL, None, "Major", system="S3", src=f"<v>{HERE}</v>", category="Accuracy/Omission"),
    record(WELL, None, "No-error", system="S4", src=SECOND, seg="2", category="No-error"),
    record("A roast.", (2, 7), "Major", system="refB"),  # a person's translation
    record("A roast.", (2, 7), "Major", doc=TRAINING_TALK),
    record("Another roast.", (8, 13), "Major", src=THERE),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "mqm" / "ted2021_zh-en.jsonl.xz", RECORDS)
    return tmp_path


class CautiousScorer(FakeScorer):
    """Flags "roast" and "his" at its default threshold, "disc" too at that for a precision of 0.5."""

    thresholds = FakeThresholds(default=0.7)


def figures(measurement: Measurement, group: str, system: str = "mtqa") -> dict[str, float]:
    (measured,) = [m for m in measurement.measured if (m.group, m.system) == (group, system)]
    return {s.name: s(measured.sample) for s in SPANS.statistics}


def test_the_figures_are_those_counted_by_hand(data: Path) -> None:
    measurement = SPANS.measure(make_context(data, scorer=CautiousScorer()))
    # Flagged: roast (5 characters, right severity), his (3, minor where the rater says major).
    # Marked: roast (5), his old (7), dog (3).
    credit, flagged, marked = 5 + 3 * 0.5, 5 + 3, 5 + 7 + 3
    # "his" is all inside its partner, of which it covers 3 of 7 characters; "dog" has no partner.
    credit_flagged, credit_marked = 1 + 1, 1 + 3 / 7
    assert figures(measurement, TALKS) == {
        "char_precision": pytest.approx(credit / flagged),
        "char_recall": pytest.approx(credit / marked),
        "char_f1": pytest.approx(2 * credit / (flagged + marked)),
        "mpp_precision": pytest.approx(credit_flagged / 2),
        "mpp_recall": pytest.approx(credit_marked / 3),
        "mpp_f1": pytest.approx(2 * (1.0 * credit_marked / 3) / (1.0 + credit_marked / 3)),
        "major_touched": 1.0,
    }
    # One more flag, "disc" (4), is a false alarm.
    assert figures(measurement, TALKS_AT_PRECISION)["char_precision"] == pytest.approx(credit / (flagged + 4))
    assert figures(measurement, TALKS_AT_PRECISION)["mpp_precision"] == pytest.approx(credit_flagged / 3)


def test_a_talk_by_one_system_is_a_document(tmp_path: Path) -> None:
    """The doubtful "disc" is flagged where the system's other sentences are bad, not where they are good."""
    two = [
        record(text, (4, 8) if text == DISC else None, "Major", system=system, src=source, seg=source)
        for system, other in (("S1", "All is well here. " * 5), ("S2", "roast roast. " * 5))
        for text, source in ((DISC, HERE), (other, SECOND))
    ]
    write_jsonl(tmp_path / "mqm" / "ted2021_zh-en.jsonl.xz", two)
    scorer = CautiousScorer()
    assert figures(SPANS.measure(make_context(tmp_path, scorer=scorer)), TALKS)["major_touched"] == 0
    scorer.thresholds = FakeThresholds(default=0.7, document=DocumentRule(1.0, 0.1, 10.0, 0.3))
    assert figures(SPANS.measure(make_context(tmp_path, scorer=scorer)), TALKS)["major_touched"] == 0.5


def test_always_bad_touches_every_major_error_and_nothing_precisely(data: Path) -> None:
    found = figures(SPANS.measure(make_context(data)), TALKS, "always BAD")
    assert found["major_touched"] == 1.0
    # Every character of four translations; major ones earn 1 each, the three of "dog" a half.
    assert found["char_precision"] == pytest.approx((12 + 1.5) / (len(ROAST) + len(DOG) + 2 * len(WELL)))


def test_counts_say_what_was_read(data: Path) -> None:
    ours = SPANS.measure(make_context(data)).measured[0]
    assert ours.counts == {
        "source sentences": 2,
        "translations": 4,
        "marked spans": 3,
        "flagged spans": 3,
    }
    assert len(ours.sample) == 2  # source sentences, as translations of one resemble each other


def test_a_limit_counts_source_sentences(data: Path) -> None:
    assert {a.source for a in read_annotated(data, "dev", limit=1)} == {HERE}
    assert [a.text for a in read_annotated(data, "test20")] == ["Another roast."]


def test_each_rater_is_an_annotation_of_its_own(tmp_path: Path) -> None:
    records = [record(ROAST, (4, 9), "Major"), record(ROAST, (18, 22), "Minor", rater="r2")]
    write_jsonl(tmp_path / "mqm" / "ted2021_zh-en.jsonl.xz", records)
    annotated = read_annotated(tmp_path, "dev")
    assert [a.errors for a in annotated] == [(MarkedSpan(4, 9, "major"),), (MarkedSpan(18, 22, "minor"),)]


def test_a_scorer_without_that_operating_point_has_one_group_and_a_note(data: Path) -> None:
    scorer = FakeScorer()
    scorer.thresholds = Thresholds(default=0.5)  # type: ignore[assignment]
    measurement = SPANS.measure(make_context(data, scorer=scorer))
    assert {m.group for m in measurement.measured} == {TALKS}
    assert "no threshold for precision 0.5" in measurement.notes[-1]


def test_random_spans_are_as_many_and_as_long_on_whole_words() -> None:
    texts = ["one two three four five six", "a b c d", ""]
    spans = [[MarkedSpan(0, 7, "major"), MarkedSpan(8, 13, "minor")], [MarkedSpan(0, 3, "minor")], []]
    drawn = at_random(texts, spans, seed=1)
    assert drawn == at_random(texts, spans, seed=1)
    assert any(at_random(texts, spans, seed=seed) != drawn for seed in range(2, 6))
    lengths = []
    for text, row in zip(texts, drawn, strict=True):
        words = split_words(text)
        for span in row:
            inside = [word for word in words if span.start <= word[0] and word[1] <= span.end]
            assert (inside[0][0], inside[-1][1]) == (span.start, span.end)
            lengths.append((len(inside), span.severity))
        assert all(left.end < right.start for left, right in pairwise(row))
    assert sorted(lengths) == [(1, "minor"), (2, "major"), (2, "minor")]


def test_a_random_span_for_which_there_is_no_room_is_left_out() -> None:
    assert at_random(["one"], [[MarkedSpan(0, 3, "minor"), MarkedSpan(0, 3, "minor")]], seed=1) == [
        [MarkedSpan(0, 3, "minor")]
    ]
