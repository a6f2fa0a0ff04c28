"""What the corrector is taught: sentences with marked spans and the right wording of each span.

Three kinds. *Edits* (of a garbled sentence, of a human post-edit): some of the errors are marked, the others
are mended or left standing in the context; the mark is often wider than the error, because a scorer's flags
are. *Denoising* on clean sentences (Raffel et al. 2020, section 3.1.4): spans replaced by a mask, by nothing,
by other words or put in disorder. And *keep*: a mark on sound text, so that the model learns to leave it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mtqa.corrector.casing import joins
from mtqa.corrector.prompt import MASK
from mtqa.text.words import is_wordlike, split_words
from mtqa.types import Segment

MAX_SPANS = 4
#: An edit of text: ``(start, end, replacement)`` in code points.
TextEdit = tuple[int, int, str]

_FUNCTION_WORDS = re.compile(
    r"an?|the|of|to|in|on|at|by|for|from|with|as|and|or|but|that|which|who|it|is|are|was|were|be|been|ha[sd]|have"
    r"|will|would|not|s?he|they|his|her|its|their|this|these"
)


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A marked span of a segment and its right wording; ``None``: it is right as it stands."""

    start: int
    end: int
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """A segment with one to :data:`MAX_SPANS` marked spans, sorted and apart; ``kind`` says where from."""

    segment: Segment
    spans: tuple[MarkedSpan, ...]
    kind: str


def normalise_edits(text: str, edits: Sequence[TextEdit]) -> list[TextEdit]:
    """The edits widened to whole words, without white space at their ends, sorted and apart.

    A replacement that begins or ends with punctuation that sticks to its neighbour (``", which"``) takes that
    neighbour in: a replacement cannot remove a space outside its span.
    """
    words = split_words(text)
    out: list[TextEdit] = []
    for edit in sorted(edits):
        start, end, replacement = _widen_to_words(text, words, edit)
        # Two edits of one word, or a neighbour taken in twice: the second stays an error of the context.
        if not out or start > out[-1][1] or (start == out[-1][1] and start < end):
            out.append((start, end, replacement))
    return out


def _widen_to_words(text: str, words: list[tuple[int, int]], edit: TextEdit) -> TextEdit:
    start, end, replacement = edit
    for first, last in words:
        if first < start < last:
            replacement, start = text[first:start] + replacement, first
        if first < end < last:
            replacement, end = replacement + text[end:last], last
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    replacement = " ".join(replacement.split())
    before = [word for word in words if word[1] <= start]
    sticks = bool(replacement) and joins("", "", replacement[0]) and not _joined_left(text, start)
    if sticks and before:
        end = before[-1][1] if start == end else end
        start, replacement = before[-1][0], text[before[-1][0] : before[-1][1]] + replacement
    return start, end, replacement


def _joined_left(text: str, start: int) -> bool:
    return start > 0 and not text[start - 1].isspace()


def mark_edits(
    text: str,
    edits: Sequence[TextEdit],
    rng: random.Random,
    *,
    kind: str,
    previous: str = "",
    following: str = "",
) -> Example | None:
    """An example that marks some of the edits; the others are mended or stay. ``None`` if none is fit."""
    edits = normalise_edits(text, edits)
    usable = [index for index, edit in enumerate(edits) if is_teachable(text, edit)]
    if not usable:
        return None
    marked = set(rng.sample(usable, min(len(usable), rng.choice((1, 2, 3, MAX_SPANS)))))
    mend_rest = rng.random() < 0.5
    builder = _Builder(rng)
    at = 0
    for index, (start, end, replacement) in enumerate(edits):
        builder.plain(text[at:start])
        if index in marked:
            builder.span(text[start:end], replacement)
        elif mend_rest and text[start:end] and replacement:
            builder.plain(replacement, sound=False)
        else:
            builder.plain(text[start:end], sound=False)
        at = end
    builder.plain(text[at:])
    result, spans = builder.finish()
    return Example(Segment(result, previous, following), spans, kind)


class _Builder:
    """Puts a text together from sound stretches and marked spans, and widens the marks into sound text."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[tuple[int, int, str]] = []
        self._closed: list[tuple[int, int]] = []

    def plain(self, text: str, *, sound: bool = True) -> None:
        if not sound:
            self._closed.append((self._length, self._length + len(text)))
        self._parts.append(text)
        self._length += len(text)

    def span(self, text: str, replacement: str) -> None:
        self._marks.append((self._length, self._length + len(text), replacement))
        self._parts.append(text)
        self._length += len(text)

    def finish(self) -> tuple[str, tuple[MarkedSpan, ...]]:
        text = "".join(self._parts)
        words = split_words(text)
        taken = [*self._closed, *((start, end) for start, end, _ in self._marks)]
        spans: list[MarkedSpan] = []
        for start, end, replacement in self._marks:
            before, after = self._rng.choice(_WIDENINGS)
            others = [place for place in taken if place != (start, end)]
            if start == end:
                before = after = self._rng.choice((0, 0, 0, 1))
            first, last = _widened(words, start, end, before, after, others)
            taken[taken.index((start, end))] = (first, last)
            wording = " ".join(
                (text[first:start] + _padded(text, start, end, replacement) + text[end:last]).split()
            )
            spans.append(MarkedSpan(first, last, wording))
        return text, tuple(spans)


# Words taken in on the left and on the right: mostly none.
_WIDENINGS = ((0, 0),) * 11 + ((1, 0), (0, 1), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1))


def _padded(text: str, start: int, end: int, replacement: str) -> str:
    """``replacement`` with the spaces that it needs where ``text`` has a bare gap."""
    if start < end or not replacement:
        return replacement
    left = "" if start == 0 or text[start - 1].isspace() or joins("", "", replacement[0]) else " "
    right = "" if end == len(text) or text[end].isspace() or joins("", "", text[end]) else " "
    return left + replacement + right


def _widened(
    words: list[tuple[int, int]], start: int, end: int, before: int, after: int, others: list[tuple[int, int]]
) -> tuple[int, int]:
    lefts = [word[0] for word in words if word[1] <= start][-before:] if before else []
    rights = [word[1] for word in words if word[0] >= end][:after] if after else []
    first, last = min([start, *lefts]), max([end, *rights])
    floor = max((stop for begin, stop in others if stop <= start), default=0)
    ceiling = min((begin for begin, stop in others if begin >= end), default=last)
    return (first if first >= floor else start), (last if last <= ceiling else end)


def is_teachable(text: str, edit: TextEdit) -> bool:
    """Whether the wording can be known from the sentence: short, and it brings in no number and no name."""
    start, end, replacement = edit
    if len(replacement.split()) > 12 or end - start > 90 or replacement == text[start:end]:
        return False
    known = text.lower()
    for first, last in split_words(replacement):
        word = replacement[first:last]
        brings_name = word[0].isupper() and start > 0 and word.lower() not in known
        if (brings_name or any(map(str.isdigit, word))) and word not in text:
            return False
    return True


def denoise(
    text: str, rng: random.Random, vocabulary: Sequence[str], *, previous: str = "", following: str = ""
) -> Example | None:
    """Spans of a clean sentence masked, emptied, replaced by other words or put in disorder."""
    words = split_words(text)
    edits: list[tuple[int, int, str]] = []
    at = 0
    for _ in range(rng.choice((1, 2, 3, MAX_SPANS))):
        chosen = _choose_words(text, words, at, rng)
        if chosen is None:
            continue
        first, last = chosen
        start, end = words[first][0], words[last - 1][1]
        edits.append((start, end, _disturb(text, words[first:last], rng, vocabulary)))
        at = last + 1
    builder = _Builder(rng)
    position = 0
    for start, end, noise in edits:
        builder.plain(text[position:start])
        builder.span(noise, text[start:end])
        position = end
    builder.plain(text[position:])
    result, spans = builder.finish()
    return Example(Segment(result, previous, following), spans, "denoise") if spans else None


def _choose_words(
    text: str, words: list[tuple[int, int]], at: int, rng: random.Random
) -> tuple[int, int] | None:
    """Up to five words from word ``at`` on, without numbers or names, leaving room for more spans."""
    for _ in range(4):
        length = rng.choice((1, 1, 1, 2, 2, 3, 4, 5))
        latest = min(len(words) - length, at + 12)
        if latest < at:
            return None
        first = rng.randint(at, latest)
        chosen = [text[start:end] for start, end in words[first : first + length]]
        plain = all(
            (word.isalpha() and word == word.lower()) or (first == 0 and word.isalpha()) for word in chosen
        )
        if plain:
            return first, first + length
    return None


def _disturb(text: str, words: list[tuple[int, int]], rng: random.Random, vocabulary: Sequence[str]) -> str:
    chosen = [text[start:end] for start, end in words]
    draw = rng.random()
    if (len(chosen) == 1 and draw < 0.25) or (len(chosen) == 2 and draw < 0.1):
        return ""
    if len(chosen) >= 3 and draw < 0.3:
        rng.shuffle(chosen)
        return " ".join(chosen)
    if draw < 0.55:
        return MASK
    noisy = [
        rng.choice(vocabulary) if not _FUNCTION_WORDS.fullmatch(word) or rng.random() < 0.3 else word
        for word in chosen
    ]
    if rng.random() < 0.2:
        noisy.insert(rng.randrange(len(noisy) + 1), rng.choice(vocabulary))
    return " ".join(noisy)


def keep(text: str, rng: random.Random, *, previous: str = "", following: str = "") -> Example | None:
    """One sound span, or a place where nothing is missing, of a clean sentence: the answer is to keep it."""
    words = split_words(text)
    if len(words) < 4:
        return None
    length = rng.choice((0, 1, 1, 2, 2, 3, 4))
    first = rng.randint(0, len(words) - max(length, 1))
    start = words[first][0]
    end = words[first + length - 1][1] if length else start
    if length and not is_wordlike(text[start:end]):
        return None
    return Example(Segment(text, previous, following), (MarkedSpan(start, end, None),), "keep")
