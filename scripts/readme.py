"""Put the present help, a real report and the benchmark's table into README.md.

    python scripts/readme.py    # the help of the commands and the report on the sample article
    python scripts/benchmark.py | python scripts/readme.py --benchmark -

A block of the README stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import click

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
#: So many lines of the report are shown: the verdict, the worst sentences and the first paragraphs.
REPORT_LINES = 36


def replace_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """The text with the content of each named block replaced. Raises ValueError for a block that it lacks."""
    for name, content in blocks.items():
        pattern = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"README.md has no block {name!r}")
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


def help_blocks() -> dict[str, str]:
    """The blocks of help."""
    return {"help": console("mtqa --help"), "help-check": console("mtqa check --help")}


@click.command()
@click.option("--benchmark", type=click.File(encoding="utf-8"), help="The table of scripts/benchmark.py.")
def main(benchmark: TextIO | None) -> None:
    """Bring README.md up to date."""
    old = README.read_text(encoding="utf-8")
    if benchmark is not None:
        blocks = {"benchmark": benchmark.read()}
    else:
        blocks = {**help_blocks(), "report": console("mtqa check seeds/ceasefire-call.txt", REPORT_LINES)}
    README.write_text(replace_blocks(old, blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
