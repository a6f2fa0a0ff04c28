"""Section 1 and 2 of the benchmark: word tags and sentence scores on post-edited MT output (MLQE-PE)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mtqa.evaluation.data import read_jsonl, token_offsets
from mtqa.evaluation.metrics import (
    Flags,
    Floats,
    average_precision,
    best_matthews_threshold,
    f1_bad,
    matthews,
    pearson,
    spearman,
)
from mtqa.types import Segment

if TYPE_CHECKING:
    from mtqa.scorer import Scorer, SegmentScores


@dataclass(frozen=True, slots=True)
class PairScores:
    """A scorer's numbers on one pair, in the data's own tokens: (N,) words, (M,) gaps, (S,) sentences."""

    word_labels: Flags
    word_scores: Floats
    gap_labels: Flags
    gap_scores: Floats
    hter: Floats
    quality: Floats
    edit_rate: Floats
    confidence: Floats


def token_scores(tokens: Sequence[str], text: str, scores: SegmentScores) -> tuple[list[float], list[float]]:
    """Word and gap scores of the data's tokens, through character offsets.

    A token takes the highest score of the words that it overlaps; a gap that of our gap at the same place.
    """
    starts = token_offsets(text, tokens)
    words: list[float] = []
    gaps: list[float] = []
    ours = scores.words
    first = 0
    for start, token_end in starts:
        while first < len(ours) and ours[first][1] <= start:
            first += 1
        at = first
        best = 0.0
        while at < len(ours) and ours[at][0] < token_end:
            best = max(best, scores.word_scores[at])
            at += 1
        words.append(best)
        gaps.append(scores.gap_scores[first] if first < len(ours) and ours[first][0] >= start else 0.0)
    gaps.append(scores.gap_scores[-1])
    return words, gaps


def score_pair(scorer: Scorer, data: Path, pair: str, split: str, limit: int | None = None) -> PairScores:
    """Score one pair's split. Every segment counts; one whose tokens do not match its text is an error."""
    path = data / "mlqe_pe" / f"{pair}.{split}.jsonl.xz"
    records = list(read_jsonl(path))[:limit]
    scored = scorer.score([Segment(record["mt"]) for record in records])
    word_labels, word_scores, gap_labels, gap_scores = [], [], [], []
    for record, scores in zip(records, scored, strict=True):
        words, gaps = token_scores(record["mt_tok"].split(), record["mt"], scores)
        word_scores += words
        gap_scores += gaps
        word_labels += [tag == "BAD" for tag in record["word_tags"]]
        gap_labels += [tag == "BAD" for tag in record["gap_tags"]]
    return PairScores(
        np.array(word_labels),
        np.array(word_scores),
        np.array(gap_labels),
        np.array(gap_scores),
        np.array([min(1.0, r["hter"]) for r in records]),
        np.array([r["da_z"] for r in records]),
        np.array([s.edit_rate for s in scored]),
        np.array([s.confidence for s in scored]),
    )


def choose_threshold(dev: PairScores) -> tuple[float, float]:
    """The word and gap thresholds with the best MCC on dev."""
    return (
        best_matthews_threshold(dev.word_labels, dev.word_scores),
        best_matthews_threshold(dev.gap_labels, dev.gap_scores),
    )


def pair_figures(scores: PairScores, word_threshold: float, gap_threshold: float) -> dict[str, float]:
    """Section 1 and 2 figures of one pair at thresholds that were chosen elsewhere."""
    predicted = scores.word_scores >= word_threshold
    return {
        "word_mcc": matthews(scores.word_labels, predicted),
        "word_f1_bad": f1_bad(scores.word_labels, predicted),
        "word_ap": average_precision(scores.word_labels, scores.word_scores),
        "gap_mcc": matthews(scores.gap_labels, scores.gap_scores >= gap_threshold),
        "da_pearson": pearson(1 - scores.edit_rate, scores.quality),
        "da_spearman": spearman(1 - scores.edit_rate, scores.quality),
        "hter_pearson": pearson(scores.edit_rate, scores.hter),
        "confidence_da_pearson": pearson(scores.confidence, scores.quality),
    }
