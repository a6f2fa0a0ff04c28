"""The scorer in smaller numbers (bfloat16, int8) and in other runtimes (oneDNN, ONNX): speed beside quality.

python scripts/quantise_scorer.py                                # all variants, four minutes of a core
python scripts/quantise_scorer.py --variants int8,onnx           # these, and what they are compared with
python scripts/quantise_scorer.py --table docs/speed.md          # no measuring: write the table

ONNX Runtime is no dependency of mtqa: pip install onnx onnxruntime onnxscript. Without it the variants that
need it are left out, and the table says so. Best run with OMP_NUM_THREADS=1 and bound to one core.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click
import torch

from mtqa.errors import ConfigError
from mtqa.evaluation.data import PAIRS
from mtqa.evaluation.machine import describe_machine
from mtqa.scorer import Scorer, load_scorer
from mtqa.scorer.folder import read_manifest, shipped_folder
from mtqa.text.files import replace_file
from mtqa.training.garble import Garbler, garbler_version, load_resources
from mtqa.training.messages import with_messages
from mtqa.training.quantise import BASE, VARIANTS, Made, scorer_with, source_of
from mtqa.training.quantise_measure import (
    Record,
    Texts,
    at_equal_flags,
    best_thresholds,
    change_with_batch,
    quality,
    rates,
    read_texts,
    score_texts,
    speed,
)
from mtqa.training.quantise_result import SCHEMA, markdown, read_result, replace_table
from mtqa.training.schedule import commit

_LIBRARIES = ("torch", "onnx", "onnxruntime", "onnxscript")


def make_variants(names: list[str], scorer: Scorer, work: Path) -> tuple[dict[str, Made], Record]:
    """The variants that can be made here, and of the others what is missing."""
    source = source_of(scorer, work)
    made, missing = {}, {}
    for name in names:
        if modules := VARIANTS[name].missing():
            missing[name] = modules
            click.echo(f"{name} is left out: pip install {' '.join(modules)}", err=True)
        else:
            made[name] = VARIANTS[name].make(source)
    return made, missing


def measure(scorer: Scorer, made: dict[str, Made], texts: Texts, plan: Record) -> list[Record]:
    """A record a variant; the base comes first."""
    source = source_of(scorer, plan["work"])
    scorers = {name: scorer_with(one.network, scorer, source) for name, one in made.items()}
    thresholds = plan["thresholds"] or best_thresholds(scorers[BASE], texts.pairs)
    found = rates(scorers, texts.timed, plan["rounds"])
    rows = []
    for name, one in made.items():
        scored = score_texts(scorers[name], texts, thresholds)
        if name == BASE:
            base = scored
        rows.append(
            {"name": name, "title": VARIANTS[name].title, "weights": one.weights}
            | speed(found, name)
            | {"with_batch": change_with_batch(one, scorer, source, texts.timed)}
            | quality(scored, base, plan["resamples"])
            | {"at_equal_flags": at_equal_flags(scored, base, texts)}
        )
        click.echo(f"{name}: {rows[-1]['rate']:,.0f} words/s", err=True)
    return rows


def installed() -> dict[str, str]:
    """The versions of what computes."""
    return {name: version(name) for name in _LIBRARIES if find_spec(name) is not None}


def chosen(variants: str | None) -> list[str]:
    """The variants of an option, the base first. Raises :class:`ConfigError` for one that is not there."""
    names = list(VARIANTS) if variants is None else variants.split(",")
    if unknown := [name for name in names if name not in VARIANTS]:
        raise ConfigError(f"there is no variant {unknown[0]!r}; there are {', '.join(VARIANTS)}.")
    return [name for name in VARIANTS if name in names or name == BASE]


_FOLDER = click.Path(path_type=Path)
_OUT = Path("docs/benchmark/quantised.json")


@click.command()
@click.option("--data", type=_FOLDER, default=Path("../shared/data"), show_default=True)
@click.option("--corpus", type=_FOLDER, default=Path("../shared/corpus"), show_default=True)
@click.option("--scorer", "folder", type=_FOLDER, help="A scorer's folder instead of the shipped one.")
@click.option("--work", type=_FOLDER, default=Path("work"), help="Exported networks, the garbler's cache.")
@click.option("--out", type=_FOLDER, default=_OUT, show_default=True, help="The result.")
@click.option("--variants", help=f"Some of {', '.join(VARIANTS)}; {BASE} is always among them.")
@click.option("--segments", type=click.IntRange(min=1), default=300, show_default=True, help="Of a pair.")
@click.option("--articles", type=click.IntRange(min=2), default=40, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="Of speed.")
@click.option("--resamples", type=click.IntRange(min=1), default=300, show_default=True)
@click.option("--table", type=_FOLDER, help="Only put the table of the result into this page.")
@with_messages("stopped; nothing was written")
def main(
    data: Path,
    corpus: Path,
    folder: Path | None,
    work: Path,
    out: Path,
    variants: str | None,
    segments: int,
    articles: int,
    rounds: int,
    resamples: int,
    table: Path | None,
) -> None:
    """Measure the variants and print their table, or only write the table of the last time."""
    if table is not None:
        replace_table(table, read_result(out))
        return
    names = chosen(variants)
    torch.set_num_threads(1)
    scorer = load_scorer(folder, packed=False)
    lexicon = load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=work)
    texts = read_texts(data, PAIRS, Garbler(lexicon).garble, segments, articles)
    click.echo(f"measured on {texts.counts}", err=True)
    exports = work / "quantised"
    made, missing = make_variants(names, scorer, exports)
    manifest = read_manifest(shipped_folder("scorer") if folder is None else folder)
    stored = manifest.values.get("benchmark_thresholds", {})
    thresholds = {pair: float(word) for pair, (word, _) in stored.items()}
    plan = {"work": exports, "thresholds": thresholds, "rounds": rounds, "resamples": resamples}
    result = {
        "schema": SCHEMA,
        "scorer": scorer.signature,
        "machine": describe_machine(),
        "libraries": installed(),
        "commit": commit(),
        "garbler": garbler_version(),
        "counts": texts.counts,
        "rounds": rounds,
        "rows": measure(scorer, made, texts, plan),
        "missing": missing,
    }
    replace_file(out, json.dumps(rounded(result), indent=1, allow_nan=False) + "\n")
    click.echo(markdown(result), nl=False)


def rounded(value: object) -> object:
    """The value with all its numbers to six digits after the point."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 6) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
