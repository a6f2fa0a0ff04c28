"""HTML: the text between the tags, by block element, without scripts, code, navigation and figures."""

from __future__ import annotations

import re
from collections import Counter

from mtqa.text.blocks import Block, BlockBuilder
from mtqa.text.html_tokens import Token, tokenize

_INLINE_NAMES = """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter
output q rp rt ruby s samp small span strike strong sub sup time tt u var wbr svg math"""
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_NO_PROSE_NAMES = """audio button canvas code datalist head kbd math nav noscript object option pre samp
select svg template video"""
#: Elements that flow within a sentence; every other one ends it.
_INLINE = frozenset(_INLINE_NAMES.split())
_VOID = frozenset(_VOID_NAMES.split())
_NO_PROSE = frozenset(_NO_PROSE_NAMES.split())
_CELLS = ("td", "th")
#: A cell with fewer words than this is a label or a figure, not a sentence.
_MIN_CELL_WORDS = 5
_WORD = re.compile(r"[^\W\d_]{2,}")


def split_blocks(source: str, min_cell_words: int = _MIN_CELL_WORDS) -> list[Block]:
    """The prose of the block elements of ``source``, in order; that of a cell from so many words on."""
    reader = _Reader(source, min_cell_words)
    for token in tokenize(source):
        reader.read(token)
    reader.end_block()
    return reader.blocks


class _Reader:
    """Follows the open elements; ``blocks`` are those read so far."""

    def __init__(self, source: str, min_cell_words: int) -> None:
        self.blocks: list[Block] = []
        self._min_cell_words = min_cell_words
        self._builder = BlockBuilder(source)
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self._no_prose = 0

    def read(self, token: Token) -> None:
        """Take the next token of the source."""
        if token.kind == "open":
            self._read_open(token.value)
        elif token.kind == "close":
            self._read_close(token.value)
        elif not self._no_prose:
            if token.kind == "text":
                self._builder.add_verbatim(token.start, token.end)
            elif token.kind == "entity":
                self._builder.add_decoded(token.value, token.start, token.end)

    def end_block(self) -> None:
        """Close the current block, if there is prose in it."""
        block = self._builder.take()
        in_cell = any(self._count[cell] for cell in _CELLS)
        if block and not (in_cell and len(_WORD.findall(block.text)) < self._min_cell_words):
            self.blocks.append(block)

    def _read_open(self, name: str) -> None:
        if name not in _INLINE:
            self.end_block()
        if name == "p":
            self._pop_to("p")  # a paragraph that was not closed ends here
        if name == "body":
            self._pop_to("head")
        if name not in _VOID:
            self._open.append(name)
            self._count[name] += 1
            self._no_prose += name in _NO_PROSE

    def _read_close(self, name: str) -> None:
        if name not in _INLINE:
            self.end_block()
        self._pop_to(name)

    def _pop_to(self, name: str) -> None:
        """Close ``name`` and all that was left open within it; nothing where it is not open."""
        while self._count[name]:
            last = self._open.pop()
            self._count[last] -= 1
            self._no_prose -= last in _NO_PROSE
            if last == name:
                return
