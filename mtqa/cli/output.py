"""Where a report goes: to stdout, or to a file that is either written whole or not touched."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, TextIO

from mtqa.errors import OutputError


class Output(Protocol):
    """A place for a report: entered before the work begins, so that a wrong place is known at once."""

    def __enter__(self) -> Output: ...

    def __exit__(self, kind: object, problem: BaseException | None, trace: TracebackType | None) -> None: ...

    def write(self, pieces: Iterable[str]) -> None:
        """Write all of a report. Raises :class:`OutputError`."""


class StandardOutput:
    """stdout: in UTF-8 for machines, else in the terminal's encoding with ``?`` for what it lacks."""

    def __init__(self, for_machines: bool) -> None:
        self.for_machines = for_machines

    def __enter__(self) -> StandardOutput:
        return self

    def __exit__(self, kind: object, problem: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def write(self, pieces: Iterable[str]) -> None:
        """Write piece by piece, each as soon as it is made."""
        encoding = "utf-8" if self.for_machines else sys.stdout.encoding or "utf-8"
        for piece in pieces:
            self._put(piece.encode(encoding, "replace"))

    @staticmethod
    def _put(data: bytes) -> None:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            raise OutputError(f"standard output cannot be written: {problem.strerror}.") from problem


class FileOutput:
    """A file, replaced in one step when the report is complete: an interrupted run leaves what was there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.target = path.resolve()  # a link stays a link
        self.file: TextIO | None = None
        # A device or a named pipe cannot be replaced, only written to.
        self.in_place = self.target.exists() and not self.target.is_file()

    def __enter__(self) -> FileOutput:
        if self.target.is_dir():
            raise OutputError(f"{self.path} is a folder: give the name of a file with -o.")
        if self.target.is_file() and not os.access(self.target, os.W_OK):
            raise OutputError(f"{self.path} is read-only: choose another file with -o.")
        try:
            if not self.in_place:
                self.written = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.tmp")
                self.file = self.written.open("x", encoding="utf-8", newline="")
            else:
                self.file = self.target.open("w", encoding="utf-8", newline="")
        except OSError as problem:
            raise self._error(problem) from problem
        return self

    def __exit__(self, kind: object, problem: BaseException | None, trace: TracebackType | None) -> None:
        if self.file is None:
            return
        try:
            self.file.close()
            if not self.in_place and problem is None:
                if self.target.exists():
                    self.written.chmod(self.target.stat().st_mode)
                self.written.replace(self.target)
        except OSError as failure:
            raise self._error(failure) from failure
        finally:
            if not self.in_place:
                self.written.unlink(missing_ok=True)

    def write(self, pieces: Iterable[str]) -> None:
        """Write into the file beside; it takes the target's place at the end."""
        for piece in pieces:
            self._put(piece)

    def _put(self, piece: str) -> None:
        assert self.file is not None, "a FileOutput is entered before it is written to"
        try:
            self.file.write(piece)
            self.file.flush()
        except OSError as problem:
            raise self._error(problem) from problem

    def _error(self, problem: OSError) -> OutputError:
        return OutputError(f"{self.path} cannot be written: {problem.strerror or problem}.")


def open_output(path: Path | None, for_machines: bool) -> Output:
    """The file, or stdout where no path is given."""
    return StandardOutput(for_machines) if path is None else FileOutput(path)


def wants_color(choice: bool | None, stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Colour as asked for, else by the environment, else on a terminal; ``stream`` is None for a file."""
    if choice is not None:
        return choice
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return stream is not None
    return stream is not None and stream.isatty() and environment.get("TERM") != "dumb"


def page_width(stream: TextIO | None, environment: Mapping[str, str]) -> int:
    """The width of the terminal, at most 100 as longer lines are hard to read; 80 where there is none."""
    columns = environment.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return min(int(columns), 100)
    if stream is not None and stream.isatty():
        try:
            return min(os.get_terminal_size(stream.fileno()).columns or 80, 100)
        except OSError:
            pass
    return 80
