"""Text files: edits in the decoded text, markup as it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import PurePath

from mtqa.errors import InputError
from mtqa.fixing.manuscript import Edit, replaced
from mtqa.fixing.original import Original
from mtqa.fixing.spelling import spell_html, spell_markdown, spell_plain
from mtqa.text import encode, html, markdown, plain
from mtqa.text.blocks import Block, verbatim_block
from mtqa.text.reader import TEXT_FORMATS
from mtqa.types import Document, Sentence


def _whole(source: str) -> list[Block]:
    """Plain text is prose from end to end."""
    return [verbatim_block(source, 0, len(source))]


def _html_blocks(source: str) -> list[Block]:
    """With the cells that are too short to be checked: an edit may make one short."""
    return html.split_blocks(source, min_cell_words=0)


#: The prose of a format and the ways to write a wording in it, by what the reader finds sentences in.
_FORMATS: dict[object, tuple[Callable[[str], list[Block]], Callable[[str, str, str], tuple[str, ...]]]] = {
    plain.split_blocks: (_whole, spell_plain),
    markdown.split_blocks: (markdown.split_blocks, spell_markdown),
    html.split_blocks: (_html_blocks, spell_html),
}


class TextManuscript:
    """A text file; offsets are those of the document's text."""

    def __init__(self, original: Original) -> None:
        document = original.document
        self._document = document
        self._split, self._spell = _FORMATS[_reader(document)]
        if encode(document.text, document.encoding) != original.data:
            raise InputError(
                f"{document.path} cannot be written back in its encoding, {document.encoding}; "
                "save it as UTF-8."
            )
        self.blocks = tuple(self._split(document.text))
        self._places = sorted(
            (run.start, number, run.text_start, run.verbatim)
            for number, block in enumerate(self.blocks)
            for run in block.runs
        )

    def locate(self, sentence: Sentence) -> tuple[int, int] | None:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        found = bisect_right(self._places, sentence.start, key=lambda place: place[0]) - 1
        if found < 0:
            return None
        start, number, text_start, verbatim = self._places[found]
        at = text_start + (sentence.start - start if verbatim else 0)
        return (number, at) if self.blocks[number].text.startswith(sentence.text, at) else None

    def spellings(self, wording: str) -> tuple[str, ...]:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        return self._spell(wording, self._document.encoding, self._document.text)

    def prose(self, edits: Sequence[Edit]) -> list[str]:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        return [block.text for block in self._split(self.lines(edits))]

    def write(self, edits: Sequence[Edit]) -> bytes:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        return encode(self.lines(edits), self._document.encoding)

    def lines(self, edits: Sequence[Edit]) -> str:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        return replaced(self._document.text, edits)


def _reader(document: Document) -> object:
    return TEXT_FORMATS.get(PurePath(document.path).suffix.lower(), plain.split_blocks)
