"""The trivial rules that a figure has to be seen beside: chance, word frequency, sentence length.

None of them is fitted. Where a rule has to say how many words to flag, it flags at the rate that the data
sets' description gives for each language pair.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence

from mtqa.scorer.evidence import LARGEST_BIN, CountTable, hash_word
from mtqa.scorer.folder import COUNTS, shipped_folder

#: Share of words that post-editors changed in each pair, as the data's description states it.
BAD_RATES = {"ro-en": 0.32, "et-en": 0.25, "ne-en": 0.60, "si-en": 0.59, "ru-en": 0.15}


@functools.cache
def _counts() -> CountTable:
    return CountTable.load(shipped_folder("scorer") / COUNTS)


def count_bins(words: Sequence[str]) -> list[int]:
    """The logarithmic bin of each word's count, 0 (unseen) to 15, by the shipped counts of edited English."""
    import numpy as np

    from mtqa.scorer.evidence import hash_ngrams

    if not words:
        return []
    hashes = np.array([hash_word(word) for word in words], dtype=np.uint64)
    return [int(bin) for bin in _counts().lookup(hash_ngrams(hashes, "unigram"))]


def rarity(words: Sequence[str]) -> list[float]:
    """How rare each word is, 0 (the commonest) to 1 (unseen), by the shipped counts of edited English."""
    return [1 - bin / LARGEST_BIN for bin in count_bins(words)]


def at_random(count: int, seed: int) -> list[float]:
    """Scores by chance, 0..1."""
    rng = random.Random(seed)
    return [rng.random() for _ in range(count)]


def highest(scores: Sequence[float], share: float, seed: int = 0) -> list[bool]:
    """Whether each score is among the highest ``share`` of all; which of equal ones are is up to chance."""
    rng = random.Random(seed)
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], rng.random()))
    chosen = set(order[: round(share * len(scores))])
    return [i in chosen for i in range(len(scores))]
