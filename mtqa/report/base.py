"""What the formats share: their options, and where a flag stands in the prose of its sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from mtqa.types import Flag, Sentence

#: Characters that reorder what follows them: in a terminal they would make a line say what it does not.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How to write: ``width`` in terminal cells, with colour or not, with Unicode signs or ASCII ones.

    ``signature`` is that of the checker, for a format that names it even where there is no report.
    """

    signature: str = ""
    width: int = 80
    color: bool = False
    unicode: bool = True
    verbose: bool = False


def prose_span(sentence: Sentence, flag: Flag) -> tuple[int, int]:
    """Offsets of a flag in ``sentence.text``, the inverse of :meth:`Sentence.to_document`."""
    if sentence.offsets is None:
        return flag.start - sentence.start, flag.end - sentence.start
    starts = [start for start, _ in sentence.offsets]
    start = next((i for i, at in enumerate(starts) if at >= flag.start), len(starts))
    if flag.start == flag.end:
        return start, start
    end = next((i for i, at in enumerate(starts) if at >= flag.end), len(starts))
    return start, end


def printable(text: str) -> str:
    """The text as one line that is safe in a terminal.

    White space becomes a space each; control characters (so escape sequences too), lone surrogates and
    characters that reorder the line become U+FFFD. The length stays, so offsets stay.
    """
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cs") or character in _REORDERING:
        return "\ufffd"
    return character
