"""``mtqa fix``: what is asked, shown and written, with models whose verdicts are known."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from mtqa.cli.main import main

ROAST = "The strikes on the energy roast stopped.\n"
AGREED = "They agreed the plan.\n"
MIXED = "The roast fell. It lost the disc. The roast rose."
FAKE_MTQA = [sys.executable, str(Path(__file__).with_name("fake_mtqa.py"))]

pytestmark = pytest.mark.usefixtures("fake_models")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts, which is also the current one."""
    for name, text in {"roast": ROAST, "agreed": AGREED, "mixed": MIXED, "sound": "All is well.\n"}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the runner's input pass for a person's."""
    monkeypatch.setattr("mtqa.cli.fix._is_terminal", lambda stream: True)


def fix(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["fix", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


# Without asking.


@pytest.mark.parametrize(
    ("arguments", "status", "written"),
    [
        (["--write", "roast.txt"], 0, {"roast.txt": ROAST.replace("roast", "grid")}),
        (["--write", "--min-score", "0.62", "roast.txt"], 0, {"roast.txt": ROAST.replace("roast", "grid")}),
        (["--write", "--min-score", "0.63", "roast.txt"], 0, {}),
        (["--write", "sound.txt"], 0, {}),
        (["--write", "--threshold", "0.98", "roast.txt"], 0, {}),
        (["--write", "--min-level", "error", "agreed.txt"], 0, {}),
        (["--diff", "roast.txt"], 1, {}),
        (["--diff", "sound.txt"], 0, {}),
        (["--diff", "--write", "roast.txt"], 1, {}),  # as of ruff, --diff never writes
        (["--diff", "missing.txt", "roast.txt"], 2, {}),
        (["--write", "missing.txt", "roast.txt"], 2, {"roast.txt": ROAST.replace("roast", "grid")}),
        (["--write", "--threshold", "0.5", "--precision", "0.9", "roast.txt"], 2, {}),
        (["--write", "--min-score", "2", "roast.txt"], 2, {}),
        (["roast.txt"], 2, {}),  # there is no terminal
        ([], 2, {}),
    ],
)
def test_status_and_what_is_written(arguments: list[str], status: int, written: dict[str, str]) -> None:
    before = {path.name: path.read_text(encoding="utf-8") for path in Path().glob("*.txt")}
    result = fix(*arguments)
    assert result.exit_code == status, result.output
    assert {path.name: path.read_text(encoding="utf-8") for path in Path().glob("*.txt")} == before | written


def test_without_a_terminal_says_what_to_do() -> None:
    assert "There is no terminal to ask in: give --diff to see the fixes, or --write." in fix("a.txt").stderr


def test_diff() -> None:
    result = fix("--diff", "roast.txt", "mixed.txt", "sound.txt")
    assert result.stdout == (
        "--- a/roast.txt\n+++ b/roast.txt\n@@ -1 +1 @@\n"
        "-The strikes on the energy roast stopped.\n+The strikes on the energy grid stopped.\n"
        "--- a/mixed.txt\n+++ b/mixed.txt\n@@ -1 +1 @@\n"
        "-The roast fell. It lost the disc. The roast rose.\n\\ No newline at end of file\n"
        "+The grid fell. It lost the disc. The grid rose.\n\\ No newline at end of file\n"
    )
    assert result.stderr == "Note: 3 fixes would be written to 2 files.\n"


def test_diff_in_colour_is_for_people() -> None:
    Path("escape.txt").write_text("The roast\x1b[2J fell.\n" * 2, encoding="utf-8")
    result = CliRunner().invoke(main, ["fix", "--diff", "--color", "escape.txt"], color=True)
    assert "\x1b[31m-\x1b[0m\x1b[31mThe \x1b[0m\x1b[31m\x1b[7mroast\x1b[0m" in result.stdout
    assert "\x1b[32m\x1b[7mgrid\x1b[0m\x1b[32m\ufffd[2J fell.\x1b[0m\n" in result.stdout
    assert "\x1b[2J" not in result.stdout


def test_diff_keeps_the_bytes_of_the_file() -> None:
    Path("a.txt").write_bytes("It’s the roast – “here”, said he.\r\n".encode("cp1252"))
    result = fix("--diff", "a.txt")
    assert "+It’s the grid – “here”, said he.\r\n".encode("cp1252") in result.stdout_bytes


def test_diff_of_utf16_is_no_patch() -> None:
    Path("a.txt").write_bytes(ROAST.encode("utf-16"))
    result = fix("--diff", "a.txt")
    assert "+The strikes on the energy grid stopped." in result.stdout
    assert "a.txt: shown as text, which no program can apply; use --write." in result.stderr


def test_write_says_what() -> None:
    result = fix("--write", "-v", "roast.txt", "agreed.txt")
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Note: roast.txt:1: roast -> grid",
        "Note: agreed.txt:1: (a missing word) -> with",
        "Note: 2 fixes written to 2 files.",
    ]
    assert text("agreed.txt") == "They agreed with the plan.\n"
    assert fix("--write", "-q", "mixed.txt").stderr == ""


def test_twice_is_as_once() -> None:
    fix("--write", "roast.txt", "mixed.txt")
    result = fix("--write", "roast.txt", "mixed.txt")
    assert (result.exit_code, result.stderr) == (0, "Note: 0 fixes written to 0 files.\n")


def test_default_score_is_the_correctors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakes.FakeCorrector.min_score", 0.6)
    fix("--write", "roast.txt", "agreed.txt")  # 0.62 and 0.5
    assert (text("roast.txt"), text("agreed.txt")) == (ROAST.replace("roast", "grid"), AGREED)


def test_suggest_false_in_the_configuration_does_not_hold() -> None:
    Path("mtqa.toml").write_text("suggest = false\n", encoding="utf-8")
    fix("--write", "roast.txt")
    assert "grid" in text("roast.txt")


def test_house_rules_are_applied() -> None:
    Path("mtqa.toml").write_text('[reject]\n"per cent" = "percent"\n"utilise" = ""\n', encoding="utf-8")
    Path("a.md").write_text("It rose by 5 **per** cent. We utilise it.\n", encoding="utf-8")
    assert fix("--write", "--min-score", "1", "a.md").exit_code == 0
    assert text("a.md") == "It rose by 5 **percent**. We utilise it.\n"


def test_what_is_settled_is_left_alone() -> None:
    """Accept lists, comments and baselines."""
    Path("a.md").write_text("A roast came.\n\n<!-- mtqa off -->\n\nThe roast here.\n", encoding="utf-8")
    Path("accepted.txt").write_text("energy roast\n", encoding="utf-8")
    CliRunner().invoke(main, ["baseline", "mixed.txt"])
    fix(
        "--write",
        "--accept",
        "accepted.txt",
        "--baseline",
        ".mtqa/baseline.json",
        "a.md",
        "roast.txt",
        "mixed.txt",
    )
    assert text("a.md") == "A grid came.\n\n<!-- mtqa off -->\n\nThe roast here.\n"
    assert (text("roast.txt"), text("mixed.txt")) == (ROAST, MIXED)


def test_a_fix_without_a_place_is_told() -> None:
    Path("mtqa.toml").write_text('[reject]\n"gone" = "#"\n', encoding="utf-8")
    Path("a.md").write_text("The roast: \n\n![x](y) **gone**.\n", encoding="utf-8")
    assert fix("--write", "a.md").exit_code == 0
    assert text("a.md") == "The grid: \n\n![x](y) **#**.\n"
    Path("mtqa.toml").write_text('[reject]\n"roast" = "→"\n', encoding="utf-8")
    Path("b.txt").write_bytes("It’s the roast – “here”, said he.\r\n".encode("cp1252"))
    result = fix("--write", "b.txt")
    assert result.exit_code == 1
    assert (
        "b.txt:1: roast -> →: not possible: it has characters that cannot be written there." in result.stderr
    )


def test_stdin_to_stdout() -> None:
    result = fix("--write", "--stdin-filename", "a.html", "-", stdin="<p>R&amp;D <b>roast</b>.</p>")
    assert result.stdout == "<p>R&amp;D <b>grid</b>.</p>"
    assert fix("--write", stdin="All is well.").stdout == "All is well."
    assert "+The grid." in fix("--diff", stdin="The roast.").stdout


def test_word() -> None:
    document = docx.Document()
    document.add_paragraph("The energy ").add_run("roast").bold = True
    document.save("a.docx")
    assert fix("--write", "a.docx").exit_code == 0
    runs = docx.Document("a.docx").paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs] == [("The energy ", None), ("grid", True)]


@pytest.mark.parametrize("arguments", [["--write"], ["--diff"]])
def test_files_from(arguments: list[str]) -> None:
    Path("list").write_text("roast.txt\n", encoding="utf-8")
    assert "1 file." in fix(*arguments, "--files-from", "list").stderr


def test_changed_since_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other files are fixed all the same."""
    from fakes import FakeScorer

    score = FakeScorer.score

    def meanwhile(self: FakeScorer, *arguments: object) -> object:
        Path("roast.txt").write_text("Somebody else was here: roast.\n", encoding="utf-8")
        return score(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeScorer, "score", meanwhile)
    result = fix("--write", "roast.txt", "mixed.txt")
    assert result.exit_code == 2
    assert "Error: roast.txt changed since it was read: it is left as it is now" in result.stderr
    assert text("roast.txt") == "Somebody else was here: roast.\n"
    assert text("mixed.txt").count("grid") == 2


@pytest.mark.parametrize("arguments", [["fix", "--help"], ["fix", "--unknown"], ["fix"]])
def test_answers_without_heavy_imports(arguments: list[str]) -> None:
    code = f"""
import sys
from mtqa.cli.main import main
try:
    main({arguments!r})
except SystemExit:
    heavy = {{"torch", "transformers", "numpy", "rich.console", "docx"}}
    print("imported:", sorted(heavy & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert run.stdout.splitlines()[-1] == "imported: []"


# Asking.

Keys = Callable[[str], Result]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("asa", "The grid fell. It lost the disc. The grid rose."),
        ("1s2", "The grid fell. It lost the disc. The network rose."),
        ("sss", MIXED),
        ("aq", "The grid fell. It lost the disc. The roast rose."),
        ("a", "The grid fell. It lost the disc. The roast rose."),  # the input ends
        ("Sechip\n", "The roast fell. It lost the chip. The roast rose."),
        ("ae\nechip\nq", "The grid fell. It lost the chip. The roast rose."),  # Enter alone: back
        ("ae-\na", "The grid fell. It lost the. The grid rose."),
        ("auss2", "The roast fell. It lost the disc. The network rose."),
        ("usuasa", "The grid fell. It lost the disc. The grid rose."),
        ("?xz3asa", "The grid fell. It lost the disc. The grid rose."),  # what is no key does nothing
        ("is", MIXED),
    ],
)
def test_keys(keys: str, expected: str) -> None:
    result = fix("mixed.txt", stdin=keys)
    assert (result.exit_code, text("mixed.txt")) == (0, expected), result.output


@pytest.mark.usefixtures("terminal")
def test_what_is_shown() -> None:
    result = fix("mixed.txt", stdin="asq")
    assert result.stdout.splitlines()[:7] == [
        "",
        "  mixed.txt:1 · 1 of 3 · error, mistranslation, 97%",
        "  The ‹roast› fell.",
        "  1 → grid  62%",
        "  2 → network  20%",
        "  [a 2 e s S i u q ?] grid",
        "",
    ]
    assert "  mixed.txt:1 · 2 of 3 · warning, mistranslation, 60%" in result.stdout
    assert "'disc' may be a mistranslation" in result.stdout
    assert "[e s S i u q ?] skipped" in result.stdout


@pytest.mark.usefixtures("terminal")
def test_colour_and_escapes() -> None:
    Path("mixed.txt").write_text("The roast \x1b[2J fell.\n" * 3, encoding="utf-8")
    coloured = CliRunner().invoke(main, ["fix", "--color", "mixed.txt"], input="q", color=True).stdout
    assert "\x1b[4;31mroast\x1b[0m" in coloured
    assert "\x1b[2J" not in coloured
    assert "\x1b" not in CliRunner().invoke(main, ["fix", "mixed.txt"], input="q", color=True).stdout


@pytest.mark.usefixtures("terminal")
def test_several_files() -> None:
    """Each is written when it is done; what is skipped once is skipped in the next file, too."""
    result = fix("agreed.txt", "mixed.txt", "roast.txt", stdin="aSq")
    assert (text("agreed.txt"), text("mixed.txt"), text("roast.txt")) == (
        "They agreed with the plan.\n",
        MIXED,
        ROAST,
    )
    assert result.stderr == "Note: 1 fix written to 1 file.\n"
    assert fix("mixed.txt", "roast.txt", stdin="Ss").exit_code == 0
    assert text("roast.txt") == ROAST


@pytest.mark.usefixtures("terminal")
def test_accepted_phrases() -> None:
    result = fix("mixed.txt", "roast.txt", stdin="is")
    assert result.exit_code == 0
    assert "Note: added to .mtqa/accept.txt: roast" in result.stderr
    assert "roast" in text(".mtqa/accept.txt").splitlines()
    assert (text("mixed.txt"), text("roast.txt")) == (MIXED, ROAST)
    assert fix("--diff", "roast.txt").exit_code == 0


@pytest.mark.usefixtures("terminal")
def test_min_score_leaves_out() -> None:
    result = fix("--min-score", "0.6", "mixed.txt", stdin="aa")
    assert text("mixed.txt") == "The grid fell. It lost the disc. The grid rose."
    assert "network" not in result.stdout


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("arguments", [["-"], ["roast.txt", "-"]])
def test_standard_input_cannot_be_asked_about(arguments: list[str]) -> None:
    assert "Standard input is where the answers come from" in fix(*arguments).stderr


class Terminal:
    """A pseudo-terminal with mtqa in it; ``shown`` is all that it printed."""

    def __init__(self, *arguments: str) -> None:
        self.shown = ""
        controller, terminal = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
        self.process = subprocess.Popen(
            [*FAKE_MTQA, "fix", *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env=environment,
        )
        os.close(terminal)
        self.controller = controller

    def wait_for(self, text: str) -> None:
        while text not in self.shown:
            ready, _, _ = select.select([self.controller], [], [], 10)
            assert ready, f"{text!r} is not in {self.shown!r}"
            self.shown += os.read(self.controller, 4096).decode("utf-8", "replace")

    def press(self, keys: str) -> None:
        """Once the program reads single keys: what is typed before that is thrown away."""
        end = time.monotonic() + 10
        while termios.tcgetattr(self.controller)[3] & termios.ICANON:
            assert time.monotonic() < end
            time.sleep(0.01)
        self.shown = ""
        os.write(self.controller, keys.encode())

    def end(self) -> int:
        try:
            while chunk := os.read(self.controller, 4096):
                self.shown += chunk.decode("utf-8", "replace")
        except OSError:  # Linux says so where the other side is closed
            pass
        os.close(self.controller)
        return self.process.wait(60)


def test_one_key_in_a_terminal() -> None:
    terminal = Terminal("mixed.txt")
    terminal.wait_for("?]")
    assert "\x1b[4;31mroast\x1b[0m" in terminal.shown
    terminal.press("a")
    terminal.wait_for("2 of 3")
    terminal.wait_for("?]")
    terminal.press("e")
    terminal.wait_for("delete)")
    terminal.press("chip\n")
    terminal.wait_for("3 of 3")
    terminal.wait_for("?]")
    terminal.press("2")
    assert terminal.end() == 0
    assert "3 fixes written to 1 file." in terminal.shown
    assert text("mixed.txt") == "The grid fell. It lost the chip. The network rose."


@pytest.mark.parametrize("interrupt", ["\x03", "signal"])
def test_ctrl_c_keeps_finished_files(interrupt: str) -> None:
    terminal = Terminal("roast.txt", "mixed.txt")
    terminal.wait_for("?]")
    terminal.press("a")
    terminal.wait_for("mixed.txt")
    terminal.wait_for("?]")
    terminal.press("a")
    terminal.wait_for("2 of 3")
    terminal.wait_for("?]")
    if interrupt == "signal":
        terminal.process.send_signal(signal.SIGINT)
    else:
        terminal.press(interrupt)
    assert terminal.end() == 130
    assert "mixed.txt is left as it was" in terminal.shown
    assert "interrupted" in terminal.shown
    assert (text("roast.txt"), text("mixed.txt")) == (ROAST.replace("roast", "grid"), MIXED)
