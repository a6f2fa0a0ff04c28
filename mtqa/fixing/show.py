"""A flag to be decided, as it is shown in a terminal: its sentence and the proposals with their keys."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mtqa.fixing.session import Item
from mtqa.report.base import RenderOptions, one_line, printable, prose_span
from mtqa.report.signs import ASCII, LEVEL_STYLES, UNICODE, percent

if TYPE_CHECKING:
    from rich.text import Text

#: So many characters of a very long sentence are shown on each side of the phrase.
_AROUND = 500
_INDENT = "  "


def show_item(item: Item, number: int, total: int, path: str, options: RenderOptions) -> str:
    """The lines for one item; ``number`` of ``total`` counts from 1."""
    # Delayed, as only this needs rich.
    from rich.console import Console

    page = io.StringIO()
    console = Console(
        file=page,
        width=max(options.width, 20),
        force_terminal=options.color,
        color_system="standard" if options.color else None,
        no_color=not options.color,
        legacy_windows=False,
        highlight=False,
    )
    for line in _lines(item, number, total, path, options):
        for piece in line.wrap(console, console.width - len(_INDENT)):
            piece.rstrip()
            indent = "" if line.plain == "" else _INDENT
            console.print(piece.__class__(indent).append_text(piece), soft_wrap=True)
    return page.getvalue()


def _lines(item: Item, number: int, total: int, path: str, options: RenderOptions) -> Iterator[Text]:
    from rich.text import Text

    signs = UNICODE if options.unicode else ASCII
    flag, dot = item.flag, f" {signs.dot} "
    style = LEVEL_STYLES[flag.level]
    source = item.sentence.source
    place = f"{signs.paragraph}{source.paragraph}" if source.paragraph is not None else str(flag.line)
    yield Text("")
    head = Text().append(f"{printable(path)}:{place}", "bold").append(f"{dot}{number} of {total}{dot}")
    yield head.append(flag.level, style).append(f", {one_line(flag.category)}, {percent(flag.score)}", "dim")
    yield _sentence(item, options)
    for key, proposal in enumerate(item.proposals, start=1):
        line = Text().append(f"{key}", "bold").append(f" {signs.arrow} ")
        line.append(one_line(proposal.text) or "(delete)", "green")
        yield line.append(f"  {percent(proposal.score)}", "dim")
    if flag.message.startswith("house rule") or not item.proposals:
        yield Text().append(one_line(flag.message), "dim")


def _sentence(item: Item, options: RenderOptions) -> Text:
    """The prose of the sentence, its phrase underlined in colour or between ‹ ›."""
    from rich.text import Text

    signs = UNICODE if options.unicode else ASCII
    prose = item.sentence.text
    start, end = prose_span(item.sentence.source, item.flag)
    style = LEVEL_STYLES[item.flag.level]
    low, high = max(0, start - _AROUND), min(len(prose), end + _AROUND)
    before, inside, after = (printable(prose[a:b]) for a, b in ((low, start), (start, end), (end, high)))
    line = Text(signs.ellipsis if low else "").append(before)
    if start == end:
        line.append(signs.gap, style)
    elif options.color:
        line.append(inside, f"{style} underline")
    else:
        line.append(f"{signs.opening}{inside}{signs.closing}")
    return line.append(after).append(signs.ellipsis if high < len(prose) else "")
