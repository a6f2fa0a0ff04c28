"""Scoring records: a mapping with a text in, the same mapping with the verdict on its text out.

A record is one segment, or with ``segment`` a document of sentences. A text that cannot be scored gets an
``error`` in the place of a verdict; the other records are scored all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mtqa.errors import ConfigError
from mtqa.report.json import flag_fields
from mtqa.scorer.scores import SegmentScores
from mtqa.text import read_text
from mtqa.text.words import is_wordlike, split_tokens
from mtqa.types import Document, Report, Sentence
from mtqa.verdicts import count_words

#: Records that are scored together: enough that all cores are busy and batches are of like length.
WINDOW = 512
#: They have no more than about so many characters, as memory grows with the words that are in work.
WINDOW_CHARS = 2**16
#: A longer text, in code points, is no article but an accident: a whole archive in one field.
MAX_TEXT = 1_000_000
#: Stands for the text of a record that has none.
MISSING = object()
#: Decimal places of a number in a verdict: more would only record the noise of the arithmetic.
_DIGITS = 4
_ALWAYS = ("confidence", "edit_rate", "quality", "flags", "error")
_WITH_WORDS = ("words", "gaps")


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What is scored and what is told.

    ``text_field`` names the field of the text. With ``segment`` it is split into sentences first, which have
    their neighbours as context. ``words`` adds the scores of all words and gaps, ``suggest`` proposals.
    """

    text_field: str = "text"
    segment: bool = False
    words: bool = False
    suggest: bool = False

    def __post_init__(self) -> None:
        if self.text_field in self.verdict_fields:
            raise ConfigError(f"the text cannot be in the field {self.text_field!r}: the verdict goes there.")

    @property
    def verdict_fields(self) -> tuple[str, ...]:
        """The fields that scoring writes; a record's own ones of these names are replaced."""
        return _ALWAYS + (_WITH_WORDS if self.words else ())


@dataclass(frozen=True, slots=True)
class Judged:
    """The report on a document, and the scores of the words of each of its sentences."""

    report: Report
    scores: tuple[SegmentScores, ...]


#: Judges documents together, in order: :meth:`mtqa.checker.Checker.judge`.
Judge = Callable[[Sequence[Document]], Sequence[Judged]]
_Record = TypeVar("_Record")


def score_records(
    judge: Judge, records: Iterable[Mapping[str, Any]], options: RecordOptions, window: int = WINDOW
) -> Iterator[dict[str, Any]]:
    """Every record with its verdict, in order; ``window`` records are read ahead and scored together.

    Fewer are where they are long: see :func:`in_windows`.
    """

    def weigh(record: Mapping[str, Any]) -> int:
        text = record.get(options.text_field)
        return len(text) if isinstance(text, str) else 0

    for held in in_windows(records, window, weigh):
        texts = [record.get(options.text_field, MISSING) for record in held]
        for record, verdict in zip(held, score_texts(judge, texts, options), strict=True):
            yield with_verdict(record, verdict, options)


def in_windows(
    records: Iterable[_Record],
    size: int,
    weigh: Callable[[_Record], int],
    more: Callable[[], bool] = lambda: True,
    most: int | None = None,
) -> Iterator[list[_Record]]:
    """The records in runs of at most ``size`` that weigh at most ``most``; a heavier one is alone.

    ``most`` is by default ``WINDOW_CHARS``. A run also ends where ``more`` says that the next record is not
    to be waited for.
    """
    most = WINDOW_CHARS if most is None else most
    held: list[_Record] = []
    weight = 0
    for record in records:
        own = weigh(record)
        if held and weight + own > most:
            yield held
            held, weight = [], 0
        held.append(record)
        weight += own
        if len(held) >= size or weight >= most or not more():
            yield held
            held, weight = [], 0
    if held:
        yield held


def score_columns(judge: Judge, columns: Mapping[str, Any], options: RecordOptions) -> dict[str, Any]:
    """The columns of a table and those of the verdict: ``None`` where a row has no such value."""
    if options.text_field not in columns:
        listed = ", ".join(map(str, columns)) or "none"
        raise ConfigError(f"there is no column {options.text_field!r} (there are: {listed}).")
    verdicts = score_texts(judge, list(columns[options.text_field]), options)
    # Iterated, not unpacked: a data frame iterates over its columns but is no mapping.
    kept = {name: columns[name] for name in columns if name not in options.verdict_fields}
    return kept | {name: [verdict.get(name) for verdict in verdicts] for name in options.verdict_fields}


def with_verdict(
    record: Mapping[str, Any], verdict: Mapping[str, Any], options: RecordOptions
) -> dict[str, Any]:
    """The record with the fields of its verdict at the end, in the place of its own of the same names."""
    own = {name: value for name, value in record.items() if name not in options.verdict_fields}
    return own | dict(verdict)


def score_texts(judge: Judge, texts: Sequence[object], options: RecordOptions) -> list[dict[str, Any]]:
    """The fields of the verdict on each text: ``error`` alone where it cannot be scored."""
    problems = [problem_with(text, options.text_field) for text in texts]
    documents = [
        _document(str(text), options.segment)
        for text, problem in zip(texts, problems, strict=True)
        if problem is None
    ]
    judged = iter(judge(documents) if documents else ())
    return [_fields(next(judged), options) if problem is None else {"error": problem} for problem in problems]


def problem_with(text: object, field: str = "text") -> str | None:
    """Why this cannot be scored; None if it can."""
    if text is MISSING:
        return f"no field {field!r}"
    if not isinstance(text, str):
        return f"the field {field!r} is {_kind(text)}, not a string"
    if len(text) > MAX_TEXT:
        return f"the text has {len(text):,} characters; at most {MAX_TEXT:,} are scored as one record"
    if not text.strip():
        return "the text is blank"
    if "\0" in text:
        return "the text contains NUL characters"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"the text is no valid Unicode: a lone surrogate at {error.start}"
    return None


def _kind(value: object) -> str:
    """What JSON calls it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, (list, tuple)):
        return "an array"
    return "an object" if isinstance(value, dict) else f"of type {type(value).__name__}"


def _document(text: str, segment: bool) -> Document:
    if segment:
        return read_text(text)
    return Document("<record>", text, (Sentence(text, 0, len(text), 1, 1),))


def _fields(judged: Judged, options: RecordOptions) -> dict[str, Any]:
    report = judged.report
    # Each sentence counts by its words, as in the confidence of a document.
    weights = [max(1, count_words(sentence.text)) for sentence in report.sentences]
    flags = [flag_fields(flag) for flag in report.flags]
    if not options.suggest:
        for flag in flags:
            del flag["suggestions"]
    fields: dict[str, Any] = {
        "confidence": _rounded(report.confidence),
        "edit_rate": _rounded(_mean([sentence.edit_rate for sentence in report.sentences], weights)),
        "quality": _rounded(_mean([scores.quality for scores in judged.scores], weights)),
        "flags": flags,
    }
    if options.words:
        fields["words"], fields["gaps"] = _word_fields(judged)
    return fields


def _word_fields(judged: Judged) -> tuple[list[list[float]], list[float]]:
    """Start, end and score of every token, and the scores of the gaps around them (one more).

    A token has the score of its most doubtful word. A gap within a token (before its full stop) counts as
    one after it, or as one before it if only punctuation comes first (an opening quote).
    """
    document = judged.report.document
    tokens = split_tokens(document.text)
    words = [0.0] * len(tokens)
    gaps = [0.0] * (len(tokens) + 1)
    at = 0
    for sentence, scores in zip(document.sentences, judged.scores, strict=True):
        opening = True
        for index, span in enumerate(scores.words):
            start, end = sentence.to_document(*span)
            while tokens[at][1] <= start:
                at += 1
            first = start == tokens[at][0]
            opening = first or opening
            gap = at if opening else at + 1
            gaps[gap] = max(gaps[gap], _rounded(scores.gap_scores[index]))
            words[at] = max(words[at], _rounded(scores.word_scores[index]))
            opening = opening and not is_wordlike(document.text[start:end])
        if scores.words:
            gaps[at + 1] = max(gaps[at + 1], _rounded(scores.gap_scores[-1]))
    listed = [[start, end, score] for (start, end), score in zip(tokens, words, strict=True)]
    return listed, gaps


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    if not weights:
        return 0.0
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
