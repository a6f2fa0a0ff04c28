"""Word alignment of a sentence with its round trip, finer than edit distance on equal words.

A weighted edit distance: words that are alike (one in another case, another form of one lemma, a long common
beginning) are paired at a lower price than strangers, a function word is not paired with a content word, and
a word that went from one place and came up in another is a move. What comes out are the pieces in which the
two texts differ, exact to the character: everything between two pieces is the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mtqa.text.words import is_wordlike, split_words
from mtqa.training.garble.inflection import analyses
from mtqa.training.garble.lexicon import is_closed

#: The price of a word without a counterpart. Whole numbers: sums must compare as equal.
_GAP = 9
#: How far a function word may have moved (in words) to be taken for the same one.
_NEAR = 5
_SHORTEST_LEMMA = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """``source[source_start:source_end]`` became ``result[start:end]``; ``moved``: (also) by changing place.

    ``alike``: one word for a similar one, which stands for itself; other pieces may be parts of a phrase.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    moved: bool = False
    alike: bool = False


#: A pair of word indices (result, source); ``None`` on one side where the word has no counterpart.
_Pair = tuple[int | None, int | None]
_Spans = list[tuple[int, int]]


def lemmas(word: str) -> frozenset[tuple[str, str]]:
    """(lemma, tag) that a lower-case form may have by rule; implausibly short lemmas are left out."""
    return frozenset(
        (lemma, form) for lemma, form in analyses(word) if len(lemma) >= _SHORTEST_LEMMA or lemma == word
    )


def share_lemma(first: str, second: str) -> bool:
    """Whether two different lower-case words may be forms of one."""
    return not {lemma for lemma, _ in lemmas(first)}.isdisjoint(lemma for lemma, _ in lemmas(second))


_MARKS = ("'‘’‚‛`´", '"“”„«»', "-–—−‑")


def is_same_mark(first: str, second: str) -> bool:
    """Whether two marks are quotes, single quotes or dashes of different shape."""
    return any(first in marks and second in marks for marks in _MARKS)


@lru_cache(maxsize=1 << 18)
def price(result: str, source: str) -> int:
    """What it costs to pair two words: 0 if they are equal, less than two gaps if that is plausible."""
    if result == source:
        return 0
    first, second = result.casefold(), source.casefold()
    if first == second:
        return 2
    wordlike = is_wordlike(first), is_wordlike(second)
    if wordlike == (False, False):
        return 2 if is_same_mark(first, second) else 8
    if wordlike != (True, True):
        return 25
    if share_lemma(first, second):
        return 5
    common = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 99)
    if min(common, len(first), len(second)) >= max(4, 0.6 * max(len(first), len(second))):
        return 6
    return 10 if is_closed(first) == is_closed(second) else 15


def align(result: Sequence[str], source: Sequence[str]) -> list[_Pair]:
    """The cheapest monotone alignment of two word sequences, in order."""
    head = _common(result, source)
    tail = _common(result[head:][::-1], source[head:][::-1])
    middle = _align(result[head : len(result) - tail], source[head : len(source) - tail])
    pairs: list[_Pair] = [(i, i) for i in range(head)]
    pairs += [(None if i is None else i + head, None if j is None else j + head) for i, j in middle]
    return [*pairs, *((len(result) - k, len(source) - k) for k in range(tail, 0, -1))]


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    pairs = zip(first, second, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _align(result: Sequence[str], source: Sequence[str]) -> list[_Pair]:
    costs = [[_GAP * j for j in range(len(source) + 1)]]
    for i, word in enumerate(result, 1):
        above, row = costs[-1], [_GAP * i]
        for j, other in enumerate(source, 1):
            row.append(min(above[j - 1] + price(word, other), above[j] + _GAP, row[j - 1] + _GAP))
        costs.append(row)
    pairs: list[_Pair] = []
    i, j = len(result), len(source)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + price(result[i - 1], source[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and (not j or costs[i][j] == costs[i - 1][j] + _GAP):
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def find_moves(
    pairs: Sequence[_Pair], result: Sequence[str], source: Sequence[str]
) -> tuple[set[int], set[int]]:
    """Words of result and source that have no counterpart in place, but the same word elsewhere."""
    came = [(n, i) for n, (i, j) in enumerate(pairs) if i is not None and j is None]
    went = [(n, j) for n, (i, j) in enumerate(pairs) if j is not None and i is None]
    moved_in: set[int] = set()
    moved_out: set[int] = set()
    for place, i in came:
        word = result[i].casefold()
        if not is_wordlike(word):
            continue
        reach = _NEAR if is_closed(word) else len(pairs)
        same = [(abs(n - place), j) for n, j in went if source[j].casefold() == word and j not in moved_out]
        if same and min(same)[0] <= reach:
            moved_in.add(i)
            moved_out.add(min(same)[1])
    return moved_in, moved_out


def differing_pieces(result: str, source: str) -> list[Piece]:
    """The pieces in which a round trip differs from its source, in order, apart from each other."""
    spans, source_spans = split_words(result), split_words(source)
    words, source_words = [result[a:b] for a, b in spans], [source[a:b] for a, b in source_spans]
    pairs = align(words, source_words)
    moved = find_moves(pairs, words, source_words)
    pieces: list[Piece] = []
    at = source_at = 0
    in_gap = False
    for i, j in [*pairs, (len(spans), len(source_spans))]:
        if i is None or j is None:
            in_gap = in_gap or i in moved[0] or j in moved[1]
            continue
        start, end = _span(spans, i, len(result))
        source_start, source_end = _span(source_spans, j, len(source))
        pieces += _gap(result, source, (at, start, source_at, source_start), in_gap)
        if result[start:end] != source[source_start:source_end]:
            alike = price(words[i], source_words[j]) < 7
            pieces.append(Piece(start, end, source_start, source_end, alike=alike))
        at, source_at, in_gap = end, source_end, False
    return _join(pieces, result)


def _span(spans: _Spans, index: int, length: int) -> tuple[int, int]:
    return spans[index] if index < len(spans) else (length, length)


def _gap(result: str, source: str, bounds: tuple[int, int, int, int], moved: bool) -> list[Piece]:
    """The piece between two pairs, without the white space that both texts have at its ends."""
    start, end, source_start, source_end = bounds
    if result[start:end] == source[source_start:source_end]:
        return []
    while start < end and source_start < source_end and _blank(result[start], source[source_start]):
        start, source_start = start + 1, source_start + 1
    while start < end and source_start < source_end and _blank(result[end - 1], source[source_end - 1]):
        end, source_end = end - 1, source_end - 1
    return [Piece(start, end, source_start, source_end, moved=moved)]


def _blank(first: str, second: str) -> bool:
    return first == second and first.isspace()


def _join(pieces: Sequence[Piece], result: str) -> list[Piece]:
    """Neighbouring strangers are one: a phrase was replaced, not its words."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and (_touch(last, piece) or _one_phrase(last, piece, result)):
            joined[-1] = Piece(
                last.start,
                piece.end,
                last.source_start,
                piece.source_end,
                moved=last.moved or piece.moved,
                alike=last.alike or piece.alike,
            )
        else:
            joined.append(piece)
    return joined


def _touch(first: Piece, second: Piece) -> bool:
    """Whether two pieces meet and one of them has no width, so that their order could not be told."""
    meet = first.end == second.start and first.source_end == second.source_start
    return meet and any(p.start == p.end or p.source_start == p.source_end for p in (first, second))


def _one_phrase(first: Piece, second: Piece, result: str) -> bool:
    strangers = not any((first.moved, first.alike, second.moved, second.alike))
    return strangers and not result[first.end : second.start].strip()
