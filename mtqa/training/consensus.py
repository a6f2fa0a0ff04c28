"""System output labelled by what other systems and the reference say: many noisy post-edits make a clear one.

One reference is a poor judge of another translation: most of what differs is a matter of taste. A dozen other
translations of the same sentence are a better one. What a word of a hypothesis became in each of them is
aligned; a word that hardly any of them has, and in whose place they agree on another, is taken for an error,
one that the reference or most of them have for right, and what is between the two is not labelled. The mean
agreement with the others, utility in minimum Bayes risk decoding (Kumar and Byrne 2004; Eikema and Aziz
2020), ranks the hypotheses of a sentence and stands in for a direct assessment.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from rapidfuzz.distance import Indel

from mtqa.evaluation.alignment import align_words, edit_rate
from mtqa.evaluation.data import digest, read_jsonl
from mtqa.text.words import split_words
from mtqa.training.examples import UNKNOWN, Example, Labels
from mtqa.types import Segment

#: Translations beside a hypothesis, the reference among them: fewer are no consensus, more cost time only.
FEWEST, MOST = 4, 8
#: Share of the others that must have a word for it to be right, and at most have it for it to be wrong.
RIGHT, WRONG = 0.5, 0.2
#: Share of the others that must agree on what stands in place of a wrong word, or fills a gap.
AGREED = 0.35
#: What the reference counts against one system.
REFERENCE_WEIGHT = 2
#: Share of the words without a label above which a hypothesis is another sentence.
MOST_UNKNOWN = 0.4
#: A shorter hypothesis is as often another reading of a headline as a wrong one.
FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the others say of a hypothesis of W words.

    ``words`` (W,) and ``gaps`` (W + 1,): 1 wrong, 0 right, -1 unknown. ``agreement``: mean similarity by
    characters to the others, 0..1. ``edit_rate``: to the nearest of them, 0..1. ``edits``: what stands in
    place of wrong words, ``(start, end, replacement)`` in code points, in order and apart.
    """

    words: Labels
    gaps: Labels
    agreement: float
    edit_rate: float
    edits: tuple[tuple[int, int, str], ...] = ()


def judge(hypothesis: str, reference: str, others: Sequence[str]) -> Verdict:
    """Label a hypothesis by its ``reference`` and by ``others``, translations of the same sentence."""
    offsets = split_words(hypothesis)
    words = _words(hypothesis)
    kept, missing = np.zeros(len(words)), np.zeros(len(words) + 1)
    instead: list[Counter[str]] = [Counter() for _ in words]
    edits: Counter[tuple[int, int, str]] = Counter()
    rates: list[float] = []
    in_reference = np.zeros(len(words), bool)
    for number, text in enumerate([reference, *others]):
        weight = 1 if number else REFERENCE_WEIGHT
        target = split_words(text)
        found = align_words(words, [text[a:b] for a, b in target])
        rates.append(edit_rate(found, len(target)))
        has = np.ones(len(words), bool)
        for edit in found:
            has[edit.start : edit.end] = False
            became = _between(text, target, edit.reference_start, edit.reference_end)
            edits[edit.start, edit.end, became] += weight
            if edit.start == edit.end:
                missing[edit.start] += weight
            for index in range(edit.start, edit.end):
                instead[index][became] += weight
        kept += weight * has
        if number == 0:
            in_reference = has
    total = REFERENCE_WEIGHT + len(others)
    elsewhere = set(_words(reference))
    labels = np.full(len(words), UNKNOWN, np.int8)
    for index, word in enumerate(words):
        if in_reference[index] or kept[index] >= RIGHT * total:
            labels[index] = 0
        elif (
            kept[index] <= WRONG * total
            and word not in elsewhere
            and max(instead[index].values()) >= AGREED * total
        ):
            labels[index] = 1
    gaps = _gaps(labels, missing / total)
    return Verdict(
        labels,
        gaps,
        fmean(Indel.normalized_similarity(hypothesis, text) for text in [reference, *others]),
        min(rates),
        _agreed(hypothesis, offsets, edits, (labels, gaps), AGREED * total),
    )


def _agreed(
    text: str,
    offsets: Sequence[tuple[int, int]],
    edits: Counter[tuple[int, int, str]],
    verdict: tuple[Labels, Labels],
    least: float,
) -> tuple[tuple[int, int, str], ...]:
    """The edits of wrong words and gaps that enough of the others agree on; if two touch, the commoner."""
    words, gaps = verdict
    chosen: list[tuple[int, int, str]] = []
    for (start, end, became), votes in edits.most_common():
        wrong = (words[start:end] == 1).all() if start < end else gaps[start] == 1
        if votes >= least and wrong and all(end < a or b < start for a, b, _ in chosen):
            chosen.append((start, end, became))
    starts = [start for start, _ in offsets] + [len(text)]
    return tuple(
        (starts[start], offsets[end - 1][1] if start < end else starts[start], became)
        for start, end, became in sorted(chosen)
    )


def _between(text: str, offsets: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Words ``[start, end)`` of a text as they are written there."""
    return text[offsets[start][0] : offsets[end - 1][1]] if start < end else ""


def _gaps(words: Labels, missing: np.ndarray[Any, np.dtype[np.float64]]) -> Labels:
    """Labels of the gaps; beside a word that is not right nobody can tell what a gap lacks."""
    beside = np.concatenate([[0], words]) | np.concatenate([words, [0]])
    gaps = np.where(missing >= RIGHT, 1, np.where(missing <= WRONG, 0, UNKNOWN))
    return np.where(beside == 0, gaps, UNKNOWN).astype(np.int8)


def _words(text: str) -> list[str]:
    return [text[a:b] for a, b in split_words(text)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A hypothesis, its reference and what the others say of it; ``pair`` is of languages (``de-en``)."""

    text: str
    reference: str
    verdict: Verdict
    test_set: str
    pair: str


def read_judged(data: Path, *, share: float = 1.0, part: int = 0, per_reference: int = 3) -> Iterator[Judged]:
    """Hypotheses of the training part of ``sysout`` on which the others agree enough.

    Of the references a ``share`` is read, chosen by hash, another one for every ``part``, and of each at most
    ``per_reference`` hypotheses.
    """
    for path in sorted((data / "sysout").glob("*.jsonl.xz")):
        records = [r for r in read_jsonl(path) if digest(str(r["ref"]))[0] != "0"]
        strength = system_strength(records)
        for record in records:
            if is_chosen(str(record["ref"]), share, part):
                found = _judge_record(record, strength, path.name.split(".")[0])
                yield from itertools.islice(found, per_reference)


def is_chosen(reference: str, share: float, part: int) -> bool:
    """Whether a reference is of a ``share`` (0..1) of them, drawn by hash: another one for every ``part``."""
    return (int(digest(reference)[1:9], 16) / 2**32 + part * share) % 1.0 < share


def _judge_record(
    record: dict[str, Any], strength: dict[tuple[str, str], float], test_set: str
) -> Iterator[Judged]:
    reference = str(record["ref"])
    systems = {str(h["text"]): (str(h["lp"]), str(h["system"])) for h in record["hyps"]}
    systems.pop(reference, None)
    best = sorted(systems, key=lambda text: -strength[systems[text]])
    if len(best) < FEWEST:
        return
    for text in sorted(systems, key=digest):
        verdict = judge(text, reference, [other for other in best if other != text][: MOST - 1])
        unknown = int((verdict.words == UNKNOWN).sum())
        if len(verdict.words) >= FEWEST_WORDS and unknown <= MOST_UNKNOWN * len(verdict.words):
            yield Judged(text, reference, verdict, test_set, systems[text][0])


def read_consensus(
    data: Path, *, share: float = 1.0, part: int = 0, per_reference: int = 3, weight: float = 0.5
) -> list[Example]:
    """What :func:`read_judged` reads as examples for the scorer, and their references as they are.

    ``quality`` is the agreement as a z-score among the hypotheses of the same test set and language pair.
    """
    examples: list[Example] = []
    references: dict[str, None] = {}
    for judged in read_judged(data, share=share, part=part, per_reference=per_reference):
        source = f"consensus-{judged.test_set}-{judged.pair}"
        examples.append(_example(judged.text, judged.verdict, source, weight))
        references[judged.reference] = None
    for reference in references:
        count = len(_words(reference))
        right = Verdict(np.zeros(count, np.int8), np.zeros(count + 1, np.int8), math.nan, 0.0)
        examples.append(_example(reference, right, "reference", weight))
    return _with_scores(examples)


def system_strength(records: Iterable[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """Mean similarity to the reference, 0..1, of each system ``(language pair, name)``."""
    similarities: dict[tuple[str, str], list[float]] = defaultdict(list)
    for record in records:
        for h in record["hyps"]:
            similarity = Indel.normalized_similarity(str(h["text"]), str(record["ref"]))
            similarities[str(h["lp"]), str(h["system"])].append(similarity)
    return {system: fmean(values) for system, values in similarities.items()}


def _example(text: str, verdict: Verdict, source: str, weight: float) -> Example:
    unknown = np.full(len(verdict.words), UNKNOWN, np.int8)
    wrong = (verdict.words == 1).any() or (verdict.gaps == 1).any()
    return Example(
        Segment(text),
        verdict.words,
        verdict.gaps,
        unknown,
        unknown,
        0.0 if wrong else 1.0 if verdict.edit_rate == 0 else math.nan,
        verdict.edit_rate,
        verdict.agreement,
        weight,
        source,
    )


def _with_scores(examples: Sequence[Example]) -> list[Example]:
    """The examples with their agreement as z-scores within each source; references have none."""
    by_source: dict[str, list[float]] = defaultdict(list)
    for example in examples:
        by_source[example.source].append(example.quality)
    scale = {source: (float(np.mean(v)), float(np.std(v)) or 1.0) for source, v in by_source.items()}
    return [replace(e, quality=(e.quality - scale[e.source][0]) / scale[e.source][1]) for e in examples]
