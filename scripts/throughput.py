"""Words per second of ``mtqa score`` against cores, batch size and length of the input, as Markdown.

    make throughput                             # some minutes; the tables go into README.md and docs/batch.md
    python scripts/throughput.py --size tiny    # whether it works
    python scripts/throughput.py --only lengths --cores 2 --length 1000 --length 300000

It is set beside other checkers on the same text in the same run, and beside what the machine could do: the
multiply-adds that the scorer needs for a word, over the rate at which torch multiplies matrices of the
scorer's shapes. Every figure is of a process of its own.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from throughput_runs import sentences, write_records

from mtqa.errors import MtqaError
from mtqa.evaluation.machine import describe_machine
from mtqa.evaluation.processes import ProcessFailedError, available_cores, run
from mtqa.evaluation.sections.speed import HARPER
from mtqa.evaluation.show.throughput import SCHEMA, throughput_tables
from mtqa.records import WINDOW
from mtqa.text.files import replace_file

_RUNS = Path(__file__).with_name("throughput_runs.py")
#: Sentences of an article: about 500 words.
_ARTICLE = 20
#: A difference between two runs, in seconds, that is not only noise.
_BUSY_S = 1.0
#: No program is given a longer text.
_MOST_WORDS = 2_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: ``words`` for cores, batches and programs, and the rows of the other tables."""

    words: int
    batches: tuple[int, ...]
    lengths: tuple[int, ...]


SIZES = {
    "full": Size(10_000, (1, 8, 64, WINDOW), (10**3, 10**4, 10**5, 10**6)),
    "tiny": Size(500, (1, WINDOW), (500, 1000)),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and where the texts are kept meanwhile."""

    folder: Path
    cores: tuple[int, ...]
    size: Size
    scorer: str
    harper: Path | None


def child(name: str, *arguments: object) -> dict[str, Any]:
    """The figures of a run of ``throughput_runs.py``."""
    done = run([sys.executable, str(_RUNS), name, *map(str, arguments)])
    lines = done.output.splitlines()  # a library may have its say before or after
    figures: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("{")))
    return figures


def by_cores(plan: Plan) -> dict[str, Any]:
    """Words per second on some of the cores, and the multiply-adds per second of these."""
    path = plan.folder / "articles.jsonl"
    words = write_records(path, plan.size.words, _ARTICLE)
    rows = []
    bound: dict[str, Any] = {}
    for count in plan.cores:
        figures, bound = child("rate", path, count, WINDOW, plan.scorer), child("limit", count, plan.scorer)
        rows.append({"cores": count, "rate": figures["rate"], "per_second": bound.pop("per_second")})
    return {"words": words, "sentences": _ARTICLE, **bound, "rows": rows}


def by_batch(plan: Plan) -> dict[str, Any]:
    """Words per second of sentences that are scored so many at once."""
    path, cores = plan.folder / "sentences.jsonl", max(plan.cores)
    words = write_records(path, plan.size.words, 1)
    rows = [
        {"batch": size, "rate": child("rate", path, cores, size, plan.scorer)["rate"]}
        for size in plan.size.batches
    ]
    return {"words": words, "cores": cores, "rows": rows}


def by_length(plan: Plan) -> dict[str, Any]:
    """Time and peak memory of the command against the length of the input."""
    cores, rows = max(plan.cores), []
    for length in plan.size.lengths:
        path = plan.folder / f"{length}.jsonl"
        words = write_records(path, length, _ARTICLE)
        command = [sys.executable, "-m", "mtqa", "score", str(path), "-o", str(path) + ".scored"]
        command += ["--segment", "--isolated", "-q", "--output-format", "jsonl", "-j", str(cores)]
        done = run([*command, *(["--scorer", plan.scorer] if plan.scorer else [])])
        memory = None if done.memory is None else done.memory / 1e6
        rows.append({"words": words, "seconds": done.seconds, "peak_mb": memory})
    return {"cores": cores, "rows": rows}


def by_program(plan: Plan) -> dict[str, Any]:
    """Other checkers on the same text, and ours on as many cores: one."""
    path = plan.folder / "programs.jsonl"
    words = write_records(path, plan.size.words, _ARTICLE)
    ours = {"name": "mtqa score", "rate": child("rate", path, 1, WINDOW, plan.scorer)["rate"], "words": words}
    inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(plan.harper)] if plan.harper else []
    proselint = [sys.executable, "-m", "proselint", "check"]
    harper = [*inside, "node", "--input-type=module", "-e", HARPER]
    rows = [ours]
    # By its module: Python's status for one that is missing is also proselint's for one that finds something.
    if importlib.util.find_spec("proselint"):
        rows.append({"name": "proselint", **rate_of(plan, proselint, (0, 1))})
    else:
        rows.append({"name": "proselint", "rate": None, "note": "not installed"})
    if shutil.which("node"):
        rows.append({"name": "harper.js", **rate_of(plan, harper, (0,))})
    else:
        rows.append({"name": "harper.js", "rate": None, "note": "not installed"})
    return {"busy_s": _BUSY_S, "rows": rows}


def rate_of(plan: Plan, command: Sequence[str], accept: Sequence[int]) -> dict[str, Any]:
    """Words per second of a program, and the number of words that this was measured on."""
    line, text, words = plan.folder / "line.txt", plan.folder / "text.txt", plan.size.words
    line.write_text("All is well.\n", encoding="utf-8")
    try:
        short = min(run([*command, str(line)], accept).seconds for _ in range(3))
        while True:
            text.write_text("\n".join(sentences(words)) + "\n", encoding="utf-8")
            taken = min(run([*command, str(text)], accept).seconds for _ in range(2)) - short
            if taken >= _BUSY_S:
                return {"rate": words / taken, "words": words}
            if words >= _MOST_WORDS:  # a difference of noise is no rate
                return {"rate": None, "note": "too fast to be measured"}
            words *= 4
    except ProcessFailedError:
        return {"rate": None, "note": "not installed"}


PARTS: dict[str, Callable[[Plan], dict[str, Any]]] = {
    "cores": by_cores,
    "batches": by_batch,
    "lengths": by_length,
    "programs": by_program,
}


def signature(scorer: str) -> str:
    """Which models are measured."""
    import mtqa

    return mtqa.load(scorer or None, suggest=False).signature


@click.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="full", show_default=True)
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="By default all parts.")
@click.option("--cores", type=int, multiple=True, help="By default 1, 2, 4, as far as there are.")
@click.option("--length", type=int, multiple=True, help="Words of the rows of the table of lengths.")
@click.option("--scorer", default="", help="A scorer's folder instead of the shipped one.")
@click.option(
    "--harper", type=click.Path(path_type=Path, exists=True), help="A folder in which harper.js is installed."
)
@click.option("--json", "result", type=click.Path(path_type=Path), help="Write the figures to this file.")
def main(
    size: str,
    only: tuple[str, ...],
    cores: tuple[int, ...],
    length: tuple[int, ...],
    scorer: str,
    harper: Path | None,
    result: Path | None,
) -> None:
    """Measure, and print the tables."""
    counts = cores or tuple(n for n in (1, 2, 4) if n <= available_cores())
    chosen = Size(SIZES[size].words, SIZES[size].batches, length or SIZES[size].lengths)
    try:
        figures: dict[str, Any] = {"schema": SCHEMA, "machine": describe_machine()}
        figures["signature"] = signature(scorer)
        with tempfile.TemporaryDirectory(prefix="mtqa-throughput-") as name:
            plan = Plan(Path(name), counts, chosen, scorer, harper)
            for part in only or PARTS:
                click.echo(f"measuring {part} ...", err=True)
                figures[part] = PARTS[part](plan)
        if result is not None:
            replace_file(result, json.dumps(figures, indent=1) + "\n")
        click.echo(throughput_tables(figures), nl=False)
    except MtqaError as problem:
        raise click.ClickException(str(problem)) from problem


if __name__ == "__main__":
    main()
