"""From segments to what the encoder sees: subword ids, word shapes, corpus evidence, windows.

The tokenizer is uncased; case comes back as a *shape* for every word (capitalised, all capitals, digits, ...)
with a bit that says whether white space stands before it, which also shows debris such as "long -term".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mtqa.scorer.evidence import FEATURES, CountTable, evidence
from mtqa.text.words import split_words
from mtqa.types import Segment

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Number of shape ids; 0 is for special tokens and padding.
SHAPES = 17
#: A word is cut to this many subwords; one of 5,000 letters must not fill a window.
SUBWORDS_PER_WORD = 16
_NO_WORD = -1


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: T tokens holding W words of a segment.

    ``ids``, ``shapes``, ``types``: (T,). ``word_index``: (T,), the word of each token counted within the
    window, -1 for context and special tokens. ``evidence``: (W, FEATURES). ``first`` is the segment's word
    that is word 0 here; the words ``[keep_start, keep_end)`` of the *segment* are judged by this window.
    """

    segment: int
    ids: npt.NDArray[np.int32]
    shapes: npt.NDArray[np.uint8]
    types: npt.NDArray[np.uint8]
    word_index: npt.NDArray[np.int16]
    evidence: npt.NDArray[np.float32]
    first: int
    keep_start: int
    keep_end: int


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text's words as tokens: for each word its subword ids and its shape."""

    offsets: list[tuple[int, int]]
    words: list[str]
    subwords: list[list[int]]
    shapes: list[int]


def word_shape(word: str, space_before: bool) -> int:
    """The shape id, 1..16, of a word."""
    if word[0].isdigit():
        kind = 4 if word[-1].isdigit() else 5
    elif not word[0].isalpha():
        kind = 6 if len(word) == 1 else 7
    elif word.islower():
        kind = 0
    elif word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        kind = 1
    elif word.isupper():
        kind = 2
    else:
        kind = 3
    return 1 + 2 * kind + int(space_before)


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer.json without the padding and truncation that its authors may have left switched on."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class SegmentEncoder:
    """Turns segments into windows for one model.

    ``context_tokens``: at most this many subwords of the sentence before and of the one after;
    ``window_tokens``: a longer sentence is cut into overlapping windows.
    """

    def __init__(
        self, tokenizer: Tokenizer, table: CountTable | None, *, context_tokens: int, window_tokens: int
    ) -> None:
        self._tokenizer = tokenizer
        self._table = table
        self._context_tokens = context_tokens
        self._window_tokens = window_tokens
        special = tokenizer.get_vocab()
        self._cls, self._sep, self._unk = (special[token] for token in ("[CLS]", "[SEP]", "[UNK]"))

    def encode(self, segments: Sequence[Segment]) -> tuple[list[Window], list[list[tuple[int, int]]]]:
        """Windows of the segments (none for one without words), and the offsets of each segment's words."""
        texts = {text for s in segments for text in (s.text, s.previous, s.following) if text}
        tokens = self._tokenize(sorted(texts))
        tokens[""] = _Tokens([], [], [], [])
        own = [tokens[segment.text] for segment in segments]
        features = self._evidence([t.words for t in own])
        windows = [
            window
            for index, segment in enumerate(segments)
            for window in self._windows(
                index, own[index], features[index], tokens[segment.previous], tokens[segment.following]
            )
        ]
        return windows, [t.offsets for t in own]

    def _tokenize(self, texts: list[str]) -> dict[str, _Tokens]:
        offsets = [split_words(text) for text in texts]
        words = [[text[a:b] for a, b in spans] for text, spans in zip(texts, offsets, strict=True)]
        encodings = self._tokenizer.encode_batch(words, is_pretokenized=True, add_special_tokens=False)
        result = {}
        for text, spans, strings, encoding in zip(texts, offsets, words, encodings, strict=True):
            subwords: list[list[int]] = [[] for _ in strings]
            for token, word in zip(encoding.ids, encoding.word_ids, strict=True):
                if word is not None and len(subwords[word]) < SUBWORDS_PER_WORD:
                    subwords[word].append(token)
            subwords = [ids or [self._unk] for ids in subwords]
            shapes = [
                word_shape(word, start > 0 and text[start - 1].isspace())
                for word, (start, _) in zip(strings, spans, strict=True)
            ]
            result[text] = _Tokens(spans, strings, subwords, shapes)
        return result

    def _evidence(self, sentences: list[list[str]]) -> list[npt.NDArray[np.float32]]:
        if self._table is None:
            return [np.zeros((len(words), FEATURES), dtype=np.float32) for words in sentences]
        return evidence(self._table, sentences)

    def _windows(
        self,
        segment: int,
        tokens: _Tokens,
        features: npt.NDArray[np.float32],
        previous: _Tokens,
        following: _Tokens,
    ) -> Iterator[Window]:
        before = _flatten(previous)[-self._context_tokens :] if self._context_tokens else []
        after = _flatten(following)[: self._context_tokens]
        for first, last, keep_start, keep_end in self._cuts([len(ids) for ids in tokens.subwords]):
            inner = [
                (token, tokens.shapes[word], 0, word - first)
                for word in range(first, last)
                for token in tokens.subwords[word]
            ]
            rows = [(self._cls, 0, 0, _NO_WORD)]
            if before and first == 0:
                rows += [*((t, s, 1, _NO_WORD) for t, s in before), (self._sep, 0, 1, _NO_WORD)]
            rows += [*inner, (self._sep, 0, 0, _NO_WORD)]
            if after and last == len(tokens.words):
                rows += [*((t, s, 1, _NO_WORD) for t, s in after), (self._sep, 0, 1, _NO_WORD)]
            ids, shapes, types, index = zip(*rows, strict=True)
            yield Window(
                segment,
                np.array(ids, dtype=np.int32),
                np.array(shapes, dtype=np.uint8),
                np.array(types, dtype=np.uint8),
                np.array(index, dtype=np.int16),
                features[first:last],
                first,
                keep_start,
                keep_end,
            )

    def _cuts(self, lengths: list[int]) -> Iterator[tuple[int, int, int, int]]:
        """Word ranges ``(first, last, keep_start, keep_end)`` of the windows over words of these lengths."""
        total, words = sum(lengths), len(lengths)
        if words == 0:
            return
        if total <= self._window_tokens:
            yield 0, words, 0, words
            return
        overlap = self._window_tokens // 6
        first = keep_start = 0
        while True:
            last, size = first, 0
            while last < words and size + lengths[last] <= self._window_tokens:
                size += lengths[last]
                last += 1
            if last == words:
                yield first, last, keep_start, words
                return
            keep_end = _step_back(lengths, last, overlap, keep_start)
            yield first, last, keep_start, keep_end
            first = _step_back(lengths, keep_end, overlap, first)
            keep_start = keep_end


def _step_back(lengths: list[int], position: int, tokens: int, floor: int) -> int:
    """The word that lies about ``tokens`` subwords before ``position``, but after ``floor``."""
    size = 0
    while position - 1 > floor and size < tokens:
        position -= 1
        size += lengths[position]
    return position


def _flatten(tokens: _Tokens) -> list[tuple[int, int]]:
    return [
        (token, shape) for ids, shape in zip(tokens.subwords, tokens.shapes, strict=True) for token in ids
    ]
