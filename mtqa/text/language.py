"""Is this English? The share of words that are English function words tells, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

_COMMON = """the of and to that it for with his her he she they this from by not are were be have has had
which will would been said their there but who you your we our its or if when what than them
could should about into after also more out over all can may because these those where while
before between at on as"""
#: Frequent in English and rare in the languages that share its alphabet (unlike "in", "was" and "is").
_FUNCTION_WORDS = frozenset(_COMMON.split())
_WORD = re.compile(r"[^\W\d_]+")
#: Of sentences of 20 words or more, 99 % of the Dutch, French, German and Spanish ones have no more than this
#: share of them; most English ones have 0.30 to 0.39.
_MIN_SHARE = 0.1
_MIN_WORDS = 20
_SAMPLE = 5000


def looks_english(texts: Iterable[str]) -> bool:
    """Whether the first 5,000 words are English; fewer than 20 words get the benefit of the doubt."""
    words = list(islice((match[0].lower() for text in texts for match in _WORD.finditer(text)), _SAMPLE))
    letters = sum(map(len, words))
    latin = sum(char < "\u0250" for word in words for char in word)
    if letters >= _MIN_WORDS and 2 * latin < letters:
        return False
    return len(words) < _MIN_WORDS or sum(word in _FUNCTION_WORDS for word in words) >= _MIN_SHARE * len(
        words
    )
