"""How fluent a sentence is for the corpus: a trigram model over the counts that the scorer sees as evidence.

Stupid backoff (Brants et al. 2007, "Large language models in machine translation"): a word's relative
frequency after the two words before it, after one with a factor of 0.4, or alone with 0.4 twice. The counts
are quantised logarithms, so the values are rough: they are meant to be compared with those of another wording
of the same sentence.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from mtqa.scorer.evidence import LARGEST_BIN, LOOKUPS, log_count

_BACKOFF = math.log2(0.4)
#: The words of the corpus that the shipped table was counted on, as a logarithm, and an unseen word's count.
_LOG_WORDS, _UNSEEN = 26.5, -1.0
_WORD, _BEFORE = LOOKUPS.index(("unigram", 0)), LOOKUPS.index(("unigram", -1))
_BIGRAM, _TRIGRAM = LOOKUPS.index(("bigram", -1)), LOOKUPS.index(("trigram", -2))


def fluency(features: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """The base-2 logarithm (W,) of each word's probability after the two before it.

    ``features`` (W, FEATURES): the evidence of the words of one sentence, in order. The sentence's beginning
    is a word; without counts (a scorer without a table, whose evidence is all zeros) it is 0.
    """
    bins = np.rint(features[:, : len(LOOKUPS)] * LARGEST_BIN)
    word, before, bigram, trigram = (
        np.where(bins[:, column] > 0, log_count(bins[:, column], LOOKUPS[column][0]), -np.inf)
        for column in (_WORD, _BEFORE, _BIGRAM, _TRIGRAM)
    )
    pair = np.concatenate([[-np.inf], bigram[:-1]])  # of the two words before
    alone = 2 * _BACKOFF + np.maximum(word, _UNSEEN) - _LOG_WORDS
    with np.errstate(invalid="ignore"):
        after_one = np.where(np.isfinite(bigram) & np.isfinite(before), _BACKOFF + bigram - before, alone)
        after_two = np.where(np.isfinite(trigram) & np.isfinite(pair), trigram - pair, after_one)
    # Rounded counts can make an n-gram more frequent than what it begins with.
    return np.where(features.any(axis=1), np.minimum(after_two, 0.0), 0.0)
