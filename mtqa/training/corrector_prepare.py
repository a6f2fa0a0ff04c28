"""Makes the corrector's training arrays and dev sets from the corpus and the post-edits."""

from __future__ import annotations

import collections
import functools
import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mtqa.corrector.prompt import NATIVE, Prompt
from mtqa.scorer import Scorer, load_scorer
from mtqa.scorer.folder import read_manifest, signature_of
from mtqa.training.corpus import JOURNALISM_SHARDS
from mtqa.training.corrector_data import (
    MIX,
    Encoded,
    Garble,
    clean_example,
    encode_example,
    is_dev,
    pack,
    pair_examples,
    read_agreed,
    read_clean,
    read_pairs,
    write_dev,
)
from mtqa.training.corrector_examples import Example, mark_edits
from mtqa.training.corrector_flagged import FLAGGED, flagged_examples
from mtqa.training.mix import split_articles
from mtqa.training.news import read_news
from mtqa.training.workers import clean_start
from mtqa.types import Segment

_CHUNK = 1000
_CLEAN_KINDS = tuple(kind for kind in MIX if kind != "post-edit")
#: How many references to read for so many inputs by consensus: a low guess of the hypotheses with agreed
#: edits that each brings, and the number of references.
_AGREED_PER_REFERENCE, _REFERENCES = 1.0, 38_000
#: Inputs that a garbled article with the scorer's flags brings, a low guess, and articles of a chunk.
_FLAGGED_PER_ARTICLE, _ARTICLES = 18, 20


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the training text is: the data folder, the corpus folder, and what makes errors."""

    data: Path
    corpus: Path
    garble: Garble


@dataclass(frozen=True, slots=True)
class _Shared:
    tokenizer: Any
    prompt: Prompt
    vocabulary: Sequence[str]
    garble: Garble
    scorer: Path | None = None


_shared: _Shared | None = None  # set in every worker: a garbler is too large to send with each chunk


def prepare(
    sources: Sources,
    tokenizer: Any,
    out: Path,
    *,
    examples: int,
    prompt: Prompt = NATIVE,
    consensus: float = 0.0,
    flagged: float = 0.0,
    scorer: Path | None = None,
    workers: int = 2,
    seed: int = 1,
) -> dict[str, Any]:
    """Write ``train.npz``, ``dev.*.jsonl`` and ``sources.json`` into ``out``; return the latter.

    ``examples`` bounds the inputs; a share of them, ``consensus``, is system output with edits that other
    systems agree on, another, ``flagged``, are garbled articles with the flags of the scorer in the folder
    ``scorer``, and the other kinds come in the shares of :data:`MIX`, all as far as the data go.
    """
    out.mkdir(parents=True, exist_ok=True)
    segments = read_clean(sources.corpus, limit=examples)
    shared = _Shared(tokenizer, prompt, frequent_words(segments), sources.garble, scorer)
    train = [segment for segment in segments if not is_dev(segment.text)]
    others = round((1 - consensus - flagged) * examples)
    tasks = _tasks(train, list(read_pairs(sources.data, "train")), others, seed)
    if consensus:
        wanted, rng = round(consensus * examples), random.Random(seed)
        share = min(1.0, wanted / (_AGREED_PER_REFERENCE * _REFERENCES))
        agreed = list(read_agreed(sources.data, share=share, part=seed))
        tasks += _chunks("consensus", rng.sample(agreed, min(wanted, len(agreed))), rng)
    if flagged:
        learnt, _ = split_articles(list(read_news(sources.corpus)))
        count = min(len(learnt), round(flagged * examples / _FLAGGED_PER_ARTICLE))
        tasks += _chunks(FLAGGED, random.Random(seed).sample(learnt, count), random.Random(seed), _ARTICLES)
    encoded: list[Encoded] = []
    with clean_start().Pool(workers, _share, (shared,)) as pool:
        for part in pool.imap(_run, tasks):
            encoded += part
    random.Random(seed).shuffle(encoded)
    pack(encoded).save(out / "train.npz")
    write_dev_set(sources, shared, [segment for segment in segments if is_dev(segment.text)], out)
    record = {
        "examples": len(encoded),
        "seed": seed,
        "consensus": consensus,
        "flagged": flagged,
        "flagged_by": None if scorer is None else signature_of(scorer, read_manifest(scorer).name),
        "clean_sentences": len(train),
        "files": hash_files(sources),
    }
    (out / "sources.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    return record


def write_dev_set(
    sources: Sources, shared: _Shared, segments: Sequence[Segment], out: Path, limit: int = 500
) -> None:
    """Write the dev files: garbled news that training does not see, and spans that post-editors changed."""
    rng = random.Random(2)
    garbled = (
        clean_example("garbled", segment, rng, shared.vocabulary, shared.garble) for segment in segments
    )
    write_dev((example for example in garbled if example), out / "dev.garbled.jsonl", limit)
    pairs = list(read_pairs(sources.data, "dev"))
    rng.shuffle(pairs)
    write_dev(pair_examples(pairs, rng), out / "dev.mlqe_pe.jsonl", limit)


def frequent_words(segments: Iterable[Segment], at_least: int = 8) -> list[str]:
    """Lower-case words that are frequent enough in clean text to stand in for others."""
    counts = collections.Counter(word for segment in segments for word in segment.text.split())
    return sorted(
        word for word, count in counts.items() if count >= at_least and word.isalpha() and word.islower()
    )


def hash_files(sources: Sources) -> dict[str, str]:
    """SHA-256 of every file that training reads."""
    files = [
        *sorted((sources.data / "mlqe_pe").glob("*.train.jsonl.xz")),
        *sorted((sources.data / "postedit").glob("*.train.jsonl.xz")),
        *sorted((sources.data / "sysout").glob("*.jsonl.xz")),
        *(sources.corpus / f"shard{shard}.jsonl.xz" for shard in JOURNALISM_SHARDS),
    ]
    return {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


_Task = tuple[str, list[Any], int]


def _tasks(
    segments: list[Segment], pairs: list[tuple[str, str, str]], examples: int, seed: int
) -> list[_Task]:
    """Chunks of one kind of work each: sentences in random order, over again until a kind has its share."""
    rng = random.Random(seed)
    tasks: list[_Task] = []
    for kind in _CLEAN_KINDS:
        wanted = int(MIX[kind] * examples)
        while wanted > 0 and segments:
            order = rng.sample(segments, min(wanted, len(segments)))
            wanted -= len(order)
            tasks += _chunks(kind, order, rng)
    edited = rng.sample(pairs, min(len(pairs), int(2 * MIX["post-edit"] * examples)))
    tasks += _chunks("post-edit", edited, rng)
    return tasks


def _chunks(kind: str, items: Sequence[Any], rng: random.Random, size: int = _CHUNK) -> list[_Task]:
    return [(kind, list(items[at : at + size]), rng.randrange(1 << 30)) for at in range(0, len(items), size)]


def _share(shared: _Shared) -> None:
    global _shared
    _shared = shared


@functools.cache
def _scorer(folder: Path) -> Scorer:
    """A worker's own scorer, on one thread: the workers share the cores."""
    torch.set_num_threads(1)
    return load_scorer(folder)


def _run(task: _Task) -> list[Encoded]:
    kind, items, seed = task
    assert _shared is not None
    rng = random.Random(seed)
    examples: Iterable[Example | None]
    if kind == "post-edit":
        examples = pair_examples(items, rng)
    elif kind == FLAGGED:
        assert _shared.scorer is not None
        judge = _scorer(_shared.scorer)
        examples = flagged_examples(items, _shared.garble, judge, rng, skip=is_dev)
    elif kind == "consensus":
        examples = (mark_edits(text, edits, rng, kind=kind) for text, edits in items)
    else:
        examples = (clean_example(kind, item, rng, _shared.vocabulary, _shared.garble) for item in items)
    encoded = (
        encode_example(example, _shared.tokenizer, rng, _shared.prompt) for example in examples if example
    )
    return [item for item in encoded if item]
