"""A text beside its post-edit: what a flag lies on, whether a proposal is right, what it does to the text.

All is counted in words. What the post-editor changed is the minimal word alignment of the two; a proposal is
right if the text, with it in place, has what the post-edit has for the whole of the edits that its span
touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from mtqa.corrector import fitting, guard
from mtqa.evaluation.alignment import WordEdit, align_words, covering, touching, word_edits, word_range
from mtqa.evaluation.metrics import rank_of
from mtqa.text.words import split_words
from mtqa.types import Segment, Span

#: A span and what is to replace it.
Fix = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class Revision:
    """A segment, the offsets of its W ``words``, the words of its post-edit, and the runs that differ."""

    segment: Segment
    words: tuple[tuple[int, int], ...]
    post_edit: tuple[str, ...]
    edits: tuple[WordEdit, ...]

    @property
    def text(self) -> str:
        """The segment's text as words set apart by spaces, the form in which texts are compared."""
        return " ".join(self.segment.text[start:end] for start, end in self.words)

    @property
    def wanted_text(self) -> str:
        """The post-edit in the form of :attr:`text`."""
        return " ".join(self.post_edit)


def revise(
    segment: Segment, post_edit: str | Sequence[str], words: Sequence[tuple[int, int]] | None = None
) -> Revision:
    """The alignment of a segment with its post-edit, a text or its tokens.

    ``words`` are the offsets of the segment's tokens, cut as those of the post-edit; by default our own.
    """
    offsets = split_words(segment.text) if words is None else words
    if isinstance(post_edit, str):
        post_edit = [post_edit[start:end] for start, end in split_words(post_edit)]
    edits = align_words([segment.text[start:end] for start, end in offsets], list(post_edit))
    return Revision(segment, tuple(offsets), tuple(post_edit), tuple(edits))


def is_on_edit(revision: Revision, span: Span) -> bool:
    """Whether the post-editor changed something in the span, or at a gap beside it."""
    return bool(touching(revision.edits, *word_range(revision.words, span.start, span.end)))


def right_rank(revision: Revision, span: Span, proposals: Sequence[str]) -> int:
    """The rank, from 1, of the first proposal with the post-edit's wording; 0 if none has it.

    Case and spaces do not count. Nothing is right for a span that the post-editor left alone.
    """
    edit = covering(revision.edits, *word_range(revision.words, span.start, span.end))
    if edit is None:
        return 0
    text = revision.segment.text
    start, end = _characters(revision, edit.start, edit.end, span)
    wanted = "".join(revision.post_edit[edit.reference_start : edit.reference_end])
    results = [text[start : span.start] + proposal + text[span.end : end] for proposal in proposals]
    return rank_of(wanted, ["".join(result.split()) for result in results])


def right_wording(revision: Revision, span: Span, source: str) -> str | None:
    """What has to stand in the span so that the text has the wording of ``source``, the post-edit as a text.

    None for a span that the post-editor left alone, and where a change within the span alone does not do.
    """
    edit = covering(revision.edits, *word_range(revision.words, span.start, span.end))
    if edit is None:
        return None
    text = revision.segment.text
    start, end = _characters(revision, edit.start, edit.end, span)
    words = split_words(source)[edit.reference_start : edit.reference_end]
    wanted = source[words[0][0] : words[-1][1]] if words else ""
    before, after = text[start : span.start], text[span.end : end]
    if not (wanted.startswith(before) and wanted[len(before) :].endswith(after)):
        return None
    return wanted[len(before) : len(wanted) - len(after)].strip()


def changes_kept_word(revision: Revision, fix: Fix) -> bool:
    """Whether the fix changes or deletes a word that the post-editor kept, or parts two that he kept."""
    span, proposal = fix
    text = revision.segment.text
    at, end = _characters(revision, *word_range(revision.words, span.start, span.end), span)
    mended = text[at : span.start] + proposal + text[span.end : end]
    for first, last, *_ in word_edits(text[at:end], mended):
        start, stop = word_range(revision.words, at + first, at + last)
        if start == stop and not touching(revision.edits, start, stop):
            return True
        if any(not _is_edited(revision, word) for word in range(start, stop)):
            return True
    return False


def changes_fact(revision: Revision, fix: Fix) -> bool:
    """Whether the fix gives the sentence a number, date, name, negation or quotation mark that it should not
    have, or takes one away that it should.

    The rules are those of :mod:`mtqa.corrector.guard`, but on the whole sentence, without the licence that it
    gives for names flagged as misspelt or untranslated, and with leave to mend what is quoted. Where the
    change is also the post-editor's, the fact was itself the error.
    """
    span, proposal = fix
    text = revision.segment.text
    whole = Span(0, len(text), 1.0, "major", "punctuation")
    mended = fitting.replace(text, span.start, span.end, proposal)
    if guard.refuse(revision.segment, whole, mended) is None:
        return False
    # The post-edit is in tokens, where "don 't" is two.
    wanted = regex.sub(r" (?=['’]\p{L})", "", revision.wanted_text)
    texts = [text, mended, wanted]
    known = guard.names_inside(" | ".join(texts))
    before, after, asked = (guard.read_facts(t, begins=True, known_names=known) for t in texts)
    return before == after or _is_wrong_change(before, after, asked)


def _is_wrong_change(before: guard.Facts, after: guard.Facts, wanted: guard.Facts) -> bool:
    """Whether ``after`` has a fact more or less than ``before`` that the ``wanted`` ones do not ask for."""
    facts = [f.numbers + f.dates + f.names for f in (before, after, wanted)]
    old, new, right = facts
    if (new - old) - (right - old) or (old - new) - (old - right):
        return True
    counts = [
        (counted.total(), f.negations, f.marks)
        for counted, f in zip(facts, (before, after, wanted), strict=True)
    ]
    return any(changed not in (was, asked) for was, changed, asked in zip(*counts, strict=True))


def apply_fixes(revision: Revision, fixes: Sequence[Fix]) -> Revision:
    """The revision with its segment mended; the fixes do not overlap. Its ``edits`` are aligned anew."""
    text, words = revision.segment.text, list(revision.words)
    for span, proposal in sorted(fixes, key=lambda fix: (fix[0].start, fix[0].end), reverse=True):
        first, last = word_range(words, span.start, span.end)
        start, end = _characters(replace(revision, words=tuple(words)), first, last, span)
        mended = fitting.replace(text, span.start, span.end, proposal)
        grown = len(mended) - len(text)
        region = mended[start : max(start, end + grown)]
        inside = [(start + a, start + b) for a, b in split_words(region)]
        words = [*words[:first], *inside, *((a + grown, b + grown) for a, b in words[last:])]
        text = mended
    segment = Segment(text, revision.segment.previous, revision.segment.following)
    return revise(segment, revision.post_edit, words)


def _characters(revision: Revision, first: int, last: int, span: Span) -> tuple[int, int]:
    """The characters of words ``[first, last)`` and the span."""
    if first == last:
        return span.start, span.end
    return min(revision.words[first][0], span.start), max(revision.words[last - 1][1], span.end)


def _is_edited(revision: Revision, word: int) -> bool:
    return any(edit.start <= word < edit.end for edit in revision.edits)
