"""From word scores to flagged phrases that an editor would mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.text.words import clings, is_wordlike
from mtqa.types import Severity, Span

#: A word beside a flagged one joins it above this share of the threshold.
_EXTEND = 0.5
_OPENING, _CLOSING = "“‘«(", "”’»)"
_QUOTES = frozenset((*_OPENING, *_CLOSING, '"'))
#: Words too light to begin or end a phrase on: the closed classes.
_FUNCTION_WORDS = frozenset(
    (
        "a an the and or but nor so yet of to in on at by for with from as into onto over under about than"
        " that this these those which who whom whose it its he his him she her they their them we our us i"
        " my you your is are was were be been being am do does did has have had will would shall should can"
        " could may might must not no if when while because since although though there here"
    ).split()
)


def flags_of_document(
    thresholds: Thresholds, texts: Sequence[str], scores: Sequence[SegmentScores]
) -> list[list[Span]]:
    """The doubtful phrases of each sentence of a document, at the default thresholds that it gives them."""
    placed = thresholds.in_document(texts, [score.edit_rate for score in scores])
    return [decode_spans(*each) for each in zip(texts, scores, placed, strict=True)]


@dataclass(slots=True)
class _Run:
    """Words ``[first, last)``."""

    first: int
    last: int


def decode_spans(text: str, scores: SegmentScores, threshold: float) -> list[Span]:
    """The doubtful phrases of ``text`` at a threshold on the word score, in order, not overlapping.

    Adjacent flagged words are one phrase; it takes in neighbours that are nearly as doubtful, and sheds light
    words, punctuation and half of a pair of quotes at its ends. A doubtful mark that stands apart from the
    word before it is flagged with the space, which is what is wrong there. A gap above the threshold that
    touches no phrase is a zero-width span of category ``omission``.
    """
    if max((*scores.word_scores, *scores.gap_scores), default=0.0) < threshold:
        return []
    words = [text[start:end] for start, end in scores.words]
    spans = []
    taken: set[int] = set()
    for run in _runs(scores.word_scores, threshold):
        _whole_tokens(run, scores.words, words)
        _shed(run, words, scores.word_scores, threshold)
        left = scores.word_scores[run.first : run.last]
        if left and max(left) >= threshold and run.first not in taken:
            spans.append(_span(text, run, scores))
            taken.update(range(run.first, run.last + 1))
    for gap, score in enumerate(scores.gap_scores):
        if score >= threshold and gap not in taken:
            at = scores.words[gap][0] if gap < len(words) else scores.words[-1][1] if words else 0
            severity: Severity = "major" if score >= (1 + threshold) / 2 else "minor"
            spans.append(Span(at, at, score, severity, "omission"))
    return sorted(spans, key=lambda span: (span.start, span.end))


def _runs(scores: tuple[float, ...], threshold: float) -> list[_Run]:
    """Maximal runs of words above the lower threshold that hold one above the threshold itself."""
    runs: list[_Run] = []
    low = threshold * _EXTEND
    position = 0
    while position < len(scores):
        if scores[position] < low:
            position += 1
            continue
        last = position
        while last < len(scores) and scores[last] >= low:
            last += 1
        if max(scores[position:last]) >= threshold:
            runs.append(_Run(position, last))
        position = last
    return runs


def _whole_tokens(run: _Run, offsets: tuple[tuple[int, int], ...], words: list[str]) -> None:
    """Take in the rest of a contraction or possessive: never flag ``'t`` without ``don``."""
    while (
        run.first > 0 and words[run.first][0] in "'’" and offsets[run.first - 1][1] == offsets[run.first][0]
    ):
        run.first -= 1
    while (
        run.last < len(words)
        and len(words[run.last]) > 1
        and words[run.last][0] in "'’"
        and offsets[run.last - 1][1] == offsets[run.last][0]
    ):
        run.last += 1


def _shed(run: _Run, words: list[str], scores: tuple[float, ...], threshold: float) -> None:
    """Drop light ends: punctuation, half quotes, and function words that are not themselves flagged."""
    heavy = any(is_wordlike(word) for word in words[run.first : run.last])

    def light(position: int) -> bool:
        word = words[position]
        if word in _QUOTES:
            return _is_half_quote(word, words[run.first : run.last])
        if not is_wordlike(word):
            return heavy
        return word.lower() in _FUNCTION_WORDS and scores[position] < threshold

    while run.first < run.last and light(run.last - 1):
        run.last -= 1
    while run.first < run.last and light(run.first):
        run.first += 1
    for position in range(run.first, run.last):
        if _is_half_quote(words[position], words[run.first : run.last]):
            before, after = position - run.first, run.last - position - 1
            run.first, run.last = (run.first, position) if before >= after else (position + 1, run.last)
            _shed(run, words, scores, threshold)
            return


def _is_half_quote(word: str, phrase: list[str]) -> bool:
    if word in _OPENING:
        return _CLOSING[_OPENING.index(word)] not in phrase
    if word in _CLOSING:
        return _OPENING[_CLOSING.index(word)] not in phrase
    return word == '"' and phrase.count('"') % 2 == 1


def _span(text: str, run: _Run, scores: SegmentScores) -> Span:
    """The span of a run: its score is that of its most doubtful word, and so are category and severity."""
    start, end = scores.words[run.first][0], scores.words[run.last - 1][1]
    if clings(text[start:end]) and text[:start].strip():
        start = len(text[:start].rstrip(" "))
    worst = max(range(run.first, run.last), key=lambda position: scores.word_scores[position])
    return Span(
        start,
        end,
        scores.word_scores[worst],
        scores.severities[worst],
        scores.categories[worst],
    )
