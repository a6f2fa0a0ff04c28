"""Send clean news through small translation models and back: garbled news with real errors and exact labels.

    python scripts/roundtrip.py pack                           # work/roundtrip/pack, below 60 MiB
    python scripts/roundtrip.py train --budget-minutes 60      # work/roundtrip/model
    python scripts/roundtrip.py train --budget-minutes 60 --resume
    python scripts/roundtrip.py translate --budget-minutes 60  # work/roundtrip/trips
    python scripts/roundtrip.py label                          # work/roundtrip/segments.jsonl.xz
    python scripts/roundtrip.py all --tiny                     # the same code on a handful of sentences

``train`` and ``translate`` need this repository and the pack, not the data; docs/training.md says how to run
them on a GPU for a short while.
"""

# The commands import their modules: train and translate do without what pack and label need.
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from mtqa.errors import MtqaError

_WORK = Path("work/roundtrip")
_LANGUAGES = ("nl", "de", "fr", "es", "ru")
_DECODINGS = ("beam4", "greedy", "sample0.5", "sample0.8")

_folder = click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=_WORK,
    show_default=True,
    help="Holds pack/, model/, trips/ and segments.jsonl.xz.",
)
_tiny = click.option("--tiny", is_flag=True, help="A handful of sentences: does the code run?")
_seed = click.option("--seed", default=1, show_default=True)
_resume = click.option("--resume", is_flag=True, help="Go on where an earlier run stopped.")
_data = click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"))
_corpus = click.option("--corpus", type=click.Path(path_type=Path), default=Path("../shared/corpus"))
_languages = click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(_LANGUAGES),
    help="Only these (repeatable); default: those of the pack, or all.",
)


def _budget(help_text: str) -> Any:
    return click.option(
        "--budget-minutes", default=60.0, show_default=True, type=click.FloatRange(min=0), help=help_text
    )


def _device() -> Any:
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class _Group(click.Group):
    """Errors that we raise on purpose become a message and status 2; a run stopped by a signal is 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MtqaError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted; what was finished is kept, go on with --resume", err=True)
            ctx.exit(130)


@click.group(cls=_Group, help=__doc__, context_settings={"max_content_width": 100})
def main() -> None:
    pass


@main.command()
@_data
@_corpus
@_folder
@_languages
@click.option("--sentences", default=60_000, show_default=True, help="News sentences to send round.")
@_tiny
@_seed
def pack(
    data: Path, corpus: Path, work: Path, languages: tuple[str, ...], sentences: int, tiny: bool, seed: int
) -> None:
    """Make the pack: vocabulary, tokenised bitext, news sentences."""
    from mtqa.training.roundtrip.prepare import make_pack

    chosen = languages or _LANGUAGES
    record = make_pack(
        data, corpus, work / "pack", chosen, sentences=sentences, tiny=tiny, seed=seed, tell=click.echo
    )
    click.echo(f"{record['tokens']:,} tokens, {record['sentences']:,} news sentences in {work / 'pack'}")


@main.command()
@_folder
@_budget("Over all resumptions.")
@click.option("--size", default="base", show_default=True, help="base: 24 million weights; small: 11; tiny.")
@click.option("--batch-tokens", type=click.IntRange(min=1), help="Default: 2048, on CUDA 32768.")
@click.option("--learning-rate", default=7e-4, show_default=True)
@click.option("--dropout", default=0.0, show_default=True, help="0.1 where pairs are seen many times.")
@click.option("--guided", default=0.05, show_default=True, help="Share of the budget with guided attention.")
@click.option("--compile/--no-compile", "compiled", default=None, help="torch.compile; default: on CUDA.")
@click.option("--max-steps", default=0, help="Stop this session after so many steps, with a checkpoint.")
@_resume
@_tiny
@_seed
def train(
    work: Path,
    budget_minutes: float,
    size: str,
    batch_tokens: int | None,
    learning_rate: float,
    dropout: float,
    guided: float,
    compiled: bool | None,
    max_steps: int,
    resume: bool,
    tiny: bool,
    seed: int,
) -> None:
    """Train the translator on the pack; leaves snapshots, a log and a training record."""
    from mtqa.training.roundtrip.pack import Pack
    from mtqa.training.roundtrip.train import TrainingOptions
    from mtqa.training.roundtrip.train import train as train_model
    from mtqa.training.schedule import Stopped

    device = _device()
    cuda = device.type == "cuda"
    options = TrainingOptions(
        size="tiny" if tiny else size,
        budget_minutes=budget_minutes,
        max_tokens=20_000 if tiny else 1 << 50,
        batch_tokens=batch_tokens or (32_768 if cuda and not tiny else 2048),
        learning_rate=learning_rate,
        dropout=dropout,
        guided=guided,
        compile=(cuda and not tiny) if compiled is None else compiled,
        max_steps=max_steps,
        seed=seed,
    )
    try:
        record = train_model(Pack.load(work / "pack"), options, work / "model", device=device, resume=resume)
    except Stopped as stopped:
        click.echo(str(stopped), err=True)
        sys.exit(130)
    click.echo(json.dumps({key: record[key] for key in ("parameters", "minutes", "progress", "hardware")}))


@main.command()
@_folder
@_budget("Stop after these; --resume does the rest.")
@_languages
@click.option("--snapshot", "only", multiple=True, help="Only these (repeatable), by the name of the folder.")
@click.option(
    "--decoding",
    "ways",
    multiple=True,
    type=click.Choice(_DECODINGS),
    help="Only these ways (repeatable). Translators of little training are at their best with beam4.",
)
@click.option("--trips", default=1, show_default=True, help="Different trips for each sentence.")
@click.option("--sentences", type=click.IntRange(min=1), help="Only the first so many of the pack's.")
@click.option("--batch-tokens", type=click.IntRange(min=1), help="Default: 2048, on CUDA 32768.")
@click.option(
    "--slice",
    "piece",
    nargs=2,
    type=click.IntRange(min=0),
    default=(0, 1),
    show_default=True,
    help="K N: every Nth part from the Kth on, so that N processes share the work; with --resume.",
)
@_resume
@_tiny
@_seed
def translate(
    work: Path,
    budget_minutes: float,
    languages: tuple[str, ...],
    only: tuple[str, ...],
    ways: tuple[str, ...],
    trips: int,
    sentences: int | None,
    batch_tokens: int | None,
    piece: tuple[int, int],
    resume: bool,
    tiny: bool,
    seed: int,
) -> None:
    """Send the pack's news there and back with every snapshot, language and way of decoding."""
    from mtqa.errors import InputError
    from mtqa.training.roundtrip.pack import read_news_texts, read_record
    from mtqa.training.roundtrip.plan import DECODINGS, draw_plan
    from mtqa.training.roundtrip.translate import run_plan
    from mtqa.training.roundtrip.vocabulary import Vocabulary

    folder = work / "model" / "snapshots"
    there = sorted(file.parent.name for file in folder.glob("*/snapshot.json"))
    snapshots = [name for name in there if not only or name in only]
    if not snapshots:
        raise InputError(f"{folder} holds no such snapshots; make some with: roundtrip.py train")
    if piece[0] >= piece[1]:
        raise click.UsageError(f"--slice {piece[0]} {piece[1]}: the first must be less than the second.")
    texts = read_news_texts(work / "pack")[: 15 if tiny else sentences]
    known = read_record(work / "pack")["languages"]
    decodings = [decoding for decoding in DECODINGS if not ways or decoding.name in ways]
    plan = draw_plan(len(texts), snapshots, languages or known, decodings=decodings, trips=trips, seed=seed)
    device = _device()
    left = run_plan(
        plan,
        texts,
        folder,
        Vocabulary.load(work / "pack" / "vocabulary.model"),
        work / "trips",
        device=device,
        minutes=budget_minutes,
        batch_tokens=batch_tokens or (32_768 if device.type == "cuda" else 2048),
        resume=resume,
        piece=piece,
        tell=click.echo,
    )
    click.echo(f"{len(plan) - left} of {len(plan)} parts done" + ("; go on with --resume" if left else ""))


@main.command()
@_folder
@click.option("--lowest", type=click.FloatRange(0, 100), help="chrF below which a result is ruined.")
@click.option("--highest", type=click.FloatRange(0, 100), help="chrF above which it is nearly perfect.")
@click.option("--edit-rate", type=click.FloatRange(0, 1), help="Largest share of edited words.")
@_tiny
def label(
    work: Path, lowest: float | None, highest: float | None, edit_rate: float | None, tiny: bool
) -> None:
    """Filter the trips by chrF, align them with their sources and write labelled segments."""
    from collections import Counter

    from mtqa.training.roundtrip.label import Limits, label_trips
    from mtqa.training.roundtrip.pack import read_news_records
    from mtqa.training.roundtrip.store import write_segments
    from mtqa.training.roundtrip.translate import read_trips

    usual = Limits(0.0, 100.0, 1.0) if tiny else Limits()
    limits = Limits(
        usual.lowest if lowest is None else lowest,
        usual.highest if highest is None else highest,
        usual.edit_rate if edit_rate is None else edit_rate,
    )
    news = read_news_records(work / "pack")
    counts: Counter[str] = Counter()
    out = work / "segments.jsonl.xz"
    write_segments(label_trips(read_trips(work / "trips"), news, limits, counts), out)
    click.echo(json.dumps(dict(sorted(counts.items()))))
    click.echo(f"{counts['kept']:,} segments in {out}")


@main.command("all")
@_data
@_corpus
@_folder
@_budget("For training, and again for translating.")
@_tiny
@click.pass_context
def run_all(
    context: click.Context, data: Path, corpus: Path, work: Path, budget_minutes: float, tiny: bool
) -> None:
    """The four steps in turn, with their defaults."""
    context.invoke(pack, data=data, corpus=corpus, work=work, tiny=tiny)
    context.invoke(train, work=work, budget_minutes=budget_minutes, tiny=tiny)
    context.invoke(translate, work=work, budget_minutes=budget_minutes, tiny=tiny)
    context.invoke(label, work=work, tiny=tiny)


if __name__ == "__main__":
    main()
