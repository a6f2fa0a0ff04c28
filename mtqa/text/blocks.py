"""Blocks of prose: what a format's reader hands to the segmentation, with exact source offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

#: A cell of a table that was typed as plain text ends at a tab, a pipe or two spaces.
_CELL_END = re.compile(r"\t|\||\s{2,}")
_LETTERS = re.compile(r"[^\W\d_]")


class Run(NamedTuple):
    """``text[text_start:text_end]`` of a block was written as ``source[start:end]``.

    A verbatim run is the same characters; any other run (an entity, an escape) is one indivisible slice.
    """

    text_start: int
    text_end: int
    start: int
    end: int
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or line: text in which no sentence crosses the edge.

    ``runs`` cover ``text`` without gaps; ``paragraph`` counts from 1 where offsets are into paragraphs.
    """

    text: str
    runs: tuple[Run, ...]
    paragraph: int | None = None

    def locate(self, start: int, end: int) -> tuple[int, int, tuple[tuple[int, int], ...] | None]:
        """Start, end and offsets in the source of ``text[start:end]``, as a :class:`Sentence` has them."""
        first = bisect_right(self.runs, start, key=lambda run: run.text_start) - 1
        run = self.runs[first]
        if run.verbatim and end <= run.text_end:
            shift = run.start - run.text_start
            return start + shift, end + shift, None
        offsets: list[tuple[int, int]] = []
        for run in self.runs[first:]:
            if run.text_start >= end:
                break
            inside = range(max(start, run.text_start), min(end, run.text_end))
            shift = run.start - run.text_start
            offsets += [
                (at + shift, at + shift + 1) if run.verbatim else (run.start, run.end) for at in inside
            ]
        return offsets[0][0], offsets[-1][1], tuple(offsets)


class BlockBuilder:
    """Collects the prose of one block piece by piece, in source order."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._runs: list[Run] = []
        self._length = 0

    def add_verbatim(self, start: int, end: int) -> None:
        """Add ``source[start:end]`` as it stands."""
        if start >= end:
            return
        text_start = self._length
        self._append(self._source[start:end])
        if self._runs and self._runs[-1].verbatim and self._runs[-1].end == start:
            last = self._runs.pop()
            text_start, start = last.text_start, last.start
        self._runs.append(Run(text_start, self._length, start, end, True))

    def add_decoded(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which is written ``source[start:end]``."""
        if not text:
            return
        text_start = self._length
        self._append(text)
        self._runs.append(Run(text_start, self._length, start, end, False))

    def take(self) -> Block | None:
        """The block so far, ``None`` if it is blank; the builder starts afresh."""
        text, runs = "".join(self._parts), tuple(self._runs)
        self._parts, self._runs, self._length = [], [], 0
        return Block(text, runs) if text.strip() else None

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def verbatim_block(source: str, start: int, end: int, paragraph: int | None = None) -> Block:
    """The block ``source[start:end]``, one verbatim run."""
    return Block(source[start:end], (Run(0, end - start, start, end, True),), paragraph)


def has_letters(text: str) -> bool:
    """Whether there is a letter of any script; text without one (numbers, emoji, rules) is not prose."""
    return _LETTERS.search(text) is not None


def is_table_row(line: str) -> bool:
    """Whether a line is a row of numbers: three cells or more, at least half of them without a letter."""
    cells = [cell for cell in _CELL_END.split(line) if cell and not cell.isspace()]
    numbers = sum(any(c.isdigit() for c in cell) and not has_letters(cell) for cell in cells)
    return len(cells) >= 3 and 2 * numbers >= len(cells)
