"""From choices to edits of the source, each of them tried before it is believed.

A wording may run into markup: it may replace a phrase of which one word is bold, or bring a ``*``. So the
edited text is read again, and an edit stands only if the reader finds the prose that was meant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from mtqa.corrector.fitting import removed
from mtqa.fixing.choices import Choice
from mtqa.fixing.manuscript import Edit, Manuscript, replaced
from mtqa.fixing.words import word_replacements
from mtqa.report.base import prose_span
from mtqa.text.blocks import Block

_OVERLAPS = "it overlaps another fix"
_SAME = "it changes nothing"
_NO_PLACE = "the markup does not let it be written there"
_NO_CHARACTERS = "it has characters that cannot be written there"
_NOT_FOUND = "its sentence was not found again"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A choice that cannot be carried out, and why: to be read after ``because``."""

    choice: Choice
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """``edits`` in the order of the source carry out what is ``done``; both in reading order."""

    edits: tuple[Edit, ...] = ()
    done: tuple[Choice, ...] = ()
    refused: tuple[Refusal, ...] = ()


class _Change(NamedTuple):
    """``blocks[block].text[start:end]`` becomes ``text``."""

    block: int
    start: int
    end: int
    text: str

    def overlaps(self, other: _Change) -> bool:
        """Two words put into the same place overlap, too: their order would be chance."""
        if self.block != other.block:
            return False
        same = self[1:3] == other[1:3]
        return same or (self.start < other.end and other.start < self.end)


class _Placed(NamedTuple):
    choice: Choice
    change: _Change
    edits: tuple[Edit, ...]


def plan_fixes(manuscript: Manuscript, choices: Sequence[Choice]) -> Plan:
    """How to write the choices; of two that overlap, the first in the sequence."""
    refused: list[Refusal] = []
    wanted: list[tuple[Choice, _Change]] = []
    taken: list[_Change] = []
    for choice in choices:
        change = _change(manuscript, choice)
        reason = change if isinstance(change, str) else None
        if isinstance(change, _Change):
            at = bisect_left(taken, change)
            # Those taken do not overlap each other: only neighbours can overlap a new one.
            if any(change.overlaps(other) for other in taken[max(0, at - 2) : at + 2]):
                reason = _OVERLAPS
            elif next(_ways(manuscript, change), None) is None:
                reason = _why_none(manuscript, change)
            else:
                wanted.append((choice, change))
                taken.insert(at, change)
        if reason is not None:
            refused.append(Refusal(choice, reason))
    placed, misfits = _settle(manuscript, wanted, [])
    refused += [Refusal(choice, _NO_PLACE) for choice in misfits]
    return Plan(
        tuple(_in_order(placed)),
        tuple(sorted((one.choice for one in placed), key=_position)),
        tuple(sorted(refused, key=lambda refusal: _position(refusal.choice))),
    )


def _position(choice: Choice) -> tuple[int, int, int]:
    return choice.sentence.source.paragraph or 0, choice.flag.start, choice.flag.end


def _change(manuscript: Manuscript, choice: Choice) -> _Change | str:
    """The choice in the text of a block, or why it cannot be one."""
    sentence = choice.sentence
    located = manuscript.locate(sentence.source)
    if located is None:
        return _NOT_FOUND
    block, at = located
    start, end = prose_span(sentence.source, choice.flag)
    if start == end and not choice.wording:
        return _SAME
    start, end = removed(sentence.text, start, end, choice.wording)
    return _Change(block, at + start, at + end, choice.wording)


def _settle(
    manuscript: Manuscript, wanted: Sequence[tuple[Choice, _Change]], given: list[_Placed]
) -> tuple[list[_Placed], list[Choice]]:
    """``given`` and what of ``wanted`` fits beside it, and what does not; halves are tried where all fail."""
    first = [_Placed(choice, change, next(_ways(manuscript, change))) for choice, change in wanted]
    if not wanted or _fits(manuscript, [*given, *first]):
        return [*given, *first], []
    if len(wanted) > 1:
        half = len(wanted) // 2
        given, misfits = _settle(manuscript, wanted[:half], given)
        given, more = _settle(manuscript, wanted[half:], given)
        return given, misfits + more
    ((choice, change),) = wanted
    for edits in _ways(manuscript, change):
        if _fits(manuscript, [*given, _Placed(choice, change, edits)]):
            return [*given, _Placed(choice, change, edits)], []
    return given, [choice]


def _fits(manuscript: Manuscript, placed: Sequence[_Placed]) -> bool:
    """Whether a reader finds the prose that is meant; the width of white space does not count."""
    meant = [block.text for block in manuscript.blocks]
    for number, group in groupby(sorted(one.change for one in placed), lambda change: change.block):
        meant[number] = replaced(meant[number], [Edit(*change[1:]) for change in group])
    return _compared(manuscript.prose(_in_order(placed))) == _compared(meant)


def _compared(texts: Sequence[str]) -> list[str]:
    return [text for text in (" ".join(text.split()) for text in texts) if text]


def _in_order(placed: Sequence[_Placed]) -> list[Edit]:
    return sorted(edit for one in placed for edit in one.edits)


def _why_none(manuscript: Manuscript, change: _Change) -> str:
    old = manuscript.blocks[change.block].text[change.start : change.end]
    if not word_replacements(old, change.text):
        return _SAME
    return _NO_PLACE if manuscript.spellings(change.text) else _NO_CHARACTERS


def _ways(manuscript: Manuscript, change: _Change) -> Iterator[tuple[Edit, ...]]:
    """The ways to write a change, likeliest first; none where it changes nothing or cannot be written."""
    block = manuscript.blocks[change.block]
    replacements = word_replacements(block.text[change.start : change.end], change.text)
    options = [
        list(_options(manuscript, block, change.start + start, change.start + end, text))
        for start, end, text in replacements
    ]
    if options and all(options):
        for way in range(max(map(len, options))):
            yield tuple(edit for found in options for edit in found[min(way, len(found) - 1)])


def _options(
    manuscript: Manuscript, block: Block, start: int, end: int, text: str
) -> Iterator[tuple[Edit, ...]]:
    """The ways to replace part of a block's text: in which of the slices to write, and how to spell it."""
    slices = _slices(block, start, end) if start < end else []
    for spelled in manuscript.spellings(text):
        if start == end:
            for at in _gaps(block, start, text):
                yield (Edit(at, at, spelled),)
        for target in range(len(slices)):
            yield tuple(
                Edit(low, high, spelled if i == target else "") for i, (low, high) in enumerate(slices)
            )


def _slices(block: Block, start: int, end: int) -> list[tuple[int, int]]:
    """The slices of the source that a part of the text was written as; none if it ends within an entity."""
    found: list[tuple[int, int]] = []
    for run in block.runs[_run_at(block, start) :]:
        low, high = max(start, run.text_start), min(end, run.text_end)
        if run.text_start >= end:
            break
        if run.verbatim:
            piece = (run.start + low - run.text_start, run.start + high - run.text_start)
        elif (low, high) == (run.text_start, run.text_end):
            piece = (run.start, run.end)
        else:
            return []
        if found and found[-1][1] == piece[0]:
            piece = (found.pop()[0], piece[1])
        found.append(piece)
    return found


def _gaps(block: Block, at: int, text: str) -> list[int]:
    """Offsets in the source where text can be put in: behind what is before it, before what is behind it.

    Where markup stands between the two, a word goes to the side that it has no space to.
    """
    gaps: list[int] = []
    if at > 0:
        run = block.runs[_run_at(block, at - 1)]
        if run.verbatim or at == run.text_end:
            gaps.append(run.start + at - run.text_start if run.verbatim else run.end)
    if at < len(block.text):
        run = block.runs[_run_at(block, at)]
        if run.verbatim or at == run.text_start:
            gaps.append(run.start + at - run.text_start)
    return list(dict.fromkeys(reversed(gaps) if text[:1].isspace() else gaps))


def _run_at(block: Block, at: int) -> int:
    return bisect_right(block.runs, at, key=lambda run: run.text_start) - 1
