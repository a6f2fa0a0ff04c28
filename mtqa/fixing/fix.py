"""Fixing a text in memory."""

from __future__ import annotations

from mtqa.errors import InputError
from mtqa.fixing.choices import first_choices
from mtqa.fixing.opening import open_manuscript
from mtqa.fixing.original import Original
from mtqa.fixing.plan import plan_fixes
from mtqa.text import encode
from mtqa.types import Report


def fix_text(report: Report, min_score: float) -> str:
    """The document's text with the best proposal of every flag that an editor takes with this probability.

    Markup stays; the wordings are escaped as the document's format asks. A proposal that cannot be put into
    the markup is left out. Raises InputError for a .docx, whose text is not its file: see
    :func:`mtqa.fixing.open_manuscript`.
    """
    document = report.document
    if any(sentence.source.paragraph is not None for sentence in report.sentences):
        raise InputError(f"{document.path} is a Word document: fix its file, not its text.")
    manuscript = open_manuscript(Original(document, encode(document.text, document.encoding)))
    return manuscript.lines(plan_fixes(manuscript, first_choices(report, min_score)).edits)
