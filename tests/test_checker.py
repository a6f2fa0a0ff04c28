"""The pipeline, with models whose verdicts are known."""

from __future__ import annotations

import pytest
from fakes import FakeCorrector, FakeScorer

from mtqa.checker import Checker, as_segments, document_confidence, message
from mtqa.types import CheckedSentence, Document, Segment, Sentence, Span

TEXT = "All is well here.\nThe strikes on the energy roast stopped."


def test_check_path(checker: Checker) -> None:
    report = checker.check(TEXT)
    assert [sentence.text for sentence in report.sentences] == TEXT.split("\n")
    (flag,) = report.flags
    assert (flag.start, flag.end, flag.line, flag.column) == (44, 49, 2, 27)
    assert report.document.text[flag.start : flag.end] == flag.text == "roast"
    assert (flag.score, flag.severity, flag.level, flag.category) == (
        0.97,
        "critical",
        "error",
        "mistranslation",
    )
    assert flag.message == "'roast' is probably a mistranslation"
    assert [suggestion.text for suggestion in flag.suggestions] == ["grid", "network"]
    assert report.words == 11


def test_check_one_batch(checker: Checker) -> None:
    """Each model is asked once for a document: batching is theirs."""
    checker.check(TEXT)
    assert checker.scorer.calls == [
        [
            Segment("All is well here.", "", TEXT.split("\n")[1]),
            Segment(TEXT.split("\n")[1], "All is well here."),
        ]
    ]
    assert [len(call) for call in checker.corrector.calls] == [1]


def test_check_clean_asks_no_corrector(checker: Checker) -> None:
    assert checker.check("All is well here.").flags == ()
    assert checker.corrector.calls == []


def test_check_without_corrector() -> None:
    (flag,) = Checker(FakeScorer()).check(TEXT).flags
    assert flag.suggestions == ()


def test_check_missing_word(checker: Checker) -> None:
    (flag,) = checker.check("She agreed the US.").flags
    assert (flag.text, flag.category, flag.start) == ("", "omission", flag.end)
    assert flag.message == "a word is probably missing here"


def test_check_many_streams_in_order(checker: Checker) -> None:
    texts = iter([TEXT, "All is well here.", "never read"])
    reports = checker.check_many(texts)
    assert [len(next(reports).flags), len(next(reports).flags)] == [1, 0]
    assert next(texts) == "never read"


def test_check_no_prose(checker: Checker) -> None:
    report = checker.check("12 345\n")
    assert (report.sentences, report.confidence, report.words) == ((), 1.0, 0)
    assert report.notices == ("no prose found",)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        # markup: the prose is "the energy roast" where the file has an entity and a line break before it
        pytest.param(
            Document(
                "a.html",
                "<p>a&nbsp;\nroast</p>",
                (
                    Sentence(
                        "a \nroast",
                        3,
                        16,
                        1,
                        4,
                        None,
                        tuple([(3, 4), (4, 10)] + [(i, i + 1) for i in range(10, 16)]),
                    ),
                ),
            ),
            (11, 16, 2, 1, "roast"),
            id="html",
        ),
        # a paragraph's offsets are its own
        pytest.param(
            Document("a.docx", "First.\nThe roast.", (Sentence("The roast.", 0, 10, 2, 1, 2),)),
            (4, 9, 2, 5, "roast"),
            id="docx",
        ),
        pytest.param(
            Document("a.md", "- a\r\n  roast", (Sentence("a\r\n  roast", 2, 12, 1, 3),)),
            (7, 12, 2, 3, "roast"),
            id="crlf",
        ),
    ],
)
def test_flag_position(
    checker: Checker, document: Document, expected: tuple[int, int, int, int, str]
) -> None:
    (flag,) = checker.check(document).flags
    assert (flag.start, flag.end, flag.line, flag.column, flag.text) == expected


@pytest.mark.parametrize(
    ("phrase", "category", "score", "expected"),
    [
        ("energy roast", "mistranslation", 0.97, "'energy roast' is probably a mistranslation"),
        ("energy roast", "mistranslation", 0.6, "'energy roast' may be a mistranslation"),
        ("", "omission", 0.9, "a word is probably missing here"),
        ("", "omission", 0.4, "a word may be missing here"),
        ("the two", "omission", 0.4, "a word may be missing in 'the two'"),
        ("his\n citizens", "pronoun", 0.7, "'his citizens' is probably the wrong pronoun"),
        ("is", "a category of another model", 0.7, "'is' is probably wrong"),
        ("x" * 80, "other", 0.5, "'" + "x" * 59 + "…' may be wrong"),
    ],
)
def test_message(phrase: str, category: str, score: float, expected: str) -> None:
    assert message(phrase, Span(0, len(phrase), score, "major", category)) == expected


def test_document_confidence() -> None:
    """(3 words x 0.9 + 1 word x 0.1) / 4 words = 0.7."""
    sentences = [
        CheckedSentence(Sentence(text, 0, len(text), 1, 1), confidence, 0.0, ())
        for text, confidence in (("It is fine.", 0.9), ("Roast.", 0.1))
    ]
    assert document_confidence(sentences) == pytest.approx(0.7)


def test_segments_of_nothing() -> None:
    assert as_segments([]) == []


@pytest.mark.parametrize(
    ("threshold", "written"), [(None, "0.50"), (0.3, "0.30"), (0.125, "0.125"), (1, "1.00")]
)
def test_signature(threshold: float | None, written: str) -> None:
    checker = Checker(FakeScorer(), FakeCorrector(), threshold)
    assert checker.signature == (
        f"mtqa:0.1.0|scorer:fake-v1@00000000|corrector:fake-v1@11111111|threshold:{written}"
    )


def test_signature_without_corrector() -> None:
    assert "|corrector:none|" in Checker(FakeScorer()).signature


def test_threshold_decides(checker: Checker) -> None:
    text = "The disc and the roast."
    assert [flag.text for flag in Checker(FakeScorer(), threshold=0.7).check(text).flags] == ["roast"]
    assert [flag.text for flag in Checker(FakeScorer(), threshold=0.5).check(text).flags] == ["disc", "roast"]
