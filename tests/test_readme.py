"""The README is run: its help is the present one, its commands exist, its Python works."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import mtqa
from mtqa.cli.main import main

if TYPE_CHECKING:
    from fakes import Loader

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The contents of the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def commands() -> list[list[str]]:
    """The words of each ``mtqa`` command in the README: shell blocks, console blocks and running text."""
    lines = [
        line.removeprefix("$ ") for block in blocks("sh") + blocks("console") for line in block.splitlines()
    ]
    found = [line for line in lines if line.startswith("mtqa ")]
    found += re.findall(r"`(mtqa [^`\n]+)`", TEXT)
    return [shlex.split(re.split(r" [<&|] | && ", line)[0], comments=True)[1:] for line in found]


@pytest.mark.parametrize("command", [main, main.commands["check"]], ids=["mtqa", "mtqa check"])
def test_help_is_present(command: click.Command) -> None:
    """By its words and not its layout, which is click's; if this fails, run ``make readme``."""
    name = "mtqa" if command is main else f"mtqa {command.name}"
    (shown,) = (block for block in blocks("console") if block.startswith(f"$ {name} --help\n"))
    words = " ".join(shown.split())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert " ".join((parameter.help or "").split()) in words
            assert all(name in words for name in parameter.opts)
    options = {name for parameter in command.params for name in parameter.opts + parameter.secondary_opts}
    assert set(re.findall(r"--[a-z-]+", shown.split("Options:")[1])) <= options | {"--help"}


def test_readme_has_commands() -> None:
    assert len(commands()) > 8


@pytest.mark.parametrize("words", commands(), ids=shlex.join)
def test_commands_exist(words: list[str]) -> None:
    """Parsed, not run: a command or an option that is gone is a usage error."""
    if words[0] in main.commands:
        command: click.Command = main.commands[words[0]]
        try:
            command.make_context(words[0], words[1:])
        except click.exceptions.Exit as end:  # --help
            assert end.exit_code == 0
    else:
        assert words in (["--help"], ["--version"])


def test_console_output(fake_models: Loader) -> None:
    """The report in the README begins as a report of the command above it."""
    for block in blocks("console"):
        command, first, *_ = block.splitlines()
        assert command.startswith("$ mtqa ")
        if command.startswith("$ mtqa check ") and "--help" not in command:
            assert first == shlex.split(command)[-1]
            assert (ROOT / first).exists()


@pytest.mark.parametrize("code", blocks("python"))
def test_python(code: str, fake_models: Loader, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})
    assert "roast" in capsys.readouterr().out


def test_json_signature_has_this_version() -> None:
    (example,) = blocks("json")
    assert f'"mtqa:{mtqa.__version__}|' in example


def test_figures_are_those_of_the_model() -> None:
    """The quality block is what the shipped scorer's manifest says; if this fails, run ``make readme``."""
    spec = importlib.util.spec_from_file_location("readme", ROOT / "scripts" / "readme.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shown = TEXT.split("<!-- quality:begin -->\n")[1].split("<!-- quality:end -->")[0]
    assert shown == script.quality_block()
