"""Candidates by beam search, with an untrained model: their form, not their sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtqa.corrector import generate
from mtqa.corrector.folder import load_network, open_folder
from mtqa.corrector.generate import Question, Seq2seq
from mtqa.types import Segment

TEXT = "The strikes on the energy roast stopped in the war"
QUESTIONS = [
    Question(Segment(TEXT), 19, 31),
    Question(Segment("He is it.", "the war", "peace"), 3, 5),
    Question(Segment(TEXT, TEXT, TEXT), 4, 4),
    Question(Segment("a"), 0, 1),
]


@pytest.fixture(scope="module")
def model(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Seq2seq:
    from tiny_models import write_seq2seq

    folder = open_folder(write_seq2seq(tmp_path_factory.mktemp("bart"), "bart", bert))
    return Seq2seq(*load_network(folder), folder.prompt)


def test_the_same_for_any_batch(model: Seq2seq, monkeypatch: pytest.MonkeyPatch) -> None:
    together = model.propose(QUESTIONS)
    monkeypatch.setattr(generate, "BATCH", 1)
    alone = [model.propose([question])[0] for question in QUESTIONS]
    assert [[c.text for c in found] for found in together] == [[c.text for c in found] for found in alone]
    for found, other in zip(together, alone, strict=True):
        assert [c.log_probability for c in found] == pytest.approx(
            [c.log_probability for c in other], abs=1e-3
        )


def test_candidates_are_distinct_and_sorted(model: Seq2seq) -> None:
    answers = model.propose(QUESTIONS)
    assert all(answers)
    for found in answers:
        assert len({candidate.text for candidate in found}) == len(found)
        scores = [candidate.log_probability for candidate in found]
        assert scores == sorted(scores, reverse=True) and scores[0] <= 0


def test_nothing_to_ask(model: Seq2seq) -> None:
    assert model.propose([]) == []


def test_a_clause_is_not_asked_about(model: Seq2seq) -> None:
    text = "word " * 21
    assert model.propose([Question(Segment(text), 0, len(text) - 1)]) == [[]]


def test_a_sentence_of_5000_words(model: Seq2seq) -> None:
    text = "the war of peace is " * 1000
    assert len(model.propose([Question(Segment(text), 10000, 10003)])) == 1
