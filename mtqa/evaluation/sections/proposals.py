"""Section 5: is the fix right? Proposals for flagged spans, against what a post-editor made of the text.

In the groups of a language pair, of round trips, of garbled and of clean news the spans are those that the
scorer flags. In the groups "spans given" they are edits of the post-editor: what the corrector could do if
the scorer were always right.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mtqa.corrector import SpanRequest
from mtqa.corrector.generate import LONGEST_SPAN_WORDS
from mtqa.evaluation.data import PAIRS, digest
from mtqa.evaluation.metrics import (
    chrf,
    chrf_counts,
    exact_match,
    harm_rate,
    per_thousand,
    ratio,
    recall_at,
    signatures,
    ter,
    ter_counts,
)
from mtqa.evaluation.mlqe import mlqe_file
from mtqa.evaluation.news import clean_articles, clean_file, sysout_files, with_neighbours
from mtqa.evaluation.post_edits import Unit, first_by_hash, garbled_news, near_round_trips, post_edited
from mtqa.evaluation.revision import (
    Fix,
    Revision,
    apply_fixes,
    changes_fact,
    changes_kept_word,
    is_on_edit,
    right_rank,
)
from mtqa.evaluation.sample import Array, Ragged, Sample
from mtqa.evaluation.sections.base import Context, Measured, Measurement, Section, Statistic
from mtqa.scorer import decode_spans, flags_of_document
from mtqa.types import Segment, Span, Suggestion

if TYPE_CHECKING:
    from mtqa.corrector import Corrector

POST_EDITS, ROUND_TRIPS, GARBLED_NEWS = "post-edits", "round trips", "garbled news"
CLEAN_NEWS = "clean news"
#: What is added to a group's name where the spans are the post-editor's.
GIVEN = ", spans given"

#: At most so many units a group: a corrector answers some five to twenty spans a second on four cores.
UNITS = 200
#: Spans that are asked about at once, between two steps of the progress bar.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """A span that was asked about, what was proposed for it (best first), and the fix that was applied."""

    span: Span
    proposals: tuple[Suggestion, ...]
    fix: Fix | None


def _share(values: Array) -> float:
    return ratio(values, np.ones(len(values)))


def _change(edits: Array, words: Array, edits_before: Array) -> float:
    return ter(edits, words) - ter(edits_before, words)


def _per_5000(applied: Array, words: Array) -> float:
    return 5 * per_thousand(int(applied.sum()), int(words.sum()))


STATISTICS = (
    Statistic("on_edit", "spans that the post-editor changed", _share, ("on_edit",), percent=True),
    Statistic("shown", "spans with a proposal", _share, ("shown",), better="", percent=True),
    Statistic("first_right", "first proposal right", exact_match, ("rank",), percent=True),
    Statistic("three_right", "one of three right", recall_at, ("rank",), percent=True),
    Statistic("ter", "TER, proposals applied", ter, ("ter_edits", "ter_words"), better="low"),
    Statistic("chrf", "chrF++, proposals applied", chrf, ("chrf_counts",)),
    Statistic(
        "ter_change",
        "TER, change by applying",
        _change,
        ("ter_edits", "ter_words", "ter_edits_before"),
        better="low",
    ),
    Statistic(
        "harm", "applied ones that change a kept word", harm_rate, ("harmful", "applied"), "low", percent=True
    ),
    Statistic(
        "fact_changed",
        "applied ones that change a fact",
        harm_rate,
        ("factual", "applied"),
        "low",
        percent=True,
    ),
    Statistic(
        "clean_fixes", "applied ones in 5,000 clean words", _per_5000, ("clean_applied", "clean_words"), "low"
    ),
)


def measure(context: Context) -> Measurement:
    """The samples of every group: the corrector's, and those of the texts as they are."""
    corrector = context.corrector
    if corrector is None:
        return Measurement([], notes=["Proposals were left out: there is no corrector."])
    limit = UNITS if context.limit is None else min(UNITS, context.limit)
    measured: list[Measured] = []
    everything: list[Unit] = []
    for pair in PAIRS:
        units = post_edited(context.mlqe(pair), limit)
        measured += _flagged(context, corrector, pair, units)
        everything += units
    measured.append(_given(context, corrector, POST_EDITS, first_by_hash(everything, limit)))
    others = {ROUND_TRIPS: near_round_trips(context.data, context.split, limit)}
    files = [*(mlqe_file(context.data, p, context.split) for p in PAIRS), *sysout_files(context.data)]
    if context.garble is not None:
        others[GARBLED_NEWS] = garbled_news(context.data, context.split, context.garble, limit)
    notes = _notes(context, corrector, limit)
    if clean_file(context.data).is_file():
        articles = clean_articles(context.data, context.split, context.limit)
        measured.append(_clean(context, corrector, articles))
        files.append(clean_file(context.data))
    else:
        notes.append(f"The group {CLEAN_NEWS} was left out: the data folder holds nothing for it.")
    for group, units in others.items():
        if units:
            measured += _flagged(context, corrector, group, units)
            measured.append(_given(context, corrector, group, units))
        else:
            notes.append(f"The group {group} was left out: the data folder holds nothing for it.")
    return Measurement(measured, notes=notes, files=files)


def _notes(context: Context, corrector: Corrector, limit: int) -> list[str]:
    notes = [
        f"At most {limit} units a group were read, chosen by their hash. The first proposal was applied "
        f"where its score was at least {corrector.min_score:g}.",
        f'In the groups "{GIVEN.strip(", ")}" one edit of each segment, drawn by its hash, was asked about.',
        "Compared are tokens: "
        + "; ".join(f"{name} {signature}" for name, signature in signatures().items())
        + ".",
    ]
    if context.garble is None:
        notes.append("Garbled news was left out: the garbler's dictionaries or the corpus were not found.")
    return notes


def _flagged(context: Context, corrector: Corrector, group: str, units: Sequence[Unit]) -> list[Measured]:
    """The group with the spans that the scorer flags at its default threshold, and with nothing done."""
    segments = [revision.segment for unit in units for revision in unit.revisions]
    answers = _ask(context, corrector, group, segments, _default_spans(context, segments))
    columns = _span_columns(units, answers)
    mended = _text_columns(units, [[a.fix for a in row if a.fix is not None] for row in answers])
    untouched = _text_columns(units, [[] for _ in segments])
    ours = Sample({**columns, **mended, "ter_edits_before": untouched["ter_edits"]})
    counts = {"segments": len(segments), "spans": len(ours["rank"]), "applied": int(ours["applied"].sum())}
    return [
        Measured(group, "mtqa", "mtqa", ours, counts),
        Measured(group, "doing nothing", "baseline", Sample(untouched)),
    ]


def _clean(context: Context, corrector: Corrector, articles: Sequence[Sequence[str]]) -> Measured:
    """News as it was published, with every flag at the default threshold asked about: all fixes are harm."""
    segments = [with_neighbours(article) for article in articles]
    flat = [segment for article in segments for segment in article]
    scores = iter(context.scorer.score(flat))
    flags = [
        spans
        for article in segments
        for spans in flags_of_document(
            context.scorer.thresholds, [s.text for s in article], [next(scores) for _ in article]
        )
    ]
    answers = iter(_ask(context, corrector, CLEAN_NEWS, flat, flags))
    rows = [[next(answers) for _ in article] for article in segments]
    applied = [sum(a.fix is not None for answer in row for a in answer) for row in rows]
    words = [sum(len(segment.text.split()) for segment in article) for article in segments]
    sample = Sample({"clean_applied": np.array(applied), "clean_words": np.array(words)})
    counts = {"articles": len(articles), "words": sum(words), "applied": sum(applied)}
    return Measured(CLEAN_NEWS, "mtqa", "mtqa", sample, counts)


def _default_spans(context: Context, segments: Sequence[Segment]) -> list[list[Span]]:
    """What the scorer flags at its default threshold in each segment, were it alone."""
    threshold = context.scorer.thresholds.default
    return [
        decode_spans(segment.text, scores, threshold)
        for segment, scores in zip(segments, context.scorer.score(segments), strict=True)
    ]


def _given(context: Context, corrector: Corrector, group: str, units: Sequence[Unit]) -> Measured:
    """The group with an edit of the post-editor in each segment as the span."""
    revisions = [revision for unit in units for revision in unit.revisions]
    spans = [_one_edit(revision) for revision in revisions]
    segments = [revision.segment for revision in revisions]
    columns = _span_columns(units, _ask(context, corrector, group, segments, spans))
    del columns["on_edit"], columns["harmful"]  # all are, and none can be
    counts = {"segments": len(segments), "spans": len(columns["rank"].values)}
    return Measured(group + GIVEN, "mtqa", "mtqa", Sample(columns), counts)


def _one_edit(revision: Revision) -> list[Span]:
    """The place of an edit, of those that a corrector is asked about; none if there is no such edit."""
    edits = [edit for edit in revision.edits if edit.end - edit.start <= LONGEST_SPAN_WORDS]
    if not edits:
        return []
    words, text = revision.words, revision.segment.text
    edit = random.Random(digest(text)).choice(edits)
    if edit.start < edit.end:
        return [Span(words[edit.start][0], words[edit.end - 1][1], 1.0, "major", "other")]
    at = words[edit.start][0] if edit.start < len(words) else len(text)
    return [Span(at, at, 1.0, "major", "omission")]


def _ask(
    context: Context,
    corrector: Corrector,
    group: str,
    segments: Sequence[Segment],
    spans: Sequence[Sequence[Span]],
) -> list[list[Answer]]:
    """The proposals for the spans of each segment."""
    requests = [SpanRequest(s, span) for s, found in zip(segments, spans, strict=True) for span in found]
    answers: list[Answer] = []
    with context.progress(f"proposals: {group}", len(requests)) as advance:
        for at in range(0, len(requests), _BATCH):
            batch = requests[at : at + _BATCH]
            for request, proposals in zip(batch, corrector.suggest(batch, context.scorer), strict=True):
                apply = bool(proposals) and proposals[0].score >= corrector.min_score
                fix = (request.span, proposals[0].text) if apply else None
                answers.append(Answer(request.span, proposals, fix))
            advance(len(batch))
    remaining = iter(answers)
    return [[next(remaining) for _ in found] for found in spans]


def _span_columns(units: Sequence[Unit], answers: Sequence[Sequence[Answer]]) -> dict[str, Ragged]:
    """A value a span: whether it is on an edit, the rank of the right proposal (0 for none), and so on."""
    rows = iter(answers)
    by_unit = [[(r, answer) for r in unit.revisions for answer in next(rows)] for unit in units]
    values: dict[str, Callable[[Revision, Answer], int]] = {
        "on_edit": lambda r, a: is_on_edit(r, a.span),
        "shown": lambda r, a: bool(a.proposals),
        "rank": lambda r, a: right_rank(r, a.span, [proposal.text for proposal in a.proposals]),
        "applied": lambda r, a: a.fix is not None,
        "harmful": lambda r, a: a.fix is not None and changes_kept_word(r, a.fix),
        "factual": lambda r, a: a.fix is not None and changes_fact(r, a.fix),
    }
    return {
        name: Ragged.of([[value(*both) for both in row] for row in by_unit], np.int64)
        for name, value in values.items()
    }


def _text_columns(units: Sequence[Unit], fixes: Sequence[Sequence[Fix]]) -> dict[str, Ragged]:
    """A value a segment, of its text with the fixes applied against its post-edit."""
    revisions = [revision for unit in units for revision in unit.revisions]
    texts = [apply_fixes(revision, fix).text for revision, fix in zip(revisions, fixes, strict=True)]
    wanted = [revision.wanted_text for revision in revisions]
    starts = np.cumsum([0, *(len(unit.revisions) for unit in units)])
    edits, words = ter_counts(texts, wanted)
    columns = {"ter_edits": edits, "ter_words": words, "chrf_counts": chrf_counts(texts, wanted)}
    return {name: Ragged(values, starts) for name, values in columns.items()}


PROPOSALS = Section("proposals", "Proposals: is the fix right?", STATISTICS, measure)
