"""An editor's way through the flags, with the fake models: roast (two proposals), disc, his (none)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from made_choices import original

from mtqa.errors import ConfigError
from mtqa.fixing import Memory, Session, open_manuscript
from mtqa.types import Report

if TYPE_CHECKING:
    from mtqa.checker import Checker

TEXT = "The roast fell. It lost the disc. A roast. They agreed the plan. The Roast and the disc."

Begin = Callable[..., Session]


@pytest.fixture
def begin(checker: Checker) -> Begin:
    def session(text: str = TEXT, memory: Memory | None = None, min_score: float | None = None) -> Session:
        read = original(text, "a.txt")
        report: Report = checker.check(read.document)
        return Session(report, open_manuscript(read), memory or Memory(), min_score)

    return session


def text_of(session: Session) -> str:
    return session.manuscript.lines(session.plan.edits)


def phrases(session: Session) -> list[str]:
    return [item.wording for item in session.items]


def test_to_the_end(begin: Begin) -> None:
    session = begin()
    assert phrases(session) == ["roast", "disc", "roast", "", "disc"]
    assert session.write("grid") is None
    assert session.index == 1
    session.skip()
    assert session.type_wording("network") is None
    assert session.type_wording("on") is None  # the gap gets its space
    session.skip()
    assert session.current is None
    assert text_of(session) == (
        "The grid fell. It lost the disc. A network. They agreed on the plan. The Roast and the disc."
    )


def test_delete(begin: Begin) -> None:
    session = begin()
    session.type_wording("")
    assert text_of(session).startswith("The fell.")


def test_undo(begin: Begin) -> None:
    session = begin()
    assert not session.undo()
    session.write("grid")
    session.skip_alike()
    assert session.index == 2
    assert session.undo() and session.index == 1 and session.memory == Memory()
    assert session.undo() and session.index == 0
    assert session.plan.edits == ()


def test_skip_all_alike(begin: Begin) -> None:
    """In this text and, by the memory, in the next; in any case."""
    session = begin()
    session.skip_alike()
    assert [session.index, session.items[1].wording] == [1, "disc"]
    session.skip()
    assert session.index == 3
    following = begin(memory=session.memory)
    assert following.index == 1
    assert begin("A roast. Of his disc.", session.memory).index == 1  # 'his disc' is another phrase


def test_gaps_are_alike_by_the_words_around(begin: Begin) -> None:
    session = begin("They agreed the plan. We agreed the plan. All agreed so.")
    session.skip_alike()
    assert session.index == 2


def test_accept(begin: Begin) -> None:
    session = begin()
    session.accept_phrase()
    assert session.memory == Memory(accepted=("roast",))
    session.skip()
    assert session.index == 3
    assert begin("A roast.", session.memory).current is None
    assert session.undo() and session.undo()
    assert session.memory == Memory() and session.index == 0


def test_accept_a_gap_is_impossible(begin: Begin) -> None:
    session = begin("They agreed the plan.")
    with pytest.raises(ConfigError):
        session.accept_phrase()
    assert session.index == 0


def test_a_wording_that_cannot_be_written(begin: Begin) -> None:
    session = begin()
    assert session.write("\x1b[2J") == "it has characters that cannot be written there"
    assert session.write("roast") == "it changes nothing"
    assert session.index == 0
    assert session.plan.edits == ()


@pytest.mark.parametrize(
    ("min_score", "expected"),
    [
        (None, [("roast", ["grid", "network"]), ("disc", []), ("", ["with "])]),
        (0.0, [("roast", ["grid", "network"]), ("", ["with "])]),
        (0.5, [("roast", ["grid"]), ("", ["with "])]),
        (0.6, [("roast", ["grid"])]),
        (0.7, []),
    ],
)
def test_min_score(begin: Begin, min_score: float | None, expected: list[tuple[str, list[str]]]) -> None:
    session = begin("The roast fell. It lost the disc. They agreed the plan.", min_score=min_score)
    offered = [(item.wording, [p.text for p in item.proposals]) for item in session.items]
    assert offered == expected
