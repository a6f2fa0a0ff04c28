"""Which garbler made a text: the version changes with every line that can change what it gives."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

_FOLDER = Path(__file__).parent
#: What shows, quotes or names garbled text does not change it.
_APART = {"__init__.py", "document.py", "listing.py", "loading.py", "version.py"}


def fingerprint() -> str:
    """Eight hexadecimal digits of the sources and tables that decide how a sentence is garbled."""
    digest = hashlib.sha256()
    sources = [path for path in _FOLDER.glob("*.py") if path.name not in _APART]
    for path in sorted([*sources, *_FOLDER.glob("families/*.py"), *_FOLDER.glob("data/*.tsv")]):
        # One newline everywhere: a checkout may have another.
        text = path.read_text(encoding="utf-8")
        digest.update(f"{path.relative_to(_FOLDER).as_posix()}\n{text}\n".encode())
    return digest.hexdigest()[:8]


@functools.cache
def garbler_version() -> str:
    """The generation of the families, and the fingerprint of what they are made of."""
    return f"2-{fingerprint()}"
