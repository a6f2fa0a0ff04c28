"""What a rewritten sentence has in place of a span, and the questions and answers of such a model."""

from __future__ import annotations

import random
from typing import Any

import pytest

from mtqa.corrector.generate import Question, Seq2seq
from mtqa.corrector.prompt import CASED, NATIVE, rewriting
from mtqa.corrector.rewriting import replacement_in
from mtqa.training.corrector_data import encode_example
from mtqa.training.corrector_examples import Example, MarkedSpan
from mtqa.types import Segment

TEXT = "The strikes on the energy roast stopped in Kyiv."


@pytest.mark.parametrize(
    ("span", "rewritten", "expected"),
    [
        ("energy roast", "The strikes on the energy grid stopped in Kyiv.", "energy grid"),
        ("roast", "The strikes on the energy grid stopped in Kyiv.", "grid"),
        ("roast", "The strikes on the energy network of Ukraine stopped in Kyiv.", "network of Ukraine"),
        ("roast", "The strikes on the energy stopped in Kyiv.", ""),
        ("roast", "The raids on the energy grid stopped at Kyiv.", "grid"),  # changes elsewhere do not count
        ("roast", "The strikes on the power grid stopped in Kyiv.", None),  # its neighbour changed, too
        ("The", "Strikes on the energy roast stopped in Kyiv.", None),
        (".", "The strikes on the energy roast stopped in Kyiv!", "!"),
        ("The", "All strikes on the energy roast stopped in Kyiv.", "All"),
        ("roast", TEXT, "roast"),
    ],
)
def test_replacement_in(span: str, rewritten: str, expected: str | None) -> None:
    start = TEXT.index(span)
    assert replacement_in(TEXT, start, start + len(span), rewritten) == expected


def test_a_missing_word() -> None:
    text = "They agreed Kyiv."
    at = text.index("Kyiv")
    assert replacement_in(text, at, at, "They agreed with Kyiv.") == "with"
    assert replacement_in(text, at, at, text) == ""


class Model:
    """Answers every question in the same way."""

    def __init__(self, answers: list[tuple[str, float]]) -> None:
        self.answers = answers

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def search(self, texts: Any, beams: int, longest: int) -> list[list[tuple[str, float]]]:
        assert longest == CASED.max_tokens
        return [self.answers for _ in texts]


def test_candidates_of_a_rewriting_model() -> None:
    answers = [(TEXT.replace("roast", "grid"), -0.5), (TEXT.replace("energy roast", "power grid"), -1.0)]
    question = Question(Segment(TEXT), TEXT.index("roast"), TEXT.index("roast") + 5)
    (found,) = Seq2seq(Model(answers), rewriting(CASED)).propose([question])
    assert [(c.text, c.log_probability) for c in found] == [("grid", -0.5)]


class Words:
    """A tokenizer whose tokens are the words that it has seen."""

    unk_token_id, eos_token_id = -1, -2

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, text: str, add_special_tokens: bool = True) -> dict[str, list[int]]:
        return {"input_ids": [self.convert_tokens_to_ids(word) for word in text.split()]}

    def convert_tokens_to_ids(self, word: str) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)


def test_the_answer_is_the_sentence_with_all_marked_spans_mended() -> None:
    text = "He had of the war and had peace"
    spans = (MarkedSpan(3, 6, "has"), MarkedSpan(7, 9, ""), MarkedSpan(18, 21, None))
    words = Words()
    found = encode_example(Example(Segment(text), spans, "test"), words, random.Random(1), rewriting(NATIVE))
    assert found is not None
    ((ask, answer),) = found[1]
    assert words.words[ask].startswith("[SPAN")
    assert " ".join(words.words[i] for i in answer[:-1]) == "[CAP] he has the war and had peace"
    assert answer[-1] == words.eos_token_id
