"""Quality against tokens seen: every scorer that this repository has shipped, on the same part of dev.

python scripts/quality_curve.py                           # measures what is missing, a few minutes a scorer
python scripts/quality_curve.py --table docs/training.md  # no measuring: write the table

The models are taken from the repository's history (git), and what was measured is kept in ``--out``.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np

from mtqa.errors import InputError
from mtqa.evaluation.result import EvalResult, read_result
from mtqa.scorer.folder import MANIFEST, WEIGHTS, signature_of
from mtqa.text.files import replace_file
from mtqa.training.ablation_result import replace_section
from mtqa.training.card import runs_of
from mtqa.training.messages import with_messages

FOLDER = "models/scorer"
SECTION = "quality-curve"
#: Sections of the benchmark with the most units a group: all of dev would take several times as long.
SEGMENTS, ARTICLES = 300, 30
PARTS = ((("words", "sentences"), SEGMENTS), (("clean",), ARTICLES))

Point = dict[str, Any]


def revisions() -> list[str]:
    """The commits that brought other weights, the oldest first."""
    command = ["git", "log", "--reverse", "--format=%H", "--", f"{FOLDER}/{WEIGHTS}"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        raise InputError("the history of the models cannot be read: this needs git and a clone.") from error
    return found


def model_of(revision: str, folder: Path) -> Path:
    """The model folder of a commit, unpacked into ``folder``."""
    archive = subprocess.run(["git", "archive", revision, FOLDER], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder / FOLDER


def measure(model: Path, folder: Path) -> Point:
    """The figures of a model folder on dev, and what it had seen."""
    figures: dict[str, float] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for sections, limit in PARTS:
        result = folder / f"{sections[0]}.json"
        if not result.exists():
            command = [
                sys.executable,
                "-m",
                "mtqa",
                "eval",
                *sections,
                "--split",
                "dev",
                "--limit",
                str(limit),
            ]
            command += ["--scorer", str(model), "--json", str(result), "-q"]
            if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
                raise InputError(f"{model} could not be measured (see above).")
        figures |= figures_of(read_result(result))
    manifest = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    return {
        "name": manifest["name"],
        "signature": signature_of(model, manifest["name"]),
        **seen(manifest["training"]),
        "figures": figures,
    }


def seen(training: Mapping[str, Any]) -> dict[str, int]:
    """Tokens that were learnt from: of labelled text, and of plain text before that, over all runs."""
    runs = runs_of(training)
    return {
        "tokens": sum(run["tokens"] for run in runs),
        "pretraining_tokens": sum((run.get("pretraining") or {}).get("tokens", 0) for run in runs),
    }


def figures_of(result: EvalResult) -> dict[str, float]:
    """Our figures of a result, means over groups: of a language pair each where it is MLQE-PE."""
    values: dict[str, list[float]] = {}
    for section in result.sections:
        for group in section.groups:
            if group.name == "all pairs":
                continue
            for row in group.rows:
                if row.kind == "mtqa":
                    for name, figure in row.figures.items():
                        values.setdefault(name, []).append(figure.value)
    return {name: round(float(np.mean(found)), 6) for name, found in values.items()}


COLUMNS = {
    "word MCC": ("word_mcc", "{:.3f}"),
    "Pearson with DA": ("quality_da_pearson", "{:.3f}"),
    "flags per 1,000 clean words": ("flags_per_1000", "{:.2f}"),
    "precision of flags": ("precision", "{:.1%}"),
    "garbled edits found": ("edits_found", "{:.1%}"),
    "original preferred": ("preferred", "{:.1%}"),
}


def markdown(points: list[Point]) -> str:
    """The table, and what it was measured on."""
    head = ("scorer", "labelled tokens", "plain tokens", *COLUMNS)
    rows = [list(_cells(point)) for point in points]
    lines = [
        "Written by `python scripts/quality_curve.py --table docs/training.md`. All on dev, by today's code",
        f"and garbler: {SEGMENTS} segments of each pair (MLQE-PE; means of the pairs; MCC at the thresholds",
        f"in each model folder), {ARTICLES} news articles, clean and with every second one garbled, and the",
        f"round trips of {ARTICLES} sentences.",
        "",
        "| " + " | ".join(head) + " |",
        "|---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _cells(point: Point) -> Iterator[str]:
    yield f"`{point['signature']}`"
    yield f"{point['tokens'] / 1e6:.1f} M"
    yield f"{point['pretraining_tokens'] / 1e6:.1f} M"
    for name, form in COLUMNS.values():
        yield form.format(point["figures"][name])


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/benchmark/curve.json"))
@click.option("--work", type=click.Path(path_type=Path), default=Path("work/curve"))
@click.option("--table", type=click.Path(path_type=Path), help="Write the table into this page, and stop.")
@with_messages("stopped; what was measured is kept")
def main(out: Path, work: Path, table: Path | None) -> None:
    """Measure the scorers of the repository's history that FILE does not know yet."""
    known: list[Point] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    if table is not None:
        if not known:
            raise InputError(f"{out} has no scorer yet: run scripts/quality_curve.py first.")
        replace_section(table, markdown(known), SECTION)
        return
    points: list[Point] = []
    models = [(model_of(revision, work / revision[:8]), work / revision[:8]) for revision in revisions()]
    for model, folder in [*models, (Path(FOLDER), work / "now")]:
        signature = signature_of(model, json.loads((model / MANIFEST).read_text(encoding="utf-8"))["name"])
        if any(point["signature"] == signature for point in points):
            continue
        point = next((point for point in known if point["signature"] == signature), None)
        points.append(point or measure(model, folder))
        click.echo(json.dumps(points[-1]))
        replace_file(out, json.dumps(points, indent=1) + "\n")


if __name__ == "__main__":
    main()
