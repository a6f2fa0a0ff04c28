"""Bytes to text, and back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtqa.errors import InputError
from mtqa.text.encoding import decode, encode

TEXT = "The café’s owner said “no” – and left.\r\nThen Zürich called.\n"


@pytest.mark.parametrize(
    ("data", "encoding", "notices"),
    [
        (TEXT.encode(), "utf-8", ()),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", ()),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le-sig", ()),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be-sig", ()),
        (TEXT.encode("utf-16-le"), "utf-16-le", ("read as UTF-16-LE (guessed)",)),
        (TEXT.encode("utf-16-be"), "utf-16-be", ("read as UTF-16-BE (guessed)",)),
        (b"\xff\xfe\0\0" + TEXT.encode("utf-32-le"), "utf-32-le-sig", ()),
        (TEXT.encode("cp1252"), "cp1252", ("read as Windows-1252 (guessed)",)),
    ],
)
def test_decode(data: bytes, encoding: str, notices: tuple[str, ...]) -> None:
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.encoding, decoded.notices) == (TEXT, encoding, notices)
    assert encode(decoded.text, decoded.encoding) == data


@pytest.mark.parametrize(
    "text", ["It’s 5 € now.", "He said “yes” — and left.", "naïve façade", "The mayor’s résumé"]
)
def test_a_few_bytes_of_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252"), "a.txt").text == text


def test_windows_1252_far_into_a_long_file() -> None:
    text = "It is all ASCII here. " * 50_000 + "But it’s not here."
    assert decode(text.encode("cp1252"), "a.txt").text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xff\xfe \0\n\0", "is empty"),
        (b"The call.\0 It ended.", "NUL bytes"),
        ("The\0call".encode("utf-16"), "NUL bytes"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL bytes"),
        (bytes(range(1, 256)) * 4, "is binary"),
        (b"%PDF-1.7 text", "pdftotext"),
        (b"{\\rtf1 text}", "RTF"),
        (b"PK\x03\x04 text", "only .docx"),
        (b"\xff\xfea", "UTF-16-LE but is damaged"),
        ("“One” and\n“two”".encode() + b"\xff", "damage, byte 0xff in line 2"),
    ],
)
def test_what_is_no_text_is_refused_with_a_mend(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        decode(data, "dir/a.txt")
    assert str(raised.value).startswith("dir/a.txt ")


@given(st.binary(max_size=200))
@example(b"\xa0")
def test_any_bytes_are_text_or_an_input_error(data: bytes) -> None:
    try:
        decoded = decode(data, "a.txt")
    except InputError:
        return
    assert decoded.text.strip()
