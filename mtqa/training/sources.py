"""The data sets as labelled examples. Only training parts are read here, and the dev parts for choosing."""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import regex

from mtqa.evaluation.alignment import align_words, edit_rate
from mtqa.evaluation.data import digest, is_mqm_training_document, read_jsonl
from mtqa.text.words import split_words
from mtqa.training.examples import Example, LabelledSpan, from_spans, from_tags
from mtqa.types import Segment

_MQM_CATEGORIES = {
    "Accuracy/Mistranslation": "mistranslation",
    "Accuracy/Addition": "addition",
    "Accuracy/Untranslated text": "untranslated",
    "Fluency/Punctuation": "punctuation",
    "Fluency/Spelling": "spelling",
    "Terminology/Inappropriate for context": "mistranslation",
    "Terminology/Inconsistent use of terminology": "mistranslation",
}
_NO_SPACE_BEFORE = regex.compile(r" (?=[.,;:!?%)\]}]|'(?:s|re|ve|ll|d|m|t)\b|n't\b)")
_NO_SPACE_AFTER = regex.compile(r"(?<=[(\[{$£€]) ")


def detokenize(text: str) -> str:
    """Tokenised English as it would be written; the visible characters stay the same."""
    return str(_NO_SPACE_AFTER.sub("", _NO_SPACE_BEFORE.sub("", " ".join(text.split()))))


def read_mlqe(data: Path, split: str, pair: str) -> list[Example]:
    """Post-edited MT output of one pair (MLQE-PE, Fomicheva et al. 2022)."""
    return [
        from_tags(
            str(record["mt"]),
            str(record["mt_tok"]).split(),
            record["word_tags"],
            record["gap_tags"],
            source=f"mlqe-{pair}",
            edit_rate=float(record["hter"]),
            quality=float(record["da_z"]),
        )
        for record in read_jsonl(data / "mlqe_pe" / f"{pair}.{split}.jsonl.xz")
    ]


def read_qe18(data: Path, split: str = "train") -> list[Example]:
    """German-English SMT with post-edits from the WMT18 quality estimation task."""
    return [
        from_tags(
            detokenize(str(record["mt_tok"])),
            str(record["mt_tok"]).split(),
            record["word_tags"],
            record["gap_tags"],
            source="qe18",
            edit_rate=float(record["hter"]),
            weight=0.5,
        )
        for record in read_jsonl(data / "postedit" / f"qe18_de-en.{split}.jsonl.xz")
    ]


def read_round_trips(
    data: Path,
    *,
    dev: bool,
    largest_edit_rate: float = 0.4,
    per_reference: int = 6,
    weight: float = 0.5,
    originals: bool = True,
) -> Iterator[Example]:
    """System output beside the English original of its source: true round trips, labels by alignment.

    A reference is not a correction, so only hypotheses near it are kept, and their labels count less. Where
    the hypothesis is the original itself it is an example of a sentence that needs no edit. ``dev`` takes the
    references that are kept out of training. ``originals=False`` takes the references that are translations
    instead, which say still less of what is wrong with another translation.
    """
    for path in sorted((data / "sysout").glob("*.jsonl.xz")):
        for record in read_jsonl(path):
            reference = str(record["ref"])
            if record["en_original"] != originals or (digest(reference)[0] == "0") != dev:
                continue
            whole, part = ("original", "round-trip") if originals else ("reference", "system-output")
            yield from_spans(Segment(reference), [], source=whole, keep=1.0, edit_rate=0.0, weight=weight)
            texts = sorted({str(h["text"]) for h in record["hyps"]} - {reference}, key=digest)
            near = (_aligned(text, reference, largest_edit_rate, weight, part) for text in texts)
            yield from itertools.islice((example for example in near if example), per_reference)


def _aligned(
    hypothesis: str, reference: str, largest_edit_rate: float, weight: float, source: str
) -> Example | None:
    offsets = split_words(hypothesis)
    words = [hypothesis[a:b] for a, b in offsets]
    target = [reference[a:b] for a, b in split_words(reference)]
    edits = align_words(words, target)
    rate = edit_rate(edits, len(target))
    if not words or rate > largest_edit_rate:
        return None
    spans = []
    for edit in edits:
        start = offsets[edit.start][0] if edit.start < len(offsets) else len(hypothesis)
        spans.append(LabelledSpan(start, offsets[edit.end - 1][1] if edit.end > edit.start else start))
    return from_spans(Segment(hypothesis), spans, source=source, keep=0.0, edit_rate=rate, weight=weight)


def read_mqm(data: Path, *, training: bool) -> list[Example]:
    """TED talks with MQM errors (Freitag et al. 2021): categories and severities by professional raters."""
    segments: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in read_jsonl(data / "mqm" / "ted2021_zh-en.jsonl.xz"):
        if is_mqm_training_document(str(record["doc"])) == training:
            key = tuple(str(record[k]) for k in ("doc", "seg", "system", "rater", "mt"))
            segments[key].append(record)
    examples = []
    for (*_, text), records in segments.items():
        spans = [
            LabelledSpan(
                int(record["span"][0]),
                int(record["span"][1]),
                _MQM_CATEGORIES.get(record["category"]),
                str(record["severity"]).lower(),
            )
            for record in records
            if record["severity"] in ("Major", "Minor")
            and record.get("span")
            and record["category"] != "Source error"
        ]
        examples.append(
            from_spans(Segment(text), spans, source="mqm", keep=math.nan if spans else 1.0, weight=0.5)
        )
    return examples


def sample(examples: list[Example], count: int, seed: int) -> list[Example]:
    """At most ``count`` of the examples, chosen by a seeded shuffle."""
    chosen = list(examples)
    random.Random(seed).shuffle(chosen)
    return chosen[:count]
