"""How good are labels by consensus? Beside professional raters, and how many there are of each.

python scripts/check_consensus.py                 # prints the tables of docs/training.md, some minutes
python scripts/check_consensus.py --share 0.01    # of fewer references

The raters' errors are those of WMT's TED talks (MQM, Freitag et al. 2021), where a dozen systems and two
human translators translated the same segments; nothing is fitted to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from mtqa.evaluation.data import read_jsonl
from mtqa.text.words import split_words
from mtqa.training.consensus import MOST, judge, read_judged, system_strength

SEGMENTS = "mqm/ted2021_zh-en.segments.jsonl.xz"
REFERENCE, TRANSLATORS = "ref", ("ref", "refB")
Integers = npt.NDArray[np.signedinteger[Any]]
NAMES = {1: "wrong", 0: "right", -1: "no label"}


def rated(data: Path) -> Iterator[tuple[Integers, Integers]]:
    """Of each system's segment the labels by consensus (W,) and the raters' errors (W,)."""
    segments: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in read_jsonl(data / SEGMENTS):
        segments[str(record["doc"]), str(record["seg"])].append(record)
    records: list[dict[str, Any]] = []
    for found in segments.values():
        reference = next((str(r["mt"]) for r in found if r["system"] == REFERENCE), None)
        if reference is not None:
            hyps = [
                {"lp": "zh-en", "system": r["system"], "text": r["mt"], "spans": r["spans"]} for r in found
            ]
            records.append({"ref": reference, "hyps": [h for h in hyps if h["system"] not in TRANSLATORS]})
    strength = system_strength(records)
    for record in records:
        best = sorted(record["hyps"], key=lambda h: -strength[h["lp"], h["system"]])
        texts = list(dict.fromkeys(h["text"] for h in best))
        for h in best:
            others = [text for text in texts if text not in (h["text"], record["ref"])][: MOST - 1]
            yield judge(h["text"], record["ref"], others).words, errors_of(h["text"], h["spans"])


def errors_of(text: str, spans: list[dict[str, Any]]) -> Integers:
    """The raters' errors by word (W,): 0 none, 1 minor, 2 major or critical."""
    out = np.zeros(len(split_words(text)), int)
    for span in spans:
        level = 1 if span["severity"] == "minor" else 2
        for index, (start, end) in enumerate(split_words(text)):
            if start < span["end"] and span["start"] < end:
                out[index] = max(out[index], level)
    return out


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--share", default=0.05, show_default=True, help="Of the WMT references, for the counts.")
def main(data: Path, share: float) -> None:
    """Print both tables."""
    pairs = list(rated(data))
    labels, errors = (np.concatenate(part) for part in zip(*pairs, strict=True))
    click.echo(f"{len(pairs):,} segments, {len(labels):,} words\n")
    click.echo(
        "| by consensus | share of words | any error by the raters | a major one |\n|---|---:|---:|---:|"
    )
    for label, name in NAMES.items():
        of = errors[labels == label]
        click.echo(
            f"| {name} | {len(of) / len(labels):.1%} | {np.mean(of > 0):.1%} | {np.mean(of == 2):.1%} |"
        )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for judged in read_judged(data, share=share):
        counted = counts[judged.test_set]
        counted.update({"hypotheses": 1, "edits": len(judged.verdict.edits)})
        counted.update(NAMES[int(label)] for label in judged.verdict.words)
    click.echo("\n| test set | hypotheses | words | wrong | right | no label | edits agreed on |")
    click.echo("|---|" + "---:|" * 6)
    for name, c in counts.items():
        words = sum(c[label] for label in NAMES.values())
        shares = " | ".join(f"{c[label] / words:.1%}" for label in NAMES.values())
        click.echo(f"| {name} | {c['hypotheses']:,} | {words:,} | {shares} | {c['edits']:,} |")


if __name__ == "__main__":
    main()
