"""Plain text: a line is a block."""

from __future__ import annotations

import pytest

from mtqa.text.plain import split_blocks


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\f"])
def test_a_newline_is_a_boundary(newline: str) -> None:
    blocks = split_blocks(f"No full stop{newline}Next line")
    assert [block.text for block in blocks] == ["No full stop", "Next line"]


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("12 34 56 | 78", False),
        ("Kyiv | 12 | 34 | 5.6", False),
        ("Kyiv\t12\t34", False),
        ("Kyiv    12    34    56", False),
        ("In 2020, 12 of 34 were sold.", True),
        ("He came | and | went", True),
        ("Kyiv | 12", True),
    ],
)
def test_rows_of_numbers_are_no_prose(line: str, prose: bool) -> None:
    assert bool(split_blocks(line)) == prose
