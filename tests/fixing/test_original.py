"""Writing: whole or not at all, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import mtqa.fixing.original
from mtqa.errors import OutputError
from mtqa.fixing import Original, read_original, write_original
from mtqa.text import read_bytes
from mtqa.text.files import replace_bytes

BEFORE = b"The energy roast fell.\r\n" * 20
AFTER = b"The energy grid fell.\r\n" * 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(BEFORE)
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_mode_stays(path: Path, mode: int) -> None:
    path.chmod(mode)
    write_original(read_original(path), AFTER)
    assert path.read_bytes() == AFTER
    assert path.stat().st_mode & 0o777 == mode
    assert names(path.parent) == ["a.txt"]


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.with_name("link.txt")
    link.symlink_to("a.txt")
    write_original(read_original(link), AFTER)
    assert link.is_symlink() and path.read_bytes() == AFTER
    assert names(path.parent) == ["a.txt", "link.txt"]


def test_changed_meanwhile(path: Path) -> None:
    read = read_original(path)
    path.write_bytes(BEFORE + b"More.")
    with pytest.raises(OutputError, match=r"a\.txt changed since it was read"):
        write_original(read, AFTER)
    assert path.read_bytes() == BEFORE + b"More."
    assert names(path.parent) == ["a.txt"]


def test_changed_while_the_new_file_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(target: Path, data: bytes, check: object) -> None:
        path.write_bytes(b"Changed.")
        replace_bytes(target, data, check)  # type: ignore[arg-type]

    monkeypatch.setattr(mtqa.fixing.original, "replace_bytes", slowly)
    with pytest.raises(OutputError, match="changed since it was read"):
        write_original(read_original(path), AFTER)
    assert path.read_bytes() == b"Changed."
    assert names(path.parent) == ["a.txt"]


def test_removed_meanwhile(path: Path) -> None:
    read = read_original(path)
    path.unlink()
    with pytest.raises(OutputError, match="changed since it was read"):
        write_original(read, AFTER)
    assert names(path.parent) == []


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file can be larger than so many bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk(path: Path) -> None:
    read = read_original(path)
    with files_up_to(100), pytest.raises(OutputError, match=r"a\.txt cannot be written: "):
        write_original(read, AFTER)
    assert path.read_bytes() == BEFORE
    assert names(path.parent) == ["a.txt"]


def test_read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may write everywhere: what the system answers is given here."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="is read-only"):
        write_original(read_original(path), AFTER)
    assert path.read_bytes() == BEFORE


def test_no_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with pytest.raises(OutputError, match="is no ordinary file"):
        write_original(Original(read_bytes(BEFORE, "pipe.txt"), BEFORE, path), AFTER)
    assert path.is_fifo()
