"""``mtqa check``: output and exit status, with models whose verdicts are known."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mtqa.cli.main import main

if TYPE_CHECKING:
    from fakes import Loader

GARBLED = "The strikes on the energy roast stopped.\n"  # an error
DOUBTFUL = "It lost the disc.\n"  # a warning
PRONOUN = "Ukraine and his army.\n"  # a suggestion
SOUND = "All is well here.\n"
FAKE_MTQA = [sys.executable, str(Path(__file__).with_name("fake_mtqa.py"))]

pytestmark = pytest.mark.usefixtures("fake_models")


@pytest.fixture(autouse=True)
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts, which is also the current one; a terminal's settings do not reach the tests."""
    for name, text in {"garbled": GARBLED, "doubtful": DOUBTFUL, "pronoun": PRONOUN, "sound": SOUND}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def check(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], input=stdin)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["garbled.txt"], 1),
        (["doubtful.txt"], 0),
        (["sound.txt"], 0),
        (["sound.txt", "garbled.txt"], 1),
        (["garbled.txt", "--fail-on", "never"], 0),
        (["doubtful.txt", "--fail-on", "warning"], 1),
        (["pronoun.txt", "--fail-on", "warning"], 0),
        (["pronoun.txt", "--fail-on", "suggestion"], 1),
        (["sound.txt", "--fail-on", "suggestion"], 0),
        (["doubtful.txt", "--fail-under", "0.5"], 1),
        (["doubtful.txt", "--fail-under", "0.3"], 0),
        # what is hidden counts: the fail level is a level of its own
        (["doubtful.txt", "--min-level", "error", "--fail-on", "warning"], 1),
        (["garbled.txt", "--threshold", "0.98"], 0),
        (["doubtful.txt", "--fail-on", "warning", "--precision", "0.9"], 0),
        (["doubtful.txt", "--fail-on", "warning", "--precision", "0.7"], 1),
        (["missing.txt"], 2),
        (["missing.txt", "sound.txt"], 2),
        (["sound.txt", "--threshold", "0.5", "--precision", "0.9"], 2),
        (["sound.txt", "--threshold", "1.1"], 2),
        (["sound.txt", "--precision", "0.6"], 2),
        (["sound.txt", "--format", "yaml"], 2),
        (["sound.txt", "-j", "0"], 2),
    ],
)
def test_exit_status(arguments: list[str], status: int) -> None:
    result = check(*arguments)
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_text_to_stdout() -> None:
    result = check("garbled.txt")
    assert "‹roast›" in result.stdout
    assert "roast → grid / network" in result.stdout
    assert result.stderr == ""


def test_json_to_stdout() -> None:
    result = check("--format", "json", "garbled.txt", "sound.txt")
    report = json.loads(result.stdout)
    assert [document["path"] for document in report["documents"]] == ["garbled.txt", "sound.txt"]
    assert report["documents"][0]["sentences"][0]["flags"][0]["text"] == "roast"
    assert report["signature"].startswith("mtqa:")
    assert result.stdout.endswith("}\n")


def test_min_level_hides() -> None:
    (document,) = json.loads(check("--format", "json", "--min-level", "error", "doubtful.txt").stdout)[
        "documents"
    ]
    assert document["flags"] == 0
    assert document["sentences"][0]["flags"] == []


def test_no_suggest() -> None:
    assert "roast → grid" not in check("--no-suggest", "garbled.txt").stdout


def test_models_are_passed_on(fake_models: Loader) -> None:
    check("--scorer", "a", "--corrector", "b/c", "--precision", "0.9", "sound.txt")
    assert fake_models.options == {"scorer": "a", "corrector": "b/c", "threshold": None, "precision": 0.9}


@pytest.mark.parametrize(
    "arguments", [["missing.txt"], ["--threshold", "2", "sound.txt"], ["-o", ".", "sound.txt"]]
)
def test_models_are_not_loaded_in_vain(fake_models: Loader, arguments: list[str]) -> None:
    check(*arguments)
    assert fake_models.options is None


def test_stdin() -> None:
    for arguments in (["-"], []):
        result = check(*arguments, stdin=GARBLED)
        assert result.exit_code == 1
        assert result.stdout.startswith("<stdin>\n")


def test_stdin_filename_names_the_format() -> None:
    result = check(
        "--stdin-filename", "draft.md", stdin="# Title\n\n```\nhis roast\n```\n\nAll is *well* here.\n"
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("draft.md\n")
    assert "roast" not in result.stdout


def test_nothing_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.cli.check._is_terminal", lambda stream: True)
    result = check()
    assert result.exit_code == 2
    assert "give a PATH" in result.stderr


def test_folder_and_duplicates() -> None:
    result = check("--format", "json", "garbled.txt", ".", "./*.txt", "garbled.txt")
    paths = [Path(document["path"]).name for document in json.loads(result.stdout)["documents"]]
    assert paths == ["garbled.txt", "doubtful.txt", "pronoun.txt", "sound.txt"]


def test_unreadable_is_told_and_the_rest_reported(texts: Path) -> None:
    (texts / "binary.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    (texts / "empty.txt").write_bytes(b"")
    result = check("--format", "json", "missing.txt", "garbled.txt", "binary.txt", "empty.txt", "sound.txt")
    assert result.exit_code == 2
    errors = result.stderr.splitlines()
    assert [line.split()[:2] for line in errors] == [
        ["Error:", "missing.txt"],
        ["Error:", "binary.txt"],
        ["Error:", "empty.txt"],
    ]
    assert [d["path"] for d in json.loads(result.stdout)["documents"]] == ["garbled.txt", "sound.txt"]


def test_notices_on_stderr(texts: Path) -> None:
    (texts / "numbers.txt").write_text("1 2 3\n", encoding="utf-8")
    assert check("numbers.txt").stderr == "Note: numbers.txt: no prose found\n"
    assert check("-q", "numbers.txt").stderr == ""
    (document,) = json.loads(check("-q", "--format", "json", "numbers.txt").stdout)["documents"]
    assert document["notices"] == ["no prose found"]


def test_messages_cannot_command_the_terminal() -> None:
    result = check("a\x1b]0;title\x07.txt")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color"], {"NO_COLOR": "1"}, True),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color(
    arguments: list[str], environment: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    output = CliRunner().invoke(main, ["check", "garbled.txt", *arguments], color=True).stdout
    assert ("\x1b[4;31mroast" in output) is colored
    assert ("‹roast›" in output) is not colored


def test_width_from_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert max(map(len, check("garbled.txt").stdout.splitlines())) <= 30


def test_verbose() -> None:
    result = check("-v", "garbled.txt")
    assert "threshold:0.50" in result.stdout
    assert result.stderr.startswith("Note: it took ")


# Where the report goes


def test_output_file(texts: Path) -> None:
    result = check("-o", "report.txt", "--color", "garbled.txt")
    assert (result.exit_code, result.output) == (1, "")
    assert "\x1b[4;31mroast" in (texts / "report.txt").read_text(encoding="utf-8")
    assert check("-o", "report.txt", "garbled.txt").exit_code == 1
    assert "‹roast›" in (texts / "report.txt").read_text(encoding="utf-8")
    assert [p.name for p in texts.glob(".*")] == []


def test_output_keeps_mode_and_link(texts: Path) -> None:
    real = texts / "real.json"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    (texts / "link.json").symlink_to(real)
    check("-o", "link.json", "--format", "json", "sound.txt")
    assert (texts / "link.json").is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["schema"] == "mtqa.report/1"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("no/such/folder.txt", "no/such/folder.txt cannot be written"),
        (".", ". is a folder"),
        pytest.param(
            "/dev/full",
            "/dev/full cannot be written: No space left",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux"),
        ),
    ],
)
def test_output_cannot_be_written(output: str, message: str) -> None:
    result = check("-o", output, "garbled.txt")
    assert result.exit_code == 2
    assert message in result.stderr


def test_output_read_only(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (texts / "report.txt").write_text("old", encoding="utf-8")
    # The permission is simulated: whoever runs the tests as root may write anything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    result = check("-o", "report.txt", "garbled.txt")
    assert result.exit_code == 2
    assert "read-only" in result.stderr
    assert (texts / "report.txt").read_text(encoding="utf-8") == "old"


def test_failure_leaves_the_old_report(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (texts / "report.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr("fakes.FakeScorer.score", lambda *_: 1 / 0)
    assert isinstance(check("-o", "report.txt", "garbled.txt").exception, ZeroDivisionError)
    assert (texts / "report.txt").read_text(encoding="utf-8") == "old"
    assert [p.name for p in texts.glob(".*")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("format", ["text", "json"])
def test_stdout_full(format: str) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*FAKE_MTQA, "check", "--format", format, "garbled.txt"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert run.returncode == 2
    assert run.stderr == "Error: standard output cannot be written: No space left on device.\n"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupt(texts: Path) -> None:
    (texts / "report.txt").write_text("old", encoding="utf-8")
    process = subprocess.Popen(
        [*FAKE_MTQA, "check", "-o", "report.txt", "garbled.txt"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SLOW": "1"},
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert process.returncode == 130
    assert messages == "Error: interrupted.\n"
    assert (texts / "report.txt").read_text(encoding="utf-8") == "old"
    assert [p.name for p in texts.glob(".*")] == []


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_broken_pipe(texts: Path) -> None:
    (texts / "long.txt").write_text(GARBLED * 5000, encoding="utf-8")
    process = subprocess.Popen(
        [*FAKE_MTQA, "check", "long.txt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "long.txt\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_terminal_without_unicode(encoding: str) -> None:
    run = subprocess.run(
        [*FAKE_MTQA, "check", "garbled.txt"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert run.returncode == 1
    assert b"<roast>" in run.stdout
