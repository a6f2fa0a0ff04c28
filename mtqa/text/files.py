"""Writing files so that nothing is lost: they are replaced whole, or not touched."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from mtqa.errors import OutputError


def replace_file(path: Path, text: str) -> None:
    """Write a file in UTF-8 in one step; as :func:`replace_bytes`."""
    replace_bytes(path, text.encode("utf-8"))


def replace_bytes(path: Path, data: bytes, check: Callable[[], None] = lambda: None) -> None:
    """Write a file in one step; missing folders are made, its mode and owner stay, a link stays a link.

    ``check`` is called just before the new file takes the place of the old: what it raises stops that.
    Raises :class:`OutputError`, naming the file; what was there is still there then.
    """
    try:
        target = path.resolve()
        beside = target.with_name(f".{secrets.token_hex(6)}.mtqa.tmp")
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.stat() if target.exists() else None

        def create(name: str, flags: int) -> int:
            # What others must not read they must not read while it is written either.
            return os.open(name, flags, 0o666 if before is None else 0o600)

        try:
            with open(beside, "xb", opener=create) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                _keep_owner(beside, before)
                beside.chmod(before.st_mode)
            check()
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror or problem}.") from problem


def _keep_owner(path: Path, before: os.stat_result) -> None:
    """Only the superuser may, and only where files have owners."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(path, before.st_uid, before.st_gid)
