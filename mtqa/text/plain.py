"""Plain text: every line is a block, so that a newline is always a sentence boundary."""

from __future__ import annotations

import re

from mtqa.text.blocks import Block, has_letters, is_table_row, verbatim_block

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")


def split_blocks(source: str) -> list[Block]:
    """The lines of ``source`` that are prose."""
    lines = (verbatim_block(source, *match.span()) for match in _LINE.finditer(source))
    return [line for line in lines if has_letters(line.text) and not is_table_row(line.text)]
