"""Speed, memory and size on this machine, as a Markdown table for the README.

    python scripts/benchmark.py                       # about a minute
    python scripts/benchmark.py --words 1000 --words 100000 --runs 9

A cold start is a whole process, from the shell to the last line of the report. Warm figures are of a process
that has the models loaded and has checked a text before. Peak memory is the resident set of the process.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import click

SEED = Path(__file__).resolve().parents[1] / "seeds" / "ceasefire-call.txt"
MTQA = (sys.executable, "-m", "mtqa")


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall time, peak resident memory in bytes, what it printed."""

    seconds: float
    memory: int
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises RuntimeError if it fails; findings (status 1) are no failure."""
    since = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        # wait4, not getrusage: that would give the peak of the largest child so far.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} failed with status {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(time.perf_counter() - since, usage.ru_maxrss * unit, output)


def repeated(command: Sequence[str], runs: int) -> Run:
    """The median time and the greatest memory of several runs, after one that warms the file cache."""
    run(command)
    done = [run(command) for _ in range(runs)]
    return Run(statistics.median(r.seconds for r in done), max(r.memory for r in done), done[-1].output)


def text_of(words: int) -> str:
    """The seed article's lines, over and over, until there are so many words."""
    lines, count = [], 0
    for line in cycle(SEED.read_text(encoding="utf-8").splitlines()):
        if count >= words:
            break
        lines.append(line)
        count += len(line.split())
    return "\n".join(lines)


def warm(words: int, threads: int) -> dict[str, Any]:
    """Words per second of the scorer alone and of a whole check; runs in a process of its own."""
    import torch

    import mtqa
    from mtqa.checker import as_segments
    from mtqa.text import read_text

    torch.set_num_threads(threads)
    checker = mtqa.load()
    checker.check(SEED.read_text(encoding="utf-8"))
    document = read_text(text_of(words))
    since = time.perf_counter()
    checker.scorer.score(as_segments(document.sentences))
    scored = time.perf_counter()
    report = checker.check(document)
    checked = time.perf_counter()
    return {
        "score": report.words / (scored - since),
        "check": report.words / (checked - scored),
        "signature": report.signature,
    }


def hardware() -> str:
    """The processor, its cores and the versions that matter for speed."""
    from importlib.metadata import version

    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model
        )
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"torch {version('torch')}"
    )


def rows(runs: int, word_counts: Sequence[int], threads: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """What was measured, its figure, and its peak memory."""
    for name, command in (
        ("`mtqa check` of the seed article, cold", [*MTQA, "check", str(SEED)]),
        ("the same with `--no-suggest`", [*MTQA, "check", "--no-suggest", str(SEED)]),
        ('`python -c "import torch"`', [sys.executable, "-c", "import torch"]),
        ("`mtqa --help`", [*MTQA, "--help"]),
    ):
        done = repeated(command, runs)
        yield name, f"{done.seconds:.2f} s", megabytes(done.memory)
    for words in word_counts:
        for count in threads:
            done = run([sys.executable, __file__, "--warm", str(words), str(count)])
            figures = json.loads(done.output)
            where = f"{words:,} words, warm, {count} thread{'s' if count > 1 else ''}"
            yield f"scoring {where}", f"{figures['score']:,.0f} words/s", ""
            yield f"checking {where}", f"{figures['check']:,.0f} words/s", megabytes(done.memory)


def megabytes(size: int) -> str:
    """``123 MB``, of a million bytes each."""
    return f"{size / 1e6:,.0f} MB"


@click.command()
@click.option("--runs", default=5, show_default=True, help="Runs of each cold start; the median counts.")
@click.option(
    "--words", multiple=True, type=int, default=[10_000], show_default=True, help="Sizes of the warm texts."
)
@click.option("--warm", "only_warm", nargs=2, type=int, hidden=True)
def main(runs: int, words: tuple[int, ...], only_warm: tuple[int, int] | None) -> None:
    """Print a table of cold start, words per second, peak memory and size, with the hardware."""
    if only_warm:
        click.echo(json.dumps(warm(*only_warm)))
        return
    from mtqa.cli.models import installed

    click.echo(f"Measured on {hardware()}, median of {runs} runs.\n")
    click.echo("| | figure | peak memory |\n|---|---:|---:|")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for row in rows(runs, words, sorted({1, cores})):
        click.echo("| " + " | ".join(row) + " |")
    models = [installed(part) for part in ("scorer", "corrector")]
    for model in models:
        click.echo(f"| {model.part} {model.signature} on disk | {megabytes(model.bytes)} | |")


if __name__ == "__main__":
    main()
