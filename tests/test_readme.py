"""README and docs/ are true: their help is the present one, their commands and links exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from recipes import load_script

import mtqa
from mtqa.cli.main import main

if TYPE_CHECKING:
    from fakes import Loader

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


#: What writes the blocks of the README.
SCRIPT = load_script("readme")


def blocks(language: str, text: str = TEXT) -> list[str]:
    """The contents of the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def shell_lines(text: str) -> list[str]:
    """What readers type: shell blocks, prompts in console blocks, indented lines and running text."""
    lines = "".join(blocks("sh", text)).replace("\\\n", " ").splitlines()
    lines += [
        line[2:] for block in blocks("console", text) for line in block.splitlines() if line[:2] == "$ "
    ]
    fenceless = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += re.findall(r"^ {4}((?:\S.*\| )?mtqa .*)$", fenceless, re.MULTILINE)
    return lines + re.findall(r"`(mtqa [^`\n]+)`", fenceless)


def mtqa_commands(line: str) -> list[list[str]]:
    """The words after ``mtqa`` of each call of it in a line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    words = iter(lexer)
    for word in words:
        if set(word) <= set("<>"):
            next(words)
        elif set(word) <= set("|&;"):
            found.append([])
        elif found[-1] or not re.match(r"\w+=", word):  # a variable before a command is none of its words
            found[-1].append(word)
    return [words[1:] for words in found if words[:1] == ["mtqa"]]


def commands(text: str) -> list[list[str]]:
    return [words for line in shell_lines(text) for words in mtqa_commands(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mtqa check a.txt  # read it", [["check", "a.txt"]]),
        ("git diff -z | mtqa check --files-from - | head", [["check", "--files-from", "-"]]),
        ("MTQA_FAIL_ON=error mtqa config show", [["config", "show"]]),
        ("mtqa hook < a.json > b.json && mtqa models", [["hook"], ["models"]]),
        ("mtqa accept '/F-\\d+/' \"a b\"", [["accept", "/F-\\d+/", "a b"]]),
        ("pip install mtqa", []),
    ],
)
def test_mtqa_commands(line: str, expected: list[list[str]]) -> None:
    assert mtqa_commands(line) == expected


COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def every_command(group: click.Group, name: str) -> list[tuple[str, click.Command]]:
    """All commands and subcommands with what one types."""
    found: list[tuple[str, click.Command]] = []
    for word, command in group.commands.items():
        found.append((f"{name} {word}", command))
        if isinstance(command, click.Group):
            found += every_command(command, f"{name} {word}")
    return found


@pytest.mark.parametrize(("name", "command"), [("mtqa", main), *every_command(main, "mtqa")])
def test_help_is_present(name: str, command: click.Command) -> None:
    """By its words and not its layout, which is click's; if this fails, run ``make readme``."""
    text = TEXT if command is main else COMMANDS
    (shown,) = re.findall(rf"^```console\n\$ {name} --help\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    words = " ".join(shown.split())
    assert command.help, "a command without help"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert " ".join((parameter.help or "").split()) in words
            assert all(name in words for name in parameter.opts)
    listed = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)(?: / (--[a-z-]+))?", shown, re.MULTILINE)
    options = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    assert {option for pair in listed for option in pair if option} <= options | {"--help"}


def test_commands_page_has_no_others() -> None:
    shown = re.findall(r"^\$ (mtqa .*) --help$", COMMANDS, re.MULTILINE)
    assert sorted(shown) == sorted(name for name, _ in every_command(main, "mtqa"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Links to files of the project; every page of docs/ is linked from the README."""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
    assert page.name == "README.md" or f"](docs/{page.name})" in TEXT


def parse(command: click.Command, words: list[str]) -> None:
    """Parse, and run nothing. Raises click's UsageError for a command or an option that there is not."""
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            raise click.UsageError(f"no command {words[0]}")
        parse(command.commands[words[0]], words[1:])
        return
    try:
        command.make_context(command.name, list(words))
    except click.exceptions.Exit as end:  # --help, --version
        assert end.exit_code == 0


def typed() -> list[tuple[str, list[str]]]:
    """Every command in the pages, once a page."""
    found = [(page.name, words) for page in PAGES for words in commands(page.read_text(encoding="utf-8"))]
    return [pair for index, pair in enumerate(found) if pair not in found[:index]]


def test_pages_have_commands() -> None:
    assert len(commands(TEXT)) > 20
    assert {name for name, _ in typed()} >= {"README.md", "batch.md", "ci.md", "cluster.md", "formats.md"}


@pytest.mark.parametrize(
    ("page", "words"), typed(), ids=lambda value: value if isinstance(value, str) else shlex.join(value)
)
def test_commands_exist(page: str, words: list[str]) -> None:
    """An option that is gone is a usage error. ``NAME`` and the like stand for what one types."""
    try:
        parse(main, words)
    except click.BadParameter:
        assert any(word.isupper() for word in words)


@pytest.mark.parametrize(("name", "command"), [("mtqa", main), *every_command(main, "mtqa")])
def test_examples_in_help_exist(name: str, command: click.Command) -> None:
    examples = re.findall(r"^  (.*\bmtqa .*)$", (command.help or "").split("xample")[-1], re.MULTILINE)
    assert examples
    for words in (words for line in examples for words in mtqa_commands(line)):
        parse(main, words)


@pytest.mark.parametrize("name", SCRIPT.SESSIONS)
def test_sessions_are_those_of_the_script(name: str) -> None:
    """Their output is of real models, and not made here; if this fails, run ``make readme``."""
    lines = block(name).splitlines()
    assert tuple(line[2:] for line in lines if line.startswith("$ ")) == SCRIPT.SESSIONS[name].commands
    assert len(lines) > len(SCRIPT.SESSIONS[name].commands) + 2


def test_report() -> None:
    """The report begins as a report of the command above it."""
    _, command, first, *_ = block("report").splitlines()
    assert first == shlex.split(command)[-1]
    assert (ROOT / first).exists()


@pytest.mark.parametrize("code", blocks("python"))
def test_python(code: str, fake_models: Loader, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})
    assert "roast" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_signatures_have_this_version(page: Path) -> None:
    versions = re.findall(r"mtqa:(\d[\d.]*)\\?\|", page.read_text(encoding="utf-8"))
    assert set(versions) <= {mtqa.__version__}


@pytest.mark.parametrize("extra", re.findall(r"^\| `\.\[(\w+)\]` \|", TEXT, re.MULTILINE))
def test_extra_exists(extra: str) -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.optional-dependencies]")[1]
    assert re.search(rf"^{extra} = \[", lines, re.MULTILINE)


#: The runs of the benchmark that the figures of the blocks are from.
RESULTS = {"quality": "test20.json", "benchmark": "speed.json"}


def block(name: str) -> str:
    """What stands between the marks of that name."""
    return TEXT.split(f"<!-- {name}:begin -->\n")[1].split(f"<!-- {name}:end -->")[0]


@pytest.mark.parametrize("name", RESULTS)
def test_figures_are_those_of_the_benchmark(name: str) -> None:
    """Each block is what the kept result makes; if this fails, run ``make readme``."""
    assert block(name) == SCRIPT.figure_blocks()[name]


@pytest.mark.parametrize("name", RESULTS)
def test_every_figure_is_in_the_result(name: str) -> None:
    """To the digit that is printed."""
    path = ROOT / "docs" / "benchmark" / RESULTS[name]
    result = json.loads(path.read_text(encoding="utf-8"))
    values = [
        figure["value"]
        for section in result["sections"]
        for group in section["groups"]
        for row in group["rows"]
        for figure in row["figures"].values()
        if figure["value"] is not None
    ]
    figures = printed_figures(block(name))
    assert len(figures) > 10
    assert [figure for figure in figures if not any(is_printed(figure, value) for value in values)] == []


def test_throughput_is_that_of_the_last_run() -> None:
    """On both pages, once there is a kept run; if this fails, run ``make throughput``."""
    for page in SCRIPT.BLOCKS["throughput"][1]:
        text = page.read_text(encoding="utf-8")
        shown = text.split("<!-- throughput:begin -->\n")[1].split("<!-- throughput:end -->")[0]
        if SCRIPT.THROUGHPUT.exists():
            assert shown == SCRIPT.throughput_block(SCRIPT.THROUGHPUT)
        else:
            assert "| " not in shown and "make throughput" in shown


def test_a_block_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--block`` changes what is between the marks, on each of its pages."""
    result = tmp_path / "throughput.json"
    figures = {"schema": "mtqa.throughput/1", "machine": "a machine", "signature": "x"}
    result.write_text(json.dumps(figures), encoding="utf-8")
    pages = tmp_path / "a.md", tmp_path / "b.md"
    for page in pages:
        page.write_text("A\n<!-- throughput:begin -->\nold\n<!-- throughput:end -->\nB\n", encoding="utf-8")
    monkeypatch.setitem(SCRIPT.BLOCKS, "throughput", (SCRIPT.throughput_block, pages))
    done = CliRunner().invoke(SCRIPT.main, ["--block", "throughput", str(result)])
    assert done.exit_code == 0, done.output
    for page in pages:
        assert page.read_text(encoding="utf-8") == (
            "A\n<!-- throughput:begin -->\nMeasured on a machine, with x.\n<!-- throughput:end -->\nB\n"
        )
    result.write_text("{}", encoding="utf-8")
    done = CliRunner().invoke(SCRIPT.main, ["--block", "throughput", str(result)])
    assert (done.exit_code, "is no result of" in done.output) == (1, True)


def printed_figures(text: str) -> list[str]:
    """The numbers that end a cell of a table, or a part of it before a semicolon; no labels or intervals."""
    rows = [line.strip("|").split("|")[1:] for line in text.splitlines() if line.startswith("|")]
    cells = [re.sub(r"<sub>.*?</sub>|\*", "", cell) for row in rows for cell in row]
    parts = [part.strip() for cell in cells for part in cell.split(";")]
    return [match[0] for part in parts if (match := re.search(r"(?<![\w.])-?\d[\d,]*(\.\d+)?%?$", part))]


def is_printed(figure: str, value: float) -> bool:
    """Whether a number is the value, rounded to as many decimals as it has."""
    digits = figure.rstrip("%").replace(",", "")
    decimals = len(digits.partition(".")[2])
    return round(value * (100 if figure.endswith("%") else 1), decimals) == float(digits)


def test_figures_are_found_in_tables() -> None:
    """How the two tests above read a table."""
    text = """\
| word MCC, 20 % | ro-en |
|---|---:|
| 3 M encoder | **-0.468** <sub>.4–.5</sub> |
| errors caught | encoder of 30 M 15.2%; oracle 1,234 |
"""
    assert printed_figures(text) == ["-0.468", "15.2%", "1,234"]
    assert is_printed("15.2%", 0.15234) and not is_printed("15.2%", 0.1531)
    assert is_printed("1,234", 1234.4) and not is_printed("-0.468", -0.4669)
