"""Fit the corrector's ranking to the scorer, on the dev spans that training prepared; rewrites ``mtqa.json``.

python scripts/fit_ranking.py --corrector models/corrector --scorer models/scorer --min-score 0.6

``--min-score`` is chosen by ``mtqa eval proposals --split dev``: so high that applying makes no text worse.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from mtqa.corrector.folder import open_folder
from mtqa.corrector.loading import load_seq2seq
from mtqa.scorer import load_scorer
from mtqa.training.corrector_folder import read_dev, write_manifest
from mtqa.training.corrector_ranking import collect, fit_ranking, measure_ranking


@click.command()
@click.option("--corrector", type=click.Path(path_type=Path, exists=True), default=Path("models/corrector"))
@click.option("--scorer", type=click.Path(path_type=Path, exists=True), default=Path("models/scorer"))
@click.option("--prepared", type=click.Path(path_type=Path, exists=True), default=Path("work/corrector"))
@click.option("--min-score", type=float, help="Apply from this score on; by default where precision is 0.6.")
@click.option("--device", default="cpu", show_default=True)
def main(corrector: Path, scorer: Path, prepared: Path, min_score: float | None, device: str) -> None:
    """Propose for the dev spans, score, fit, and write the coefficients and the figures."""
    folder = open_folder(corrector)
    network = load_seq2seq(folder, device)
    judge = load_scorer(scorer, device)
    sets = {}
    for path in sorted(prepared.glob("dev.*.jsonl")):
        pairs = read_dev(path)
        sets[path.name.split(".")[1]] = collect(pairs, network.propose([q for q, _ in pairs]), judge)
    ranking = fit_ranking([span for spans in sets.values() for span in spans])
    if min_score is not None:
        ranking = replace(ranking, min_score=min_score)
    figures = {name: measure_ranking(spans, ranking) for name, spans in sets.items()}
    record = {**folder.values["training"], "ranked": {"scorer": judge.signature, **figures}}
    write_manifest(corrector, record, ranking, folder.prompt)
    click.echo(json.dumps({"ranking": str(ranking), **figures}, indent=1))


if __name__ == "__main__":
    main()
