"""Section 4 of the benchmark: does the scorer leave good news alone, and tell it from its round trip?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mtqa.evaluation.data import digest, read_jsonl
from mtqa.evaluation.metrics import per_thousand, preferred
from mtqa.scorer import SegmentScores, decode_spans
from mtqa.text import read_text
from mtqa.types import Segment

if TYPE_CHECKING:
    from mtqa.scorer import Scorer


def clean_segments(data: Path, limit: int | None = None) -> list[Segment]:
    """The sentences of the clean articles, each with its neighbours; ``limit`` counts articles."""
    segments: list[Segment] = []
    for number, record in enumerate(read_jsonl(data / "clean_news" / "dev.jsonl.xz")):
        if number == limit:
            break
        texts = ["", *(sentence.text for sentence in read_text(record["text"]).sentences), ""]
        segments += [Segment(t, p, f) for p, t, f in zip(texts, texts[1:], texts[2:], strict=False) if t]
    return segments


def flag_figures(segments: list[Segment], scored: list[SegmentScores], threshold: float) -> dict[str, float]:
    """Flags per 1,000 words, and share of sentences with a flag, at a threshold."""
    counts = [
        len(decode_spans(segment.text, scores, threshold))
        for segment, scores in zip(segments, scored, strict=True)
    ]
    words = sum(len(segment.text.split()) for segment in segments)
    return {
        "flags_per_1000_words": per_thousand(sum(counts), words),
        "sentences_flagged": sum(count > 0 for count in counts) / max(len(counts), 1),
        "words": float(words),
        "sentences": float(len(segments)),
    }


def round_trip_pairs(data: Path, per_reference: int = 6) -> list[tuple[str, str, float]]:
    """Held-back pairs (original, round trip, chrF of the round trip) of English news and system output."""
    from sacrebleu.metrics import CHRF

    metric = CHRF()
    pairs: list[tuple[str, str, float]] = []
    for path in sorted((data / "sysout").glob("*.jsonl.xz")):
        for record in read_jsonl(path):
            original = str(record["ref"])
            if not record["en_original"] or digest(original)[0] != "0":
                continue
            texts = sorted({str(h["text"]) for h in record["hyps"]} - {original}, key=digest)
            pairs += [
                (original, text, metric.sentence_score(text, [original]).score)
                for text in texts[:per_reference]
            ]
    return pairs


def round_trip_figures(
    scorer: Scorer, pairs: list[tuple[str, str, float]], threshold: float
) -> dict[str, float]:
    """Share of pairs whose original has the higher confidence, by chrF band, and flags on each side."""
    texts = sorted({text for original, other, _ in pairs for text in (original, other)})
    segments = [Segment(text) for text in texts]
    scored = dict(zip(texts, scorer.score(segments), strict=True))
    chrf = np.array([value for *_, value in pairs])
    left = np.array([scored[original].confidence for original, *_ in pairs])
    right = np.array([scored[other].confidence for _, other, _ in pairs])
    figures = {"original_preferred": preferred(left.tolist(), right.tolist()), "pairs": float(len(pairs))}
    bands = {"below_50": chrf < 50, "50_to_70": (chrf >= 50) & (chrf <= 70), "above_70": chrf > 70}
    for name, mask in bands.items():
        if mask.any():
            figures[f"original_preferred_chrf_{name}"] = preferred(left[mask].tolist(), right[mask].tolist())
    for side, chosen in (
        ("originals", sorted({original for original, *_ in pairs})),
        ("round_trips", sorted({other for _, other, _ in pairs})),
    ):
        rows = flag_figures([Segment(t) for t in chosen], [scored[t] for t in chosen], threshold)
        figures[f"flags_per_1000_words_{side}"] = rows["flags_per_1000_words"]
    return figures
