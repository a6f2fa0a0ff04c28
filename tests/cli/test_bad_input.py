"""What people feed to a checker by mistake: a clear message or a right answer, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mtqa.cli.main import main

pytestmark = pytest.mark.usefixtures("fake_models")


def check(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments, str(path)])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b""),
        ("blank.txt", b" \n\t\r\n"),
        ("binary.txt", bytes(range(256)) * 20),
        ("nul.txt", b"All is well\x00 here.\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
        ("broken.docx", b"PK\x03\x04" + bytes(100)),
        ("text.docx", b"All is well here.\n"),
    ],
)
def test_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = check(path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {path} ")
    assert len(result.stderr.splitlines()) == 1


def test_missing(tmp_path: Path) -> None:
    result = check(tmp_path / "no.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path / "no.txt") in result.stderr


def test_folder_without_texts(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    result = check(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path) in result.stderr


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("🙂🙃 🚀\n", "no prose"),
        ("1 2 3\n4.5\n", "no prose"),
        (
            "De strijd om het rooster van de stad is nog niet voorbij, zei de burgemeester gisteren. "
            "Het is niet duidelijk wie er deze keer gelijk heeft en wie er voor moet betalen.\n",
            "English",
        ),
    ],
    ids=["emoji", "numbers", "Dutch"],
)
def test_told_once_and_scored_on(tmp_path: Path, text: str, note: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    result = check(path)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}\n")
    assert result.stderr.count("Note: ") == 1
    assert note in result.stderr


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        ("Ukraine’s energy roast stopped.\n".encode(), False),
        ("Ukraine’s energy roast stopped.\n".encode("utf-8-sig"), False),
        ("Ukraine’s energy roast stopped.\n".encode("utf-16"), False),
        ("Ukraine’s energy roast stopped, and café owners said so “at once”.\n".encode("cp1252"), True),
    ],
    ids=["utf-8", "utf-8 with BOM", "utf-16", "windows-1252"],
)
def test_encodings(tmp_path: Path, data: bytes, noted: bool) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    result = check(path, "--format", "json")
    assert result.exit_code == 1
    (sentence,) = json.loads(result.stdout)["documents"][0]["sentences"]
    assert sentence["text"].startswith("Ukraine’s energy roast stopped")
    assert ("guessed" in result.stderr) is noted


def test_sentence_of_5000_words(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("The roast " + "and so on and on " * 1000 + "stopped.\n", encoding="utf-8")
    result = check(path)
    assert result.exit_code == 1
    assert "‹roast›" in result.stdout
    assert max(map(len, result.stdout.splitlines()[1:])) <= 80


@pytest.mark.parametrize(
    "text",
    [("The energy roast stopped" + ", and so on" * 15 + ". ") * 25_000, "x" * 5_000_000],
    ids=["sentences", "one word"],
)
def test_line_of_5_megabytes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "long.txt"
    path.write_text(text, encoding="utf-8")
    result = check(path, "--format", "json")
    assert result.exit_code in (0, 1), result.stderr
    (document,) = json.loads(result.stdout)["documents"]
    assert document["sentences"][-1]["end"] == len(text.rstrip())
    assert document["flags"] == text.count("roast")
