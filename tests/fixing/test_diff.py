"""Diffs: what ``patch`` and ``git apply`` make of them is the fixed file, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import docx
import pytest
from made_choices import choice

from mtqa.fixing import Diff, make_diff, mark_changes, open_manuscript, plan_fixes, read_original


def diff_of(path: Path, phrase: str = "roast", wording: str = "grid") -> tuple[Diff | None, bytes]:
    """The diff of a file and what the file is to be."""
    read = read_original(path)
    manuscript = open_manuscript(read)
    edits = plan_fixes(manuscript, [choice(read, phrase, wording)]).edits
    return make_diff(read, manuscript, edits), manuscript.write(edits)


def test_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("One.\nThe roast.\nThree.\n", encoding="utf-8")
    diff, _ = diff_of(Path("a.txt"))
    assert diff is not None and diff.is_patch
    assert (
        diff.data.decode()
        == "".join(diff.lines)
        == ("--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n One.\n-The roast.\n+The grid.\n Three.\n")
    )


def test_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The roast.", encoding="utf-8")
    read = read_original(tmp_path / "a.txt")
    assert make_diff(read, open_manuscript(read), ()) is None


TEXTS = {
    "ends with a newline": b"One.\nThe roast.\nThree.\n",
    "does not end with one": b"One.\nThree.\nThe roast.",
    "the last line stays": b"The roast.\nThree.",
    "crlf": b"One.\r\nThe roast.\r\nThree.\r\n",
    "crlf without end": b"One.\r\nThe roast.",
    "cr alone": b"One.\rThe roast.\rThree.\r",
    "other line ends": "One.\u2028The roast.\x0cThree.\x85\nFour.\n".encode(),
    "bom": b"\xef\xbb\xbfThe roast \xc3\xa9.\n",
    "cp1252": "The “energy” roast fell – so it’s said.\nA café.\n".encode("cp1252"),
}
NAMES = ["a.txt", "a b.txt", "é.txt", 'q"uote.txt', "tab\tin.txt", "new\nline.txt"]
TOOLS = {"git": ["git", "apply", "fix.patch"], "patch": ["patch", "-p1", "-i", "fix.patch"]}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("text", "name"),
    [*((text, "a.txt") for text in TEXTS), *(("ends with a newline", name) for name in NAMES[1:])],
)
def test_applies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str, tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    if tool == "patch" and "\n" in name:
        pytest.skip("patch refuses names with a line feed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    folder = tmp_path / "sub"
    folder.mkdir()
    path = folder / name
    path.write_bytes(TEXTS[text])
    diff, expected = diff_of(path)
    assert diff is not None and diff.is_patch
    Path("fix.patch").write_bytes(diff.data)
    run = subprocess.run(TOOLS[tool], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr + run.stdout
    assert path.read_bytes() == expected != TEXTS[text]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf16_is_shown(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("One.\nThe roast is “here”.\n".encode(encoding))
    diff, _ = diff_of(path)
    assert diff is not None and not diff.is_patch
    assert diff.lines[-2:] == ("-The roast is “here”.\n", "+The grid is “here”.\n")
    assert diff.data.decode("utf-8") == "".join(diff.lines)


def test_word_is_shown_by_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("One.\nTwo.")
    document.add_paragraph("The roast.")
    stream = BytesIO()
    document.save(stream)
    path = tmp_path / "a.docx"
    path.write_bytes(stream.getvalue())
    diff, _ = diff_of(path)
    assert diff is not None and not diff.is_patch
    assert diff.lines[2:] == ("@@ -1,2 +1,2 @@\n", " One. Two.\n", "-The roast.\n", "+The grid.\n")


def test_changed_words_are_marked() -> None:
    lines = [
        "--- a/a.txt\n",
        "+++ b/a.txt\n",
        "@@ -1,3 +1,3 @@\n",
        " Before.\n",
        "-The roast of his fell.\n",
        "-Two.\n",
        "+The grid of its fell.\n",
        "+Two three.\n",
        " Between.\n",
        "-Last roast.\n",
        "\\ No newline at end of file\n",
        "+Last.\n",
        "\\ No newline at end of file\n",
    ]
    parts = mark_changes(lines)
    assert ["".join(text for text, _ in line) for line in parts] == lines
    marked = [[text for text, changed in line if changed and text] for line in parts]
    assert marked == [
        [],
        [],
        [],
        [],
        ["roast", "his"],
        [],
        ["grid", "its"],
        [" three"],
        [],
        [" roast"],
        [],
        [],
        [],
    ]


def test_lines_that_have_no_counterpart_are_not_marked() -> None:
    lines = ["--- a\n", "+++ b\n", "@@ -1,2 +1 @@\n", "-One.\n", "-Two.\n", "+One two.\n"]
    assert mark_changes(lines) == [[(line, False)] for line in lines]
