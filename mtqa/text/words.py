"""Words with their offsets: the unit on which the scorer judges and n-grams are counted.

The cut is that of the Moses tokenizer (Koehn et al. 2007) as used for the labels of MLQE-PE, as far as one
regular expression can give it: punctuation stands alone, ``Trump's`` is ``Trump`` and ``'s``, ``long-term``,
``U.S.`` and ``1,000.5`` stay whole. No character but white space is dropped.
"""

from __future__ import annotations

import regex

_WORD = regex.compile(
    r"""
    \p{N}+ (?:[.,:/]\p{N}+)* [\p{L}\p{M}%]*             # 1,000.5  14:00  30th  12%
  | (?:\p{L}\.){2,}                                     # U.S.  e.g.
  | (?<=[\p{L}\p{N}]) ['’] \p{L}[\p{L}\p{M}]*           # Trump's -> 's, don't -> 't
  | [\p{L}\p{N}][\p{L}\p{M}\p{N}]* (?:-[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*
  | \.{2,} | -{2,}
  | \S \p{M}*                                           # any other visible character, marks attached
    """,
    regex.VERBOSE | regex.VERSION1,
)
_TOKEN = regex.compile(r"\S+")
#: Marks before which English has no space. Dots that stand for an omission may have one.
_CLINGING = frozenset(",.;:!?)]%")
_HAS_LETTER_OR_DIGIT = regex.compile(r"[\p{L}\p{N}]")


def split_words(text: str) -> list[tuple[int, int]]:
    """Offsets ``(start, end)`` of the words of ``text``, in order, every visible character in exactly one."""
    return [match.span() for match in _WORD.finditer(text)]


def split_tokens(text: str) -> list[tuple[int, int]]:
    """Offsets of the whitespace-separated tokens of ``text``."""
    return [match.span() for match in _TOKEN.finditer(text)]


def clings(word: str) -> bool:
    """Whether ``word`` is a mark that stands right behind the word before it."""
    return word in _CLINGING


def is_wordlike(text: str) -> bool:
    """Whether ``text`` holds a letter or a digit, so is more than punctuation."""
    return _HAS_LETTER_OR_DIGIT.search(text) is not None
