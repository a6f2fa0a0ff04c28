"""The results of an ablation: a JSON file with a record a row, the units behind them, and the table.

The units stay in the work folder: they are only needed to say how sure a difference between rows is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from mtqa.errors import InputError
from mtqa.evaluation.sample import Array, Sample, pack, unpack
from mtqa.evaluation.sections.base import Statistic
from mtqa.text.files import replace_file
from mtqa.training.ablation import BASE, ablation_rows
from mtqa.training.ablation_measure import RECALL, STATISTICS, differences

SCHEMA = "mtqa.ablation/1"
#: The sections of a page that tables go into.
SECTIONS = ("ablation", "ablation-families", "ablation-encoders")

Record = dict[str, Any]

_ALL = tuple(statistic for statistics in STATISTICS.values() for statistic in statistics)


def read_records(path: Path) -> list[Record]:
    """The records of the rows that are done; none without a file. Raises :class:`InputError`."""
    if not path.exists():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise InputError(f"{path} has the schema {content['schema']!r}, not {SCHEMA!r}.")
        return list(content["rows"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no result of an ablation ({error}): move it away.") from error


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Write the records, in the order of the table, in one step. Raises :class:`OutputError`."""
    order = list(ablation_rows())
    rows = sorted(records, key=lambda r: order.index(r["name"]) if r["name"] in order else len(order))
    replace_file(path, json.dumps({"schema": SCHEMA, "rows": rows}, indent=1, allow_nan=False) + "\n")


def units_file(folder: Path, name: str) -> Path:
    """Where the units of a row lie."""
    return folder / f"{name.replace(':', '-')}.npz"


def write_units(folder: Path, name: str, samples: Mapping[str, Sample], evaluation: str) -> None:
    """Keep the units behind a row's figures; ``evaluation`` is the hash of the texts."""
    arrays: dict[str, Array] = {"evaluation": np.array(evaluation)}
    for key, sample in samples.items():
        arrays |= pack(sample, key)
    path = units_file(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def read_units(folder: Path, name: str, evaluation: str) -> dict[str, Sample] | None:
    """The units of a row, None if there are none of these very texts."""
    path = units_file(folder, name)
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["evaluation"]) != evaluation:
            return None
        arrays = dict(stored)
    return {key: unpack(arrays, key) for key in STATISTICS}


def compared(records: Iterable[Record], folder: Path, resamples: int) -> list[Record]:
    """The records, each with its paired differences from the row of post-edits, where both have their units.

    A record that says already which run of that row it was compared with is left as it is.
    """
    rows = list(records)
    base = next((r for r in rows if r["name"] == BASE), None)
    units = None if base is None else read_units(folder, BASE, base["evaluation"])
    if base is None or units is None:
        return rows
    made = []
    for row in rows:
        same = row["evaluation"] == base["evaluation"]
        if row is not base and same and row.get("compared_with") != base["finished"]:
            own = read_units(folder, row["name"], row["evaluation"])
            if own is not None:
                found = differences(units, own, resamples)
                against = {name: None if d is None else _plain(asdict(d)) for name, d in found.items()}
                row = {**row, "against": against, "compared_with": base["finished"]}
        made.append(row)
    return made


def plain_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as JSON has them: rounded, None where one is not defined."""
    return {name: _plain(asdict(figure)) for name, figure in figures.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    return value


def replace_section(path: Path, content: str, name: str = SECTIONS[0]) -> None:
    """Put the content between the marks ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->`` of a page.

    Raises :class:`InputError` if it has none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    begin, end = (f"<!-- {name}:{side} -->" for side in ("begin", "end"))
    pattern = re.compile(rf"({begin}\n).*?({end})", re.DOTALL)
    if not pattern.search(text):
        raise InputError(f"{path} has no section between {begin} and {end}.")
    replace_file(path, pattern.sub(lambda match: f"{match[1]}{content}{match[2]}", text))


def markdown(records: Sequence[Record]) -> str:
    """The table, what its columns are, and how the rows with everything compare with post-edits alone.

    Raises :class:`InputError` if there is no row.
    """
    if not records:
        raise InputError("the ablation has no row yet: run scripts/ablate_garbling.py first.")
    lines = [_preface(records), "", "| trained on | tokens | " + " | ".join(s.title for s in _ALL) + " |"]
    lines.append("|---|---:" + "|---:" * len(_ALL) + "|")
    for record in records:
        cells = [_cell(record, statistic) for statistic in _ALL]
        lines.append(f"| {record['title']} | {record['tokens'] / 1000:,.0f} k | " + " | ".join(cells) + " |")
    for record in records:
        if record["name"].startswith("everything") and record.get("against"):
            lines += ["", _comparison(record)]
    return "\n".join(lines) + "\n"


def _preface(records: Sequence[Record]) -> str:
    garblers = ", ".join(sorted({str(r["garbler"]) for r in records}))
    # Rows from before it could be chosen have the recipe's.
    dropouts = ", ".join(sorted({f"{row.get('dropout', 0.1):g}" for row in records if row["tokens"]}))
    mixed = "" if len({r["evaluation"] for r in records}) == 1 else " **Rows measured on different texts.**"
    counts = records[0]["counts"]
    number = {name: f"{count:,}" for name, count in counts.items()}
    marks = (
        " **Bold** is better than post-edits alone, *italic* worse, where the interval of the paired "
        "difference leaves 0 out."
        if any(record.get("against") for record in records)
        else ""
    )
    return (
        "Written by `python scripts/ablate_garbling.py --table`. Every row is the same "
        f"small scorer trained anew, seed {records[0]['seed']}, dropout {dropouts}, garbler {garblers}."
        f"{mixed} All sets are dev parts: {number['MLQE-PE segments']} post-edited segments (MLQE-PE, mean "
        f"of five pairs), {number['MQM translations']} translations of talks (MQM), "
        f"{number['clean articles']} news articles "
        f"of {number['clean words']} words, with {number['garbled edits']} edits once they are garbled, and "
        f"{number['originals']} English news sentences with {number['round trips']} round trips by other "
        "systems. AP: average precision. MCC: the threshold is fitted on one half of the set and applied to "
        "the other, and the other way round. Flags: words flagged of 1,000 clean ones where "
        f"{100 * RECALL:.0f} % of the edits are found, once of edits by the garbler (all families: rows that "
        "learnt from it have seen its kind of error), once of what differs in near round trips; lower is "
        "better. Original preferred: share of pairs of a sentence and its round trip, in per cent. In "
        f"brackets the 95 % interval of a bootstrap over segments, sources, articles or originals.{marks} "
        "A row is one training run: the intervals do not show what another seed would change."
    )


def _cell(record: Record, statistic: Statistic) -> str:
    figure = record["figures"].get(statistic.name)
    if figure is None or figure["value"] is None:
        return "–"
    text = _number(statistic, figure["value"])
    difference = (record.get("against") or {}).get(statistic.name)
    if difference and (difference["interval"]["low"] > 0 or difference["interval"]["high"] < 0):
        mark = "**" if (difference["value"] > 0) == (statistic.better == "high") else "*"
        text = f"{mark}{text}{mark}"
    if figure["low"] is None:
        return text
    return f"{text} ({_number(statistic, figure['low'])}–{_number(statistic, figure['high'])})"


def _number(statistic: Statistic, value: float, signed: bool = False) -> str:
    if statistic.percent:
        return f"{100 * value:{'+' if signed else ''}.1f}{' %' if signed else ''}"
    if statistic.better == "low":
        return f"{value:{'+' if signed else ''}.1f}"
    return f"{value:{'+' if signed else ''}.3f}"


def _comparison(record: Record) -> str:
    parts = []
    for statistic in _ALL:
        found = record["against"].get(statistic.name)
        if found is not None:
            low, high = (_number(statistic, found["interval"][end], signed=True) for end in ("low", "high"))
            value = _number(statistic, found["value"], signed=True)
            parts.append(f"{statistic.title} {value} ({low} to {high})")
    return f"*{record['title']}*, less post-edits alone: " + "; ".join(parts) + "."
