"""What ``mtqa garble`` prints: the garbled text, a diff, JSON, the list of the families."""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mtqa.training.garble.document import GarbledDocument
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.version import garbler_version

FORMATS = ("text", "json", "diff")
_SCHEMA = "mtqa.garble/1"


def as_text(documents: Iterable[GarbledDocument], several: bool) -> Iterator[str]:
    """The garbled texts; of ``several`` each under its path."""
    for number, document in enumerate(documents):
        if several:
            yield f"{chr(10) if number else ''}==> {document.path} <==\n"
        yield document.text


def as_diff(documents: Iterable[GarbledDocument]) -> Iterator[str]:
    """A unified diff from clean to garbled; empty for a document without an edit."""
    for document in documents:
        lines = difflib.unified_diff(
            _lines(document.source),
            _lines(document.text),
            document.path,
            f"{document.path} (garbled)",
        )
        for line in lines:
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; only a line feed ends one, so that a diff can be applied."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def as_json(documents: Iterable[GarbledDocument], settings: dict[str, Any]) -> Iterator[str]:
    """One object: who garbled, how, and of every document both texts and the edits."""
    head = {"schema": _SCHEMA, "garbler": garbler_version(), **settings}
    body = [
        {
            "path": document.path,
            "text": document.text,
            "source": document.source,
            "sentences": [
                {
                    "start": sentence.start,
                    "end": sentence.end,
                    "source_start": sentence.source_start,
                    "source_end": sentence.source_end,
                    "text": document.text[sentence.start : sentence.end],
                    "source": document.source[sentence.source_start : sentence.source_end],
                    "edits": [dataclasses.asdict(edit) for edit in sentence.edits],
                }
                for sentence in document.sentences
            ],
        }
        for document in documents
    ]
    yield json.dumps({**head, "documents": body}, ensure_ascii=False, indent=1) + "\n"


def list_families() -> Iterator[str]:
    """Every family with what it does and an example, clean and garbled."""
    for name, family in FAMILIES.items():
        yield f"{name}: {family.summary}\n  - {family.clean}\n  + {family.garbled}\n"
