"""The measure of the garbler: the same small scorer trained on one kind of text after the other.

python scripts/ablate_garbling.py                                # the mixes, about three minutes each
python scripts/ablate_garbling.py --rows post-edits,garbled      # these; rows that are there are skipped
F=docs/benchmark/garbling-families.json
python scripts/ablate_garbling.py --rows post-edits,families --out $F  # each family alone
python scripts/ablate_garbling.py --rows without --out $F        # all families but each
python scripts/ablate_garbling.py --table docs/garbling.md       # no training: write the table
python scripts/ablate_garbling.py --table docs/garbling.md --out $F --section ablation-families
E=docs/benchmark/encoders.json
python scripts/ablate_garbling.py --rows everything --encoder NAME FOLDER --out $E  # from another encoder
python scripts/ablate_garbling.py --table docs/training.md --out $E --section ablation-encoders
python scripts/ablate_garbling.py --tiny --out work/tiny.json    # does the code run?
"""

from __future__ import annotations

import dataclasses
import datetime
import time
from dataclasses import dataclass
from pathlib import Path

import click
import torch
from filelock import FileLock
from transformers import BertConfig, BertModel
from transformers.utils import logging

from mtqa.scorer import Scorer
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.evidence import CountTable
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.scorer.native import NativeJudge
from mtqa.scorer.scores import Thresholds
from mtqa.training.ablation import (
    BATCH_TOKENS,
    Ingredients,
    Row,
    chosen_rows,
    draw_batches,
    train_row,
)
from mtqa.training.ablation_measure import UNCALIBRATED, figures_of, samples_of
from mtqa.training.ablation_result import (
    SECTIONS,
    Record,
    compared,
    markdown,
    plain_figures,
    read_records,
    replace_section,
    write_records,
    write_units,
)
from mtqa.training.ablation_texts import Evaluation, Limits, read_evaluation
from mtqa.training.garble import Garbler, garbler_version, load_resources
from mtqa.training.messages import with_messages
from mtqa.training.minilm import fetch_minilm
from mtqa.training.pretraining.candidate import CONFIG
from mtqa.training.pretraining.export import read_record as read_pretraining
from mtqa.training.pretraining.export import scorer_from
from mtqa.training.schedule import commit, hardware
from mtqa.training.scorer import TrainingOptions

_TINY = Limits(segments=8, sources=4, articles=2, originals=4, resamples=20)
_TINY_TOKENS, _TINY_BATCH, _TINY_SET = 3000, 500, 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What all rows of a run share."""

    ingredients: Ingredients
    evaluation: Evaluation
    limits: Limits
    start: Path
    counts: CountTable | None
    tokens: int
    batch_tokens: int
    dropout: float
    seed: int
    work: Path


def run_row(plan: Plan, row: Row) -> Record:
    """Train and measure one row; its units are written to the work folder."""
    model, encoder = new_scorer(plan.start, plan.counts, plan.seed)
    began = time.monotonic()
    steps = round(row.budget * plan.tokens / plan.batch_tokens)
    groups = draw_batches(row, plan.ingredients, encoder, steps, plan.batch_tokens, plan.seed)
    prepared = time.monotonic() - began
    options = TrainingOptions(seed=plan.seed, dropout=plan.dropout)
    trained = train_row(row, model, groups, plan.work / row.name.replace(":", "-"), options)
    began = time.monotonic()
    judge = NativeJudge(model, encoder, torch.device("cpu"))
    scorer = Scorer(judge, UNCALIBRATED, Thresholds(), name=row.name, signature=row.name)
    samples = samples_of(scorer, plan.evaluation)
    figures = figures_of(samples, plan.limits.resamples)
    write_units(plan.work, row.name, samples, plan.evaluation.digest)
    return {
        "name": row.name,
        "title": row.title,
        **trained,
        "asked_tokens": plan.tokens,
        "dropout": plan.dropout,
        "batch_tokens": plan.batch_tokens,
        "prepare_seconds": round(prepared, 1),
        "measure_seconds": round(time.monotonic() - began, 1),
        "garbler": garbler_version(),
        "pretraining": read_pretraining(plan.start),
        "counts_table": plan.counts is not None,
        "hardware": hardware(torch.device("cpu")),
        "commit": commit(),
        "finished": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "evaluation": plan.evaluation.digest,
        "counts": plan.evaluation.counts,
        "figures": plain_figures(figures),
    }


def new_scorer(start: Path, counts: CountTable | None, seed: int) -> tuple[ScorerModel, SegmentEncoder]:
    """The scorer before training, the same for every row, and its encoder of segments.

    ``start`` holds a BERT, or an encoder that ``pretrain_encoder.py`` exported.
    """
    torch.manual_seed(seed)
    if (start / CONFIG).exists():
        model = scorer_from(start)
    else:
        bert = BertModel.from_pretrained(start, add_pooling_layer=False)
        model = ScorerModel(ScorerConfig(encoder=bert.config.to_diff_dict()))
        model.start_from(bert)
    tokenizer = load_tokenizer(start / "tokenizer.json")
    sizes = {
        "context_tokens": model.config.context_tokens,
        "window_tokens": model.config.window_tokens,
    }
    return model, SegmentEncoder(tokenizer, counts, **sizes)


def tiny_start(folder: Path, evaluation: Evaluation) -> Path:
    """A random encoder of a few thousand weights, with a tokenizer of the texts at hand."""
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer(lowercase=True)
    texts = [e.segment.text for article in evaluation.clean for e in article]
    tokenizer.train_from_iterator(texts, vocab_size=1000, min_frequency=1, show_progress=False)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=512, **sizes)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def started_from(row: Row, encoder: str) -> Row:
    """The row under the name of the encoder that it starts from."""
    return dataclasses.replace(row, name=f"{row.name}@{encoder}", title=f"{row.title}; encoder {encoder}")


def differing(record: Record, tokens: int, seed: int) -> list[str]:
    """Which settings a row that is there does not share with this run, in words."""
    settings = {"asked_tokens": tokens, "seed": seed, "garbler": garbler_version()}
    return [f"{name} {record[name]}, not {now}" for name, now in settings.items() if record[name] != now]


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option(
    "--counts",
    type=click.Path(path_type=Path),
    default=Path("models/scorer/counts.safetensors"),
    show_default=True,
    help="Corpus counts for the scorer; it does without where there is no such file.",
)
@click.option("--work", type=click.Path(path_type=Path), default=Path("work"), help="Units, caches, log.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("docs/benchmark/garbling.json"),
    show_default=True,
    help="The result; a row is added as soon as it is done.",
)
@click.option(
    "--trips",
    type=click.Path(path_type=Path),
    default=Path("work/roundtrip/segments.jsonl.xz"),
    show_default=True,
    help="Round trips of our own (scripts/roundtrip.py), for the rows that learn from them.",
)
@click.option(
    "--encoder",
    type=(str, click.Path(path_type=Path, exists=True, file_okay=False)),
    help="NAME FOLDER: start from this encoder, not MiniLM, and call the rows ROW@NAME.",
)
@click.option("--rows", help="Rows, comma-separated; families: each alone, without: all but each.")
@click.option(
    "--tokens", type=click.IntRange(min=1), default=500_000, show_default=True, help="Tokens a row."
)
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True)
@click.option("--dropout", default=0.0, show_default=True, help="On a CPU, 0 trains twice as fast.")
@click.option("--seed", default=1, show_default=True)
@click.option("--again", is_flag=True, help="Also the rows that are there.")
@click.option("--tiny", is_flag=True, help="A random little model and a handful of texts.")
@click.option(
    "--table", type=click.Path(path_type=Path, exists=True), help="Only put the table into this page."
)
@click.option(
    "--section", type=click.Choice(SECTIONS), default=SECTIONS[0], show_default=True, help="Of that page."
)
@with_messages("stopped; the rows that are done are written")
def main(
    data: Path,
    corpus: Path,
    counts: Path,
    work: Path,
    out: Path,
    trips: Path,
    encoder: tuple[str, Path] | None,
    rows: str | None,
    tokens: int,
    threads: int,
    dropout: float,
    seed: int,
    again: bool,
    tiny: bool,
    table: Path | None,
    section: str,
) -> None:
    """Train and measure the rows that are missing, or write the table of those that are there."""
    wanted, records = chosen_rows(rows), read_records(out)
    if encoder is not None:
        wanted = [started_from(row, encoder[0]) for row in wanted]
    if table is not None:
        replace_section(table, markdown(records), section)
        return
    tokens = _TINY_TOKENS if tiny else tokens
    done = {record["name"]: record for record in records}
    missing = [row for row in wanted if again or row.name not in done]
    click.echo(f"{len(wanted) - len(missing)} rows are there, {len(missing)} to do")
    for row in wanted:
        if row not in missing and (others := differing(done[row.name], tokens, seed)):
            click.echo(f"{row.name} is there with {', '.join(others)}; --again makes it anew", err=True)
    if not missing:
        return
    torch.set_num_threads(threads)
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    lexicon = load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=work)
    limits = _TINY if tiny else Limits()
    evaluation = read_evaluation(data, Garbler(lexicon), limits)
    click.echo(f"measured on {evaluation.counts}")
    folder = work / "ablation"
    if encoder is not None:
        start = encoder[1]
    else:
        start = tiny_start(folder / "tiny", evaluation) if tiny else fetch_minilm(work / "minilm")
    plan = Plan(
        Ingredients(
            data, corpus, lexicon, trips, seed=seed, workers=threads, limit=_TINY_SET if tiny else None
        ),
        evaluation,
        limits,
        start,
        CountTable.load(counts) if counts.exists() else None,
        tokens,
        _TINY_BATCH if tiny else BATCH_TOKENS,
        dropout,
        seed,
        folder,
    )
    for row in missing:
        record = run_row(plan, row)
        # Read anew, as another process may be doing other rows.
        with FileLock(folder / "result.lock"):
            records = [r for r in read_records(out) if r["name"] != row.name] + [record]
            write_records(out, compared(records, folder, limits.resamples))
        seconds = {k: record[f"{k}_seconds"] for k in ("prepare", "train", "measure")}
        values = {name: figure["value"] for name, figure in record["figures"].items()}
        click.echo(f"{row.name}: {seconds} {values}")


if __name__ == "__main__":
    main()
