"""Which tables a section's result becomes, and that every statistic is explained."""

from __future__ import annotations

import pytest
from made_up_results import STATISTICS, clean, row, sentences, words

from mtqa.evaluation.result import Group, SectionResult
from mtqa.evaluation.sections import SECTIONS
from mtqa.evaluation.sections.base import Statistic
from mtqa.evaluation.show.guide import GUIDES
from mtqa.evaluation.show.layout import Line, Table, tables_of


def texts(table: Table) -> list[list[str]]:
    return [[line.label, *(cell.text for cell in line.cells)] for line in table.lines]


def test_groups_with_the_same_figures_stand_side_by_side() -> None:
    mcc, rest = tables_of(words(), STATISTICS["words"])
    assert (mcc.title, mcc.columns) == ("word MCC ↑", ("ro-en", "et-en"))
    assert texts(mcc) == [
        ["mtqa", "0.468", "0.292"],
        ["always BAD", "0.000", "0.000"],
        ["MiniLM row", "0.460", "–"],
    ]
    assert [line.kind for line in mcc.lines] == ["mtqa", "baseline", "published"]
    assert [line.note for line in mcc.lines] == ["", "", "MT only"]
    assert [cell.interval for cell in mcc.lines[0].cells] == [".44–.49", ".27–.31"]
    assert [line.cells[0].ours for line in mcc.lines] == [True, False, False]
    # What is not main is shown for our models alone, above what it was counted on.
    assert rest.title == "mtqa, all else"
    assert texts(rest) == [
        ["word average precision ↑", "0.637", "0.515"],
        ["segments", "1,000", "998"],
        ["words", "20,341", "15,010"],
    ]


def test_every_main_statistic_has_a_table() -> None:
    tables = tables_of(sentences(), STATISTICS["sentences"])
    assert [table.title for table in tables] == [
        "Pearson, 1 - edit rate with DA ↑",
        "Pearson, quality with DA ↑",
        "expected calibration error of confidence ↓",
        "errors caught, least confident 20 % read ↑",
        "mtqa, all else",
    ]
    # A system without the figure is no line of its table.
    assert [line.label for line in tables[2].lines] == ["mtqa"]


def test_a_group_like_no_other_has_a_table_of_its_own() -> None:
    news, trips = tables_of(clean(), STATISTICS["clean"])
    assert (news.title, news.columns, news.counts) == ("clean news", ("mtqa",), "300 articles")
    assert texts(news) == [["flags per 1,000 clean words ↓", "2.97"], ["clean sentences flagged ↓", "6.2%"]]
    # More systems than statistics: these are the columns.
    assert trips.columns == ("original preferred to its round trip ↑",)
    assert texts(trips) == [["mtqa", "66.9%"], ["the shorter one", "51.0%"], ["MiniLM row", "53.0%"]]


def test_groups_of_one_system_share_a_table() -> None:
    groups = [
        Group(name, {"pairs": count}, (row("mtqa", "mtqa", accuracy=value),))
        for name, count, value in (("binding", 42, 0.738), ("ellipsis", 1200, 0.417))
    ]
    (table,) = tables_of(SectionResult("grammar", tuple(groups), 1.0), SECTIONS["grammar"].statistics)
    assert table.columns == ("fewer errors expected in the good one ↑", "pairs")
    assert texts(table) == [["binding", "73.8%", "42"], ["ellipsis", "41.7%", "1,200"]]


def test_an_unknown_section_is_shown_by_the_names_in_it() -> None:
    group = Group("here", {}, (row("mtqa", "mtqa", novelty=0.5),))
    (table,) = tables_of(SectionResult("later", (group,), 1.0), ())
    assert table == Table("here", ("mtqa",), (Line("novelty", "statistic", table.lines[0].cells),))
    assert table.lines[0].cells[0].text == "0.500"


def test_ours_come_first() -> None:
    rows = (row("chance", "baseline", x=0.1), row("paper", "published", x=0.3), row("mtqa", "mtqa", x=0.2))
    (table,) = tables_of(SectionResult("s", (Group("g", {}, rows),), 1.0), [Statistic("x", "X", float, ())])
    assert texts(table) == [["mtqa", "0.200"], ["chance", "0.100"], ["paper", "0.300"]]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_statistic_is_defined(name: str) -> None:
    """If this fails, write the lines in ``mtqa/evaluation/show/guide.py``."""
    guide, names = GUIDES[name], {statistic.name for statistic in SECTIONS[name].statistics}
    assert set(guide.definitions) == names
    assert set(guide.main) <= names
    assert guide.how_to_read.endswith(".")
    assert all(text.endswith(".") for text in guide.definitions.values())
