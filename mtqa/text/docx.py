"""Word documents: the text of every paragraph, in tables too; offsets are into the paragraph's text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from mtqa.errors import InputError
from mtqa.text.blocks import Block, is_table_row, verbatim_block

_LINE = re.compile(r"[^\n]+")
_CODE_STYLE = re.compile(r"code|preformatted|macro", re.IGNORECASE)
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: Subtrees that are not part of the paragraph as it reads: deleted text, fall-backs, and text boxes, whose
#: paragraphs are read by themselves.
_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "txbxContent", "pPr", "instrText"})


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The texts of all paragraphs in document order (the first is number 1), and the prose in them."""

    texts: tuple[str, ...]
    blocks: tuple[Block, ...]


def read_paragraphs(data: bytes, name: str) -> Paragraphs:
    """The paragraphs of a .docx file.

    Raises InputError if it is not a readable Word document.
    """
    try:
        document = open_document(data)
        paragraphs = paragraph_elements(document)
        code_styles = {s.style_id for s in document.styles if s.name and _CODE_STYLE.search(s.name)}
    except Exception as error:  # python-docx lets errors of zipfile, lxml and its own lookups through
        raise InputError(
            f"{name} is not a readable Word document ({type(error).__name__}); save it again as .docx."
        ) from error
    texts = tuple(_text(paragraph) for paragraph in paragraphs)
    blocks: list[Block] = []
    for number, (paragraph, text) in enumerate(zip(paragraphs, texts, strict=True), 1):
        if paragraph.style not in code_styles and not is_table_row(text):
            blocks += [verbatim_block(text, *line.span(), number) for line in _LINE.finditer(text)]
    return Paragraphs(texts, tuple(blocks))


def open_document(data: bytes) -> Any:
    """The document of python-docx; raises whatever that raises."""
    import docx  # slow, and only needed for Word documents

    return docx.Document(BytesIO(data))


def paragraph_elements(document: Any) -> list[Any]:
    """The elements of all paragraphs in document order."""
    return [e for e in document.element.body.iter() if _tag(e) == "p" and _in_word(e)]


def _text(paragraph: Any) -> str:
    return "".join(text for _, text in text_pieces(paragraph))


def text_pieces(paragraph: Any) -> list[tuple[Any, str]]:
    """The elements that hold its text as it reads with all tracked changes accepted, each with its part."""
    pieces: list[tuple[Any, str]] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        tag = _tag(element)
        if tag == "t":
            pieces.append((element, element.text or ""))
        elif tag in _CHARACTERS:
            pieces.append((element, _CHARACTERS[tag]))
        elif tag not in _LEFT_OUT:
            pending += reversed(element)
    return pieces


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _in_word(element: Any) -> bool:
    """Whether an element is of WordprocessingML: drawings have a ``p`` of their own."""
    return "wordprocessingml" in str(element.tag)
