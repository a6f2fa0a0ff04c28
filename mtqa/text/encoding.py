"""From the bytes of a text file to its text: UTF-8, UTF-16 and UTF-32, or a legacy code page, guessed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from mtqa.errors import InputError

#: Byte order marks, longest first: that of UTF-32-LE begins with that of UTF-16-LE.
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How files begin that are often taken for texts, and the mend.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "is a PDF; extract its text first, for example with pdftotext"),
    (b"{\\rtf", "is an RTF document; save it as .docx or .txt"),
    (b"\xd0\xcf\x11\xe0", "is an old Office document; save it as .docx"),
    (b"PK\x03\x04", "is a zip archive or an Office document; only .docx is read, and needs that extension"),
    (b"\x1f\x8b", "is compressed; unpack it first"),
)
_ODD_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLE = 65536
#: So few bytes leave the guess to chance; they are judged as part of an English text.
_MIN_GUESSABLE = 64
_ASSUMED_CONTEXT = b"This is a sentence of an English text, which has a few words more in it. "
_CODE_PAGE_NAMES = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte order mark, the encoding (``-sig``: with the mark), and what was guessed."""

    text: str
    encoding: str
    notices: tuple[str, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """The text of a file.

    Raises InputError, naming the file and the mend, if it is empty, binary, or in no known encoding.
    """
    if not data.strip():
        raise InputError(f"{name} is empty: there is nothing to check.")
    for signature, message in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"{name} {message}.")
    decoded = _decode_marked(data, name) or _decode_utf16(data, name) or _decode_bytes(data, name)
    if "\0" in decoded.text:
        raise InputError(f"{name} contains NUL bytes, so it is probably not a text; pass a text file.")
    if not decoded.text.strip("\ufeff").strip():
        raise InputError(f"{name} is empty: there is nothing to check.")
    return decoded


def encode(text: str, encoding: str) -> bytes:
    """The bytes that ``decode`` read as ``text`` and ``encoding``, byte order mark included."""
    if not encoding.endswith("-sig"):
        return text.encode(encoding)
    plain = encoding.removesuffix("-sig")
    return next(bom for bom, label in _BOMS if label == plain) + text.encode(plain)


def _decode_marked(data: bytes, name: str) -> Decoded | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Decoded(_strict(data[len(bom) :], encoding, name), f"{encoding}-sig")
    return None


def _decode_utf16(data: bytes, name: str) -> Decoded | None:
    """UTF-16 without a mark: in Western text, nearly every other byte is NUL."""
    head = data[:4096]
    even, odd = head[0::2], head[1::2]
    for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if high and 2 * high.count(0) > len(high) and 20 * low.count(0) < len(low) + 1:
            notice = f"read as {encoding.upper()} (guessed)"
            return Decoded(_strict(data, encoding, name), encoding, (notice,))
    return None


def _decode_bytes(data: bytes, name: str) -> Decoded:
    controls = len(_ODD_CONTROLS.findall(data[:_SAMPLE]))
    if b"\0" in data:
        raise InputError(f"{name} contains NUL bytes, so it is probably not a text; pass a text file.")
    if controls * 50 > len(data[:_SAMPLE]):
        raise InputError(f"{name} is binary, not a text; pass a .txt, .md, .html or .docx file.")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error, name)
    return _guess(data, name)


def _refuse_damaged_utf8(data: bytes, error: UnicodeDecodeError, name: str) -> None:
    """Stop where a few bytes of a UTF-8 file are damaged: any code page would garble all the rest."""
    lenient = data.decode("utf-8", errors="replace")
    damaged = lenient.count("\ufffd")
    sound = sum(1 for char in lenient if char > "\x7f") - damaged
    if sound > damaged:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
        raise InputError(f"{name} is UTF-8 with damage, {byte}; save it again as UTF-8.")


def _guess(data: bytes, name: str) -> Decoded:
    from charset_normalizer import from_bytes  # only when needed: most files are UTF-8

    # English fits many code pages, and a few quotes and accents are too little to choose by: Windows-1252, by
    # far the likeliest, is asked about first.
    sample = _telling_sample(data)
    if len(data) < _MIN_GUESSABLE:
        sample = _ASSUMED_CONTEXT + sample
    # Binary data is valid UTF-16 by chance, and text in UTF-16 has been told by its NUL bytes.
    guess = (
        from_bytes(sample, cp_isolation=["cp1252"]).best()
        or from_bytes(
            sample, cp_exclusion=["utf_16_be", "utf_16_le", "utf_32_be", "utf_32_le", "utf_7"]
        ).best()
    )
    try:
        if guess is not None:
            label = _CODE_PAGE_NAMES.get(guess.encoding, guess.encoding)
            return Decoded(data.decode(guess.encoding), guess.encoding, (f"read as {label} (guessed)",))
    except UnicodeDecodeError:
        pass  # the sample fits, the rest does not
    raise InputError(f"{name} is in no encoding that could be recognised; save it as UTF-8.")


def _telling_sample(data: bytes) -> bytes:
    """Up to about 64 kB around the bytes that are not ASCII: the rest says nothing about the encoding."""
    parts: list[bytes] = []
    size = end = 0
    for match in re.finditer(rb"[\x80-\xff]+", data):
        start, end = max(end, match.start() - 60), min(match.end() + 60, match.start() + _SAMPLE)
        parts.append(data[start:end])
        size += end - start
        if size > _SAMPLE:
            break
    return b"".join(parts)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            f"{name} looks like {encoding.upper()} but is damaged; save it again as UTF-8."
        ) from None
