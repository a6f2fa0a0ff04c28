"""What the HTML report shows of a document: its text, its paragraphs, its marks."""

from __future__ import annotations

import io

import docx
import pytest
from fakes import FakeCorrector, FakeScorer
from hypothesis import example, given
from hypothesis import strategies as st
from odd_reports import reports

from mtqa.checker import Checker
from mtqa.corrector.fitting import replace
from mtqa.report.html_report.article import Article, Mark, compose, deletion
from mtqa.text import read_bytes, read_text
from mtqa.types import CheckedSentence, Document, Flag, Report, Sentence, Severity, Suggestion

CHECKER = Checker(FakeScorer(), FakeCorrector())


def article(text: str, name: str = "a.txt") -> Article:
    return compose(CHECKER.check(read_text(text, name)))


def written(article: Article) -> list[str]:
    """The paragraphs: ``[sentence]``, ``{mark}``, ``¶`` where one is set off."""
    lines = []
    for paragraph in article.paragraphs:
        line = "¶" if paragraph.set_off else ""
        for stretch in paragraph.stretches:
            pieces = "".join(f"{{{it.text}}}" if isinstance(it, Mark) else it for it in stretch.pieces)
            line += pieces if stretch.sentence is None else f"[{pieces}]"
        lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("All is well.", ["¶[All is well.]"]),
        ("One is here.  Two is here.\n", ["¶[One is here.]  [Two is here.]"]),
        ("One is here.\nTwo is here.", ["¶[One is here.]", "[Two is here.]"]),
        ("One is here.\r\n\r\nTwo is here.", ["¶[One is here.]", "¶[Two is here.]"]),
        ("One is here.\n \t\nTwo is here.", ["¶[One is here.]", "¶[Two is here.]"]),
        # what is no prose is shown all the same
        ("\n\n* * *\nOne is here.\n1 | 2 | 3", ["¶* * *", "[One is here.]", "1 | 2 | 3"]),
        ("   Indented is this.", ["¶   [Indented is this.]"]),
        ("The roast and his old disc.", ["¶[The {roast} and {his} old {disc}.]"]),
        ("She agreed the plan.", ["¶[She agreed {}the plan.]"]),
    ],
)
def test_plain_text_is_shown_as_it_stands(text: str, paragraphs: list[str]) -> None:
    shown = article(text)
    assert written(shown) == paragraphs
    assert shown.layout.text == text
    assert shown.layout.verbatim


HTML = """<html><head><title>Not shown</title></head><body><h1>The energy roast</h1>
<p>The   strikes on
   Ukraine&rsquo;s <b>roast</b> stopped. Then <i>his</i>&nbsp;army &lt;won&gt;.</p></body></html>"""
MARKDOWN = "# The roast\n\nThe strikes on the *energy* roast\nstopped. All is well.\n\n- It lost the disc.\n"


@pytest.mark.parametrize(
    ("name", "source", "paragraphs"),
    [
        (
            "a.html",
            HTML,
            [
                "¶[The energy {roast}]",
                "¶[The strikes on Ukraine’s {roast} stopped.] [Then {his}\u00a0army <won>.]",
            ],
        ),
        (
            "a.md",
            MARKDOWN,
            [
                "¶[The {roast}]",
                "¶[The strikes on the energy {roast} stopped.] [All is well.]",
                "¶[It lost the {disc}.]",
            ],
        ),
    ],
)
def test_of_markup_the_prose_is_shown(name: str, source: str, paragraphs: list[str]) -> None:
    shown = article(source, name)
    assert written(shown) == paragraphs
    assert not shown.layout.verbatim
    for mark in shown.marks:  # the offsets stay those of the source
        assert source[mark.source_start : mark.source_end] == mark.source_text == mark.text


def test_line_breaks_in_word_paragraphs() -> None:
    """A paragraph with breaks is several lines of the text, so lines and paragraphs count differently."""
    document = docx.Document()
    document.add_paragraph("A title\nwith the roast\nin it")
    document.add_paragraph("The disc is lost.")
    document.add_paragraph("")
    document.add_paragraph("It is his. The disc is lost.")
    data = io.BytesIO()
    document.save(data)
    shown = compose(CHECKER.check(read_bytes(data.getvalue(), "a.docx")))
    assert written(shown) == [
        "¶[A title]",
        "[with the {roast}]",
        "[in it]",
        "[The {disc} is lost.]",
        "¶[It is {his}.] [The {disc} is lost.]",
    ]
    assert [(m.sentence.source.paragraph, m.source_start) for m in shown.marks] == [
        (1, 17),
        (2, 4),
        (4, 6),
        (4, 15),
    ]


def hand_made(text: str, *flags: tuple[int, int, Severity, tuple[str, ...]]) -> Article:
    """A report of one sentence with flags ``(start, end, severity, proposals)``; scores fall by 0.1."""
    made = tuple(
        Flag(
            start,
            end,
            1,
            start + 1,
            text[start:end],
            0.9 - 0.1 * at,
            severity,
            "other",
            f"message {at}",
            tuple(Suggestion(p, 0.5 - 0.1 * at) for p in proposals),
        )
        for at, (start, end, severity, proposals) in enumerate(flags)
    )
    source = Sentence(text, 0, len(text), 1, 1)
    checked = CheckedSentence(source, 0.5, 0.1, made)
    return compose(Report(Document("a.txt", text, (source,)), (checked,), 0.5, len(text.split()), "s"))


def test_overlapping_flags_are_one_mark() -> None:
    """As two, one decision could pull the ground from under the other."""
    shown = hand_made(
        "The energy roast stopped.",
        (4, 16, "major", ("power grid", "energy grid")),
        (11, 16, "critical", ("grid", "network")),
        (17, 24, "minor", ()),
    )
    assert written(shown) == ["¶[The {energy roast} {stopped}.]"]
    first = shown.marks[0]
    assert [p.text for p in first.proposals] == ["power grid", "energy grid", "energy network"]
    assert first.lead.severity == "critical"
    assert (first.source_start, first.source_end, first.source_text) == (4, 16, "energy roast")


@pytest.mark.parametrize(
    ("spans", "marks"),
    [
        ([(0, 3), (3, 6)], [(0, 3), (3, 6)]),  # neighbours stay apart
        ([(0, 3), (2, 6), (5, 8)], [(0, 8)]),  # a chain
        ([(2, 2), (2, 6)], [(2, 2), (2, 6)]),  # a gap before a phrase
        ([(0, 2), (2, 2)], [(0, 2), (2, 2)]),  # and after one
        ([(0, 6), (2, 2)], [(0, 6)]),  # and in one
        ([(2, 2), (2, 2)], [(2, 2)]),
        ([(5, 8), (0, 3)], [(0, 3), (5, 8)]),  # out of order
        ([(6, 99)], [(6, 8)]),  # beyond the sentence
    ],
)
def test_which_flags_overlap(spans: list[tuple[int, int]], marks: list[tuple[int, int]]) -> None:
    shown = hand_made("abcdefgh", *((start, end, "minor", ()) for start, end in spans))
    assert [(mark.start, mark.end) for mark in shown.marks] == marks


@given(st.text("ab .,\n", max_size=12), st.integers(0, 12), st.integers(0, 12))
@example("aa\n ", 3, 3)
def test_a_deletion_takes_the_space_that_the_corrector_says(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    before, after = deletion(text[:start], text[end:])
    assert text[: start - before] + text[end + after :] == replace(text, start, end, "")


@given(reports())
def test_nothing_of_the_text_is_lost(report: Report) -> None:
    shown = compose(report)
    phrases = [mark.text for mark in shown.marks]
    joined = [part + phrase for part, phrase in zip(shown.parts, [*phrases, ""], strict=True)]
    assert "".join(joined) == report.document.text
    pieces = [piece for p in shown.paragraphs for s in p.stretches for piece in s.pieces]
    assert [piece for piece in pieces if isinstance(piece, Mark)] == list(shown.marks)
    assert visible_characters("".join(it.text if isinstance(it, Mark) else it for it in pieces)) == (
        visible_characters(report.document.text)
    )


def visible_characters(text: str) -> str:
    return "".join(text.split())
