"""A whole file garbled: every sentence by itself, all between the sentences as it was.

The result can be restored from its edits, whose offsets count code points into the two texts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from mtqa.errors import InputError
from mtqa.training.garble.engine import Garbler
from mtqa.types import Document, Sentence, Severity


@dataclass(frozen=True, slots=True)
class DocumentEdit:
    """One error: ``text``, which is ``[start, end)`` of the garbled document, stands for ``source``."""

    start: int
    end: int
    source_start: int
    source_end: int
    text: str
    source: str
    category: str
    severity: Severity
    family: str


@dataclass(frozen=True, slots=True)
class GarbledSentence:
    """A sentence of a garbled document with its edits, all offsets into the two documents."""

    start: int
    end: int
    source_start: int
    source_end: int
    edits: tuple[DocumentEdit, ...]


@dataclass(frozen=True, slots=True)
class GarbledDocument:
    """A garbled text, its clean source and the edits between the two, by sentence."""

    path: str
    text: str
    source: str
    sentences: tuple[GarbledSentence, ...]

    @property
    def edits(self) -> tuple[DocumentEdit, ...]:
        """The edits of all sentences, in their order."""
        return tuple(edit for sentence in self.sentences for edit in sentence.edits)

    def restore(self) -> str:
        """Undo every edit in ``text``; the result equals ``source``."""
        text = self.text
        for edit in reversed(self.edits):
            text = text[: edit.start] + edit.source + text[edit.end :]
        return text


def garble_document(document: Document, garbler: Garbler, seed: int = 0) -> GarbledDocument:
    """Garble every sentence of a document of plain text, Markdown or HTML; markup stays as it is.

    A sentence is garbled by the seed and its number, so it does not matter what stands in the others. Raises
    :class:`InputError` for a document whose text is not one text (.docx).
    """
    if any(sentence.paragraph is not None for sentence in document.sentences):
        raise InputError(
            f"{document.path} is no text file; save it as text, Markdown or HTML and garble that."
        )
    pieces: list[str] = []
    sentences: list[GarbledSentence] = []
    at = length = 0  # in the source, in the garbled text
    for number, sentence in enumerate(document.sentences):
        pieces.append(document.text[at : sentence.start])
        length += sentence.start - at
        at = start = sentence.start
        first = length
        edits: list[DocumentEdit] = []
        rng = random.Random(f"{seed}:{number}")
        garbled = garbler.garble(sentence.text, rng, _markup(document, sentence))
        for edit in garbled.edits:
            source_start, source_end = sentence.to_document(edit.source_start, edit.source_end)
            new = garbled.text[edit.start : edit.end]
            pieces += (document.text[at:source_start], new)
            begin = length + source_start - at
            length = begin + len(new)
            at = source_end
            source = document.text[source_start:source_end]
            kind = (edit.category, edit.severity, edit.family)
            edits.append(DocumentEdit(begin, length, source_start, source_end, new, source, *kind))
        pieces.append(document.text[at : sentence.end])
        length += sentence.end - at
        at = sentence.end
        sentences.append(GarbledSentence(first, length, start, sentence.end, tuple(edits)))
    pieces.append(document.text[at:])
    return GarbledDocument(document.path, "".join(pieces), document.text, tuple(sentences))


def _markup(document: Document, sentence: Sentence) -> list[tuple[int, int]]:
    """What no edit may touch: entities and escapes, and the places within the sentence where a tag stands."""
    if sentence.offsets is None:
        return []
    protected: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(sentence.offsets):
        if document.text[start:end] != sentence.text[index]:
            protected.append((index, index + 1))
        if index and start != sentence.offsets[index - 1][1]:
            protected.append((index, index))
    return protected
