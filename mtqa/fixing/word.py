"""Word documents: edits in the text of their runs, so that all formatting stays.

Offsets of the source count through the text elements of the main part, one apart where two meet, so that no
slice of the source is of two elements. Of the package only that part is written anew.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from mtqa.fixing.manuscript import Edit, replaced
from mtqa.fixing.original import Original
from mtqa.fixing.spelling import spell_plain
from mtqa.text.blocks import Block, Run
from mtqa.text.docx import open_document, paragraph_elements, text_pieces
from mtqa.types import Sentence

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class WordManuscript:
    """A .docx; every paragraph is a block."""

    def __init__(self, original: Original) -> None:
        self._data = original.data
        self._spans: list[tuple[int, int]] = []
        self.blocks = tuple(self._block(pieces) for pieces in _pieces(open_document(self._data)))

    def locate(self, sentence: Sentence) -> tuple[int, int] | None:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        assert sentence.paragraph is not None, "sentences of a .docx stand in paragraphs"
        number = sentence.paragraph - 1
        found = number < len(self.blocks) and self.blocks[number].text.startswith(
            sentence.text, sentence.start
        )
        return (number, sentence.start) if found else None

    def spellings(self, wording: str) -> tuple[str, ...]:
        """The wording as it is: XML is written from the text."""
        return spell_plain(wording, "utf-8", "")

    def prose(self, edits: Sequence[Edit]) -> list[str]:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it."""
        return [_text(pieces) for pieces in _pieces(self._edited(edits))]

    def write(self, edits: Sequence[Edit]) -> bytes:
        """As :class:`mtqa.fixing.manuscript.Manuscript` has it; the other parts stay as they are."""
        if not edits:
            return self._data
        part = self._edited(edits).part
        name, content = str(part.partname).lstrip("/"), part.blob
        written = BytesIO()
        with zipfile.ZipFile(BytesIO(self._data)) as old, zipfile.ZipFile(written, "w") as new:
            new.comment = old.comment
            for info in old.infolist():
                new.writestr(info, content if info.filename == name else old.read(info), info.compress_type)
        return written.getvalue()

    def lines(self, edits: Sequence[Edit]) -> str:
        """The paragraphs, a line each."""
        return "".join(f"{' '.join(text.splitlines())}\n" for text in self.prose(edits))

    def _block(self, pieces: Sequence[tuple[Any, str]]) -> Block:
        runs, at = [], 0
        for element, text in pieces:
            start = self._spans[-1][1] + 1 if self._spans else 0
            self._spans.append((start, start + len(text)))
            if text:
                runs.append(Run(at, at + len(text), start, start + len(text), _is_text(element)))
            at += len(text)
        return Block(_text(pieces), tuple(runs))

    def _edited(self, edits: Sequence[Edit]) -> Any:
        document = open_document(self._data)
        elements = [element for pieces in _pieces(document) for element, _ in pieces]
        for element, (start, end) in zip(elements, self._spans, strict=True):
            own = [edit for edit in edits if start <= edit.start and edit.end <= end]
            if own:
                _change(element, [Edit(low - start, high - start, text) for low, high, text in own])
        return document


def _pieces(document: Any) -> list[list[tuple[Any, str]]]:
    return [text_pieces(paragraph) for paragraph in paragraph_elements(document)]


def _text(pieces: Sequence[tuple[Any, str]]) -> str:
    return "".join(text for _, text in pieces)


def _is_text(element: Any) -> bool:
    return str(element.tag).endswith("}t")


def _change(element: Any, edits: Sequence[Edit]) -> None:
    """Change a text; a tab or break can only be deleted, and what cannot be done is left undone."""
    if _is_text(element):
        element.text = replaced(element.text or "", edits)
        if element.text != element.text.strip():
            element.set(_SPACE, "preserve")
    elif not any(edit.text for edit in edits):
        element.getparent().remove(element)
