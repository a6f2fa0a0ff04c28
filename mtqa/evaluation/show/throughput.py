"""The tables of ``scripts/throughput.py``, as Markdown, from the JSON that it writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mtqa.errors import InputError

SCHEMA = "mtqa.throughput/1"


def read_throughput(path: Path) -> dict[str, Any]:
    """The figures of a run. Raises :class:`InputError` if the file has none."""
    try:
        figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if figures["schema"] != SCHEMA:
            raise ValueError(f"its schema is {figures['schema']!r}")
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{path} is no result of scripts/throughput.py ({problem}).") from problem
    return figures


#: What multiplies where nothing faster is there; figures that name nothing were made with it.
TORCH = "`torch.mm`"


def throughput_tables(figures: Mapping[str, Any]) -> str:
    """Words per second against cores, batch size and length, and those of other checkers.

    A part that was not measured is left out. Raises :class:`InputError` if something is missing in one.
    """
    parts = {"cores": _cores, "batches": _batches, "lengths": _lengths, "programs": _programs}
    try:
        lines = [f"Measured on {figures['machine']}, with {figures['signature']}.", ""]
        for name, table in parts.items():
            if figures.get(name):
                lines += table(figures[name])
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(f"the figures of throughput are not whole ({problem!r}).") from problem
    return "\n".join(lines).rstrip() + "\n"


def _cores(part: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{part['words']:,} words in articles of {part['sentences']} sentences, without the loading of the"
        f" models. A word takes {part['per_word'] / 1e6:.1f} million multiply-adds; the limit is the rate of"
        f" {part.get('library', TORCH)} in fp32 at the shapes of the scorer, one thread a core, over these."
    )
    yield ""
    rows = [
        [
            f"{row['cores']}",
            f"{row['rate']:,.0f}",
            f"{2 * row['per_second'] / 1e9:,.0f}",
            f"{row['per_second'] / part['per_word']:,.0f}",
            f"{row['rate'] * part['per_word'] / row['per_second']:.0%}",
        ]
        for row in part["rows"]
    ]
    head = ("cores", "words/s", "matrix products, GFLOP/s", "limit, words/s", "share of the limit")
    yield from _table(head, rows)


def _batches(part: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['words']:,} words, a sentence a record, on {_count(part['cores'])}."
    yield ""
    yield from _table(
        ("batch size", "words/s"), [[f"{row['batch']:,}", f"{row['rate']:,.0f}"] for row in part["rows"]]
    )


def _lengths(part: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"`mtqa score --segment` on {_count(part['cores'])}, from its start to its end, the loading of the"
        " models among it:"
    )
    yield ""
    rows = [
        [
            f"{row['words']:,}",
            f"{row['seconds']:.1f}",
            f"{row['words'] / row['seconds']:,.0f}",
            "–" if row["peak_mb"] is None else f"{row['peak_mb']:,.0f}",
        ]
        for row in part["rows"]
    ]
    yield from _table(("words", "seconds", "words/s", "peak memory, MB"), rows)


def _programs(part: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "Other checkers on one core, without the time they take to start. The text is the same, and as much"
        f" longer as it takes to keep them busy for {part['busy_s']:g} s more than a single line does."
    )
    yield ""
    rows = [
        [row["name"], *((f"{row['rate']:,.0f}", f"{row['words']:,}") if row["rate"] else (row["note"], "–"))]
        for row in part["rows"]
    ]
    yield from _table(("one core", "words/s", "words"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of Markdown: a name, and numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _count(cores: int) -> str:
    return f"{cores} core{'s' if cores > 1 else ''}"
