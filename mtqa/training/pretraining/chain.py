"""Everything once, small: pack, train, resume, export, and a scorer that learns from the result."""

from __future__ import annotations

import itertools
import json
import lzma
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mtqa.errors import MtqaError
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.training.garble import Garbler
from mtqa.training.news import garble_article
from mtqa.training.pretraining.candidate import START, make_network
from mtqa.training.pretraining.export import export_encoder, scorer_from
from mtqa.training.pretraining.grammar import read_tokenized_pairs
from mtqa.training.pretraining.heldout import read_held_out
from mtqa.training.pretraining.make import make_pack
from mtqa.training.pretraining.pack import TOKENIZER, PackOptions, read_documents
from mtqa.training.pretraining.parts import join_file, split_file
from mtqa.training.pretraining.run import RECORD, PretrainingOptions, PretrainingRun
from mtqa.training.pretraining.stream import read_manifest, read_stream
from mtqa.training.pretraining.tokens import sentences_of
from mtqa.training.scorer import ScorerRun, TrainingOptions
from mtqa.training.scorer_batches import encode_examples

TINY = PretrainingOptions(
    minutes=1.0,
    batch_tokens=256,
    micro_tokens=128,
    lengths=(32, 64),
    generator_first=0.0,
    log_every=0.0,
    pairs=100,
)


@dataclass(frozen=True, slots=True)
class ChainResult:
    """``first`` and ``resumed``: the records of pretraining; ``scorer``: that of the scorer's training."""

    first: dict[str, Any]
    resumed: dict[str, Any]
    scorer: dict[str, Any]


def small_inputs(corpus: Path, data: Path, folder: Path, documents: int = 100) -> tuple[Path, Path]:
    """A corpus of the first documents of each shard, and the data sets that a pack needs; the two folders."""
    some, sets = folder / "corpus", folder / "data"
    for inner in (some, sets):
        inner.mkdir(parents=True)
    for path in sorted(corpus.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines, lzma.open(some / path.name, "wt") as out:
            out.writelines(itertools.islice(lines, documents))
    for name in ("acceptability", "clean_news"):
        (sets / name).symlink_to((data / name).resolve())
    return some, sets


def open_run(
    pack: Path, work: Path, options: PretrainingOptions, device: torch.device, *, tiny: bool, partial: bool
) -> PretrainingRun:
    """A run on a pack, which is checked first."""
    manifest = read_manifest(pack)
    stream = read_stream(pack, device, partial=partial)
    torch.manual_seed(options.seed)
    network = make_network(pack, manifest["special"], tiny=tiny)
    pairs = read_tokenized_pairs(pack)
    return PretrainingRun(
        network,
        stream,
        pairs,
        manifest["special"],
        options,
        work,
        device,
        pretrained=(pack / START).exists(),
    )


def run_chain(
    corpus: Path,
    data: Path | None,
    work: Path,
    candidate: str,
    garbler: Garbler,
    *,
    base: Path | None = None,
    words: int = 60_000,
    steps: int = 4,
    say: Callable[[str], None] = lambda line: None,
) -> ChainResult:
    """Run the chain in the folder ``work``, half of the ``steps`` before the run is resumed.

    Raises :class:`MtqaError` if what comes out of a link is not what went in.
    """
    pack, trained, encoder = (work / name for name in ("pack", "run", "encoder"))
    packing = PackOptions(garbled=0.3, shard_tokens=words, words=words, workers=2)
    make_pack(
        corpus,
        data,
        pack,
        candidate,
        packing,
        base=base,
        garbler=garbler,
        vocabulary=2000,
        tiny=True,
        say=say,
    )
    device = torch.device("cpu")
    first = open_run(pack, trained, TINY, device, tiny=True, partial=False).train(steps // 2)
    again = open_run(pack, trained, TINY, device, tiny=True, partial=False)
    if not again.resume() or again.tokens != first["tokens"]:
        raise MtqaError(f"the run in {trained} was not resumed where it had ended.")
    resumed = again.train(steps - steps // 2)
    (trained / RECORD).write_text(json.dumps(resumed) + "\n", encoding="utf-8")
    export_encoder(trained, pack, encoder)
    listing, *_ = split_file(encoder / "model.safetensors", work / "parts", 1 << 20)
    joined = join_file(listing, work / "joined")
    if joined.read_bytes() != (encoder / "model.safetensors").read_bytes():
        raise MtqaError(f"{joined} is not what was cut.")
    texts, _ = read_documents(corpus, read_held_out(None, corpus), sources=None, seed=0)
    record = _train_scorer(encoder, texts[:20], garbler, work / "scorer")
    if not all(math.isfinite(value) for value in record["losses"].values()):
        raise MtqaError("the scorer's losses are not numbers.")
    return ChainResult(first, resumed, record)


def _train_scorer(encoder: Path, texts: list[str], garbler: Garbler, folder: Path) -> dict[str, Any]:
    """A few steps of a scorer that starts from an encoder, on garbled documents."""
    model = scorer_from(encoder)
    segments = SegmentEncoder(
        load_tokenizer(encoder / TOKENIZER), None, context_tokens=8, window_tokens=model.config.window_tokens
    )
    examples = [
        example
        for number, text in enumerate(texts)
        for example in garble_article(list(sentences_of(text)), garbler.garble, number, share=1.0)
    ]
    items = encode_examples(segments, examples[:24])
    options = TrainingOptions(minutes=1.0, batch_tokens=400, log_every=0.0)
    record = ScorerRun(model, [items], options, folder, torch.device("cpu")).train()
    lines = (folder / "scorer.log.jsonl").read_text(encoding="utf-8").splitlines()
    last = json.loads(lines[-1])
    return record | {"losses": {name: last[name] for name in ("word", "gap", "keep", "edit_rate")}}
