"""From what was typed on the command line to the files to read."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mtqa.errors import InputError
from mtqa.text.reader import known_extensions


def expand_paths(paths: Sequence[str]) -> list[Path]:
    """The files that ``paths`` name, each once, in the order given; folders and globs in sorted order.

    Of a folder, the files of known formats are taken, at any depth, hidden ones excepted. Raises InputError,
    naming the path, for a missing file, a folder without texts and a pattern that nothing matches.
    """
    return list(dict.fromkeys(file for path in paths for file in _expand(path)))


def _expand(name: str) -> list[Path]:
    try:
        path = Path(name)
        if path.is_dir():
            return _folder_files(path)
        if path.exists():
            return [path]
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} cannot be read: {error}.") from error
    if not glob.has_magic(name):
        raise InputError(f"{name} does not exist; check the path.")
    # Path.glob takes no absolute pattern.
    matches = [Path(match) for match in sorted(glob.glob(name, recursive=True))]  # noqa: PTH207
    files = [match for match in matches if match.is_file()]
    files = files or [file for match in matches for file in _folder_files(match)]
    if not files:
        raise InputError(f"{name} matches no file; check the pattern.")
    return files


def _folder_files(folder: Path) -> list[Path]:
    files = sorted(_walk(folder))
    if not files:
        known = ", ".join(sorted(known_extensions()))
        raise InputError(f"{folder} contains no texts; mtqa reads {known}.")
    return files


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}.") from error

    # Links to folders are not followed: they may form a circle.
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in known_extensions():
                yield Path(parent) / name
