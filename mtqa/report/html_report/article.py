"""From a report to paragraphs of prose with marks: the phrases that an editor decides on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mtqa.report.base import prose_span
from mtqa.report.html_report.layout import Layout, lay_out
from mtqa.types import SEVERITIES, CheckedSentence, Flag, Report, Severity, Suggestion

_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_MAX_PROPOSALS = 3
#: Before these a deletion takes the space that it leaves over.
_CLOSING = frozenset((" ", *".,;:!?)”"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase to decide on: a flag, or several that overlap.

    ``number`` counts the marks of a document from 0. ``start`` and ``end`` are offsets into the text that is
    shown, ``source_start`` and ``source_end`` those of the report; ``text`` is the phrase as it is shown,
    ``source_text`` as the report has it. ``deletion`` is how many code points before and after the phrase go
    with it when it is deleted, ``around`` the words beside a missing one.
    """

    number: int
    start: int
    end: int
    text: str
    source_start: int
    source_end: int
    source_text: str
    flags: tuple[Flag, ...]
    proposals: tuple[Suggestion, ...]
    sentence: CheckedSentence
    deletion: tuple[int, int]
    around: tuple[str, str]

    @property
    def lead(self) -> Flag:
        """The gravest of the flags."""
        return max(self.flags, key=lambda flag: (SEVERITIES.index(flag.severity), flag.score))

    @property
    def is_gap(self) -> bool:
        """Whether a word is missing here: the mark has no width."""
        return self.start == self.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence in pieces, text and marks; or, with no sentence, the text between two."""

    sentence: CheckedSentence | None
    pieces: tuple[str | Mark, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text; ``set_off`` from the one before by a blank line."""

    stretches: tuple[Stretch, ...]
    set_off: bool


@dataclass(frozen=True)
class Article:
    """A document as the page shows it."""

    report: Report
    layout: Layout
    marks: tuple[Mark, ...]
    paragraphs: tuple[Paragraph, ...] = field(repr=False)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The text before, between and after the marks: one part more than marks."""
        text = self.layout.text
        starts = [0, *(mark.end for mark in self.marks)]
        ends = [*(mark.start for mark in self.marks), len(text)]
        return tuple(text[start:end] for start, end in zip(starts, ends, strict=True))

    def count(self, severity: Severity) -> int:
        """The number of marks of a severity."""
        return sum(mark.lead.severity == severity for mark in self.marks)


def compose(report: Report) -> Article:
    """The article of a report."""
    layout = lay_out(report)
    marks = _marks(report, layout)
    return Article(report, layout, marks, tuple(_paragraphs(report.sentences, layout, marks)))


def _marks(report: Report, layout: Layout) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for sentence, place in zip(report.sentences, layout.places, strict=True):
        for group in _overlapping(sentence):
            marks.append(_mark(report, layout, sentence, place, group, len(marks)))
    return tuple(marks)


#: A flag with its offsets in the prose of its sentence.
_Placed = tuple[int, int, Flag]


def _overlapping(sentence: CheckedSentence) -> Iterator[list[_Placed]]:
    """The flags of a sentence in reading order, those together that cannot be decided one by one."""
    length = len(sentence.text)
    placed: list[_Placed] = []
    for flag in sentence.flags:
        start, end = prose_span(sentence.source, flag)
        start = min(max(start, 0), length)
        placed.append((start, min(max(end, start), length), flag))
    placed.sort(key=lambda item: item[:2])
    group: list[_Placed] = []
    for item in placed:
        start, last = item[0], max((other[1] for other in group), default=-1)
        if group and not (start < last or start == last == item[1] == group[0][0]):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _mark(
    report: Report,
    layout: Layout,
    sentence: CheckedSentence,
    place: Sequence[int],
    group: Sequence[_Placed],
    number: int,
) -> Mark:
    prose = sentence.text
    start, end = min(item[0] for item in group), max(item[1] for item in group)
    flags = tuple(flag for _, _, flag in group)
    source_start, source_end = min(flag.start for flag in flags), max(flag.end for flag in flags)
    if len(flags) == 1:
        source_text = flags[0].text
    elif sentence.source.paragraph is not None:
        source_text = prose[start:end]
    else:
        source_text = report.document.text[source_start:source_end]
    low, high = place[start], place[end]
    before, after = layout.text[place[0] : low], layout.text[high : place[-1]]
    return Mark(
        number=number,
        start=low,
        end=high,
        text=layout.text[low:high],
        source_start=source_start,
        source_end=source_end,
        source_text=source_text,
        flags=flags,
        proposals=_proposals(prose, start, end, group),
        sentence=sentence,
        deletion=deletion(before, after),
        around=("".join(before[-40:].split()[-1:]), "".join(after[:40].split()[:1])),
    )


def _proposals(prose: str, start: int, end: int, group: Sequence[_Placed]) -> tuple[Suggestion, ...]:
    """The proposals for ``prose[start:end]``: those of its flags, with the rest of the phrase around them."""
    best: dict[str, float] = {}
    for low, high, flag in group:
        for suggestion in flag.suggestions:
            text = prose[start:low] + suggestion.text + prose[high:end]
            best[text] = max(best.get(text, 0), suggestion.score)
    proposals = [Suggestion(text, score) for text, score in best.items()]
    if len(group) > 1:  # those of one flag are in order: best first
        proposals.sort(key=lambda suggestion: -suggestion.score)
    return tuple(proposals[:_MAX_PROPOSALS])


def deletion(before: str, after: str) -> tuple[int, int]:
    """How many spaces go with a deleted phrase, before and after it: one of two that would meet.

    ``before`` and ``after`` are the rest of its sentence. The rule is that of
    :func:`mtqa.corrector.fitting.replace`, by which every suggestion is applied.
    """
    if before.endswith(" ") and (not after or after[0] in _CLOSING):
        return 1, 0
    if not before or before[-1].isspace():
        return 0, len(after) - len(after.lstrip(" "))
    return 0, 0


def _paragraphs(
    sentences: Sequence[CheckedSentence], layout: Layout, marks: Sequence[Mark]
) -> Iterator[Paragraph]:
    """The lines of the text; a line break within a sentence does not end one."""
    stretches: list[Stretch] = []
    breaks = 2
    for stretch in _stretches(sentences, layout, marks):
        lines: Sequence[str] = [""]
        if stretch.sentence is None:
            lines = _LINE_BREAK.split("".join(map(str, stretch.pieces)))
        for at, line in enumerate(lines):
            if at and any(map(_is_visible, stretches)):
                yield Paragraph(tuple(stretches), breaks > 1)
                breaks = 0
            if at:
                stretches, breaks = [], breaks + 1
            if line:
                stretches.append(Stretch(None, (line,)))
        if stretch.sentence is not None:
            stretches.append(stretch)
    if any(map(_is_visible, stretches)):
        yield Paragraph(tuple(stretches), breaks > 1)


def _is_visible(stretch: Stretch) -> bool:
    return stretch.sentence is not None or any(not str(piece).isspace() for piece in stretch.pieces)


def _stretches(
    sentences: Sequence[CheckedSentence], layout: Layout, marks: Sequence[Mark]
) -> Iterator[Stretch]:
    """The whole text: the sentences, and what is between them."""
    at = next_mark = 0
    for sentence, place in zip(sentences, layout.places, strict=True):
        if at < place[0]:
            yield Stretch(None, (layout.text[at : place[0]],))
        at = place[0]
        pieces: list[str | Mark] = []
        while next_mark < len(marks) and marks[next_mark].sentence is sentence:
            mark = marks[next_mark]
            if at < mark.start:
                pieces.append(layout.text[at : mark.start])
            pieces.append(mark)
            at, next_mark = mark.end, next_mark + 1
        if at < place[-1]:
            pieces.append(layout.text[at : place[-1]])
        at = place[-1]
        yield Stretch(sentence, tuple(pieces))
    if at < len(layout.text):
        yield Stretch(None, (layout.text[at:],))
