"""From a file, bytes or a string to a Document: decoding, the format's prose, sentences, positions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from mtqa.errors import InputError
from mtqa.text import docx, html, markdown, plain
from mtqa.text.blocks import Block, has_letters
from mtqa.text.encoding import decode
from mtqa.text.language import looks_english
from mtqa.text.segmentation import split_sentences
from mtqa.types import Document, Sentence

#: What finds the prose of a text format, by extension. A new one is a file with ``split_blocks`` and a line.
TEXT_FORMATS: dict[str, Callable[[str], Sequence[Block]]] = {
    ".txt": plain.split_blocks,
    ".text": plain.split_blocks,
    ".md": markdown.split_blocks,
    ".markdown": markdown.split_blocks,
    ".html": html.split_blocks,
    ".htm": html.split_blocks,
    ".xhtml": html.split_blocks,
}
#: What reads a format that is not text but consists of paragraphs.
PARAGRAPH_FORMATS: dict[str, Callable[[bytes, str], docx.Paragraphs]] = {".docx": docx.read_paragraphs}

_NEWLINE = re.compile(r"\r\n?|\n")
_NO_PROSE = "no prose found"
_NOT_ENGLISH = "this does not look like English; scored all the same"


def known_extensions() -> frozenset[str]:
    """The extensions, lower-case and with their dot, that are read from folders."""
    return frozenset((*TEXT_FORMATS, *PARAGRAPH_FORMATS))


def read_path(path: Path) -> Document:
    """The document in a file, by its extension; an unknown extension is read as plain text.

    Raises InputError if the file is missing, unreadable, empty, binary or damaged.
    """
    return read_bytes(file_bytes(path), str(path))


def file_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises InputError, naming it, if it is missing or unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}.") from error


def read_bytes(data: bytes, name: str) -> Document:
    """The document in the bytes of a file; the extension of ``name`` tells the format (plain text if none).

    Raises InputError if they are empty, binary or damaged.
    """
    reader = PARAGRAPH_FORMATS.get(_extension(name))
    if reader is None:
        decoded = decode(data, name)
        return _read_source(decoded.text, name, decoded.encoding, decoded.notices)
    if not data:
        raise InputError(f"{name} is empty: there is nothing to check.")
    paragraphs = reader(data, name)
    if not any(text.strip() for text in paragraphs.texts):
        raise InputError(f"{name} is empty: there is nothing to check.")
    sentences = tuple(_sentences(paragraphs.blocks, _paragraph_position))
    return Document(name, "\n".join(paragraphs.texts), sentences, "utf-8", _notices(sentences))


def read_text(text: str, name: str = "<text>") -> Document:
    """The document in a string; the extension of ``name`` tells the format (plain text if unknown).

    Raises InputError if it is blank, or contains NUL characters or lone surrogates.
    """
    if not text.strip():
        raise InputError(f"{name} is empty: there is nothing to check.")
    if "\0" in text:
        raise InputError(f"{name} contains NUL characters, so it is probably not a text; pass a text.")
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise InputError(
            f"{name} contains a lone surrogate at {problem.start}: decode its bytes as UTF-8."
        ) from problem
    return _read_source(text, name, "utf-8", ())


def _read_source(source: str, name: str, encoding: str, notices: tuple[str, ...]) -> Document:
    split_blocks = TEXT_FORMATS.get(_extension(name), plain.split_blocks)
    starts = [0, *(match.end() for match in _NEWLINE.finditer(source))]

    def position(_: Block, start: int) -> tuple[int, int]:
        line = bisect_right(starts, start)
        return line, start - starts[line - 1] + 1

    sentences = tuple(_sentences(split_blocks(source), position))
    return Document(name, source, sentences, encoding, notices + _notices(sentences))


def _sentences(
    blocks: Iterable[Block], position: Callable[[Block, int], tuple[int, int]]
) -> Iterator[Sentence]:
    """The sentences of the blocks; ``position`` gives line and column of a source offset."""
    for block in blocks:
        for start, end in split_sentences(block.text):
            text = block.text[start:end]
            if has_letters(text):
                low, high, offsets = block.locate(start, end)
                line, column = position(block, low)
                yield Sentence(text, low, high, line, column, block.paragraph, offsets)


def _paragraph_position(block: Block, start: int) -> tuple[int, int]:
    return block.paragraph or 1, start + 1


def _notices(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    if not sentences:
        return (_NO_PROSE,)
    return () if looks_english(sentence.text for sentence in sentences) else (_NOT_ENGLISH,)


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower()
