"""The format ``json`` is public: the example of the contract, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from mtqa.report import RenderOptions, render
from mtqa.types import CheckedSentence, Document, Flag, Report, Sentence, Suggestion

SIGNATURE = "mtqa:0.1.0|scorer:base-v1@1c2d3e4f|corrector:base-v1@5a6b7c8d|threshold:0.50"
TEXT = "The strikes on Ukraine’s energy roast stopped."
FLAG = Flag(
    start=25,
    end=37,
    line=1,
    column=26,
    text="energy roast",
    score=0.97004,
    severity="critical",
    category="mistranslation",
    message="'energy roast' is probably a mistranslation",
    suggestions=(Suggestion("energy grid", 0.62),),
)
EXPECTED = {
    "schema": "mtqa.report/1",
    "signature": SIGNATURE,
    "documents": [
        {
            "path": "a.txt",
            "confidence": 0.0812,
            "words": 7,
            "flags": 1,
            "sentences": [
                {
                    "start": 0,
                    "end": 46,
                    "line": 1,
                    "column": 1,
                    "text": TEXT,
                    "confidence": 0.0812,
                    "edit_rate": 0.27,
                    "flags": [
                        {
                            "start": 25,
                            "end": 37,
                            "line": 1,
                            "column": 26,
                            "text": "energy roast",
                            "score": 0.97,
                            "severity": "critical",
                            "category": "mistranslation",
                            "message": "'energy roast' is probably a mistranslation",
                            "suggestions": [{"text": "energy grid", "score": 0.62}],
                        }
                    ],
                }
            ],
        }
    ],
}


def report(path: str = "a.txt", sentence: Sentence | None = None, notices: tuple[str, ...] = ()) -> Report:
    sentence = sentence or Sentence(TEXT, 0, 46, 1, 1)
    checked = CheckedSentence(sentence, 0.08123, 0.27, (FLAG,))
    return Report(Document(path, TEXT, (sentence,)), (checked,), 0.08123, 7, SIGNATURE, notices)


def written(reports: Iterable[Report]) -> str:
    return "".join(render("json", reports, RenderOptions(signature=SIGNATURE)))


def test_contract() -> None:
    text = written([report()])
    # The order of the fields is part of it, so texts are compared, not objects.
    assert json.dumps(json.loads(text)) == json.dumps(EXPECTED)
    assert "Ukraine’s" in text
    assert text.endswith("}\n")


def test_one_sentence_a_line() -> None:
    lines = written([report(), report("b.txt")]).splitlines()
    assert sum('"text": "The strikes' in line for line in lines) == 2
    assert json.loads("\n".join(lines))["documents"][1]["path"] == "b.txt"


def test_no_document() -> None:
    assert json.loads(written([])) == {"schema": "mtqa.report/1", "signature": SIGNATURE, "documents": []}


def test_docx_has_paragraphs() -> None:
    (document,) = json.loads(written([report(sentence=Sentence(TEXT, 0, 46, 3, 1, paragraph=3))]))[
        "documents"
    ]
    assert document["sentences"][0]["paragraph"] == 3


def test_notices() -> None:
    (document,) = json.loads(written([report(notices=("read as windows-1252",))]))["documents"]
    assert document["notices"] == ["read as windows-1252"]


@pytest.mark.parametrize("path", ["caf\udce9.txt", 'a"b\\.txt', "é.txt", "\x1b[31m.txt"])
def test_path_survives(path: str) -> None:
    text = written([report(path)])
    assert json.loads(text.encode("utf-8"))["documents"][0]["path"] == path
    assert "\x1b" not in text
