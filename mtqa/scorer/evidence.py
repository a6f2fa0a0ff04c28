"""Corpus evidence: how often a large corpus of edited English holds the n-grams around a word.

A small encoder cannot memorise which words go together; counting can. The table keeps, for the n-grams that
occur often enough, a quantised logarithm of the count, in two bytes a n-gram: a 12-bit fingerprint and a
4-bit count, in buckets addressed by the leading bits of the n-gram's hash (a compressed variant of the
fingerprint tables of Talbot & Osborne 2007, "Randomised language modelling for statistical machine
translation"). An unseen n-gram is taken for a seen one about once in 500 look-ups.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

#: The n-grams that are counted: the offsets of their words from the first. (0, 2) skips one word.
PATTERNS: dict[str, tuple[int, ...]] = {
    "unigram": (0,),
    "bigram": (0, 1),
    "trigram": (0, 1, 2),
    "skip-bigram": (0, 2),
}
#: What is looked up for the word at position 0: a pattern and where it begins.
LOOKUPS: tuple[tuple[str, int], ...] = (
    ("unigram", 0),
    ("unigram", -1),
    ("unigram", 1),
    ("bigram", -1),
    ("bigram", 0),
    ("trigram", -2),
    ("trigram", -1),
    ("trigram", 0),
    ("skip-bigram", -2),
    ("skip-bigram", -1),
    ("skip-bigram", 0),
)
#: Numbers a word: for each look-up the scaled log count and whether it is unseen.
FEATURES = 2 * len(LOOKUPS)

_FINGERPRINT_BITS = 12
_COUNT_BITS = 4
#: Bins are 1 to this, and 0 for what was not seen.
LARGEST_BIN = (1 << _COUNT_BITS) - 1
# Bins an octave: single words span 2..2^23, n-grams are rarely above 2^12.
_BINS_PER_OCTAVE = {"unigram": 0.66, "bigram": 1.15, "trigram": 1.4, "skip-bigram": 1.15}
_SALTS = {
    "unigram": 0x9E3779B97F4A7C15,
    "bigram": 0xC2B2AE3D27D4EB4F,
    "trigram": 0x165667B19E3779F9,
    "skip-bigram": 0x27D4EB2F165667C5,
}
_BOUNDARY = "<s>"


def normalize(word: str) -> str:
    """The form under which a word is counted: lower case, straight quotes, numbers as ``0``."""
    if word.isalpha() and word.isascii():
        return word.lower()
    if word[0].isdigit():
        return "0"
    return word.lower().replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


@functools.lru_cache(maxsize=1 << 17)
def hash_word(word: str) -> int:
    """A 64-bit hash of a word in its counted form, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(normalize(word).encode(), digest_size=8).digest(), "little")


BOUNDARY_HASH = int.from_bytes(hashlib.blake2b(_BOUNDARY.encode(), digest_size=8).digest(), "little")


def hash_ngrams(words: Hashes, pattern: str) -> Hashes:
    """Hashes of the n-grams of a pattern that begin at each word.

    ``words``: (N,) word hashes. Returns (N - span + 1,), span the words that the pattern reaches over.
    """
    offsets = PATTERNS[pattern]
    count = len(words) - offsets[-1]
    mixed = np.full(max(count, 0), _SALTS[pattern], dtype=np.uint64)
    for offset in offsets:  # a multiply-xorshift round for each word (splitmix64's finaliser)
        mixed = (mixed ^ words[offset : offset + len(mixed)]) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(32)
    return mixed


def quantize(counts: npt.NDArray[np.int64], pattern: str) -> npt.NDArray[np.uint16]:
    """Counts as logarithmic bins 1..15."""
    bins = 1 + np.floor(np.log2(counts) * _BINS_PER_OCTAVE[pattern])
    clipped: npt.NDArray[np.float64] = np.clip(bins, 1, LARGEST_BIN)
    return clipped.astype(np.uint16)


def log_count(bins: npt.NDArray[np.float64], pattern: str) -> npt.NDArray[np.float64]:
    """The base-2 logarithm of the counts in the middle of these bins, which are 1 or more."""
    return (bins - 0.5) / _BINS_PER_OCTAVE[pattern]


@dataclass(frozen=True, slots=True)
class CountTable:
    """Quantised n-gram counts.

    ``starts``: (2^bits + 1,) uint32, where each bucket's slots begin. ``slots``: (n-grams,) uint16,
    fingerprint and count bin.
    """

    starts: npt.NDArray[np.uint32]
    slots: npt.NDArray[np.uint16]
    largest_bucket: int

    @classmethod
    def build(cls, keys: Hashes, bins: npt.NDArray[np.uint16], bucket_size: int = 8) -> CountTable:
        """Build from unique n-gram hashes (N,) and their count bins (N,)."""
        bits = max(1, int(np.ceil(np.log2(max(len(keys), 2) / bucket_size))))
        order = np.argsort(keys)
        keys, bins = keys[order], bins[order]
        buckets = (keys >> np.uint64(64 - bits)).astype(np.int64)
        starts = np.searchsorted(buckets, np.arange((1 << bits) + 1)).astype(np.uint32)
        slots = (_fingerprint(keys, bits) << np.uint16(_COUNT_BITS)) | bins
        return cls(starts, slots, int(np.diff(starts).max()))

    @classmethod
    def load(cls, path: Path) -> CountTable:
        """Read a table that :meth:`save` wrote."""
        from safetensors.numpy import load_file

        tensors = load_file(path)
        starts = tensors["starts"]
        return cls(starts, tensors["slots"], int(np.diff(starts).max()))

    def save(self, path: Path) -> None:
        """Write the table as safetensors."""
        from safetensors.numpy import save_file

        save_file({"starts": self.starts, "slots": self.slots}, path)

    def lookup(self, keys: Hashes) -> npt.NDArray[np.uint8]:
        """Count bins (N,) of n-gram hashes (N,), 0 where unseen."""
        bits = (len(self.starts) - 1).bit_length() - 1
        buckets = (keys >> np.uint64(64 - bits)).astype(np.int64)
        begin, end = self.starts[buckets].astype(np.int64), self.starts[buckets + 1].astype(np.int64)
        wanted = _fingerprint(keys, bits)
        found = np.zeros(len(keys), dtype=np.uint16)
        pending = np.arange(len(keys))
        for step in range(self.largest_bucket):
            pending = pending[begin[pending] + step < end[pending]]
            if not len(pending):
                break
            slots = self.slots[begin[pending] + step]
            match = (slots >> np.uint16(_COUNT_BITS)) == wanted[pending]
            found[pending[match]] = slots[match] & np.uint16(LARGEST_BIN)
            pending = pending[~match]
        return found.astype(np.uint8)


def _fingerprint(keys: Hashes, bits: int) -> npt.NDArray[np.uint16]:
    shifted: Hashes = (keys << np.uint64(bits)) >> np.uint64(64 - _FINGERPRINT_BITS)
    return shifted.astype(np.uint16)


def evidence(table: CountTable, sentences: Sequence[Sequence[str]]) -> list[npt.NDArray[np.float32]]:
    """Evidence features of sentences given as words: one (words, FEATURES) array each, values 0..1.

    The sentence boundary counts as a word on both sides; n-grams that would reach further are unseen.
    """
    pad = 2  # the widest pattern reaches two words to either side
    flat: list[int] = [0] * pad
    begins: list[int] = []
    for words in sentences:
        flat.append(BOUNDARY_HASH)
        begins.append(len(flat))
        flat.extend(map(hash_word, words))
        flat.append(BOUNDARY_HASH)
        flat.extend([0] * pad)
    hashes = np.array(flat, dtype=np.uint64)
    bins = np.zeros((len(hashes), len(LOOKUPS)), dtype=np.uint8)
    by_pattern = {
        pattern: table.lookup(hash_ngrams(hashes, pattern)) for pattern in {name for name, _ in LOOKUPS}
    }
    for column, (pattern, first) in enumerate(LOOKUPS):
        found = by_pattern[pattern]
        positions = np.arange(len(hashes)) + first
        valid = (positions >= 0) & (positions < len(found))
        bins[valid, column] = found[positions[valid]]
    features = np.concatenate([bins / np.float32(LARGEST_BIN), bins == 0], axis=1).astype(np.float32)
    return [features[begin : begin + len(words)] for begin, words in zip(begins, sentences, strict=True)]
