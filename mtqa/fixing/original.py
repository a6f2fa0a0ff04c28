"""A document together with the bytes that it was read from, and writing others in their place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from mtqa.errors import OutputError
from mtqa.text import read_bytes
from mtqa.text.files import replace_bytes
from mtqa.text.reader import file_bytes
from mtqa.types import Document


@dataclass(frozen=True, slots=True)
class Original:
    """``data`` are the bytes of ``document``; ``path`` is None where they are of no file."""

    document: Document
    data: bytes = field(repr=False)
    path: Path | None = None


def read_original(path: Path) -> Original:
    """The document in a file. Raises InputError as :func:`mtqa.text.read_path` does."""
    data = file_bytes(path)
    return Original(read_bytes(data, str(path)), data, path)


def write_original(original: Original, data: bytes) -> None:
    """Put these bytes in the place of the file's, in one step; its mode stays, and a link stays a link.

    Raises :class:`OutputError`, and leaves the file as it is, if it is no longer what was read, is read-only
    or no ordinary file, or if the disk is full.
    """
    path = original.path
    assert path is not None, "there is a file to write to"
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise OutputError(f"{path} is no ordinary file: use --diff, or give it on standard input.")
    if target.exists() and not os.access(target, os.W_OK):
        raise OutputError(f"{path} is read-only: it is left as it is.")

    def refuse_changed() -> None:
        try:
            unchanged = target.read_bytes() == original.data
        except OSError:
            unchanged = False
        if not unchanged:
            raise OutputError(f"{path} changed since it was read: it is left as it is now; run mtqa again.")

    refuse_changed()
    replace_bytes(path, data, refuse_changed)
