"""The model folder's card, written by the code that trained the model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SCORER = """\
---
license: apache-2.0
language: en
library_name: mtqa
tags: [quality-estimation, machine-translation, token-classification]
base_model: sentence-transformers/all-MiniLM-L6-v2
---
# mtqa scorer `{name}`

Judges machine-translated English without its source: for every word, the probability that an editor changes
it; for every gap, that a word is missing; for the sentence, that it can stay as it is, and the expected edit
rate (HTER). {parameters:.1f} M parameters ({encoder}) and {counts_mb:.1f} MB of n-gram counts.

## Use

    mtqa check article.txt          # this is the scorer that mtqa ships

## How it was made

A BERT-type encoder that started from `sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0), with an
embedding of each word's shape (its tokenizer loses case) and, beside it, log counts of the word's n-grams
in a corpus of {corpus_words:,.0f} words and punctuation marks. Trained for {minutes:g} minutes, in the
last run on {hardware}: {runs} run(s), {steps:,} steps, {tokens:,} tokens, of
{planned_tokens:,} planned. Commit `{commit}`.{more}

{segments}

## Figures

All on data that was not trained on. Thresholds and calibration were fitted on dev: the operating points
below are measured where they were fitted, the figures of test20 are not; `mtqa eval` prints these with
their intervals, beside published systems and trivial rules. Signature `{signature}`.

{figures}

## Operating points

| goal | threshold on the word score |
|---|---|
{thresholds}
{document}
## Limits

It never sees the source: a fluent sentence that says something else than the original looks fine to it. It
learnt from news and encyclopedic text; poems, dialogue and recipes are not its field. The corpus behind the
counts holds US and UK journalism of 2004 to 2026; names that became known later count as rare words.
"""

SOURCES = {
    "consensus": "WMT system output, labelled by what the other systems and the reference say",
    "reference": "those references, as sentences that need no edit",
    "mlqe": "MLQE-PE train: post-edited NMT output, word and gap tags, HTER, direct assessment (CC0)",
    "mqm": "MQM annotations of TED talks zh-en, half of the talks (Apache-2.0)",
    "qe18": "WMT18 quality estimation de-en: post-edited SMT",
    "round-trip": "WMT system output beside the English original of its source, labels by alignment",
    "original": "those originals, as sentences that need no edit",
    "version": "WMT system output: only that a person's sentence is the better one",
    "garbled": "news of the corpus, garbled by mtqa.training.garble",
    "clean": "news of the corpus as it was published",
    "own-round-trip": "news of the corpus, sent to another language and back by small translators of our own",
    "own-original": "the same news before its trip",
}
#: Sources that stand for one set in each language.
_BY_LANGUAGE = ("mlqe", "own-round-trip", "own-original", "consensus")


def write_scorer_card(folder: Path, manifest: Mapping[str, Any], *, signature: str) -> None:
    """Write ``README.md`` into a scorer's model folder from its manifest."""
    training = manifest["training"]
    thresholds = {"default": manifest["thresholds"]["default"], **manifest["thresholds"]["precision"]}
    goals = manifest["thresholds"]["meaning"]
    text = _SCORER.format(
        name=manifest["name"],
        parameters=manifest["parameters"] / 1e6,
        encoder="MiniLM-L6-H384 and heads",
        counts_mb=manifest["counts"]["bytes"] / 1e6,
        corpus_words=manifest["counts"]["words"],
        signature=signature,
        segments=_segment_table(training),
        thresholds="\n".join(f"| {goals[goal]} | {value:g} |" for goal, value in thresholds.items()),
        document=_document(manifest["thresholds"]),
        figures="\n\n".join(figure_table(title, rows) for title, rows in manifest["figures"].items()),
        more="".join(
            [
                *(
                    told(number, run)
                    for number, run in enumerate(runs_of(training)[::-1], 1)
                    for told in (_pretrained, _own_layers)
                ),
                _averaged(training),
            ]
        ),
        hardware=training["hardware"],
        commit=training["commit"],
        **_totals(training),
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _document(thresholds: Mapping[str, Any]) -> str:
    rule = thresholds.get("document", {})
    if not rule.get("weight"):
        return ""
    weight, rate, lowest = (f"{rule[name]:.4g}" for name in ("weight", "rate", "lowest"))
    return (
        f"\nIn a document it is `logit(threshold) - {weight} * (logit(others) - logit({rate}))` and not\n"
        f"below {lowest}, where `others` is the edit rate expected of its other sentences.\n"
    )


def _averaged(training: Mapping[str, Any]) -> str:
    """Which weights the last ones are the mean of, if of several."""
    share = training.get("averaged", {}).get("share", 1.0)
    parts = [(share, "those after the last run")]
    if "beside" in training:
        own = share * training["beside"]["share"]
        parts = [(share - own, parts[0][1]), (own, "those after a run beside it")]
    if share < 1:
        parts.append((1 - share, "those before"))
    if len(parts) == 1:
        return ""
    told = ", ".join(f"{what} ({part:.0%})" for part, what in parts)
    return f"\n\nThe weights are a mean (Wortsman et al. 2022) of {told}."


def _pretrained(number: int, run: Mapping[str, Any]) -> str:
    """What the encoder learnt from plain text before the run of this number, if anything."""
    record = run.get("pretraining")
    if not record:
        return ""
    told = f"{record['grammar']['all']:.1%} of BLiMP's dev pairs"
    sources = ", ".join(record["pack"]["sources"] or ["all of the corpus"])
    return (
        f"\n\nBefore run {number} the encoder was pretrained further by replaced-token detection (Clark et"
        f" al. 2020): {record['tokens']:,} tokens in {record['minutes']:g} minutes on {record['hardware']};"
        f" it then told {told} apart. Sources: {sources}."
    )


def _own_layers(number: int, run: Mapping[str, Any]) -> str:
    """What the run of this number left as it was, if it taught to tell persons from machines alone."""
    layers = run.get("natural_layers")
    if not layers:
        return ""
    return (
        f"\n\nRun {number} taught a head with the encoder's last {layers} layer(s) for itself to tell a"
        " person's sentence from a machine's, and left all else as it was."
    )


def runs_of(training: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The records of a training's runs, the last one first.

    In a record ``before`` is the run that it went on from, ``beside`` one that went on from the same weights,
    or from those before, and was averaged with it.
    """
    runs: list[Mapping[str, Any]] = []
    record: Mapping[str, Any] | None = training
    while record:
        runs += [record, record["beside"]] if "beside" in record else [record]
        record = record.get("before")
    return runs


def _segment_table(training: Mapping[str, Any]) -> str:
    """How many segments of each data set every run was given, the first run first."""
    runs = runs_of(training)[::-1]
    sources = list(dict.fromkeys(_set_of(source) for run in runs for source in run["segments"]))
    lines = ["| " + " | ".join(f"run {n}" for n in range(1, len(runs) + 1)) + " | segments from |"]
    lines.append("|---:" * len(runs) + "|---|")
    for wanted in sources:
        counts = (
            sum(count for source, count in run["segments"].items() if _set_of(source) == wanted)
            for run in runs
        )
        lines.append("| " + " | ".join(f"{n:,}" for n in counts) + f" | {SOURCES.get(wanted, wanted)} |")
    return "\n".join(lines)


def _set_of(source: str) -> str:
    return next((name for name in _BY_LANGUAGE if source.startswith(name)), source)


def _totals(training: Mapping[str, Any]) -> dict[str, float]:
    """Sums over a run and those that it went on from (``before`` in its record)."""
    runs = runs_of(training)
    names = ("minutes", "steps", "tokens", "planned_tokens")
    return {"runs": len(runs), **{name: sum(run[name] for run in runs) for name in names}}


def figure_table(title: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """A Markdown table with a row for each name and a column for each figure."""
    columns = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    lines = [f"### {title}", "", "| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, figures in rows.items():
        cells = (f"{figures[c]:.3f}" if c in figures else "" for c in columns)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
