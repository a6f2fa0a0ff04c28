"""Opening a document for fixing, by its format."""

from __future__ import annotations

from pathlib import PurePath

from mtqa.fixing.manuscript import Manuscript
from mtqa.fixing.original import Original
from mtqa.fixing.textfile import TextManuscript
from mtqa.text.reader import PARAGRAPH_FORMATS


def open_manuscript(original: Original) -> Manuscript:
    """The manuscript of a document.

    Raises InputError if its encoding cannot be written back as it was.
    """
    if PurePath(original.document.path).suffix.lower() in PARAGRAPH_FORMATS:
        from mtqa.fixing.word import WordManuscript  # delayed, like all that reads Word documents

        return WordManuscript(original)
    return TextManuscript(original)
