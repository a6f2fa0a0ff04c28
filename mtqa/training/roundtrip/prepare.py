"""Making a pack from the bitext and the corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from mtqa.training.corpus import JOURNALISM_SHARDS
from mtqa.training.roundtrip.data import bitext_file, count_pairs, hash_files, read_pairs, read_sentences
from mtqa.training.roundtrip.pack import make_shard, write_news, write_record
from mtqa.training.roundtrip.vocabulary import SIZE, train_vocabulary
from mtqa.training.schedule import commit

#: ``--tiny``: pairs of a language, sentences, articles, tokens.
TINY = (200, 30, 40, 800)


def make_pack(
    data: Path,
    corpus: Path,
    out: Path,
    languages: Sequence[str],
    *,
    sentences: int,
    vocabulary_size: int = SIZE,
    tiny: bool = False,
    seed: int = 1,
    tell: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Write a pack into ``out`` and return its record. The vocabulary is learnt from what is not held out.

    Raises :class:`mtqa.errors.InputError` for missing or malformed data, :class:`mtqa.errors.OutputError`
    when the pack would be too large to carry.
    """
    most, articles = None, None
    if tiny:
        most, sentences, articles, vocabulary_size = TINY
    pairs = {language: list(islice(read_pairs(data, language), most)) for language in languages}
    out.mkdir(parents=True, exist_ok=True)
    (out / "pack.json").unlink(missing_ok=True)  # it comes last: without it a pack is not complete
    texts = [p.foreign for found in pairs.values() for p in found if not p.held_out]
    texts += sorted({p.english for found in pairs.values() for p in found if not p.held_out})
    vocabulary = train_vocabulary(texts, languages, out / "vocabulary.model", size=vocabulary_size, seed=seed)
    record: dict[str, Any] = {"languages": list(languages), "vocabulary": len(vocabulary), "pairs": {}}
    tokens = 0
    for language, found in pairs.items():
        shard = make_shard(found, vocabulary)
        shard.save(out / f"{language}.npz")
        record["pairs"][language] = count_pairs(found)
        tokens += len(shard.foreign) + len(shard.english)
        tell(f"{language}: {len(shard):,} pairs, {len(shard.foreign) + len(shard.english):,} tokens")
    news = read_sentences(corpus, sentences, articles=articles)
    write_news(news, out / "news.jsonl.xz")
    shards = [corpus / f"shard{shard}.jsonl.xz" for shard in JOURNALISM_SHARDS]
    record |= {
        "tokens": tokens,
        "sentences": len(news),
        "seed": seed,
        "commit": commit(),
        "files": hash_files([*(bitext_file(data, language) for language in languages), *shards]),
    }
    write_record(out, record)
    return record
