"""Word alignment of a hypothesis with its post-edit or reference, by minimal word edit distance."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from mtqa.text.words import split_words


@dataclass(frozen=True, slots=True)
class WordEdit:
    """Words ``[start, end)`` of the hypothesis became ``[reference_start, reference_end)``."""

    start: int
    end: int
    reference_start: int
    reference_end: int


def align_words(hypothesis: list[str], reference: list[str]) -> list[WordEdit]:
    """The runs in which two word sequences differ, in order; adjacent operations are one run."""
    runs: list[WordEdit] = []
    for code in Levenshtein.opcodes(hypothesis, reference):
        if code.tag == "equal":
            continue
        if runs and runs[-1].end == code.src_start and runs[-1].reference_end == code.dest_start:
            start, reference_start = runs[-1].start, runs[-1].reference_start
            runs[-1] = WordEdit(start, code.src_end, reference_start, code.dest_end)
        else:
            runs.append(WordEdit(code.src_start, code.src_end, code.dest_start, code.dest_end))
    return runs


def edit_rate(edits: list[WordEdit], reference_words: int) -> float:
    """Edited words as a share of the reference's: HTER without shifts (Snover et al. 2006), at most 1."""
    changed = sum(max(e.end - e.start, e.reference_end - e.reference_start) for e in edits)
    return min(1.0, changed / max(reference_words, 1))


def word_edits(hypothesis: str, reference: str) -> list[tuple[int, int, int, int]]:
    """The runs in which two texts differ, as character offsets ``(start, end, ref_start, ref_end)``."""
    left, right = split_words(hypothesis), split_words(reference)
    edits = align_words([hypothesis[a:b] for a, b in left], [reference[a:b] for a, b in right])
    return [
        (
            *_slice(left, e.start, e.end, len(hypothesis)),
            *_slice(right, e.reference_start, e.reference_end, len(reference)),
        )
        for e in edits
    ]


def _slice(words: list[tuple[int, int]], start: int, end: int, length: int) -> tuple[int, int]:
    if start < end:
        return words[start][0], words[end - 1][1]
    at = words[start][0] if start < len(words) else length
    return at, at
