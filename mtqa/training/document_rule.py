"""Choosing how far a document moves its sentences' threshold (:mod:`mtqa.scorer.documents`), on dev news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtqa.evaluation.metrics import per_thousand
from mtqa.evaluation.news import Article, matched
from mtqa.scorer.documents import DocumentRule
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.scorer.spans import flags_of_document
from mtqa.types import Span

#: Weights that are tried, and the reference rates between which the quietest enough is looked for.
_WEIGHTS = tuple(weight / 20 for weight in range(4, 31, 2))
_RATES = tuple(0.004 * 1.05**step for step in range(60))


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article and the scores of its sentences."""

    article: Article
    scores: Sequence[SegmentScores]


@dataclass(frozen=True, slots=True)
class NewsFigures:
    """What a rule gives: flags per 1,000 words of clean news; and where every second article is garbled,
    the shares of the flags that touch an edit and of the edits that a flag touches."""

    clean_flags: float
    precision: float
    found: float


def measure_rule(
    thresholds: Thresholds, clean: Sequence[ScoredArticle], garbled: Sequence[ScoredArticle]
) -> NewsFigures:
    """The figures on clean articles, and on the garbled forms of the second, the fourth and so on."""
    flags = [sum(map(len, _flags(thresholds, each))) for each in clean]
    words = sum(len(segment.text.split()) for each in clean for segment in each.article.segments)
    marked = right = edits = touched = 0
    for each in garbled:
        for spans, wrong in zip(_flags(thresholds, each), each.article.edits, strict=True):
            marked += len(spans)
            edits += len(wrong)
            both = matched(spans, wrong)
            right, touched = right + both[0], touched + both[1]
    precision = right / max(marked + sum(flags[::2]), 1)
    return NewsFigures(per_thousand(sum(flags), words), precision, touched / max(edits, 1))


def fit_document_rule(
    thresholds: Thresholds,
    clean: Sequence[ScoredArticle],
    garbled: Sequence[ScoredArticle],
    *,
    clean_flags: float,
    precision: float,
    lowest: float,
) -> Thresholds:
    """The operating points with the rule that finds most in garbled news, of those that are quiet enough
    on clean news and, where every second article is garbled, precise enough.

    Without such a rule the operating points are given back as they are.
    """
    best, found = thresholds, measure_rule(thresholds, clean, garbled).found
    for weight in _WEIGHTS:
        rule = _quiet_rule(thresholds, clean, weight, lowest, clean_flags)
        if rule is None:
            continue
        moved = replace(thresholds, document=rule)
        figures = measure_rule(moved, clean, garbled)
        if figures.precision >= precision and figures.found > found:
            best, found = moved, figures.found
    return best


def _quiet_rule(
    thresholds: Thresholds, clean: Sequence[ScoredArticle], weight: float, lowest: float, most: float
) -> DocumentRule | None:
    """The rule of a weight with the lowest reference rate that is quiet enough: a lower one flags more."""
    first, last = 0, len(_RATES)
    while first < last:
        middle = (first + last) // 2
        rule = DocumentRule(weight, round(_RATES[middle], 5), lowest=lowest)
        if measure_rule(replace(thresholds, document=rule), clean, ()).clean_flags <= most:
            last = middle
        else:
            first = middle + 1
    return DocumentRule(weight, round(_RATES[first], 5), lowest=lowest) if first < len(_RATES) else None


def _flags(thresholds: Thresholds, each: ScoredArticle) -> list[list[Span]]:
    return flags_of_document(thresholds, [s.text for s in each.article.segments], each.scores)
