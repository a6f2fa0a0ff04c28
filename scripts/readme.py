"""Put the present help, a real report, the models' figures and the benchmark's table into README.md.

    python scripts/readme.py    # help, the report on the sample article, figures from models/scorer/mtqa.json
    python scripts/benchmark.py | python scripts/readme.py --benchmark -

A block of the README stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->``.
"""

from __future__ import annotations

import json
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


def quality_block() -> str:
    """The scorer's figures as ``scripts/evaluate.py --card`` left them in its manifest."""
    manifest = json.loads((ROOT / "models" / "scorer" / "mtqa.json").read_text(encoding="utf-8"))
    figures = manifest["figures"]
    human = figures["Post-edited MT output (MLQE-PE test20)"]
    pairs = [name for name in human if "-en" in name]
    lines = ["| MLQE-PE test20 | " + " | ".join(pairs) + " |", "|---" * (len(pairs) + 1) + "|"]
    for title, key in {
        "**word MCC**": "word_mcc",
        "the MiniLM row": "MiniLM row word_mcc",
        "**Pearson of 1 - edit rate with direct assessment**": "da_pearson",
        "the MiniLM row ": "MiniLM row da_pearson",
        "Pearson of edit rate with HTER": "hter_pearson",
        "average precision of words": "word_ap",
    }.items():
        lines.append(f"| {title} | " + " | ".join(f"{human[pair][key]:.3f}" for pair in pairs) + " |")
    points = figures["Operating points (dev)"]
    columns = list(next(iter(points.values())))
    lines += [
        "",
        "| operating point, on news | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    lines += [
        f"| {name} | " + " | ".join(f"{row[c]:.3f}" for c in columns) + " |" for name, row in points.items()
    ]
    return "\n".join([*lines, "", _sentences(human["all pairs"], figures), "", _proposals(), ""])


def _proposals() -> str:
    manifest = json.loads((ROOT / "models" / "corrector" / "mtqa.json").read_text(encoding="utf-8"))
    garbled, human = (manifest["training"]["ranked"][name] for name in ("garbled", "mlqe_pe"))
    return (
        f"The corrector's first proposal is the right wording for {garbled['top1']:.1%} of {garbled['spans']}"
        f" spans of freshly garbled news, one of three for {garbled['top3']:.1%}; for spans that post-editors"
        f" changed in MLQE-PE dev it is only {human['top1']:.1%} and {human['top3']:.1%}."
    )


def _sentences(overall: Mapping[str, float], figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    trips = figures["News (clean_news dev, sysout dev)"]["round trips"]
    return (
        f"An original English news sentence gets a higher confidence than its machine round trip in"
        f" {trips['original_preferred']:.1%} of {trips['pairs']:,.0f} held-out pairs"
        f" ({trips['original_preferred_chrf_below_50']:.1%} where the round trip is far from the original,"
        f" chrF below 50). Expected calibration error of the sentence confidence on test20:"
        f" {overall['confidence_ece']:.3f}. Reading the least confident 20 % of the sentences of test20 shows"
        f" {overall['errors caught reading 20%']:.0%} of their errors, 50 % shows"
        f" {overall['errors caught reading 50%']:.0%}."
    )


@click.command()
@click.option("--benchmark", type=click.File(encoding="utf-8"), help="The table of scripts/benchmark.py.")
def main(benchmark: TextIO | None) -> None:
    """Bring README.md up to date."""
    old = README.read_text(encoding="utf-8")
    if benchmark is not None:
        blocks = {"benchmark": benchmark.read()}
    else:
        report = console("mtqa check seeds/ceasefire-call.txt", REPORT_LINES)
        blocks = {**help_blocks(), "report": report, "quality": quality_block()}
    README.write_text(replace_blocks(old, blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
