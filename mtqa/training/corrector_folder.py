"""Writing and measuring a trained corrector: model folder, ``mtqa.json``, card, dev figures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from mtqa.corrector.casing import decode_case, encode_case
from mtqa.corrector.folder import Ranking, manifest_values, open_folder
from mtqa.corrector.generate import Candidate, Question
from mtqa.corrector.loading import load_seq2seq
from mtqa.corrector.prompt import NATIVE, Prompt
from mtqa.scorer.encode import load_tokenizer
from mtqa.types import Segment

NAME = "base-v4"


def write_folder(
    out: Path, model: Any, tokenizer: Any, record: Mapping[str, Any], prompt: Prompt = NATIVE
) -> None:
    """Write weights (fp16), tokenizer, configuration and ``mtqa.json``; an older folder is replaced whole."""
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.to(torch.float16).save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    write_manifest(partial, record, prompt=prompt)
    for path in partial.iterdir():
        path.chmod(0o644)  # the weights come out readable by their owner alone
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)


def write_manifest(
    folder: Path, record: Mapping[str, Any], ranking: Ranking | None = None, prompt: Prompt = NATIVE
) -> None:
    """Write ``mtqa.json`` and the card."""
    values = manifest_values(NAME, prompt, ranking or Ranking(), record)
    (folder / "mtqa.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(write_card(record), encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """The training record of a model folder that training goes on from, without its figures.

    Raises :class:`KeyError` where the folder's ``mtqa.json`` has none.
    """
    values = json.loads((folder / "mtqa.json").read_text(encoding="utf-8"))
    record = dict(values["training"], name=values["name"])
    return {key: value for key, value in record.items() if key not in ("figures", "ranked")}


def read_dev(path: Path) -> list[tuple[Question, str]]:
    """Questions of a dev file with their right answers."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        segment = Segment(entry["text"], entry["previous"], entry["following"])
        pairs.append((Question(segment, entry["start"], entry["end"]), entry["replacement"]))
    return pairs


def evaluate_folder(out: Path, prepared: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """Measure the folder on the dev files; write the figures into its ``mtqa.json`` and card; return them."""
    folder = open_folder(out)
    corrector = load_seq2seq(folder)
    tokenizer = load_tokenizer(out / "tokenizer.json")
    figures: dict[str, Any] = {}
    for path in sorted(prepared.glob("dev.*.jsonl")):
        pairs = read_dev(path)
        proposals = corrector.propose([question for question, _ in pairs])
        figures[path.name.split(".")[1]] = exact_match(pairs, proposals)
        texts = [question.segment.text for question, _ in pairs]
        share = round_trip_share(texts, tokenizer, folder.prompt.inline_case)
        figures[path.name.split(".")[1]]["casing_round_trip"] = share
    write_manifest(out, {**record, "figures": figures}, folder.ranking, folder.prompt)
    return figures


def round_trip_share(texts: Sequence[str], tokenizer: Any, inline_case: bool = True) -> float:
    """Share of texts that come back from the model's tokens letter by letter, but for white space."""
    kept = 0
    for text in texts:
        plain = " ".join(text.split())
        ids = tokenizer.encode(encode_case(text) if inline_case else plain, add_special_tokens=False).ids
        back = tokenizer.decode(ids)
        kept += (decode_case(back, like=text) if inline_case else back) == plain
    return round(kept / max(len(texts), 1), 4)


def exact_match(
    pairs: Sequence[tuple[Question, str]], proposals: Sequence[Sequence[Candidate]]
) -> dict[str, float]:
    """Share of spans whose right wording comes first, and among the first three, without case and spaces.

    What the model would keep is no proposal; ``kept`` is the share of spans where keeping came first.
    """
    first = among = kept = 0
    for (question, answer), candidates in zip(pairs, proposals, strict=True):
        span = question.segment.text[question.start : question.end]
        kept += bool(candidates) and candidates[0].text == span
        texts = [plain(candidate.text) for candidate in candidates if candidate.text != span][:3]
        first += texts[:1] == [plain(answer)]
        among += plain(answer) in texts
    count = max(len(pairs), 1)
    return {
        "spans": len(pairs),
        "top1": round(first / count, 4),
        "top3": round(among / count, 4),
        "kept": round(kept / count, 4),
    }


def plain(text: str) -> str:
    """``text`` as it is compared: without case, spaces and the style of apostrophes."""
    return "".join(text.split()).lower().replace("’", "'")


def write_card(record: Mapping[str, Any]) -> str:
    """The model card of a corrector, from its training record."""
    data, figures = record["data"], record.get("figures", {})
    columns = ("top1", "top3", "kept", "casing_round_trip")
    rows = "\n".join(
        f"| {name} | {value['spans']} | " + " | ".join(f"{value[column]:.3f}" for column in columns) + " |"
        for name, value in figures.items()
    )
    files = "\n".join(f"- `{name}` sha256 `{digest}`" for name, digest in data["files"].items())
    before = record.get("before")
    kind = record.get("architecture", "minilm")
    return _CARD.format(
        name=NAME,
        shape=_SHAPES[kind].format(base=record["base"]),
        alphabet=_ALPHABETS[kind],
        started=f"base_model: {record['base']}\n" if record["base"] else "",
        before=_BEFORE.format(**before, **_extent(before)) if before else "",
        template=NATIVE.template,
        rows=rows,
        files=files,
        **_extent(record),
        hardware=record["hardware"],
        commit=record["commit"],
        recipe=record["recipe"],
    )


def _extent(record: Mapping[str, Any]) -> dict[str, Any]:
    progress = record["progress"]
    return {
        "examples": record["data"]["examples"],
        "steps": progress["step"],
        "tokens": progress["tokens"],
        "minutes": progress["seconds"] / 60,
    }


_SHAPES = {
    "minilm": """\
An encoder-decoder of 30 M parameters in the layout of BART: six encoder layers and three decoder layers, both
started from `{base}` (Apache-2.0; Wang et al. 2020), cross-attention new,
one embedding matrix for both halves and the output (Rothe et al. 2020; Kasai et al. 2021).""",
    "t5": """\
A T5 (Raffel et al. 2020) of 35 M parameters, trained from nothing: six encoder layers and three decoder
layers.""",
}
_ALPHABETS = {
    "minilm": """\
Lower-case WordPiece; `[CAP]` and `[UP]` stand before words with a capital or in capitals, `[GLUE]` and
`[GAP]` where spacing departs from the rule.""",
    "t5": "Cased subwords of a unigram model (Kudo 2018), trained on the same news.",
}
_BEFORE = """
Training went on from {name}, which had seen {tokens:,} tokens in {minutes:.0f} minutes on {hardware} (commit
`{commit}`).
"""

_CARD = """\
---
license: apache-2.0
language: en
library_name: transformers
{started}---

# mtqa corrector {name}

Proposes what to write instead of a doubtful phrase in machine-translated English news. It is asked about one
marked span of a sentence in its context and answers with a replacement of that span alone. A part of mtqa,
which guards facts, re-scores every proposal with its scorer and shows only those that make the text better.

## What it is

{shape} Weights in fp16.

Input: `{template}`

{alphabet} `[KEEP]` leaves the span, `[DELETE]` removes it.

## Training

{examples:,} inputs: news sentences garbled by rule, the same with spans masked or replaced, sound spans to
keep, and human post-edits. {steps:,} steps, {tokens:,} tokens, {minutes:.0f} minutes on {hardware}; recipe
`{recipe}` at commit `{commit}`.
{before}
Read for it:

{files}

## Figures

Held-out spans whose right wording is the first proposal, or among three, compared without case and spaces,
before the scorer ranks them; *kept*: share in which the model would leave the wrong span; *round trip*: share
of the sentences that survive the tokens letter by letter.

| dev set | spans | first | among three | kept | round trip |
|---|---|---|---|---|---|
{rows}

## Limits

It does not see the source text. It proposes wording that fits, which need not be what the source said;
numbers, names, dates and negations are guarded by mtqa, not by this model. English news only.
"""
