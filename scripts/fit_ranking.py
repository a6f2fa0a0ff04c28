"""Fit the corrector's ranking to flags as the scorer raises them; rewrites ``mtqa.json``, not the weights.

python scripts/fit_ranking.py --corrector models/corrector --scorer models/scorer

What the models say of reserved news and of MLQE-PE dev takes a quarter of an hour on a core; it is kept in
``--work``, by all that it depends on. A kind of text that is kept there is not asked about again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import click

from mtqa.corrector.folder import open_folder
from mtqa.corrector.generate import Seq2seq
from mtqa.corrector.loading import load_seq2seq
from mtqa.scorer import Scorer, load_scorer
from mtqa.training.corrector_flags import (
    CLEAN,
    GARBLED,
    HUMAN,
    KINDS,
    Collected,
    Verdict,
    ask,
    cache_path,
    clean_and_garbled,
    load,
    post_edited,
    save,
)
from mtqa.training.corrector_folder import write_manifest
from mtqa.training.corrector_ranking import (
    best_of,
    choose_min_score,
    fit_ranking,
    halves,
    held_out,
    measure,
    read_flags,
    show_table,
    summarise,
)
from mtqa.training.garble import Garbler, garbler_version, load_resources
from mtqa.training.mix import split_articles
from mtqa.training.news import read_news


def collect(
    data: Path, corpus: Path, work: Path, articles: int, segments: int, models: tuple[Scorer, Seq2seq, str]
) -> Iterator[Collected]:
    """The flags of each kind of text with what the models say of them: what is kept, or else asked now."""
    scorer, network, corrector = models
    asked = {
        "scorer": (scorer.signature, scorer.thresholds, scorer.calibration),
        "corrector": corrector,
        "kept": [field.name for field in fields(Verdict)],
    }
    read = {"garbler": garbler_version(), "articles": articles}
    paths = {
        CLEAN: cache_path(work, CLEAN, **asked, **read),
        GARBLED: cache_path(work, GARBLED, **asked, **read),
        HUMAN: cache_path(work, HUMAN, **asked, segments=segments),
    }
    texts = {}
    if not all(paths[kind].exists() for kind in (CLEAN, GARBLED)):
        _, reserved = split_articles(list(read_news(corpus)))
        garbler = Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=work))
        texts = clean_and_garbled(reserved[:articles], garbler.garble)
    texts[HUMAN] = post_edited(data, segments)
    for kind in KINDS:
        if not paths[kind].exists():
            click.echo(f"Asking about {kind} texts: {len(texts[kind]):,} segments ...", err=True)
            save(ask(kind, texts[kind], scorer, network), paths[kind])
        yield load(paths[kind])


@click.command()
@click.option("--corrector", type=click.Path(path_type=Path, exists=True), default=Path("models/corrector"))
@click.option("--scorer", type=click.Path(path_type=Path, exists=True), default=Path("models/scorer"))
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), default=Path("work"))
@click.option("--articles", default=220, show_default=True, help="Articles that training did not see.")
@click.option("--segments", default=90, show_default=True, help="Dev segments of each pair of MLQE-PE.")
@click.option("--min-score", type=float, help="Apply from this score on; by default the rule's.")
@click.option("--device", default="cpu", show_default=True)
def main(
    corrector: Path,
    scorer: Path,
    data: Path,
    corpus: Path,
    work: Path,
    articles: int,
    segments: int,
    min_score: float | None,
    device: str,
) -> None:
    """Collect, fit, compare with the ranking that the folder has, and write the coefficients and figures."""
    folder = open_folder(corrector)
    judge = load_scorer(scorer, device)
    models = (judge, load_seq2seq(folder, device), folder.signature)
    collected = list(collect(data, corpus, work, articles, segments, models))
    flags, clean_words = read_flags(collected), collected[0].words
    best = held_out(flags)
    chosen = choose_min_score(best, clean_words) if min_score is None else min_score
    ranking = replace(fit_ranking(flags), min_score=chosen)
    before = best_of([flag for half in halves(flags) for flag in half], folder.ranking)
    for name, rated, at in (("before", before, folder.ranking.min_score), ("fitted, held out", best, chosen)):
        click.echo(show_table(name, rated, clean_words, at))
    figures = {**measure(best, clean_words, chosen), **summarise(best)}
    texts = {kind.kind: {"words": kind.words, "flags": len(kind.flags)} for kind in collected}
    record = {
        **folder.values["training"],
        "ranked": {
            "scorer": judge.signature,
            "texts": texts,
            "held out": {
                name: None if value != value else round(value, 4) for name, value in figures.items()
            },
        },
    }
    write_manifest(corrector, record, ranking, folder.prompt)
    click.echo(ranking)


if __name__ == "__main__":
    main()
