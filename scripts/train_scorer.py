"""Train the scorer: MiniLM with word shapes and corpus evidence, on post-edits, round trips and garbled news.

python scripts/count_corpus.py --out work/counts.safetensors
python scripts/train_scorer.py --budget-minutes 45            # about what four CPU cores need
python scripts/train_scorer.py --budget-minutes 45 --resume   # go on after an interruption
python scripts/train_scorer.py --init work/scorer.pt --work work/more --seed 2 --garbled 0.8 # a second phase
python scripts/train_scorer.py --init models/scorer --counts models/scorer/counts.safetensors  # shipped
python scripts/train_scorer.py --encoder work/encoder # from an encoder of scripts/pretrain_encoder.py
python scripts/train_scorer.py --encoder work/encoder --heads models/scorer # pretrained from the shipped
python scripts/train_scorer.py --consensus 0.35 # and on system output, labelled by the other systems
python scripts/train_scorer.py --preference 0.3 # and that persons' sentences are better than machines'
python scripts/train_scorer.py --init models/scorer --natural-layers 1 --preference 0.8 # person or machine?
python scripts/train_scorer.py --tiny --budget-minutes 1      # the same code on a handful of examples
python scripts/calibrate_scorer.py                            # fit on dev, write models/scorer
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

import click
import torch
from safetensors.torch import load_file
from transformers import BertModel

from mtqa.evaluation.data import PAIRS
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.evidence import CountTable
from mtqa.scorer.folder import MANIFEST, WEIGHTS
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.training.consensus import read_consensus
from mtqa.training.examples import Example
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.minilm import fetch_minilm
from mtqa.training.mix import Mix, split_articles
from mtqa.training.news import GARBLED_ARTICLES, garbled_news, read_news
from mtqa.training.preference import read_preferences
from mtqa.training.pretraining.candidate import SHAPES_WEIGHT
from mtqa.training.pretraining.export import read_record, scorer_from
from mtqa.training.roundtrip.store import read_examples
from mtqa.training.schedule import commit, hardware
from mtqa.training.scorer import ScorerRun, TrainingOptions
from mtqa.training.scorer_batches import encode_examples
from mtqa.training.sources import read_mlqe, read_mqm, read_qe18, read_round_trips, sample

#: Of a round trip of our own in the loss: its labels are by alignment.
TRIPS_WEIGHT = 0.5


def collect(
    data: Path,
    corpus: Path,
    work: Path,
    articles: int,
    rounds: int,
    garbled: float,
    trips: Path | None,
    tiny: bool,
    seed: int,
) -> Mix:
    """Read and make all training examples.

    ``garbled`` is the share of articles that are garbled, ``rounds`` how often each article is, anew.
    ``trips`` holds round trips of our own.
    """
    start = time.time()
    pairs = PAIRS[:1] if tiny else PAIRS
    human = [example for pair in pairs for example in read_mlqe(data, "train", pair)]
    human += read_mqm(data, training=True)
    large: list[Example] = list(read_round_trips(data, dev=False))
    large += sample(read_qe18(data), 12_000, seed)
    news, _ = split_articles(list(read_news(corpus, limit=articles)))
    garbler = Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=work))
    for number in range(rounds):
        large += garbled_news(news, garbler, seed=seed + 1000 * number, share=garbled)
    if trips is not None:
        large += read_examples(trips, seed=seed, weight=TRIPS_WEIGHT)
    if tiny:
        human, large = sample(human, 200, seed), sample(large, 200, seed)
    click.echo(f"{len(human):,} human and {len(large):,} other segments in {time.time() - start:.0f} s")
    return Mix(human, large)


def consensus_examples(data: Path, share: float, part: int, tiny: bool) -> list[Example]:
    """System output labelled by consensus, of a share of the references."""
    start = time.time()
    examples = read_consensus(data, share=0.005 if tiny else share, part=part)
    click.echo(f"{len(examples):,} segments by consensus in {time.time() - start:.0f} s")
    return examples


def preference_examples(data: Path, share: float, part: int, tiny: bool) -> list[Example]:
    """Persons' sentences beside machines' versions: of all originals, and a share of the references."""
    start = time.time()
    examples = read_preferences(data, share=share, part=part)
    examples = examples[:200] if tiny else examples
    click.echo(f"{len(examples):,} versions of sentences in {time.time() - start:.0f} s")
    return examples


def start_from_run(model: ScorerModel, checkpoint: Path) -> dict[str, object] | None:
    """Take over the weights of a checkpoint or a model folder; returns its training record, to be kept."""
    if checkpoint.is_dir():
        model.start_from_scorer(load_file(checkpoint / WEIGHTS))
        return start_record(checkpoint)
    model.start_from_scorer(torch.load(checkpoint, map_location="cpu", weights_only=True)["model"])
    record = checkpoint.with_name("scorer.record.json")
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else None


def scorer_like(start: Path, natural_layers: int) -> ScorerModel | None:
    """A new scorer with the configuration of a model folder, or of that which a checkpoint is in, and with so
    many layers for ``natural``; None if there is none."""
    folder = start if start.is_dir() else start.parent
    if not (folder / "config.json").exists():  # of a run that did not come to its end
        return None
    config = ScorerConfig.from_pretrained(folder)
    return ScorerModel(replace(config, natural_layers=natural_layers or config.natural_layers))


def take_heads(model: ScorerModel, folder: Path) -> dict[str, object]:
    """Take over from a model folder all but the encoder and its word shapes; returns the folder's record."""
    weights = {n: w.float() for n, w in load_file(folder / WEIGHTS).items()}
    kept = {n: w for n, w in weights.items() if not n.startswith(("encoder.", SHAPES_WEIGHT))}
    absent = model.load_state_dict(kept, strict=False).missing_keys
    # Layers for ``natural`` go with the encoder that they are the last ones of.
    if unknown := [n for n in absent if not n.startswith(("encoder.", SHAPES_WEIGHT))]:
        raise click.UsageError(f"{folder} lacks {unknown[0]}: it is not a scorer like this one.")
    return start_record(folder)


def start_record(folder: Path) -> dict[str, object]:
    """The training record in a model folder's manifest."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return cast(dict[str, object], manifest["training"])


def scorer_on_minilm(folder: Path) -> ScorerModel:
    """A new scorer on MiniLM as it is."""
    bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model = ScorerModel(ScorerConfig(encoder=bert.config.to_diff_dict()))
    model.start_from(bert)
    return model


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option("--counts", type=click.Path(path_type=Path), default=Path("work/counts.safetensors"))
@click.option(
    "--work", type=click.Path(path_type=Path), default=Path("work"), help="Checkpoint, log, caches."
)
@click.option("--budget-minutes", default=45.0, show_default=True)
@click.option("--passes", default=3, show_default=True, help="Passes over the human sets.")
@click.option("--articles", default=1800, show_default=True, help="News articles to garble.")
@click.option("--rounds", default=1, show_default=True, help="How often each article is garbled anew.")
@click.option("--large", type=int, help="At most so many of the segments that are not human judgements.")
@click.option("--garbled", default=GARBLED_ARTICLES, show_default=True, help="Share of articles garbled.")
@click.option(
    "--trips",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Round trips of our own, as scripts/roundtrip.py writes them (segments.jsonl.xz).",
)
@click.option(
    "--consensus",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the WMT references whose system outputs are learnt from, labelled by the other systems.",
)
@click.option("--consensus-part", default=0, show_default=True, help="Another number, another share of them.")
@click.option(
    "--preference",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the WMT references to be preferred to system outputs; all originals, too, if it is not 0.",
)
@click.option("--preference-weight", default=0.2, show_default=True, help="Of that order in the loss.")
@click.option("--preference-part", default=0, show_default=True, help="Another number, other ones.")
@click.option("--dropout", default=0.1, show_default=True, help="Share of the states dropped out.")
@click.option(
    "--init", type=click.Path(path_type=Path, exists=True), help="Start from this checkpoint or model folder."
)
@click.option(
    "--encoder",
    "pretrained",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Start from an encoder that pretrain_encoder.py exported, not MiniLM; to be named with --init, too.",
)
@click.option(
    "--heads",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take all but the encoder from this model folder: for an encoder that was pretrained from its own.",
)
@click.option(
    "--natural-layers",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Train a head alone that tells persons' sentences from machines', with so many layers for itself.",
)
@click.option("--human/--no-human", default=True, help="Whether to learn from the human sets.")
@click.option("--sentence-weight", default=1.0, show_default=True, help="Factor on the sentence losses.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint.")
@click.option("--tiny", is_flag=True, help="A few hundred examples: does the code run?")
@click.option("--device", default="cuda" if torch.cuda.is_available() else "cpu", show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(
    data: Path,
    corpus: Path,
    counts: Path,
    work: Path,
    budget_minutes: float,
    passes: int,
    articles: int,
    rounds: int,
    large: int | None,
    garbled: float,
    trips: Path | None,
    consensus: float,
    consensus_part: int,
    preference: float,
    preference_weight: float,
    preference_part: int,
    dropout: float,
    init: Path | None,
    pretrained: Path | None,
    heads: Path | None,
    natural_layers: int,
    human: bool,
    sentence_weight: float,
    resume: bool,
    tiny: bool,
    device: str,
    seed: int,
) -> None:
    """Train, and leave a checkpoint and a training record in the work folder."""
    if heads is not None and (init is not None or pretrained is None):
        raise click.UsageError("--heads goes with --encoder, and --init has heads of its own.")
    if natural_layers and init is None:
        raise click.UsageError("--natural-layers goes with --init: all that this scorer says stays.")
    options = TrainingOptions(
        minutes=budget_minutes, seed=seed, dropout=dropout, preference_weight=preference_weight
    ).with_sentences(sentence_weight)
    base = pretrained or fetch_minilm(work / "minilm")
    torch.manual_seed(seed)
    model = scorer_from(base) if pretrained else scorer_on_minilm(base)
    if init is not None:
        model = scorer_like(init, natural_layers) or model
    mix = collect(data, corpus, work, 40 if tiny else articles, rounds, garbled, trips, tiny, seed)
    if not human:
        mix = Mix([], mix.large)
    if large is not None:
        mix = Mix(mix.human, sample(mix.large, large, seed))
    if consensus:
        mix.large.extend(consensus_examples(data, consensus, consensus_part, tiny))
    if preference:
        mix.large.extend(preference_examples(data, preference, preference_part, tiny))
    before = None if init is None else start_from_run(model, init)
    if natural_layers:
        model.train_only_natural()
    if heads is not None:
        before = take_heads(model, heads)
    encoder = SegmentEncoder(
        load_tokenizer(base / "tokenizer.json"),
        CountTable.load(counts) if counts.exists() else None,
        context_tokens=model.config.context_tokens,
        window_tokens=model.config.window_tokens,
    )
    encoded = [encode_examples(encoder, examples) for examples in mix.passes(passes, seed)]
    run = ScorerRun(model, encoded, options, work, torch.device(device))
    if resume and not run.resume():
        click.echo("no checkpoint to resume from; starting anew")
    record = run.train()
    by_source: dict[str, int] = {}
    for example in [*mix.human, *mix.large]:
        by_source[example.source] = by_source.get(example.source, 0) + 1
    record |= {
        "recipe": "scripts/train_scorer.py",
        "options": asdict(options),
        "passes": passes,
        "segments": by_source,
        "hardware": hardware(torch.device(device)),
        "commit": commit(),
        "counts": counts.exists(),
        "garbled_articles": garbled,
        "rounds": rounds,
        "natural_layers": natural_layers,
        "trips": None if trips is None else hashlib.sha256(trips.read_bytes()).hexdigest()[:16],
        "consensus": {"share": consensus, "part": consensus_part} if consensus else None,
        "preference": {"share": preference, "part": preference_part} if preference else None,
        "before": before,
        "pretraining": None if pretrained is None else read_record(pretrained),
    }
    shutil.copy(base / "tokenizer.json", work / "tokenizer.json")
    (work / "scorer.record.json").write_text(json.dumps(record, indent=1) + "\n")
    model.config.save_pretrained(work)
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
