"""Flags as they come at run time: which texts, which proposals are right, and what is kept of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mtqa.corrector.generate import Candidate, Question
from mtqa.evaluation.revision import revise
from mtqa.scorer import SegmentScores
from mtqa.scorer.scores import Thresholds
from mtqa.text.words import split_words
from mtqa.training.corrector_flags import GARBLED_EVERY, Known, ask, cache_path, clean_and_garbled, load, save
from mtqa.types import Segment

WRONG = "The energy roast of Kyiv fell."
RIGHT = "The energy grid of Kyiv fell."


class FakeScorer:
    """To which "roast" and, by mistake, "fell" are wrong."""

    thresholds = Thresholds(default=0.5)

    def score(self, segments: Sequence[Segment], progress: Any = None) -> list[SegmentScores]:
        return [self._score(segment.text) for segment in segments]

    def _score(self, text: str) -> SegmentScores:
        words = tuple(split_words(text))
        scores = tuple({"roast": 0.9, "fell": 0.6}.get(text[start:end], 0.05) for start, end in words)
        count = len(words)
        rest = (("other",) * count, ("minor",) * count, 1 - max(scores), 0.1)
        return SegmentScores(words, scores, (0.02,) * (count + 1), *rest)


class FakeNetwork:
    """Proposes the same for every span, and to keep it."""

    def propose(self, questions: Sequence[Question]) -> list[list[Candidate]]:
        return [
            [
                Candidate("grid", -0.5),
                Candidate(question.segment.text[question.start : question.end], -1.0),
                Candidate("net", -2.0),
            ]
            for question in questions
        ]


def collected(text: str = WRONG) -> Any:
    known = [Known(7, revise(Segment(text, "Before."), RIGHT))]
    return ask("garbled", known, FakeScorer(), FakeNetwork())  # type: ignore[arg-type]


def test_the_flags_of_the_scorer_are_asked_about_at_its_threshold() -> None:
    found = collected()
    places = [
        asked.request.segment.text[asked.request.span.start : asked.request.span.end] for asked in found.flags
    ]
    assert places == ["roast", "fell"] and found.words == 6
    assert [asked.request.span.score for asked in found.flags] == [0.9, 0.6]


def test_the_right_wording_of_a_false_flag_is_none() -> None:
    roast, fell = collected().flags
    assert [(f.log_probability, right) for f, right in roast.rows()] == [(-0.5, True), (-2.0, False)]
    assert [right for _, right in fell.rows()] == [False, False]
    (false,) = collected(RIGHT).flags  # the same sentence left clean
    assert not any(right for _, right in false.rows())


def test_what_is_kept_gives_the_same_rows(tmp_path: Path) -> None:
    found = collected()
    path = cache_path(tmp_path / "new", "garbled", scorer="s@1")
    save(found, path)
    again = load(path)
    assert again == found
    assert [asked.rows() for asked in again.flags] == [asked.rows() for asked in found.flags]
    assert list(path.parent.iterdir()) == [path]


def test_other_models_have_another_file(tmp_path: Path) -> None:
    paths = {cache_path(tmp_path, "clean", scorer=scorer) for scorer in ("s@1", "s@2", "s@1")}
    assert len(paths) == 2


def test_some_articles_are_garbled_in_part_and_the_others_left_alone() -> None:
    articles = [[f"Sentence {n} of article {a}." for n in range(40)] for a in range(GARBLED_EVERY + 1)]

    def garble(sentence: str, rng: random.Random) -> Any:
        return SimpleNamespace(text=sentence.upper())

    known = clean_and_garbled(articles, garble)
    assert {k.group for k in known["garbled"]} == {0, GARBLED_EVERY}
    assert all(not k.revision.edits for k in known["clean"])
    changed = [bool(k.revision.edits) for k in known["garbled"]]
    assert 0.5 < sum(changed) / len(changed) < 0.95
    one, other = known["garbled"][:2]
    assert one.revision.segment.following == other.revision.segment.text
    assert other.revision.wanted_text == "Sentence 1 of article 0 ."


@pytest.mark.parametrize("text", ["Nothing wrong here."])
def test_a_text_without_flags_counts_its_words(text: str) -> None:
    found = ask("clean", [Known(0, revise(Segment(text), text))], FakeScorer(), FakeNetwork())  # type: ignore[arg-type]
    assert found.words == 3 and found.flags == ()
