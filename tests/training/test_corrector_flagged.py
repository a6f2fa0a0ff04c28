"""Flags of the scorer on garbled articles, answered by what the article had there."""

from __future__ import annotations

import random

import pytest

from mtqa.scorer.scores import Thresholds
from mtqa.training.corrector_examples import MAX_SPANS, MarkedSpan
from mtqa.training.corrector_flagged import FLAGGED, answer_flags, flagged_examples
from mtqa.training.garble.edits import Garbled
from mtqa.types import Segment, Span

CLEAN = "The power grid of Kyiv stopped on Monday, he said."
TEXT = "The energy roast of Kyiv stopped on on Monday, said."


def flag(phrase: str, text: str = TEXT) -> Span:
    at = text.index(phrase)
    return Span(at, at + len(phrase), 0.9, "major", "other")


@pytest.mark.parametrize(
    ("phrases", "answers"),
    [
        (["energy roast"], ["power grid"]),
        (["Kyiv"], [None]),  # right as it stands
        (["roast"], []),  # what is wrong begins before it
        (["energy roast", "stopped"], ["power grid", None]),
        (["said"], ["he said"]),
        (["on on"], ["on"]),
    ],
)
def test_flags_are_answered_by_what_the_article_had(phrases: list[str], answers: list[str | None]) -> None:
    made = answer_flags(Segment(TEXT, "Before."), CLEAN, [flag(p) for p in phrases], random.Random(1))
    if not answers:
        assert made is None
        return
    assert made is not None and made.kind == FLAGGED and made.segment.previous == "Before."
    expected = [MarkedSpan(flag(p).start, flag(p).end, a) for p, a in zip(phrases, answers, strict=True)]
    assert list(made.spans) == expected


def test_of_many_flags_some_are_asked_about_in_order() -> None:
    words = "one two three four five six seven eight".split()
    text = " ".join(words)
    made = answer_flags(Segment(text), text, [flag(word, text) for word in words], random.Random(1))
    assert made is not None and len(made.spans) == MAX_SPANS
    assert list(made.spans) == sorted(made.spans, key=lambda span: span.start)


def test_articles_are_garbled_flagged_and_answered() -> None:
    from test_corrector_flags import FakeScorer  # to which "roast" and, by mistake, "fell" are wrong

    def garble(text: str, _: random.Random) -> Garbled:
        return Garbled(text.replace("grid", "roast"), text, ())

    article = ["The energy grid of Kyiv fell.", "Nobody knew of the grid.", "It was cold."] * 20
    scorer = FakeScorer()
    scorer.thresholds = Thresholds(default=0.5)
    made = list(
        flagged_examples([article], garble, scorer, random.Random(1), skip=lambda s: s.startswith("Nobody"))  # type: ignore[arg-type]
    )
    answers = [
        (e.segment.text[s.start : s.end], s.replacement) for e in made for s in e.spans if e.kind == FLAGGED
    ]
    assert len(made) == 20 and set(answers) == {("roast", "grid"), ("fell", None)}
    assert 10 <= answers.count(("roast", "grid")) < 20 == answers.count(("fell", None))
    assert all(e.segment.previous and e.segment.following for e in made[1:])
