"""The result of measuring the scorer's variants: a JSON file, and the table that is made of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mtqa.errors import InputError
from mtqa.evaluation.sections.base import Statistic
from mtqa.text.files import replace_file
from mtqa.training.quantise import BASE, VARIANTS
from mtqa.training.quantise_measure import STATISTICS, Record

SCHEMA = "mtqa.quantised/1"
BEGIN, END = "<!-- quantised:begin -->", "<!-- quantised:end -->"


def read_result(path: Path) -> Record:
    """The result of a run. Raises :class:`InputError` if the file has none."""
    try:
        result: Record = json.loads(path.read_text(encoding="utf-8"))
        if result["schema"] != SCHEMA:
            raise ValueError(f"its schema is {result['schema']!r}")
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{path} is no result of scripts/quantise_scorer.py ({problem}).") from problem
    return result


def replace_table(page: Path, result: Record) -> None:
    """Put the table between the marks of a page. Raises :class:`InputError` if it has none."""
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{page} cannot be read: {error.strerror}.") from error
    pattern = re.compile(rf"({BEGIN}\n).*?({END})", re.DOTALL)
    if not pattern.search(text):
        raise InputError(f"{page} has no section between {BEGIN} and {END}.")
    replace_file(page, pattern.sub(lambda match: f"{match[1]}{markdown(result)}{match[2]}", text))


_EDITS = STATISTICS["garbled"][0]
_HEAD = (
    "scorer",
    "words/s",
    "times",
    "weights",
    "largest change",
    "with the batch",
    "word AP",
    "word MCC",
    "flags",
    "edits found",
    "at equal flags",
)


def markdown(result: Record) -> str:
    """The table, what its columns are, and what could not be measured.

    Raises :class:`InputError` if something is missing in the result.
    """
    try:
        lines = [_preface(result), "", f"| {' | '.join(_HEAD)} |", "|---" + "|---:" * (len(_HEAD) - 1) + "|"]
        lines += [f"| {row['title']} | {' | '.join(_cells(row))} |" for row in result["rows"]]
        for name, modules in result["missing"].items():
            lines += ["", f"*{VARIANTS[name].title}* was not measured: {', '.join(modules)} not installed."]
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(f"the result of the variants is not whole ({problem!r}).") from problem
    return "\n".join(lines) + "\n"


def _cells(row: Record) -> list[str]:
    cells = [f"{row['rate']:,.0f}", f"{row['times']:.2f}", f"{row['weights'] / 1e6:.0f} MB"]
    cells += ["–" if row["name"] == BASE else _change(row["largest_change"]), _change(row["with_batch"])]
    cells += [_cell(row, statistic) for of_sample in STATISTICS.values() for statistic in of_sample]
    equal = row["at_equal_flags"]
    return [*cells, f"{_number(_EDITS, equal['edits_found'])} ({equal['threshold']:.2f})"]


def _change(value: float) -> str:
    return f"{value:.4f}" if value else "0"


def _cell(row: Record, statistic: Statistic) -> str:
    text = _number(statistic, row["figures"][statistic.name]["value"])
    difference = (row["against"] or {}).get(statistic.name)
    if difference and (difference["interval"]["low"] > 0 or difference["interval"]["high"] < 0):
        mark = "**" if (difference["value"] > 0) == (statistic.better == "high") else "*"
        text = f"{mark}{text}{mark}"
    return text


def _number(statistic: Statistic, value: float) -> str:
    if statistic.percent:
        return f"{100 * value:.1f} %"
    return f"{value:.2f}" if statistic.better == "low" else f"{value:.4f}"


def _preface(result: Record) -> str:
    number = {name: f"{count:,}" for name, count in result["counts"].items()}
    return (
        f"Written by `python scripts/quantise_scorer.py --table docs/speed.md`; {result['scorer']}, measured "
        f"on {result['machine']}, one thread. Words per second: {number['timed']} words of news, from text "
        f"to scores, warm, the median of {result['rounds']} rounds by turns, by processor time; *times* is "
        "against the first row. Weights: as they are computed with. Largest change: of a word's probability, "
        "against the first row, and where the same variant scores in other batches (16 and 2,048 tokens, "
        f"beside 512). All sets are dev parts: {number['segments']} post-edited segments (MLQE-PE, mean of "
        f"five pairs, MCC at the thresholds in the model folder); {number['articles']} news articles of "
        f"{number['words']} words, with flags per 1,000 words at the default threshold, and every second of "
        f"them garbled, {number['edits']} edits. At equal flags: the edits found at the "
        "threshold, in brackets, down to which no more of the clean news is flagged than in the first row; "
        "it is chosen on these very articles. *Italic* is worse than the first row and **bold** better, "
        "where the 95 % interval of the paired difference leaves 0 out."
    )
