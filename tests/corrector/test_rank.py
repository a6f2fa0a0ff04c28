"""The scorer reads every candidate; what does not help is not shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace

import pytest

from mtqa.corrector.folder import Ranking
from mtqa.corrector.generate import Candidate
from mtqa.corrector.rank import FEATURES, Fitted, SpanRequest, measure_all, rank, rate, shares, suspicion
from mtqa.scorer import SegmentScores
from mtqa.text.words import split_words
from mtqa.types import Segment, Span, Suggestion

TEXT = "The energy roast of Kyiv fell."
SPAN = Span(4, 16, 0.9, "major", "mistranslation")
GAP = Span(6, 6, 0.8, "minor", "omission")


class FakeScorer:
    """Scores words by a table; a gap after "is" is doubtful unless "the" follows."""

    def __init__(self, doubts: dict[str, float] | None = None) -> None:
        self.doubts = {"roast": 0.9, **(doubts or {})}
        self.calls: list[list[Segment]] = []

    def score(self, segments: Sequence[Segment]) -> list[SegmentScores]:
        self.calls.append(list(segments))
        return [self._score(segment.text) for segment in segments]

    def _score(self, text: str) -> SegmentScores:
        offsets = tuple(split_words(text))
        words = [text[start:end] for start, end in offsets]
        scores = tuple(self.doubts.get(word, 0.05) for word in words)
        doubtful = [
            word == "is" and after != "the" for word, after in zip(words, [*words[1:], ""], strict=True)
        ]
        gaps = (0.02, *(0.8 if missing else 0.02 for missing in doubtful))
        confidence = math.prod(1 - score for score in (*scores, *gaps))
        count = len(words)
        return SegmentScores(offsets, scores, gaps, ("other",) * count, ("minor",) * count, confidence, 0.1)


def suggest(
    candidates: list[Candidate], scorer: FakeScorer | None = None, span: Span = SPAN, text: str = TEXT
) -> tuple[Suggestion, ...]:
    request = SpanRequest(Segment(text), span)
    return rank([request], [candidates], scorer or FakeScorer(), Ranking())[0]


def test_a_candidate_that_lowers_the_suspicion_is_shown() -> None:
    (suggestion,) = suggest([Candidate("energy grid", -0.5)])
    # bias -0.4, log-probability .5 * -0.5, suspicion 2.0 * (.9 - .05), confidence 1.0 * (after - before)
    gain = (0.95**6 - 0.95**5 * 0.1) * 0.95 * 0.98**8
    logit = -0.4 - 0.25 + 2.0 * 0.85 + gain
    assert suggestion.text == "energy grid"
    assert suggestion.score == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-4)


@pytest.mark.parametrize(
    "candidate",
    [
        "energy roast",  # what is there
        "heat roast",  # as doubtful as before
        "energy grid in 2014",  # a number more
        "energy grid of Moscow",  # a name more
        ", grid",  # cannot stand there
    ],
)
def test_not_shown(candidate: str) -> None:
    assert suggest([Candidate(candidate, -0.1)]) == ()


def test_the_probable_one_comes_first_and_three_are_shown() -> None:
    found = suggest([Candidate(text, -index) for index, text in enumerate(["a", "b", "c", "d", "e"], 1)])
    assert [suggestion.text for suggestion in found] == ["a", "b", "c"]
    assert found[0].score > found[1].score > found[2].score


def test_the_scorer_can_turn_the_order() -> None:
    found = suggest([Candidate("grid", -0.5), Candidate("net", -1.0)], FakeScorer({"grid": 0.8}))
    assert [suggestion.text for suggestion in found] == ["net", "grid"]


def test_a_candidate_that_spoils_its_neighbour_is_not_shown() -> None:
    class Spoils(FakeScorer):
        def _score(self, text: str) -> SegmentScores:
            self.doubts["of"] = 0.95 if "grid" in text else 0.05
            return super()._score(text)

    assert suggest([Candidate("grid", -0.5)], Spoils()) == ()


def test_equal_strings_are_shown_once() -> None:
    assert [s.text for s in suggest([Candidate("grid", -0.5), Candidate(" grid ", -0.7)])] == ["grid"]


@pytest.mark.parametrize(("candidate", "shown"), [("the", ["the "]), ("a", [])])
def test_an_insertion_brings_its_space_and_must_fill_the_gap(candidate: str, shown: list[str]) -> None:
    found = suggest([Candidate(candidate, -0.5)], span=GAP, text="He is president.")
    assert [suggestion.text for suggestion in found] == shown


def test_a_deletion() -> None:
    span = Span(8, 13, 0.9, "minor", "addition")
    found = suggest([Candidate("", -0.5)], FakeScorer({"again": 0.9}), span, "He came again.")
    assert [suggestion.text for suggestion in found] == [""]


def test_one_call_for_all_spans_of_a_document() -> None:
    scorer = FakeScorer()
    twice = SpanRequest(Segment(TEXT), SPAN)
    proposals = [[Candidate("grid", -0.5), Candidate("net", -1.0)], [Candidate("grid", -0.5)], []]
    found = rank([twice, twice, SpanRequest(Segment("So."), SPAN)], proposals, scorer, Ranking())
    assert [len(suggestions) for suggestions in found] == [2, 1, 0]
    texts = [[segment.text for segment in call] for call in scorer.calls]
    assert texts == [[TEXT, "The grid of Kyiv fell.", "The net of Kyiv fell."]]


def test_no_call_without_candidates() -> None:
    scorer = FakeScorer()
    assert rank([SpanRequest(Segment(TEXT), SPAN)], [[]], scorer, Ranking()) == [()]
    assert scorer.calls == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(4, 16, 0.9), (4, 10, 0.05), (11, 12, 0.9), (17, 17, 0.02), (0, 0, 0.02)],
)
def test_suspicion_of_a_place(start: int, end: int, expected: float) -> None:
    assert suspicion(FakeScorer()._score(TEXT), start, end) == expected


@pytest.mark.parametrize(("show_from", "shown"), [(0.0, ["grid", "net"]), (0.5, ["grid"]), (0.99, [])])
def test_what_is_seldom_taken_is_not_shown(show_from: float, shown: list[str]) -> None:
    request = SpanRequest(Segment(TEXT), Span(11, 16, 0.9, "major", "mistranslation"))
    candidates = [Candidate("grid", -0.1), Candidate("net", -6.0)]
    (found,) = rank([request], [candidates], FakeScorer(), Ranking(show_from=show_from))
    assert [suggestion.text for suggestion in found] == shown


def test_of_a_span_that_somebody_marked_all_is_shown() -> None:
    request = SpanRequest(Segment(TEXT), Span(11, 16, 1.0, "major", "mistranslation"))
    (found,) = rank([request], [[Candidate("grid", -0.1)]], FakeScorer(), Ranking(show_from=0.99))
    assert [suggestion.text for suggestion in found] == ["grid"] and found[0].score < 0.99


def test_the_features_by_hand() -> None:
    candidates = [
        Candidate("energy grid", -0.5),
        Candidate("energy roast", -1.0),
        Candidate("energy net", -2.0),
    ]
    gap = [Candidate("", -2.0), Candidate("the", -0.1)]
    requests = [SpanRequest(Segment(TEXT), SPAN), SpanRequest(Segment("He is president."), GAP)]
    (words, (missing,)) = measure_all(requests, [candidates, gap], FakeScorer())
    # What is there already is no candidate and takes no share.
    share = math.exp(-0.5) / (math.exp(-0.5) + math.exp(-2.0))
    assert [features.share for _, features in words] == pytest.approx([share, 1 - share])
    # "energy " and the r of "roast" and "grid" are common: 8 of 12 and of 11 characters.
    assert words[0][1].likeness == pytest.approx(2 * 8 / 23)
    assert words[0][1].confidence == pytest.approx(0.95**6 * 0.1 * 0.98**8)
    assert (missing[1].share, missing[1].likeness) == (1.0, 0.0)


@pytest.mark.parametrize(("bits", "gain"), [(7.0, 0.7), (-12.5, -1.25), (80.0, 3.0), (-80.0, -3.0)])
def test_what_the_corpus_knows_is_more_fluent(bits: float, gain: float) -> None:
    class Knows(FakeScorer):
        def _score(self, text: str) -> SegmentScores:
            return replace(super()._score(text), fluency=-90.0 + bits * ("grid" in text))

    request = SpanRequest(Segment(TEXT), SPAN)
    (((_, features),),) = measure_all([request], [[Candidate("energy grid", -0.5)]], Knows())
    assert features.fluency_gain == pytest.approx(gain)


def test_shares_of_what_is_next_to_impossible() -> None:
    assert shares([Fitted("a", -2000.0, Segment("a"))]) == [0.0]


def test_every_feature_has_a_coefficient_which_is_used() -> None:
    (((_, features),),) = measure_all(
        [SpanRequest(Segment(TEXT), SPAN)], [[Candidate("energy grid", -0.5)]], FakeScorer()
    )
    nothing = Ranking(bias=0.0, **dict.fromkeys(FEATURES, 0.0))
    assert rate(features, nothing) == 0.5
    assert set(FEATURES) < {field.name for field in fields(Ranking)}
    for name in FEATURES:
        only = Ranking(bias=0.0, **{**dict.fromkeys(FEATURES, 0.0), name: 2.0})
        expected = 1 / (1 + math.exp(-2 * getattr(features, name)))
        assert rate(features, only) == pytest.approx(expected, abs=1e-4)
