"""The nouns of mtqa: what one stage hands to the next.

All are frozen. Offsets count Unicode code points. Offsets of a :class:`Sentence`, a :class:`Flag` and a
:class:`CheckedSentence` point into the document's text; offsets of a :class:`Span` point into its segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["minor", "major", "critical"]
Level = Literal["suggestion", "warning", "error"]

SEVERITIES: tuple[Severity, ...] = ("minor", "major", "critical")
LEVELS: tuple[Level, ...] = ("suggestion", "warning", "error")

#: Error categories, after MQM (Lommel et al. 2014).
CATEGORIES: tuple[str, ...] = (
    "mistranslation",
    "untranslated",
    "addition",
    "omission",
    "word-order",
    "agreement",
    "function-words",
    "tense",
    "pronoun",
    "spelling",
    "punctuation",
    "other",
)


def level_of(severity: Severity) -> Level:
    """The level of a severity: minor is a suggestion, major a warning, critical an error."""
    return LEVELS[SEVERITIES.index(severity)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of prose and where it stands.

    ``text`` is the prose: no markup, entities decoded, white space as in the file. ``start`` and ``end`` are
    offsets into the document's text (into the paragraph's text if ``paragraph`` is set, as in a .docx).
    ``offsets`` gives for every code point of ``text`` the slice of the document that it was written as (an
    entity such as ``&rsquo;`` takes several) and is ``None`` where the sentence is an unbroken slice of the
    document, so that ``document.text[start:end] == text``.
    """

    text: str
    start: int
    end: int
    line: int
    column: int
    paragraph: int | None = None
    offsets: tuple[tuple[int, int], ...] | None = None

    def to_document(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of ``text[start:end]``; a zero-width span stays zero-width."""
        if self.offsets is None:
            return self.start + start, self.start + end
        if start == end:
            at = self.offsets[start][0] if start < len(self.offsets) else self.end
            return at, at
        return self.offsets[start][0], self.offsets[end - 1][1]


@dataclass(frozen=True, slots=True)
class Document:
    """A text as read: its prose in sentences, and what the reader had to guess (``notices``)."""

    path: str
    text: str
    sentences: tuple[Sentence, ...]
    encoding: str = "utf-8"
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """What the models are asked about: a sentence and its neighbours ("" where there is none)."""

    text: str
    previous: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A doubtful phrase of a segment; zero-width where a word seems to be missing.

    ``score`` is the calibrated probability, 0..1, that an editor would change something in it.
    """

    start: int
    end: int
    score: float
    severity: Severity
    category: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A replacement of the flagged text; ``score`` is the probability, 0..1, that an editor takes it."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubtful phrase of a document; ``text`` is ``document.text[start:end]``; line and column from 1."""

    start: int
    end: int
    line: int
    column: int
    text: str
    score: float
    severity: Severity
    category: str
    message: str
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def level(self) -> Level:
        """``suggestion``, ``warning`` or ``error``."""
        return level_of(self.severity)


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence with its verdict.

    ``confidence`` is the calibrated probability, 0..1, that a professional editor would leave it as it is;
    ``edit_rate`` the expected share of its words that an editor would change (HTER, 0..1). ``text`` is the
    prose; ``start`` and ``end`` are as in :class:`Sentence`. ``source`` is the sentence as it was read.
    """

    source: Sentence
    confidence: float
    edit_rate: float
    flags: tuple[Flag, ...]

    @property
    def text(self) -> str:
        """The prose of the sentence."""
        return self.source.text


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one document: its sentences in order; ``words`` counts whitespace-separated tokens."""

    document: Document
    sentences: tuple[CheckedSentence, ...]
    confidence: float
    words: int
    signature: str
    notices: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The document's path, or the name given to standard input."""
        return self.document.path

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags in reading order."""
        return tuple(flag for sentence in self.sentences for flag in sentence.flags)
