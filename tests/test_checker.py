"""The pipeline, with models whose verdicts are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeCorrector, FakeScorer, FakeThresholds

from mtqa.cache import VerdictCache
from mtqa.checker import Checker, as_segments
from mtqa.errors import InputError
from mtqa.records import RecordOptions
from mtqa.scorer.documents import DocumentRule
from mtqa.types import Document, Report, Segment, Sentence

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


def test_check_repeated_sentence_once(checker: Checker) -> None:
    """The same sentence between the same neighbours: one question, one flag for each place."""
    report = checker.check("The roast.\n" * 4)
    assert [len(call) for call in checker.scorer.calls] == [3]  # the first, the middle ones, the last
    assert [flag.line for flag in report.flags] == [1, 2, 3, 4]


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


def test_filters_in_order(checker: Checker) -> None:
    """Each takes the report that the one before it gave."""

    def first_flag_only(report: Report) -> Report:
        return replace(report, sentences=(replace(report.sentences[0], flags=report.sentences[0].flags[:1]),))

    def told(report: Report) -> Report:
        return replace(report, notices=(*report.notices, f"{len(report.flags)} flag"))

    filtered = Checker(checker.scorer, checker.corrector, filters=[first_flag_only, told])
    report = filtered.check("The disc and the roast.")
    assert [flag.text for flag in report.flags] == ["disc"]
    assert report.notices == ("1 flag",)
    assert [r.notices for r in filtered.check_many(["The roast.", "All is well."])] == [
        ("1 flag",),
        ("0 flag",),
    ]


def test_check_many_is_one_batch(checker: Checker) -> None:
    """Several short texts: one question to each model, one report for each text."""
    texts = [TEXT, "All is well here.", "She agreed the US.\nThe roast."]
    reports = list(checker.check_many(texts))
    assert [len(call) for call in checker.scorer.calls] == [5]
    assert [len(call) for call in checker.corrector.calls] == [3]
    assert [[flag.text for flag in report.flags] for report in reports] == [["roast"], [], ["", "roast"]]


def test_check_many_neighbours_end_with_the_text(checker: Checker) -> None:
    list(checker.check_many(["First.", "Second."]))
    assert checker.scorer.calls == [[Segment("First."), Segment("Second.")]]


@pytest.mark.parametrize(
    ("hold", "batches"),
    [
        (0, [1, 2, 3, 1]),
        (1, [1, 2, 3, 1]),
        (3, [3, 3, 1]),  # 1 + 2, then a text that is as long, then the rest
        (4, [3, 4]),
        (100, [7]),
    ],
)
def test_check_many_holds(checker: Checker, hold: int, batches: list[int]) -> None:
    """At most ``hold`` sentences go together; a longer text goes alone."""
    texts = ["A a.", "B a.\nB b.", "C a.\nC b.\nC c.", "D a."]
    assert len(list(checker.check_many(texts, hold=hold))) == 4
    assert [len(call) for call in checker.scorer.calls] == batches


def test_check_many_streams(checker: Checker) -> None:
    """Not more is read than is held."""
    texts = iter([TEXT, "All is well here.", "Not read yet.", "never read"])
    reports = checker.check_many(texts, hold=3)
    assert [len(next(reports).flags), len(next(reports).flags)] == [1, 0]
    assert next(texts) == "Not read yet."
    reports.close()
    assert next(texts) == "never read"


def test_check_many_gives_what_came_before_an_error(checker: Checker) -> None:
    reports = checker.check_many([TEXT, "All is well here.", " ", "never read"])
    assert [len(next(reports).flags), len(next(reports).flags)] == [1, 0]
    with pytest.raises(InputError, match="empty"):
        next(reports)


def test_check_many_of_nothing(checker: Checker) -> None:
    assert list(checker.check_many([])) == []
    assert checker.scorer.calls == []


#: Sentences whose words are all right, or all wrong; and one with a word that is doubtful (.6).
GOOD, BAD = (
    "All is well here and nobody has to mend anything. ",
    "roast roast roast roast roast roast roast. ",
)
DOUBTFUL = "The disc stopped. "


def by_document(**options: object) -> Checker:
    scorer = FakeScorer()
    scorer.thresholds = FakeThresholds(0.7, document=DocumentRule(1.0, 0.1, 20.0, 0.3))
    return Checker(scorer, FakeCorrector(), **options)


def discs(report: Report) -> int:
    return sum(flag.text == "disc" for flag in report.flags)


def test_the_document_moves_the_default_threshold() -> None:
    """A phrase with the score 0.6 is flagged at 0.7 where the rest of the text is bad."""
    checker = by_document()
    reports = checker.check_many([DOUBTFUL, DOUBTFUL + GOOD * 3, DOUBTFUL + BAD * 3, DOUBTFUL])
    assert [discs(report) for report in reports] == [0, 0, 1, 0]
    assert checker.signature.endswith("|threshold:0.70+document")


def test_a_chosen_threshold_stays_where_it_is() -> None:
    checker = by_document(threshold=0.7)
    assert discs(checker.check(DOUBTFUL + BAD * 3)) == 0
    assert checker.signature.endswith("|threshold:0.70")


def test_records_are_judged_in_their_documents() -> None:
    records = [{"text": DOUBTFUL + other * 3} for other in (GOOD, BAD)]
    made = by_document().score_records(records, RecordOptions(segment=True))
    assert [sum(flag["text"] == "disc" for flag in record["flags"]) for record in made] == [0, 1]


def test_remembered_verdicts_keep_their_documents_apart(tmp_path: Path) -> None:
    """The same sentence between the same neighbours, once in good company and once in bad."""
    middle = GOOD + DOUBTFUL + GOOD
    texts = [middle + GOOD * 4, middle + BAD * 4]
    expected = [by_document().check(text) for text in texts]
    assert [discs(report) for report in expected] == [0, 1]
    with VerdictCache(tmp_path) as cache:
        checkers = [by_document(cache=cache) for _ in range(2)]
        for checker in checkers:
            checker.scorer.identity = checker.corrector.identity = "known"
            assert [checker.check(text) for text in texts] == expected
    assert checkers[1].scorer.calls == checkers[1].corrector.calls == []


def test_progress_by_document_tells_every_sentence(tmp_path: Path) -> None:
    told: list[int] = []
    with VerdictCache(tmp_path) as cache:
        for text in (DOUBTFUL + GOOD, DOUBTFUL + GOOD + BAD, DOUBTFUL + GOOD + BAD):
            checker = by_document(cache=cache)
            checker.scorer.identity = checker.corrector.identity = "known"
            told.clear()
            report = checker.check(text, told.append)
            # The fake scorer itself tells nothing of its sentences. Those that it is asked about again,
            # as their threshold is another one now, have been told.
            first = checker.scorer.calls[0] if checker.scorer.calls else []
            assert sum(told) == len(report.sentences) - len(first)
