"""Making a pack: the tokenizer, the encoder to start from, minimal pairs, shards, and their manifest."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mtqa.errors import InputError
from mtqa.scorer.folder import WEIGHTS
from mtqa.training.garble import Garbler
from mtqa.training.pretraining.candidate import MINILM, put_cased, put_encoder, special_ids
from mtqa.training.pretraining.heldout import read_held_out
from mtqa.training.pretraining.pack import (
    KIND,
    PACK_FILE,
    TOKENIZER,
    PackOptions,
    pack_documents,
    read_documents,
    write_pairs,
    write_shard,
)
from mtqa.training.pretraining.tokens import train_cased_tokenizer
from mtqa.training.schedule import commit

#: Documents that the cased tokenizer is trained on.
_TOKENIZER_DOCUMENTS = 30_000


def make_pack(
    corpus: Path,
    data: Path | None,
    out: Path,
    candidate: str,
    options: PackOptions,
    *,
    base: Path | None = None,
    garbler: Garbler | None = None,
    sources: Sequence[str] | None = None,
    vocabulary: int = 16_000,
    tiny: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Pack the corpus for a candidate; returns the manifest, which is written last.

    ``data``: the shared data sets, for what is held out and the minimal pairs; ``base``: the folder of the
    encoder or scorer to go on from, which ``minilm`` must have; ``vocabulary``: subwords of the cased one;
    ``tiny`` makes the cased encoder small; ``say`` gets a line after every shard. Raises
    :class:`InputError` if ``out`` holds a pack already or the corpus nothing to train on.
    """
    if (out / PACK_FILE).exists():
        raise InputError(f"{out} holds a pack already; name another folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    held_out = read_held_out(data, corpus)
    texts, left_out = read_documents(corpus, held_out, sources=sources, seed=options.seed)
    say(f"{len(texts):,} documents, {left_out} left out; {time.monotonic() - start:.0f} s")
    if base is not None:
        put_encoder(base, out)
    elif candidate == MINILM:
        raise InputError("the encoder to go on from is not named.")
    else:
        train_cased_tokenizer(texts[:_TOKENIZER_DOCUMENTS], vocabulary).save(str(out / TOKENIZER))
        put_cased(out, tiny=tiny)
    special = special_ids(out / TOKENIZER)
    if data is not None:
        # Here and not above: it needs the libraries of the benchmark, which a training machine may not have.
        from mtqa.evaluation.sections.grammar import read_pairs

        pairs = [(p.phenomenon, p.good, p.bad) for p in read_pairs(data, "dev")]
        write_pairs(pairs, out / TOKENIZER, out)
    shards = []
    for number, packed in enumerate(pack_documents(texts, out / TOKENIZER, garbler, options)):
        shards.append(write_shard(packed, out, number))
        say(f"{json.dumps(shards[-1])} {time.monotonic() - start:.0f} s")
    manifest = {
        "kind": KIND,
        "candidate": candidate,
        "special": special,
        "tokens": sum(int(shard["tokens"]) for shard in shards),
        "words": sum(int(shard["words"]) for shard in shards),
        "documents": sum(int(shard["documents"]) for shard in shards),
        "left_out": {"documents": left_out, "long_paragraphs_held_out": held_out.kinds},
        "sources": None if sources is None else list(sources),
        "options": asdict(options),
        "start": None if base is None else hashlib.sha256((base / WEIGHTS).read_bytes()).hexdigest(),
        "garbled_with": None if garbler is None else {"rate": garbler.rate},
        "commit": commit(),
        "shards": shards,
    }
    partial = out / (PACK_FILE + ".partial")
    partial.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    partial.replace(out / PACK_FILE)
    return manifest
