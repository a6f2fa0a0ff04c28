"""Putting a replacement in its place: spaces, the capital of a sentence, what cannot be put there at all."""

from __future__ import annotations

import regex

from mtqa.corrector.casing import insertion_spacing, joins

_WORD_BEFORE = regex.compile(r"[\p{L}\p{N}]")
# After a full stop only where a whole lower-case word is before it: not "Mr. Trump", "U.S. President".
_SENTENCE_BEGINS = regex.compile(r"(?:^|(?:\b\p{Ll}{3,}\.|[!?:])[\"”’)\]]*\s+)[\"“‘'(\[\s]*$")
_ENDS = regex.compile(r"[.!?…][\"”’')\]]*$")


def replace(text: str, start: int, end: int, replacement: str) -> str:
    """``text`` with ``[start, end)`` replaced; a deletion takes one of the two spaces that would meet.

    This is how every suggestion is meant to be applied.
    """
    start, end = removed(text, start, end, replacement)
    return text[:start] + replacement + text[end:]


def removed(text: str, start: int, end: int, replacement: str) -> tuple[int, int]:
    """What of ``text`` gives way to the replacement of ``[start, end)``: more where that is a deletion."""
    left, right = text[:start], text[end:]
    if not replacement and right[:1] in ("", " ", *".,;:!?)”") and left.endswith(" "):
        return start - 1, end
    if not replacement and (not left or left[-1].isspace()):
        return start, len(text) - len(right.lstrip(" "))
    return start, end


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word at ``start`` owes its capital to its place."""
    return _SENTENCE_BEGINS.search(text[:start]) is not None


def fit(text: str, start: int, end: int, candidate: str) -> str | None:
    """``candidate`` as it must stand in ``text[start:end]``; ``None`` if it cannot stand there.

    A capital is given at the start of a sentence, and an insertion gets its spaces. Refused: a candidate that
    would need the space outside the span removed, that drops the sentence's end, or an empty insertion.
    """
    candidate = candidate.strip()
    left, span, right = text[:start], text[start:end], text[end:]
    if not candidate:
        return "" if span and _may_delete(text, start, end) else None
    if begins_sentence(text, start) and (not span or span[:1].isupper()):
        candidate = candidate[:1].upper() + candidate[1:]
    if not span:
        before, after = insertion_spacing(left, candidate, right)
        if left[-1:].isspace() and joins("", "", candidate[0]):
            return None
        return " " * before + candidate + " " * after
    sticks = joins("", "", candidate[0]) and not joins("", "", span[0])
    if sticks and left[-1:].isspace():
        return None
    if _ENDS.search(span) and not _ENDS.search(candidate):
        return None
    if _ENDS.search(candidate) and not _ENDS.search(span) and not _ends_well(right):
        return None
    return candidate


def _may_delete(text: str, start: int, end: int) -> bool:
    """Not the whole sentence, not its end, and not its first word if the next one has no capital."""
    left, right = text[:start], text[end:]
    if not _WORD_BEFORE.search(left + right) or _ENDS.search(text[start:end]):
        return False
    following = right.lstrip(" ")
    return not (begins_sentence(text, start) and following[:1].islower())


def _ends_well(right: str) -> bool:
    """Whether a sentence may end before ``right``: nothing is there, or a capital after a space."""
    rest = right.strip("\"”’')] ")
    return not rest or (right[:1].isspace() and rest[:1].isupper())
