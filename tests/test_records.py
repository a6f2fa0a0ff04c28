"""Scoring records: the verdict on a text, and what stands for it where there can be none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from fakes import FakeScorer
from hypothesis import given
from hypothesis import strategies as st

from mtqa.checker import Checker
from mtqa.errors import ConfigError
from mtqa.records import MAX_TEXT, RecordOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

GARBLED = "The energy roast stopped."
ROAST = {
    "start": 11,
    "end": 16,
    "line": 1,
    "column": 12,
    "text": "roast",
    "score": 0.97,
    "severity": "critical",
    "category": "mistranslation",
    "message": "'roast' is probably a mistranslation",
}
#: (0.01 + 0.01 + 0.97 + 0.01) / 4
VERDICT = {"confidence": 0.03, "edit_rate": 0.25, "quality": 0.0, "flags": [ROAST]}


def scored(checker: Checker, *records: Mapping[str, Any], **options: Any) -> list[dict[str, Any]]:
    return list(checker.score_records(records, RecordOptions(**options)))


def test_record_keeps_its_fields(checker: Checker) -> None:
    """They come first, and as they were."""
    (record,) = scored(checker, {"id": 7, "text": GARBLED, "more": {"a": [None]}})
    assert record == {"id": 7, "text": GARBLED, "more": {"a": [None]}, **VERDICT}
    assert list(record)[:3] == ["id", "text", "more"]


def test_no_proposals_unless_asked_for(checker: Checker) -> None:
    """They take the longest by far: the corrector is not even asked."""
    scored(checker, {"text": GARBLED})
    assert checker.corrector.calls == []
    (record,) = scored(checker, {"text": GARBLED}, suggest=True)
    assert record["flags"][0]["suggestions"] == [
        {"text": "grid", "score": 0.62},
        {"text": "network", "score": 0.2},
    ]


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({}, "no field 'text'"),
        ({"text": None}, "the field 'text' is null, not a string"),
        ({"text": 5}, "the field 'text' is a number, not a string"),
        ({"text": True}, "the field 'text' is a boolean, not a string"),
        ({"text": ["a"]}, "the field 'text' is an array, not a string"),
        ({"text": {}}, "the field 'text' is an object, not a string"),
        ({"text": b"a"}, "the field 'text' is of type bytes, not a string"),
        ({"text": ""}, "the text is blank"),
        ({"text": " \n\u3000"}, "the text is blank"),
        ({"text": "a\0b"}, "the text contains NUL characters"),
        ({"text": "ab\udce9"}, "the text is no valid Unicode: a lone surrogate at 2"),
        ({"text": "\U0001f600 \ud83d"}, "the text is no valid Unicode: a lone surrogate at 2"),
        (
            {"text": "word " * 10**6},
            "the text has 5,000,000 characters; at most 1,000,000 are scored as one record",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_record(checker: Checker, record: dict[str, object], error: str) -> None:
    """It is told in its place, and those around it are scored."""
    good = {"text": GARBLED}
    expected = [good | VERDICT, record | {"error": error}, good | VERDICT]
    assert scored(checker, good, record, good) == expected


def test_longest_text(checker: Checker) -> None:
    (record,) = scored(checker, {"text": ("a" * 9 + " ") * (MAX_TEXT // 10)})
    assert "error" not in record


def test_own_fields_of_the_same_name_are_replaced(checker: Checker) -> None:
    """What scored records have said before does not stay among what is said now."""
    before = {"text": GARBLED, "error": "old", "confidence": 2, "words": 3}
    assert scored(checker, before) == [{"text": GARBLED, "words": 3, **VERDICT}]
    (record,) = scored(checker, before, words=True)
    assert len(record["words"]) == 4


@pytest.mark.parametrize("name", ["flags", "error"])
def test_text_field_of_the_verdict(name: str) -> None:
    with pytest.raises(ConfigError, match="the verdict goes there"):
        RecordOptions(text_field=name)


@pytest.mark.parametrize(
    ("text", "words", "gaps"),
    [
        ("The roast.", [[0, 3, 0.01], [4, 10, 0.97]], [0.01, 0.01, 0.01]),
        (
            "She agreed the US",
            [[0, 3, 0.01], [4, 10, 0.01], [11, 14, 0.01], [15, 17, 0.01]],
            [0.01, 0.01, 0.9, 0.01, 0.01],
        ),
        ("  agreed\n", [[2, 8, 0.01]], [0.01, 0.9]),
        ("…", [[0, 1, 0.0]], [0.0, 0.0]),  # nothing that the scorer takes for a word
    ],
)
def test_words_and_gaps(checker: Checker, text: str, words: list[Any], gaps: list[float]) -> None:
    (record,) = scored(checker, {"text": text}, words=True)
    assert (record["words"], record["gaps"]) == (words, gaps)


class TokenScorer(FakeScorer):
    """Takes punctuation for words, as the real one does, and gives numbers that can be followed."""

    def _score(self, segment: Any) -> Any:
        from mtqa.scorer import SegmentScores
        from mtqa.text.words import split_words

        words = split_words(segment.text)
        count = len(words)
        return SegmentScores(
            tuple(words),
            tuple((i + 1) / 100 for i in range(count)),
            tuple((i + 1) / 1000 for i in range(count + 1)),
            ("other",) * count,
            ("minor",) * count,
            0.5,
            0.1,
            -1.0,
        )


@pytest.mark.parametrize(
    ("text", "words", "gaps"),
    [
        # words: “ Yes , ” he said .   gaps before them: .001 ... .007, and .008 at the end
        ("“Yes,” he said.", [0.04, 0.05, 0.07], [0.002, 0.005, 0.006, 0.008]),
        ("a b", [0.01, 0.02], [0.001, 0.002, 0.003]),
        ("(", [0.01], [0.001, 0.002]),
    ],
)
def test_words_within_tokens(text: str, words: list[float], gaps: list[float]) -> None:
    """A token is as doubtful as its worst word; gaps within it go to its nearest end."""
    (record,) = scored(Checker(TokenScorer()), {"text": text}, words=True)
    assert [score for *_, score in record["words"]] == words
    assert record["gaps"] == gaps


@given(st.text(alphabet="ab .\n\t“”’'.,-(é\u2028\u3000\x1c", min_size=1), st.booleans())
def test_words_are_the_tokens(text: str, segment: bool) -> None:
    (record,) = scored(Checker(TokenScorer()), {"text": text}, words=True, segment=segment)
    if "error" not in record:
        assert [text[start:end] for start, end, _ in record["words"]] == _tokens(text)
        assert len(record["gaps"]) == len(record["words"]) + 1


def _tokens(text: str) -> list[str]:
    from mtqa.text.words import split_tokens

    return [text[start:end] for start, end in split_tokens(text)]


def test_segments() -> None:
    """Sentences with their neighbours; offsets into the record's text; numbers weighted by words."""
    scorer = FakeScorer()
    text = "All is well here.\nThe energy roast stopped. His."
    (record,) = scored(Checker(scorer), {"text": text}, segment=True, words=True)
    first, second = scorer.calls[0][:2]
    assert (first.text, first.following) == ("All is well here.", second.text)
    assert [text[flag["start"] : flag["end"]] for flag in record["flags"]] == ["roast"]
    assert (record["flags"][0]["line"], record["flags"][0]["column"]) == (2, 12)
    # 4 words of confidence 1, 4 of 0.03, 1 of 1; edit rates 0.01, 0.25, 0.01
    assert record["confidence"] == round((4 + 0.12 + 1) / 9, 4)
    assert record["edit_rate"] == round((4 * 0.01 + 4 * 0.25 + 0.01) / 9, 4)
    assert len(record["words"]) == 9 and record["words"][6] == [29, 34, 0.97]


def test_segments_of_no_prose(checker: Checker) -> None:
    """Nothing to object to, as in ``check``."""
    (record,) = scored(checker, {"text": "12 345"}, segment=True, words=True)
    assert (record["confidence"], record["edit_rate"], record["flags"]) == (1.0, 0.0, [])
    assert record["words"] == [[0, 2, 0.0], [3, 6, 0.0]]


def test_streaming(checker: Checker) -> None:
    """No more is read than a window, and one call scores it."""
    read = []

    def records() -> Iterator[dict[str, str]]:
        for number in range(10):
            read.append(number)
            yield {"text": f"text {number}"}

    results = checker.score_records(records(), window=4)
    next(results)
    assert read == [0, 1, 2, 3]
    assert len(list(results)) == 9
    assert [len(call) for call in checker.scorer.calls] == [4, 4, 2]


def test_long_texts_are_scored_apart(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window is full when its texts are long, however few there are."""
    monkeypatch.setattr("mtqa.records.WINDOW_CHARS", 20)
    texts = ["nine char", "ten chars.", "a", "longer than any window is", "b", "c"]
    results = list(checker.score_records({"text": text} for text in [*texts[:3], None, *texts[3:]]))
    assert [result.get("text") for result in results] == [*texts[:3], None, *texts[3:]]
    assert [[segment.text for segment in call] for call in checker.scorer.calls] == [
        texts[:3], texts[3:4], texts[4:],
    ]  # fmt: skip


def test_same_text_is_scored_once(checker: Checker) -> None:
    assert scored(checker, *[{"text": GARBLED}] * 5) == [{"text": GARBLED, **VERDICT}] * 5
    assert [len(call) for call in checker.scorer.calls] == [1]


def test_filters_hold(checker: Checker) -> None:
    """What a newsroom accepts is not flagged in records either."""
    from dataclasses import replace

    def drop(report: Any) -> Any:
        return replace(report, sentences=tuple(replace(s, flags=()) for s in report.sentences))

    (record,) = scored(Checker(FakeScorer(), filters=[drop]), {"text": GARBLED})
    assert record["flags"] == []


def test_call(checker: Checker) -> None:
    """As a transformers pipeline is called."""
    assert checker([GARBLED, ""]) == [VERDICT, {"error": "the text is blank"}]
    assert checker(GARBLED) == [VERDICT]
    assert checker([]) == []


def test_columns(checker: Checker) -> None:
    """As ``datasets.map(batched=True)`` hands them over: each batch gets every column of the verdict."""
    table = {"id": [1, 2], "body": [GARBLED, None], "error": ["old", "old"]}
    assert checker.score_batch(table, RecordOptions(text_field="body")) == {
        "id": [1, 2],
        "body": [GARBLED, None],
        "confidence": [0.03, None],
        "edit_rate": [0.25, None],
        "quality": [0.0, None],
        "flags": [[ROAST], None],
        "error": [None, "the field 'body' is null, not a string"],
    }


def test_columns_without_the_text(checker: Checker) -> None:
    with pytest.raises(ConfigError, match=r"no column 'text' \(there are: body\)"):
        checker.score_batch({"body": []})
