"""Pretrain the scorer's encoder by replaced-token detection: MiniLM further, or a cased one anew.

python scripts/pretrain_encoder.py pack --candidate minilm --out work/pack-minilm        # once, some minutes
python scripts/pretrain_encoder.py pack --init models/scorer --out work/pack-further     # from a scorer's
python scripts/pretrain_encoder.py train --pack work/pack-minilm --work work/pretrain --budget-minutes 480
python scripts/pretrain_encoder.py train --pack work/pack-minilm --work work/pretrain --resume
python scripts/pretrain_encoder.py curve --work work/pretrain --out work/pretrain/curve.png
python scripts/pretrain_encoder.py export --pack work/pack-minilm --work work/pretrain --out work/encoder
python scripts/train_scorer.py --encoder work/encoder                                    # a scorer from it
python scripts/pretrain_encoder.py split work/encoder/model.safetensors --out work/parts # files under 16 MiB
python scripts/pretrain_encoder.py join work/parts/model.safetensors.parts.json --out work/encoder
python scripts/pretrain_encoder.py --tiny                                                # does all of it run?

See docs/training.md for a GPU that is there for half an hour.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import torch

from mtqa.errors import InputError, MtqaError
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.minilm import fetch_minilm
from mtqa.training.pretraining.candidate import CANDIDATES, MINILM, VOCABULARY, device_of, parameters
from mtqa.training.pretraining.chain import open_run, run_chain, small_inputs
from mtqa.training.pretraining.curve import draw_curve
from mtqa.training.pretraining.export import export_encoder
from mtqa.training.pretraining.make import make_pack
from mtqa.training.pretraining.pack import PackOptions
from mtqa.training.pretraining.parts import join_file, split_file
from mtqa.training.pretraining.run import LOG, RECORD, PretrainingOptions
from mtqa.training.pretraining.stream import read_manifest
from mtqa.training.schedule import commit, hardware

FOLDER = click.Path(path_type=Path, file_okay=False)
EXISTING = click.Path(path_type=Path, exists=True, file_okay=False)
# The dataclasses have slots: their defaults are read off an instance.
PACKING, TRAINING = PackOptions(), PretrainingOptions()
data_option = click.option("--data", type=EXISTING, default=Path("../shared/data"), show_default=True)
corpus_option = click.option("--corpus", type=EXISTING, default=Path("../shared/corpus"), show_default=True)


def make_garbler(data: Path, corpus: Path, cache: Path, rate: float) -> Garbler:
    """The garbler with its resources, which take 15 seconds to build the first time."""
    return Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=cache), rate=rate)


@click.group(invoke_without_command=True)
@click.option("--tiny", is_flag=True, help="Run all of it once, small, for both candidates.")
@data_option
@corpus_option
@click.option("--cache", type=FOLDER, default=Path("work"), help="For MiniLM and the garbler's resources.")
@click.pass_context
def cli(context: click.Context, tiny: bool, data: Path, corpus: Path, cache: Path) -> None:
    """Pretrain the scorer's encoder."""
    if context.invoked_subcommand is not None:
        return
    if not tiny:
        click.echo(context.get_help())
        return
    garbler = make_garbler(data, corpus, cache, 0.1)
    for candidate in CANDIDATES:
        base = fetch_minilm(cache / "minilm") if candidate == MINILM else None
        with tempfile.TemporaryDirectory() as folder:
            small = small_inputs(corpus, data, Path(folder))
            result = run_chain(*small, Path(folder), candidate, garbler, base=base, say=click.echo)
        click.echo(f"{candidate}: {json.dumps(asdict(result))}")


@cli.command()
@click.option("--candidate", type=click.Choice(CANDIDATES), default=MINILM, show_default=True)
@data_option
@corpus_option
@click.option("--out", type=FOLDER, required=True, help="The folder of the pack.")
@click.option("--cache", type=FOLDER, default=Path("work"), help="For MiniLM and the garbler's resources.")
@click.option(
    "--init",
    type=EXISTING,
    help="Go on from the encoder of this scorer, or from this exported encoder; MiniLM by default.",
)
@click.option("--sources", multiple=True, help="Only these sources (repeatable); all by default.")
@click.option("--garbled", default=PACKING.garbled, show_default=True, help="Share of documents garbled.")
@click.option("--rate", default=0.1, show_default=True, help="Share of words wrong in a garbled sentence.")
@click.option("--shard-tokens", default=PACKING.shard_tokens, show_default=True)
@click.option("--words", type=int, help="Stop after about so many words.")
@click.option("--vocabulary", default=VOCABULARY, show_default=True, help="Subwords of the cased tokenizer.")
@click.option("--workers", default=4, show_default=True)
@click.option("--seed", default=1, show_default=True)
def pack(
    candidate: str,
    data: Path,
    corpus: Path,
    out: Path,
    cache: Path,
    init: Path | None,
    sources: tuple[str, ...],
    garbled: float,
    rate: float,
    shard_tokens: int,
    words: int | None,
    vocabulary: int,
    workers: int,
    seed: int,
) -> None:
    """Tokenise the corpus once, garble a share of it, and write compressed shards."""
    base = init or (fetch_minilm(cache / "minilm") if candidate == MINILM else None)
    options = PackOptions(garbled, shard_tokens, words, workers, seed)
    manifest = make_pack(
        corpus,
        data,
        out,
        candidate,
        options,
        base=base,
        garbler=make_garbler(data, corpus, cache, rate) if garbled else None,
        sources=sources or None,
        vocabulary=vocabulary,
        say=click.echo,
    )
    click.echo(
        f"{manifest['tokens']:,} tokens of {manifest['words']:,} words in {len(manifest['shards'])} shards"
    )


@cli.command()
@click.option("--pack", type=EXISTING, required=True, help="The folder of the pack.")
@click.option("--work", type=FOLDER, required=True, help="Checkpoint, log, record.")
@click.option("--budget-minutes", default=480.0, show_default=True, help="All sessions together.")
@click.option("--passes", default=TRAINING.passes, show_default=True, help="At most; over the text.")
@click.option("--checkpoint-minutes", default=TRAINING.checkpoint_minutes, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in the work folder.")
@click.option("--partial", is_flag=True, help="Train on the shards that are there.")
@click.option("--batch-tokens", type=int, help="Of an update; 131,072 on a GPU, 16,384 on a CPU.")
@click.option("--micro-tokens", type=int, help="Of these at a time; 65,536 on a GPU, 4,096 on a CPU.")
@click.option(
    "--lengths", nargs=2, type=int, default=TRAINING.lengths, show_default=True, help="Tokens of a row."
)
@click.option(
    "--mask", nargs=2, type=float, default=TRAINING.mask, show_default=True, help="At start and end."
)
@click.option(
    "--generator-first",
    default=TRAINING.generator_first,
    show_default=True,
    help="Share of the budget it learns alone.",
)
@click.option("--encoder-rate", default=TRAINING.encoder_rate, show_default=True)
@click.option("--new-rate", default=TRAINING.new_rate, show_default=True)
@click.option("--matrix-rate", default=TRAINING.matrix_rate, show_default=True, help="Muon's.")
@click.option("--pairs", default=TRAINING.pairs, show_default=True, help="Of the health check.")
@click.option("--device", default="cuda" if torch.cuda.is_available() else "cpu", show_default=True)
@click.option("--seed", default=1, show_default=True)
def train(
    pack: Path,
    work: Path,
    budget_minutes: float,
    resume: bool,
    partial: bool,
    device: str,
    batch_tokens: int | None,
    micro_tokens: int | None,
    **rest: Any,
) -> None:
    """Train until the budget is used; Ctrl-C saves, and ends with status 130."""
    target = device_of(device)
    large = target.type == "cuda"
    options = PretrainingOptions(
        minutes=budget_minutes,
        batch_tokens=batch_tokens or (131_072 if large else 16_384),
        micro_tokens=micro_tokens or min(65_536 if large else 4_096, batch_tokens or 65_536),
        **rest,
    )
    run = open_run(pack, work, options, target, tiny=False, partial=partial)
    if run.checkpoint.exists() and not resume:
        raise InputError(f"{run.checkpoint} is there already; say --resume, or name another --work.")
    if resume and not run.resume():
        click.echo("no checkpoint to resume from; starting anew", err=True)
    encoder, generator = parameters(run.network.encoder), parameters(run.network.generator)
    click.echo(f"encoder {encoder:,} and generator {generator:,} parameters", err=True)
    record = run.train() | {
        "recipe": "scripts/pretrain_encoder.py",
        "candidate": read_manifest(pack)["candidate"],
        "pack": {k: v for k, v in read_manifest(pack).items() if k != "shards"},
        "hardware": hardware(target),
        "commit": commit(),
    }
    (work / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(record))
    if record["stopped"]:
        sys.exit(130)


@cli.command()
@click.option("--pack", type=EXISTING, required=True)
@click.option("--work", type=EXISTING, required=True, help="Where the checkpoint is.")
@click.option("--out", type=FOLDER, required=True, help="The encoder folder, for train_scorer.py --encoder.")
@click.option("--full", is_flag=True, help="Weights in fp32, not fp16.")
def export(pack: Path, work: Path, out: Path, full: bool) -> None:
    """Write the encoder of the last checkpoint, also while the run goes on."""
    click.echo(export_encoder(work, pack, out, half=not full))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=FOLDER, required=True)
@click.option("--mebibytes", default=15.0, show_default=True, help="The most that a part may hold.")
def split(file: Path, out: Path, mebibytes: float) -> None:
    """Cut a file into parts for a way that takes only small files."""
    for path in split_file(file, out, int(mebibytes * (1 << 20))):
        click.echo(path)


@cli.command()
@click.argument("listing", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=FOLDER, required=True)
def join(listing: Path, out: Path) -> None:
    """Join the parts that a .parts.json lists, checked against its hash."""
    click.echo(join_file(listing, out))


@cli.command()
@click.option("--work", type=EXISTING, required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def curve(work: Path, out: Path) -> None:
    """Draw the losses and the health check over the tokens seen."""
    draw_curve(work / LOG, out)
    click.echo(out)


def main() -> None:
    """Run a command; what is wrong with its input ends it with a message and status 2."""
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except (MtqaError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
