"""From an old wording to a new one in as few words as possible: what stays is not touched at all.

So the bold word of a phrase stays bold, its ``&rsquo;`` stays an entity and its line break a line break, as
long as the fix does not concern them.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_NEWLINE = re.compile(r"[\r\n]")


class Replacement(NamedTuple):
    """``old[start:end]`` becomes ``text``."""

    start: int
    end: int
    text: str


def word_replacements(old: str, new: str) -> list[Replacement]:
    """The replacements, in order, that make ``new`` of ``old``; a line break or a tab stands for a space."""
    before = [(match.start(), match[0]) for match in _TOKEN.finditer(old)]
    after = [match[0] for match in _TOKEN.finditer(new)]
    ends = [start for start, _ in before] + [len(old)]
    matcher = SequenceMatcher(
        None, [_compared(text) for _, text in before], list(map(_compared, after)), False
    )
    return [
        Replacement(ends[low], ends[high], "".join(after[first:last]))
        for kind, low, high, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def _compared(token: str) -> str:
    return " " if token.isspace() and (len(token) == 1 or _NEWLINE.search(token)) else token
