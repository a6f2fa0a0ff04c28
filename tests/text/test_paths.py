"""What was typed to the files to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtqa.errors import InputError
from mtqa.text import expand_paths


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "b.txt",
        "a.md",
        "sub/c.HTML",
        "sub/d.py",
        ".hidden/e.txt",
        ".f.txt",
        "empty/g.bin",
        "x[1].txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Text.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "files"),
    [
        (["b.txt"], ["b.txt"]),
        (["sub/d.py"], ["sub/d.py"]),
        (["."], ["a.md", "b.txt", "sub/c.HTML", "x[1].txt"]),
        (["sub"], ["sub/c.HTML"]),
        (["*.txt"], ["b.txt", "x[1].txt"]),
        (["**/*.HTML"], ["sub/c.HTML"]),
        (["su*"], ["sub/c.HTML"]),
        (["x[1].txt"], ["x[1].txt"]),
        (["b.txt", ".", "a.md"], ["b.txt", "a.md", "sub/c.HTML", "x[1].txt"]),
        ([], []),
    ],
)
def test_expand_paths(folder: Path, paths: list[str], files: list[str]) -> None:
    assert expand_paths(paths) == [Path(file) for file in files]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.txt", "missing.txt does not exist"),
        ("*.docx", "matches no file"),
        ("empty", "empty contains no texts; mtqa reads .docx, "),
        ("a\0b", "cannot be read|does not exist"),
    ],
)
def test_what_names_no_text_is_refused(folder: Path, path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        expand_paths([path])
