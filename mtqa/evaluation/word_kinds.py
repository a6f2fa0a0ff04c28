"""Kinds of words on which a scorer may cry wolf: rare ones, names, numbers.

How rare a word is says the table of counts that ships with the scorer, from a corpus of 94 million words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtqa.corrector.fitting import begins_sentence
from mtqa.evaluation.baselines import count_bins
from mtqa.scorer.evidence import quantize
from mtqa.text.words import is_wordlike

#: The kinds of :func:`word_kinds`, with what each of them holds.
KINDS = {
    "frequent words": "12,800 times or oftener in the corpus of 94 million words",
    "middling words": "192 to 12,800 times",
    "rare words": "2 to 192 times",
    "unseen words": "once or never",
    "frequent names": "capitalised inside a sentence, 192 times or oftener",
    "rare names": "capitalised inside a sentence, 2 to 192 times",
    "unseen names": "capitalised inside a sentence, once or never",
    "numbers": "with a digit first",
}
# The counts are kept as logarithms in steps, so the bounds are those of steps.
_MIDDLING, _FREQUENT = (int(bin) for bin in quantize(np.array([192, 12_800]), "unigram"))


def word_kinds(text: str, words: Sequence[tuple[int, int]]) -> list[str]:
    """The kind of each word of a sentence, by its offsets; "" for punctuation.

    A capital at the start of a sentence makes no name.
    """
    written = [text[start:end] for start, end in words]
    return [
        _kind(word, bin, is_name=word[0].isupper() and not begins_sentence(text, start))
        for word, bin, (start, _) in zip(written, count_bins(written), words, strict=True)
    ]


def _kind(word: str, bin: int, *, is_name: bool) -> str:
    if not is_wordlike(word):
        return ""
    if word[0].isdigit():
        return "numbers"
    if is_name:
        return "unseen names" if bin == 0 else "rare names" if bin < _MIDDLING else "frequent names"
    if bin < _MIDDLING:
        return "rare words" if bin else "unseen words"
    return "middling words" if bin < _FREQUENT else "frequent words"
