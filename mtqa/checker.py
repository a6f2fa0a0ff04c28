"""The path of a text from file to report, on one page.

Document -> segments with their neighbours -> word scores -> flagged spans -> proposals -> Report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mtqa.corrector import SpanRequest
from mtqa.scorer import SegmentScores, decode_spans
from mtqa.text import read_text
from mtqa.types import CheckedSentence, Document, Flag, Report, Segment, Sentence, Span, Suggestion
from mtqa.version import __version__

if TYPE_CHECKING:
    from mtqa.corrector import Corrector
    from mtqa.scorer import Scorer

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
#: At most this many characters of a flagged phrase are quoted in a message.
_QUOTED = 60

#: What a flag's message says of its phrase, by category.
_VERDICTS = {
    "mistranslation": "a mistranslation",
    "untranslated": "left untranslated",
    "addition": "superfluous",
    "word-order": "in the wrong order",
    "agreement": "an agreement error",
    "function-words": "a wrong article, preposition or conjunction",
    "tense": "in the wrong tense",
    "pronoun": "the wrong pronoun",
    "spelling": "misspelled",
    "punctuation": "wrongly punctuated",
}


class Checker:
    """A scorer and a corrector that turn texts into reports. Its state is the models and a threshold."""

    def __init__(
        self, scorer: Scorer, corrector: Corrector | None = None, threshold: float | None = None
    ) -> None:
        """Check with these models; ``threshold`` (0..1) is by default the scorer's own."""
        self.scorer = scorer
        self.corrector = corrector
        self.threshold = scorer.thresholds.default if threshold is None else threshold

    @property
    def signature(self) -> str:
        """What a result depends on: the version of mtqa, the models and the threshold."""
        corrector = self.corrector.signature if self.corrector else "none"
        threshold = max(f"{self.threshold:.2f}", f"{self.threshold:.4g}", key=len)
        return (
            f"mtqa:{__version__}|scorer:{self.scorer.signature}|corrector:{corrector}|threshold:{threshold}"
        )

    def check(self, text: str | Document, progress: Callable[[int], None] | None = None) -> Report:
        """The report on one text or document; ``progress`` is told each number of sentences just scored.

        Raises :class:`InputError` for a text that is empty or no text.
        """
        document = read_text(text) if isinstance(text, str) else text
        segments = as_segments(document.sentences)
        scores = self.scorer.score(segments, progress)
        spans = [
            decode_spans(segment.text, score, self.threshold)
            for segment, score in zip(segments, scores, strict=True)
        ]
        proposals = iter(self._propose(segments, spans))
        sentences = tuple(
            _verdict(document, sentence, score, [(span, next(proposals)) for span in found])
            for sentence, score, found in zip(document.sentences, scores, spans, strict=True)
        )
        words = sum(count_words(sentence.text) for sentence in sentences)
        confidence = document_confidence(sentences)
        return Report(document, sentences, confidence, words, self.signature, document.notices)

    def check_many(self, texts: Iterable[str | Document]) -> Iterator[Report]:
        """The reports on many texts, in order, each as soon as it is made."""
        return map(self.check, texts)

    def _propose(
        self, segments: Sequence[Segment], spans: Sequence[Sequence[Span]]
    ) -> list[tuple[Suggestion, ...]]:
        """Suggestions for every span of the document in reading order, asked for in one batch."""
        requests = [
            SpanRequest(segment, span)
            for segment, found in zip(segments, spans, strict=True)
            for span in found
        ]
        if self.corrector is None or not requests:
            return [()] * len(requests)
        return self.corrector.suggest(requests, self.scorer)


def as_segments(sentences: Sequence[Sentence]) -> list[Segment]:
    """Each sentence with the one before and the one after it."""
    texts = ["", *(sentence.text for sentence in sentences), ""]
    return [Segment(texts[i], texts[i - 1], texts[i + 1]) for i in range(1, len(texts) - 1)]


def document_confidence(sentences: Sequence[CheckedSentence]) -> float:
    """The mean confidence of the sentences, each counted by its words; 1.0 where there is none.

    It is the expected share of the text (by words) that stands in sentences which an editor would leave as
    they are. The product, the probability that *every* sentence is left alone, is near 0 for a long article.
    """
    weights = [max(1, count_words(sentence.text)) for sentence in sentences]
    if not weights:
        return 1.0
    total = sum(weight * sentence.confidence for weight, sentence in zip(weights, sentences, strict=True))
    return total / sum(weights)


def count_words(text: str) -> int:
    """The number of whitespace-separated tokens."""
    return len(text.split())


def message(phrase: str, span: Span) -> str:
    """One plain sentence on a flagged phrase, more cautious where its score is lower."""
    verb = "is probably" if span.score >= 0.7 else "may be"
    quoted = " ".join(phrase.split())
    quoted = quoted if len(quoted) <= _QUOTED else quoted[: _QUOTED - 1].rstrip() + "…"
    if span.start == span.end or span.category == "omission":
        return f"a word {verb} missing " + (f"in '{quoted}'" if quoted else "here")
    return f"'{quoted}' {verb} {_VERDICTS.get(span.category, 'wrong')}"


def _verdict(
    document: Document,
    sentence: Sentence,
    scores: SegmentScores,
    found: Sequence[tuple[Span, tuple[Suggestion, ...]]],
) -> CheckedSentence:
    flags = tuple(_flag(document, sentence, span, proposals) for span, proposals in found)
    return CheckedSentence(sentence, scores.confidence, scores.edit_rate, flags)


def _flag(document: Document, sentence: Sentence, span: Span, proposals: tuple[Suggestion, ...]) -> Flag:
    start, end = sentence.to_document(span.start, span.end)
    phrase = sentence.text[span.start : span.end]
    # A paragraph of a .docx has its own offsets: document.text cannot be sliced with them.
    in_paragraph = sentence.paragraph is not None
    before = sentence.text[: span.start] if in_paragraph else document.text[sentence.start : start]
    line, column = _advance(sentence.line, sentence.column, before)
    return Flag(
        start=start,
        end=end,
        line=line,
        column=column,
        text=phrase if in_paragraph else document.text[start:end],
        score=span.score,
        severity=span.severity,
        category=span.category,
        message=message(phrase, span),
        suggestions=proposals,
    )


def _advance(line: int, column: int, text: str) -> tuple[int, int]:
    """Where one stands after reading ``text`` from this line and column (from 1)."""
    breaks = list(_LINE_BREAK.finditer(text))
    if not breaks:
        return line, column + len(text)
    return line + len(breaks), len(text) - breaks[-1].end() + 1
