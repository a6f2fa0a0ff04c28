"""Candidates by beam search, with an untrained model: their form, not their sense."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from mtqa.corrector import foreign
from mtqa.corrector.folder import open_folder
from mtqa.corrector.foreign import load_foreign
from mtqa.corrector.generate import Question, Seq2seq
from mtqa.corrector.loading import load_seq2seq
from mtqa.corrector.native import NativeSearch, load_native
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
    return load_seq2seq(folder)


def test_the_same_for_any_batch(model: Seq2seq, monkeypatch: pytest.MonkeyPatch) -> None:
    together = model.propose(QUESTIONS)
    monkeypatch.setattr(foreign, "BATCH", 1)
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


def test_a_mark_that_stands_apart_loses_its_space(model: Seq2seq) -> None:
    text = "The plan , failed ( again"
    apart, mark, bracket, alone = model.propose(
        [Question(Segment(text), *place) for place in ((8, 10), (9, 10), (18, 19), (17, 18))]
    )
    assert [candidate.text for candidate in apart] == [","]
    assert all(len(found) > 1 for found in (mark, bracket, alone))


def test_nothing_to_ask(model: Seq2seq) -> None:
    assert model.propose([]) == []


def test_a_clause_is_not_asked_about(model: Seq2seq) -> None:
    text = "word " * 21
    assert model.propose([Question(Segment(text), 0, len(text) - 1)]) == [[]]


def test_a_sentence_of_5000_words(model: Seq2seq) -> None:
    text = "the war of peace is " * 1000
    assert len(model.propose([Question(Segment(text), 10000, 10003)])) == 1


@pytest.fixture(scope="module")
def spread(native: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corrector of the shipped kind with weights so large that answers differ in probability."""
    from safetensors.torch import load_file, save_file

    folder = tmp_path_factory.mktemp("spread") / "corrector"
    shutil.copytree(native, folder)
    weights = load_file(folder / "model.safetensors")
    generator = torch.Generator().manual_seed(3)
    for name, value in weights.items():
        if value.dim() == 2 and "bias" not in name:
            weights[name] = torch.randn(value.shape, generator=generator).half() * 0.2
    end = json.loads((folder / "config.json").read_text())["eos_token_id"]
    weights["final_logits_bias"][0, end] = 2.0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


TEXTS = [
    "the [SPAN0] war [END] of peace",
    "a",
    "the strikes " * 9 + "[SPAN0] on [END]",
    "it [SPAN0] [END] is",
]


def test_our_network_answers_as_transformers_does(spread: Path) -> None:
    """The same answers with the same probabilities, in the same order."""
    ours = load_native(spread, 64).search(TEXTS, 6, 12)
    theirs = load_foreign(str(spread), 64).search(TEXTS, 6, 12)
    assert len({text for answers in ours for text, _ in answers}) > 8
    for answers, others in zip(ours, theirs, strict=True):
        finished = [(text, score) for text, score in others if score > -1e8][: len(answers)]
        assert [text for text, _ in answers] == [text for text, _ in finished]
        assert [score for _, score in answers] == pytest.approx([score for _, score in finished], abs=1e-4)


def test_our_network_answers_bit_by_bit_the_same_alone(spread: Path) -> None:
    model = load_native(spread, 64)
    assert model.search(TEXTS, 8, 12) == [model.search([text], 8, 12)[0] for text in TEXTS]


def test_an_input_that_is_too_long_loses_its_end(spread: Path) -> None:
    model = load_native(spread, 16)
    long = "the war " * 40
    assert model.count_tokens(long) > 80
    assert model.search([long], 4, 8) == model.search(["the war " * 7], 4, 8)


def test_which_model_needs_no_transformers(native: Path, bert: Path, tmp_path: Path) -> None:
    from tiny_models import write_seq2seq

    def kind(folder: Path) -> type:
        return type(load_seq2seq(open_folder(folder))._model)

    assert kind(native) is NativeSearch
    assert kind(write_seq2seq(tmp_path / "t5", "t5", bert)) is foreign.ForeignSearch
