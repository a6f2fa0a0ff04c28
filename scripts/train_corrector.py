"""Train the corrector: MiniLM as encoder and decoder, on garbled news, denoising and human post-edits.

    python scripts/train_corrector.py --prepare-only              # makes work/corrector/train.npz
    python scripts/train_corrector.py --budget-minutes 45         # about what four CPU cores need
    python scripts/train_corrector.py --budget-minutes 45 --resume
    python scripts/train_corrector.py --init models/corrector --budget-minutes 90   # more of the same
    python scripts/train_corrector.py --init models/corrector --flagged 0.4         # and the scorer's flags
    python scripts/train_corrector.py --tiny --budget-minutes 1   # the same code on a handful of examples

It prepares the examples unless they are there, trains, evaluates on its dev sets and writes the model folder.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
import torch
from transformers import BartForConditionalGeneration

from mtqa.corrector.prompt import CASED, NATIVE, rewriting
from mtqa.training.corrector import TrainingOptions, train
from mtqa.training.corrector_batches import Tokens
from mtqa.training.corrector_data import Arrays, read_clean
from mtqa.training.corrector_folder import evaluate_folder, read_record, write_folder
from mtqa.training.corrector_model import build_tokenizer, read_tokenizer, tiny_model, warm_start
from mtqa.training.corrector_prepare import Sources, prepare
from mtqa.training.corrector_t5 import new_t5, read_or_build_tokenizer
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.minilm import HUB_ID, fetch_minilm
from mtqa.training.schedule import Stopped, commit, hardware

_DEFAULTS = TrainingOptions()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option("--work", type=click.Path(path_type=Path), default=Path("work"), help="Caches.")
@click.option(
    "--checkpoint-dir", type=click.Path(path_type=Path), default=Path("work/corrector"), show_default=True
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/corrector"), show_default=True)
@click.option(
    "--architecture",
    type=click.Choice(["minilm", "t5"]),
    default="minilm",
    show_default=True,
    help="Both halves from MiniLM, or a T5 from scratch on a cased vocabulary.",
)
@click.option(
    "--task",
    type=click.Choice(["span", "rewrite"]),
    default="span",
    show_default=True,
    help="Answer with the span's replacement, or with the whole sentence.",
)
@click.option("--budget-minutes", default=45.0, show_default=True)
@click.option("--examples", default=200_000, show_default=True, help="Inputs to prepare.")
@click.option(
    "--consensus",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the inputs that are system output with edits that other systems agree on.",
)
@click.option(
    "--flagged",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the inputs that are garbled articles with the flags of --scorer.",
)
@click.option("--scorer", type=click.Path(path_type=Path, exists=True), default=Path("models/scorer"))
@click.option("--workers", default=2, show_default=True, help="Processes that prepare.")
@click.option("--batch-tokens", default=_DEFAULTS.batch_tokens, show_default=True)
@click.option("--learning-rate", default=_DEFAULTS.learning_rate, show_default=True)
@click.option(
    "--new-learning-rate",
    default=_DEFAULTS.new_learning_rate,
    show_default=True,
    help="Of the cross-attention, which is new unless --init brings a trained one.",
)
@click.option(
    "--copy-share", default=_DEFAULTS.copy_share, show_default=True, help="Of the budget, spent on copying."
)
@click.option(
    "--init",
    type=click.Path(path_type=Path, exists=True),
    help="Go on from this model folder, not from MiniLM.",
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint.")
@click.option("--tiny", is_flag=True, help="A tiny random model and few examples: does the code run?")
@click.option("--prepare-only", is_flag=True, help="Make the examples and stop.")
@click.option("--device", default="cuda" if torch.cuda.is_available() else "cpu", show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(
    data: Path,
    corpus: Path,
    work: Path,
    checkpoint_dir: Path,
    out: Path,
    architecture: str,
    task: str,
    budget_minutes: float,
    examples: int,
    consensus: float,
    flagged: float,
    scorer: Path,
    workers: int,
    batch_tokens: int,
    learning_rate: float,
    new_learning_rate: float,
    copy_share: float,
    init: Path | None,
    resume: bool,
    tiny: bool,
    prepare_only: bool,
    device: str,
    seed: int,
) -> None:
    """Prepare, train, evaluate, write."""
    if consensus + flagged > 1:
        raise click.UsageError("the shares of --consensus and --flagged are more than everything.")
    if init and architecture == "t5":
        raise click.UsageError("--init goes on from a model of the architecture minilm.")
    prompt = CASED if architecture == "t5" else NATIVE
    prompt = rewriting(prompt) if task == "rewrite" else prompt
    if architecture == "t5":
        texts = (segment.text for segment in read_clean(corpus, limit=2000 if tiny else 60_000))
        tokenizer = read_or_build_tokenizer(checkpoint_dir / "tokenizer", texts)
    else:
        tokenizer = read_tokenizer(init) if init else build_tokenizer(fetch_minilm(work / "minilm"))
    if not (checkpoint_dir / "train.npz").exists():
        garbler = Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=work))
        count = min(examples, 2000) if tiny else examples
        sources = Sources(data, corpus, garbler.garble)
        prepare(
            sources,
            tokenizer,
            checkpoint_dir,
            examples=count,
            prompt=prompt,
            consensus=consensus,
            flagged=flagged,
            scorer=scorer if flagged else None,
            workers=workers,
            seed=seed,
        )
    prepared = json.loads((checkpoint_dir / "sources.json").read_text(encoding="utf-8"))
    click.echo(f"{prepared['examples']:,} examples")
    if prepare_only:
        return
    options = TrainingOptions(
        budget_minutes=budget_minutes,
        batch_tokens=batch_tokens,
        learning_rate=learning_rate,
        new_learning_rate=new_learning_rate,
        copy_share=0.0 if init else copy_share,  # a trained corrector copies already
        seed=seed,
    )
    torch.manual_seed(seed)
    if architecture == "t5":
        model = new_t5(tokenizer, hidden=32, layers=2) if tiny else new_t5(tokenizer)
    elif init:
        model = BartForConditionalGeneration.from_pretrained(init, dtype=torch.float32)
    else:
        model = tiny_model(tokenizer) if tiny else warm_start(work / "minilm", tokenizer)
    arrays = Arrays.load(checkpoint_dir / "train.npz")
    try:
        progress = train(
            model,
            arrays,
            Tokens.of(tokenizer),
            options,
            device=torch.device(device),
            folder=checkpoint_dir,
            resume=resume,
        )
    except Stopped as stopped:
        raise click.ClickException(str(stopped)) from stopped
    record = {
        "recipe": "scripts/train_corrector.py",
        "architecture": architecture,
        "task": task,
        "base": "" if architecture == "t5" else HUB_ID,
        "options": asdict(options),
        "progress": asdict(progress),
        "data": prepared,
        "hardware": hardware(torch.device(device)),
        "commit": commit(),
    }
    if init:
        record["before"] = read_record(init)
    write_folder(out, model, tokenizer, record, prompt)
    click.echo(json.dumps(evaluate_folder(out, checkpoint_dir, record), indent=1))


if __name__ == "__main__":
    main()
