"""What the model is asked, and how its answer is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtqa.corrector.prompt import (
    EXTERNAL,
    NATIVE,
    Prompt,
    build_prompt,
    first_words,
    last_words,
    mark_spans,
    read_answer,
    read_prompt,
    write_answer,
)
from mtqa.errors import ModelError
from mtqa.training.corrector_model import build_tokenizer
from mtqa.types import Segment

SEGMENT = Segment("The strikes on Ukraine’s energy roast stopped.", "He left.", "It was over.")
START = SEGMENT.text.index("energy")
END = START + len("energy roast")


def test_native_prompt() -> None:
    prompt = Prompt(**{**NATIVE.to_dict(), "max_tokens": 1000})
    assert build_prompt(prompt, SEGMENT, START, END, len) == (
        "[CAP] he left . [SEP] [CAP] the strikes on [CAP] ukraine ' s [SPAN0] energy roast [END] stopped . "
        "[SEP] [CAP] it was over ."
    )


def test_external_prompt() -> None:
    assert build_prompt(EXTERNAL, SEGMENT, START, END, len) == (
        "correct: He left. The strikes on Ukraine’s <<energy roast>> stopped. It was over."
    )


def test_zero_width_span_marks_an_empty_place() -> None:
    assert "[SPAN0] [END] energy" in mark_spans(SEGMENT, [(START, START, 0)], 12)
    assert "’s <<>>energy" in build_prompt(EXTERNAL, SEGMENT, START, START, len)


def test_training_sees_what_the_runtime_asks() -> None:
    prompt = Prompt(**{**NATIVE.to_dict(), "max_tokens": 1000})
    asked = build_prompt(prompt, SEGMENT, START, END, len)
    assert mark_spans(SEGMENT, [(START, END, 0)], prompt.context_words) == asked


def test_several_spans_have_marks_of_their_own() -> None:
    marked = mark_spans(SEGMENT, [(0, 3, 2), (START, END, 0)], 0)
    assert (
        marked.startswith("[SEP] [SPAN2] [CAP] the [END] strikes") and "[SPAN0] energy roast [END]" in marked
    )


@pytest.mark.parametrize("limit", [200, 120, 60, 40])
def test_context_is_trimmed_but_never_the_span(limit: int) -> None:
    segment = Segment("word " * 40 + "energy roast" + " word" * 40, "before " * 30, "after " * 30)
    prompt = Prompt(template="{previous} {left}<<{span}>>{right} {following}", max_tokens=limit)
    asked = build_prompt(prompt, segment, 200, 212, len)
    assert "<<energy roast>>" in asked and len(asked) <= limit


def test_tokenizer_keeps_every_marker_whole(bert: Path) -> None:
    tokenizer = build_tokenizer(bert)
    asked = build_prompt(NATIVE, SEGMENT, START, END, lambda text: len(tokenizer(text)["input_ids"]))
    tokens = tokenizer.convert_ids_to_tokens(tokenizer(asked)["input_ids"])
    assert tokens[0] == "[CLS]" and tokens[-1] == "[SEP]" and "[UNK]" not in tokens
    assert tokens.count("[SPAN0]") == tokens.count("[END]") == 1 and tokens.count("[CAP]") == 4


@pytest.mark.parametrize(
    ("replacement", "answer"),
    [("energy grid", "energy grid"), ("", "[DELETE]"), (None, "[KEEP]"), ("Kyiv’s", "[CAP] kyiv ' s")],
)
def test_answers(replacement: str | None, answer: str) -> None:
    assert write_answer(replacement) == answer
    expected = "as it was" if replacement is None else replacement
    assert read_answer(NATIVE, answer, "as it was", SEGMENT.text) == expected


@pytest.mark.parametrize(("span", "expected"), [("doesn't", "don't"), ("doesn’t", "don’t"), ("not", "don’t")])
def test_apostrophes_are_those_of_the_span(span: str, expected: str) -> None:
    assert read_answer(NATIVE, "don ' t", span, "Kyiv’s and Odesa’s " + span) == expected


@pytest.mark.parametrize(
    "answer", ["", "the [UNK]", "[SPAN1] a", "a [MASK]", "##ing", "a [DELETE]", "a [SEP]", "[CAP]k"]
)
def test_unreadable_answers(answer: str) -> None:
    assert read_answer(NATIVE, answer, "span", "") is None


@pytest.mark.parametrize(
    "entry",
    [
        {"template": "no fields"},
        {"template": "{left} {right}"},
        {"template": "{left} {span} {right} {other}"},
        {"template": 3},
        {},
        {"template": "{left}{span}{right}", "colour": "red"},
    ],
)
def test_bad_prompt_entries(entry: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"prompt"):
        read_prompt(entry)


def test_prompt_survives_the_manifest() -> None:
    assert read_prompt(NATIVE.to_dict()) == NATIVE
    assert read_prompt(None) == EXTERNAL


def test_words_at_the_ends() -> None:
    assert last_words("one two three ", 2) == "two three "
    assert first_words(" one two three", 2) == " one two"
    assert last_words("one", 0) == first_words("one", 0) == ""
