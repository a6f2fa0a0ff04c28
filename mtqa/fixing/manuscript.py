"""A text as it was written, markup and all, with the prose in it; and how to change its characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mtqa.text.blocks import Block
from mtqa.types import Sentence


class Edit(NamedTuple):
    """``source[start:end]`` becomes ``text``, which is written as the format wants it."""

    start: int
    end: int
    text: str


class Manuscript(Protocol):
    """``blocks`` are its prose, in order, with runs that lead to offsets of the source."""

    blocks: tuple[Block, ...]

    def locate(self, sentence: Sentence) -> tuple[int, int] | None:
        """The index of the block with this sentence, and where in its text it begins."""

    def spellings(self, wording: str) -> tuple[str, ...]:
        """The ways to write a wording, simplest first; none where its characters cannot be encoded."""

    def prose(self, edits: Sequence[Edit]) -> list[str]:
        """The texts of the blocks as a reader finds them after these edits (in order, none overlapping)."""

    def write(self, edits: Sequence[Edit]) -> bytes:
        """The file after these edits."""

    def lines(self, edits: Sequence[Edit]) -> str:
        """The same for people, in lines."""


def replaced(source: str, edits: Sequence[Edit]) -> str:
    """The source after the edits, which are in order."""
    pieces, at = [], 0
    for edit in edits:
        pieces += [source[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, source[at:]])
