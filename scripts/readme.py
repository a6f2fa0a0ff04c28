"""Put the present help, real runs and the benchmark's figures into README.md and docs/commands.md.

    make eval          # makes the results below, then runs this
    make throughput    # makes those of the throughput, then runs this for its block alone:
    python scripts/readme.py --block throughput docs/benchmark/throughput.json

A block of the README stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
BATCH = ROOT / "docs" / "batch.md"
#: What the figures in the README are from.
RESULT = ROOT / "docs" / "benchmark" / "test20.json"
SPEED = ROOT / "docs" / "benchmark" / "speed.json"
#: Not made by ``make eval``; it is the only one that stands on two pages.
THROUGHPUT = ROOT / "docs" / "benchmark" / "throughput.json"
#: So many lines of the report are shown: the verdict, the worst sentences and the first paragraphs.
REPORT_LINES = 36

_CALL = {"drafts/call.md": "The strikes on Ukraine’s energy roast will stop for 30 days.\n"}
_POST = '{"id": 7, "title": "A call", "html": "<p>The strikes on Ukraine’s energy roast stopped.</p>"}\n'
_RECORDS = """\
{"id": 1, "text": "The strikes on Ukraine’s energy roast stopped."}
{"id": 2, "text": "The two leaders spoke for 90 minutes."}
{"id": 3, "headline": "No text"}
"""
_HOUSE = 'accept = ["Truth Social"]\n\n[reject]\n"per cent" = "percent"\n'
_VOTE = "The voters decried the energy roast of the ministry at 18 per cent.\n"


class Session(NamedTuple):
    """What a block shows: ``commands`` typed one after the other in a folder that holds ``files``."""

    files: Mapping[str, str]
    commands: tuple[str, ...]


SESSIONS = {
    "fix": Session(
        {"mtqa.toml": _HOUSE, "vote.md": _VOTE},
        ("mtqa fix --diff vote.md", "mtqa fix --write vote.md"),
    ),
    "ci": Session(
        _CALL,
        (
            "mtqa baseline drafts",
            "echo 'The energy roast of the ministry surprised the voters.' > drafts/vote.md",
            "mtqa check --baseline .mtqa/baseline.json --format line drafts",
        ),
    ),
    "hook": Session(
        {"article.json": _POST},
        ("mtqa hook < article.json | python -m json.tool --no-ensure-ascii | sed -n 3,7p",),
    ),
    "score": Session({"archive.jsonl": _RECORDS}, ("mtqa score --quiet archive.jsonl | cut -c 1-118",)),
    "house": Session(
        {"mtqa.toml": _HOUSE, "vote.md": _VOTE},
        (
            "mtqa check --format line vote.md",
            'mtqa accept "energy roast"',
            "mtqa check --format line vote.md",
        ),
    ),
}


def replace_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """The text with the content of each named block replaced. Raises ValueError for a block that it lacks."""
    for name, content in blocks.items():
        pattern = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"the page has no block {name!r}")
        text = pattern.sub(lambda match, content=content: f"{match[1]}{content}{match[2]}", text)  # type: ignore[misc]
    return text


def console(command: str, lines: int | None = None) -> str:
    """A console block of a command of ours and its output, 80 columns wide, cut after so many lines."""
    arguments = [sys.executable, "-m", *command.split()]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", env=environment)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command} failed: {done.stderr}")
    output = done.stdout.rstrip().splitlines()
    if lines is not None and len(output) > lines:
        output = [*output[:lines], "..."]
    return "\n".join(["```console", f"$ {command}", *output, "```", ""])


def session_block(session: Session) -> str:
    """A console block of a session: what is typed, and what comes out on stdout and stderr."""
    shown = "".join(f"$ {command}\n{output}" for command, output in run_session(session))
    return f"```console\n{shown}```\n"


def run_session(session: Session) -> list[tuple[str, str]]:
    """Every command of a session with what it printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in session.files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        (folder / ".git").mkdir()  # where the search for a configuration ends
        return [(command, _typed(command, folder)) for command in session.commands]


def _typed(command: str, folder: Path) -> str:
    """What a shell shows for it where nothing is configured and mtqa is the one of this environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MTQA_")} | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "MTQA_CACHE": "false",
        "MTQA_PERSONAL": str(folder / "nobody"),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{{ {command}\n}} 2>&1"],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command} failed: {done.stdout}")
    return done.stdout


def command_names() -> list[str]:
    """Every command and subcommand, as one would type it."""
    from mtqa.cli.main import main

    def below(group: click.Group, name: str) -> Iterator[str]:
        for word, command in sorted(group.commands.items()):
            yield f"{name} {word}"
            if isinstance(command, click.Group):
                yield from below(command, f"{name} {word}")

    return list(below(main, "mtqa"))


def commands_page() -> str:
    """The help of every command, as a page."""
    parts = (f"## {name}\n\n{console(f'{name} --help')}" for name in command_names())
    return "\n".join(["# Commands\n\nWhat `--help` prints; generated by `make readme`.\n", *parts])


def figure_blocks() -> dict[str, str]:
    """The blocks of figures: how good the models are, and how fast."""
    from mtqa.evaluation.result import read_result
    from mtqa.evaluation.sections import SECTIONS
    from mtqa.evaluation.show.summary import quality_tables, speed_tables

    return {
        "quality": quality_tables(read_result(RESULT), SECTIONS),
        "benchmark": speed_tables(read_result(SPEED), SECTIONS),
    }


def throughput_block(path: Path) -> str:
    """The tables of ``scripts/throughput.py``. Raises :class:`mtqa.errors.InputError`."""
    from mtqa.evaluation.show.throughput import read_throughput, throughput_tables

    return throughput_tables(read_throughput(path))


#: Blocks that are made of one file alone, and the pages on which they stand.
BLOCKS = {"throughput": (throughput_block, (README, BATCH))}


def write_block(name: str, result: Path) -> None:
    """Put a block of ``BLOCKS`` into its pages."""
    make, pages = BLOCKS[name]
    content = make(result)
    for page in pages:
        page.write_text(replace_blocks(page.read_text(encoding="utf-8"), {name: content}), encoding="utf-8")


@click.command()
@click.option(
    "--block",
    nargs=2,
    type=(click.Choice(list(BLOCKS)), click.Path(path_type=Path, exists=True, dir_okay=False)),
    metavar="NAME FILE",
    help="Write this block alone, from FILE.",
)
def main(block: tuple[str, Path] | None) -> None:
    """Bring README.md up to date."""
    from mtqa.errors import MtqaError

    if block is not None:
        try:
            write_block(*block)
        except MtqaError as problem:
            raise click.ClickException(str(problem)) from problem
        return
    report = console("mtqa check seeds/ceasefire-call.txt", REPORT_LINES)
    sessions = {name: session_block(session) for name, session in SESSIONS.items()}
    blocks = {"help": console("mtqa --help"), "report": report, **sessions, **figure_blocks()}
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    README.write_text(replace_blocks(README.read_text(encoding="utf-8"), blocks), encoding="utf-8")
    if THROUGHPUT.exists():
        write_block("throughput", THROUGHPUT)


if __name__ == "__main__":
    main()
