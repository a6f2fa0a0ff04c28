"""From the arguments of a command to documents, one at a time; what cannot be read is told and left out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from mtqa.cli.messages import error, note
from mtqa.errors import InputError
from mtqa.types import Document


class Inputs:
    """The documents of the paths in order; ``-`` is standard input. ``failed``: one was left out."""

    def __init__(self, paths: Sequence[str], stdin_name: str, quiet: bool = False) -> None:
        self.paths = paths
        self.stdin_name = stdin_name
        self.quiet = quiet
        self.failed = False

    def __iter__(self) -> Iterator[Document]:
        for path in self._distinct():
            try:
                document = self._read(path)
            except InputError as problem:
                self._fail(problem)
                continue
            if not self.quiet:
                for notice in document.notices:
                    note(f"{document.path}: {notice}")
            yield document

    def _distinct(self) -> Iterator[str]:
        """The files that the paths stand for, each once however often it is named."""
        from mtqa.text import expand_paths  # delayed: it brings the readers, which ``--help`` does not need

        seen = set()
        for path in self.paths:
            try:
                files = ["-"] if path == "-" else [str(file) for file in expand_paths([path])]
            except InputError as problem:
                self._fail(problem)
                continue
            for file in files:
                if file not in seen:
                    seen.add(file)
                    yield file

    def _read(self, path: str) -> Document:
        from pathlib import Path

        from mtqa.text import read_bytes, read_path

        if path == "-":
            return read_bytes(sys.stdin.buffer.read(), self.stdin_name)
        return read_path(Path(path))

    def _fail(self, problem: InputError) -> None:
        self.failed = True
        error(str(problem))
