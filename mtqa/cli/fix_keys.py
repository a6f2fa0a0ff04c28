"""Asking for every flag with one key."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from mtqa.errors import ConfigError
from mtqa.report.base import RenderOptions, one_line

if TYPE_CHECKING:
    from mtqa.fixing import Item, Session

#: Keys that take a proposal, by its index.
_TAKE = {"a": 0, "1": 0, "2": 1, "3": 2}
#: What a person types for a wording that deletes the phrase: Enter alone could be a slip.
_DELETE = "-"
_HELP = """
  a 1   take the first proposal      e   type your own wording
  2 3   take another                 i   accept the phrase: it is never flagged again
  s     skip: leave it as it is      S   skip all like this, in the next files too
  u     back to the one before       q   quit and keep what was done
  Ctrl-C leaves this file as it was; files that are done stay written."""


class Page:
    """What a person sees of a document in the terminal."""

    def __init__(self, path: str, options: RenderOptions) -> None:
        self.path = path
        self.options = options

    def show(self, item: Item, number: int, total: int) -> None:
        """The item, and the keys that can be pressed."""
        from mtqa.fixing.show import show_item  # delayed: it brings rich

        click.echo(
            show_item(item, number, total, self.path, self.options), nl=False, color=self.options.color
        )
        offered = ["a", "2", "3"][: len(item.proposals)]
        accepts = ["i"] if item.wording else []
        keys = " ".join([*offered, "e", "s", "S", *accepts, "u", "q", "?"])
        click.echo(click.style(f"  [{keys}] ", dim=True), nl=False, color=self.options.color)

    def say(self, text: str) -> None:
        """A line on what was done."""
        click.echo(text, color=self.options.color)

    def read_wording(self) -> str:
        """What the person types; "" to think again."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - arrow keys work in what is typed
        label = f"  write (Enter alone: back, {_DELETE} alone: delete)"
        return str(click.prompt(label, default="", show_default=False)).strip()


def ask(session: Session, page: Page) -> bool:
    """Ask until the document is done; False if the person quits before."""
    while (item := session.current) is not None and session.index is not None:
        page.show(item, session.index + 1, len(session.items))
        while (decided := _decide(session, page, item)) is None:
            pass
        if not decided:
            return False
    return True


def _decide(session: Session, page: Page, item: Item) -> bool | None:
    """Do what one key says: True if another item is to be shown, False to quit, None for another key."""
    try:
        key = click.getchar()
    except EOFError:
        key = ""
    if key in _TAKE and _TAKE[key] < len(item.proposals):
        return _write(session, page, item.proposals[_TAKE[key]].text, typed=False)
    if key == "e":
        page.say("e")
        wording = page.read_wording()
        return _write(session, page, "" if wording == _DELETE else wording, typed=True) if wording else True
    if key in ("s", "S"):
        session.skip() if key == "s" else session.skip_alike()
        page.say("skipped" if key == "s" else "skipped, and all like it")
        return True
    if key == "i" and item.wording:
        return _accept(session, page, item)
    if key == "u":
        page.say("back" if session.undo() else "nothing to take back in this file")
        return True
    if key in ("q", ""):
        page.say("quit")
        return False
    if key == "?":
        page.say(_HELP)
        return True
    return None


def _write(session: Session, page: Page, wording: str, typed: bool) -> bool:
    reason = session.type_wording(wording) if typed else session.write(wording)
    if reason is None:
        page.say(click.style(one_line(wording) or "(deleted)", fg="green"))
    else:
        page.say(f"not possible: {reason}")
    return True


def _accept(session: Session, page: Page, item: Item) -> bool:
    try:
        session.accept_phrase()
        page.say(f"accepted: {one_line(item.wording)}")
    except ConfigError as problem:
        page.say(f"not possible: {problem}")
    return True
