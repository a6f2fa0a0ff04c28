"""What of a phrase changes: as few words as possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.fixing.words import word_replacements


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("roast", "grid", [(0, 5, "grid")]),
        ("energy roast", "energy grid", [(7, 12, "grid")]),
        ("energy roast", "power roast", [(0, 6, "power")]),
        ("energy roast", "energy supply grid", [(7, 12, "supply grid")]),
        ("energy\nroast", "energy grid", [(7, 12, "grid")]),
        ("energy\r\n  roast", "energy grid", [(10, 15, "grid")]),
        ("energy\xa0roast", "energy roast", []),
        ("energy  roast", "energy roast", [(6, 8, " ")]),
        ("", "with ", [(0, 0, "with ")]),
        ("roast ", "", [(0, 6, "")]),
        ("it’s", "its", [(0, 4, "its")]),
        ("same", "same", []),
    ],
)
def test_replacements(old: str, new: str, expected: list[tuple[int, int, str]]) -> None:
    assert word_replacements(old, new) == expected


@given(old=st.text("ab ’\n-é&", max_size=20), new=st.text("ab ’-é&", max_size=20))
def test_they_make_the_new_wording(old: str, new: str) -> None:
    """But for a line break that stands for a space."""
    text = old
    for start, end, part in reversed(word_replacements(old, new)):
        text = text[:start] + part + text[end:]
    assert text.split() == new.split()
