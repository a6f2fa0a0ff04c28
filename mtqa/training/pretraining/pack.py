"""The corpus tokenised once: documents, partly garbled, as compressed shards that a training machine reads.

A pack is a folder that needs nothing beside it: ``pack.json`` (what is in it, with the shards' hashes), the
tokenizer, the encoder to start from if there is one, minimal pairs for the health check, and the shards. A
shard is an xz-compressed safetensors file of the arrays ``ids`` (N,) uint16, ``shapes`` (N,) uint8 and the
bits ``changed`` and ``missing``, packed eight a byte. A document ends with ``[SEP]``.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import lzma
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from mtqa.errors import InputError
from mtqa.scorer.encode import load_tokenizer
from mtqa.training.corpus import SHARDS, read_shard
from mtqa.training.examples import LabelledSpan
from mtqa.training.garble import Garbler
from mtqa.training.news import GARBLED_SENTENCES
from mtqa.training.pretraining.heldout import HeldOut
from mtqa.training.pretraining.tokens import CHANGED, MISSING, TextTokenizer, Tokens, sentences_of
from mtqa.training.workers import clean_start

PACK_FILE = "pack.json"
TOKENIZER = "tokenizer.json"
PAIRS_FILE = "pairs.json.xz"
KIND = "mtqa-pack"
#: Documents that a worker tokenises at a time, and such parts that are under way at once.
_PART, _AHEAD = 50, 128
# Two-byte numbers: the match finder is told where they begin.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 4, "lc": 2, "lp": 1, "pb": 1}]


@dataclass(frozen=True, slots=True)
class PackOptions:
    """How a corpus is packed.

    ``garbled``: share of the documents that are garbled, each in three sentences of four. ``shard_tokens``:
    tokens of a shard; 30 million make some 40 MB. ``words``: stop after about so many. ``seed``: decides
    which documents are garbled and their order.
    """

    garbled: float = 0.2
    shard_tokens: int = 30_000_000
    words: int | None = None
    workers: int = 4
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """Tokens of some documents: ``ids`` (N,), ``shapes`` (N,), ``labels`` (N,) bits; and what went in."""

    ids: npt.NDArray[np.uint16]
    shapes: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    documents: int
    words: int
    garbled: int

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What a shard file holds."""
        bits = {
            name: np.packbits(self.labels & bit > 0)
            for name, bit in (("changed", CHANGED), ("missing", MISSING))
        }
        return {"ids": self.ids, "shapes": self.shapes, **bits}


def join(parts: Sequence[Packed]) -> Packed:
    """Parts one after the other."""
    return Packed(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.shapes for part in parts]),
        np.concatenate([part.labels for part in parts]),
        *(sum(getattr(part, name) for part in parts) for name in ("documents", "words", "garbled")),
    )


class DocumentPacker:
    """Tokenises documents and garbles some of them; the same for any number of workers."""

    def __init__(self, tokenizer: Path, garbler: Garbler | None, options: PackOptions) -> None:
        self._tokenizer = TextTokenizer(load_tokenizer(tokenizer))
        self._garbler, self._options = garbler, options

    def pack(self, texts: Sequence[str], first: int) -> Packed:
        """The documents' tokens; ``first`` is the number of the first one in the whole order."""
        tokens, garbled = Tokens(), 0
        for number, text in enumerate(texts, first):
            rng = random.Random(self._options.seed * 1_000_003 + number)
            spoil = self._garbler is not None and rng.random() < self._options.garbled
            garbled += spoil
            for sentence in sentences_of(text):
                if spoil and rng.random() < GARBLED_SENTENCES:
                    assert self._garbler is not None
                    made = self._garbler.garble(sentence, rng)
                    self._tokenizer.sentence(
                        made.text, [LabelledSpan(edit.start, edit.end) for edit in made.edits], tokens
                    )
                else:
                    self._tokenizer.sentence(sentence, into=tokens)
            tokens.append(self._tokenizer.separator)
        return Packed(
            np.array(tokens.ids, np.uint16),
            np.array(tokens.shapes, np.uint8),
            np.array(tokens.labels, np.uint8),
            len(texts),
            sum(text.count(" ") + 1 for text in texts),
            garbled,
        )


_packer: DocumentPacker | None = None


def _begin_worker(tokenizer: Path, garbler: Garbler | None, options: PackOptions) -> None:
    global _packer
    _packer = DocumentPacker(tokenizer, garbler, options)


def _pack_part(texts: Sequence[str], first: int) -> Packed:
    assert _packer is not None
    return _packer.pack(texts, first)


def read_documents(
    corpus: Path, held_out: HeldOut, *, sources: Sequence[str] | None, seed: int
) -> tuple[list[str], int]:
    """The documents that may be trained on, shuffled, and how many others were left out for what they share.

    Raises :class:`InputError` when there is none.
    """
    texts, left_out = [], 0
    for shard in SHARDS:
        for text in read_shard(corpus, shard, reserved=False, sources=sources):
            if held_out.meets(text):
                left_out += 1
            else:
                texts.append(text)
    if not texts:
        raise InputError(f"{corpus} holds no document that may be trained on; check --corpus and --sources.")
    random.Random(seed).shuffle(texts)
    return texts, left_out


def pack_documents(
    texts: Sequence[str], tokenizer: Path, garbler: Garbler | None, options: PackOptions
) -> Iterator[Packed]:
    """The documents as shards of about ``shard_tokens`` tokens, in order."""
    parts: list[Packed] = []
    words = 0
    arguments = (tokenizer, garbler, options)
    with ProcessPoolExecutor(
        options.workers, clean_start(), initializer=_begin_worker, initargs=arguments
    ) as pool:
        for begin in range(0, len(texts), _PART * _AHEAD):
            firsts = range(begin, min(begin + _PART * _AHEAD, len(texts)), _PART)
            for packed in pool.map(_pack_part, [texts[n : n + _PART] for n in firsts], firsts):
                if options.words is not None and words >= options.words:
                    break
                parts.append(packed)
                words += packed.words
                if sum(len(part.ids) for part in parts) >= options.shard_tokens:
                    yield join(parts)
                    parts = []
            if options.words is not None and words >= options.words:
                break
    if parts:
        yield join(parts)


def write_shard(packed: Packed, folder: Path, number: int) -> dict[str, int | str]:
    """Write a shard; returns its entry in ``pack.json``."""
    path = folder / f"shard-{number:03}.safetensors.xz"
    compressed = lzma.compress(save(packed.arrays()), filters=_FILTERS)
    partial = path.with_suffix(".partial")
    partial.write_bytes(compressed)
    partial.replace(path)
    return {
        "file": path.name,
        "tokens": len(packed.ids),
        "documents": packed.documents,
        "words": packed.words,
        "garbled_documents": packed.garbled,
        "changed_tokens": int((packed.labels & CHANGED > 0).sum()),
        "missing": int((packed.labels & MISSING > 0).sum()),
        "bytes": len(compressed),
        "sha256": hashlib.sha256(compressed).hexdigest(),
    }


def write_pairs(pairs: Sequence[tuple[str, str, str]], tokenizer: Path, folder: Path) -> None:
    """Write minimal pairs ``(phenomenon, good, bad)`` as ``[phenomenon, ids, shapes, ids, shapes]``."""
    known = TextTokenizer(load_tokenizer(tokenizer))
    rows = []
    for phenomenon, *both in pairs:
        tokens = [known.sentence(text) for text in both]
        rows.append([phenomenon, *itertools.chain.from_iterable((t.ids, t.shapes) for t in tokens)])
    with lzma.open(folder / PAIRS_FILE, "wt", encoding="utf-8") as file:
        json.dump(rows, file)
