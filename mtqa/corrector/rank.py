"""Ranking: the scorer reads every candidate in its place, and what does not make the place better is dropped.

The *suspicion* of a place is the largest score of its words and gaps. A candidate's score is a logistic of
its :class:`Features`: some tell a good candidate from a poor one, the others a place that is wrong from one
that was flagged by mistake. The coefficients come from the corrector's ``mtqa.json``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Protocol

from mtqa.corrector import fitting
from mtqa.corrector.folder import Ranking
from mtqa.corrector.generate import Candidate
from mtqa.corrector.guard import refuse
from mtqa.types import Segment, Span, Suggestion

#: Suggestions that are shown for a span, and candidates for them that the scorer reads.
SHOWN = 3
READ = 6
#: Bounds of ``fluency_gain``: a single name that the corpus does not know must not decide all.
_FLUENCY = 3.0
#: The score of a span that somebody who knows has marked.
MARKED = 1.0


class Scores(Protocol):
    """The part of a scorer's verdict on a segment that ranking reads."""

    @property
    def words(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def word_scores(self) -> tuple[float, ...]: ...
    @property
    def gap_scores(self) -> tuple[float, ...]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def fluency(self) -> float: ...


class ScoresSegments(Protocol):
    """A scorer, as far as ranking needs one."""

    def score(self, segments: Sequence[Segment]) -> Sequence[Any]:
        """Scores of every segment, in order (:class:`mtqa.scorer.scores.SegmentScores`)."""


@dataclass(frozen=True, slots=True)
class SpanRequest:
    """A span of a segment that wants suggestions."""

    segment: Segment
    span: Span


@dataclass(frozen=True, slots=True)
class Fitted:
    """A candidate that passed the guard: ``text`` as it must stand, and the segment with it in place."""

    text: str
    log_probability: float
    segment: Segment


@dataclass(frozen=True, slots=True)
class Features:
    """What a candidate's score is made of; :class:`mtqa.corrector.folder.Ranking` has a coefficient for each.

    ``log_probability``: under the corrector. ``suspicion_drop``, ``confidence_gain``: by how much the
    candidate lowers the suspicion of its place and raises the confidence in the sentence. ``confidence``:
    that in the sentence as it is; where it is high, the flag is likelier to be false. ``share``: the
    candidate's part, 0..1, of the probability of all that pass the guard. ``likeness``: of the candidate to
    what it replaces, 0..1. ``fluency_gain``: by how much the candidate makes the sentence more probable by
    corpus counts alone (:mod:`mtqa.scorer.fluency`), in tens of bits, at most 3 either way.

    Tried, and of little help beside these on held-out flags: the flag's own score, its category, its words,
    whether it is a gap or only function words, and the probability with which the corrector would keep it.
    """

    log_probability: float
    suspicion_drop: float
    confidence_gain: float
    confidence: float
    share: float
    likeness: float
    fluency_gain: float


#: The features' names, which are those of their coefficients.
FEATURES = tuple(field.name for field in fields(Features))


def rank(
    requests: Sequence[SpanRequest],
    proposals: Sequence[Sequence[Candidate]],
    scorer: ScoresSegments,
    ranking: Ranking,
) -> list[tuple[Suggestion, ...]]:
    """For every request its suggestions, best first, at most :data:`SHOWN`. The scorer is called once.

    Those below ``show_from`` are left out, as they mostly are of false flags; but a span of score
    :data:`MARKED` is no flag, and all of its are kept.
    """
    suggestions: list[tuple[Suggestion, ...]] = []
    for request, rows in zip(requests, measure_all(requests, proposals, scorer), strict=True):
        better = [
            Suggestion(candidate.text, rate(features, ranking))
            for candidate, features in rows
            if features.suspicion_drop > 0
        ]
        least = 0.0 if request.span.score >= MARKED else ranking.show_from
        better = [suggestion for suggestion in better if suggestion.score >= least]
        better.sort(key=lambda suggestion: (-suggestion.score, suggestion.text))
        suggestions.append(tuple(better[:SHOWN]))
    return suggestions


def measure_all(
    requests: Sequence[SpanRequest], proposals: Sequence[Sequence[Candidate]], scorer: ScoresSegments
) -> list[list[tuple[Fitted, Features]]]:
    """For every request the candidates that pass the guard and their features. The scorer is called once."""
    fitted = [list(fit_candidates(*pair)) for pair in zip(requests, proposals, strict=True)]
    asked = list(dict.fromkeys(_segments(requests, fitted)))
    verdicts = dict(zip(asked, scorer.score(asked), strict=True)) if asked else {}
    return [
        [
            (c, measure(request, c, verdicts[request.segment], verdicts[c.segment], share))
            for c, share in zip(candidates, shares(candidates), strict=True)
        ]
        for request, candidates in zip(requests, fitted, strict=True)
    ]


def rate(features: Features, ranking: Ranking) -> float:
    """The logistic of the features, to four decimals."""
    logit = ranking.bias + sum(getattr(ranking, name) * getattr(features, name) for name in FEATURES)
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, logit)))), 4)


def fit_candidates(request: SpanRequest, candidates: Sequence[Candidate]) -> Iterator[Fitted]:
    """The candidates that can stand in the span and change no fact, each text once, at most :data:`READ`."""
    segment, span = request.segment, request.span
    seen = {segment.text[span.start : span.end]}
    for candidate in candidates:
        text = fitting.fit(segment.text, span.start, span.end, candidate.text)
        if text is None or text in seen or refuse(segment, span, text):
            continue
        seen.add(text)
        mended = fitting.replace(segment.text, span.start, span.end, text)
        yield Fitted(text, candidate.log_probability, Segment(mended, segment.previous, segment.following))
        if len(seen) > READ:
            return


def _segments(requests: Sequence[SpanRequest], fitted: Sequence[Sequence[Fitted]]) -> Iterator[Segment]:
    for request, candidates in zip(requests, fitted, strict=True):
        if candidates:
            yield request.segment
        for candidate in candidates:
            yield candidate.segment


def shares(candidates: Sequence[Fitted]) -> list[float]:
    """The part, 0..1, that each candidate has in the probability of them all."""
    probabilities = [math.exp(candidate.log_probability) for candidate in candidates]
    return [probability / sum(probabilities) if probability else 0.0 for probability in probabilities]


def measure(
    request: SpanRequest, candidate: Fitted, before: Scores, after: Scores, share: float = 1.0
) -> Features:
    """The features of a candidate, from the scorer's verdicts on the sentence before and after."""
    span = request.span
    grown = len(candidate.segment.text) - len(request.segment.text)
    end = max(span.start, span.end + grown)
    inserts = span.start == span.end
    old = suspicion(before, span.start, span.end)
    new = max(
        suspicion(after, span.start, end, outer_gaps=inserts),
        _neighbours_worsened(request, candidate, before, after),
    )
    return Features(
        log_probability=candidate.log_probability,
        suspicion_drop=old - new,
        confidence_gain=after.confidence - before.confidence,
        confidence=before.confidence,
        share=share,
        likeness=likeness(request.segment.text[span.start : span.end], candidate.text.strip()),
        fluency_gain=max(-_FLUENCY, min(_FLUENCY, (after.fluency - before.fluency) / 10)),
    )


def likeness(text: str, other: str) -> float:
    """The share of the characters of both that they have in common, in order; 0 if either has none."""
    return SequenceMatcher(None, text, other, autojunk=False).ratio() if text or other else 0.0


def suspicion(scores: Scores, start: int, end: int, *, outer_gaps: bool = False) -> float:
    """The largest score among the words that ``[start, end)`` touches and the gaps between them.

    Where it touches no word, it is the score of the gap there. With ``outer_gaps`` the gaps on both sides
    count too: after an insertion nothing should be missing there any more.
    """
    inside = [index for index, (first, last) in enumerate(scores.words) if first < end and last > start]
    if not inside:
        gap = sum(last <= start for _, last in scores.words)
        return scores.gap_scores[gap]
    first_gap, last_gap = inside[0] + (not outer_gaps), inside[-1] + outer_gaps
    gaps = scores.gap_scores[first_gap : last_gap + 1]
    return max([*(scores.word_scores[index] for index in inside), *gaps])


def _neighbours_worsened(request: SpanRequest, candidate: Fitted, before: Scores, after: Scores) -> float:
    """The largest score that a word beside the place has now, if it is more than it was."""
    span = request.span
    grown = len(candidate.segment.text) - len(request.segment.text)
    worst = 0.0
    old = dict(zip(before.words, before.word_scores, strict=True))
    for (start, end), score in zip(after.words, after.word_scores, strict=True):
        shift = 0 if end <= span.start else grown
        if end <= span.start or start - shift >= span.end:
            known = old.get((start - shift, end - shift))
            near = abs(end - span.start) <= 2 or abs(start - shift - span.end) <= 2
            if near and known is not None and score > known:
                worst = max(worst, score)
    return worst
