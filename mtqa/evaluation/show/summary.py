"""The figures that the README quotes, all of them from one result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtqa.errors import InputError
from mtqa.evaluation.result import EvalResult, Group, Row, SectionResult
from mtqa.evaluation.sections.base import Section, Statistic
from mtqa.evaluation.show.layout import ARROWS, KINDS, heading, tables_of
from mtqa.evaluation.show.markdown import table_lines
from mtqa.evaluation.show.numbers import MISSING, number

#: Shown for each language pair, beside published systems and the best baseline.
_BY_PAIR = (
    ("words", "word_mcc"),
    ("sentences", "da_pearson"),
    ("sentences", "quality_da_pearson"),
)
#: One figure each: section, group, statistic. One that was not measured is left out.
_SINGLE = (
    ("sentences", "all pairs", "ece"),
    ("sentences", "all pairs", "caught_20"),
    ("sentences", "all pairs", "caught_50"),
    ("spans", "zh-en, precision 0.5", "char_f1"),
    ("clean", "clean news", "flags_per_1000"),
    ("clean", "mixed news", "precision"),
    ("clean", "mixed news", "edits_found"),
    ("clean", "round trips", "preferred"),
    ("clean", "round trips", "preferred_below_50"),
    ("proposals", "garbled news, spans given", "first_right"),
    ("proposals", "garbled news, spans given", "three_right"),
    ("proposals", "post-edits, spans given", "first_right"),
    ("proposals", "garbled news", "ter_change"),
    ("proposals", "clean news", "clean_fixes"),
    ("grammar", "all", "accuracy"),
)


def quality_tables(result: EvalResult, sections: Mapping[str, Section]) -> str:
    """Two Markdown tables: word MCC and Pearson with DA by language pair, and the other main figures.

    Raises :class:`InputError` if a section was not run.
    """
    return "\n".join([*_by_pair(result, sections), "", *_single(result, sections)]) + "\n"


def speed_tables(result: EvalResult, sections: Mapping[str, Section]) -> str:
    """The machine and all tables of the section speed. Raises :class:`InputError` if it was not run."""
    found = _section(result, "speed")
    parts = [" ".join([f"Measured on {result.hardware}.", *found.notes])]
    parts += ["\n".join(table_lines(table)) for table in tables_of(found, sections["speed"].statistics)]
    return "\n\n".join(parts) + "\n"


def _by_pair(result: EvalResult, sections: Mapping[str, Section]) -> Iterator[str]:
    groups = [group for group in _section(result, "words").groups if "-" in group.name]
    yield "| " + " | ".join([result.split, *(group.name for group in groups)]) + " |"
    yield "|---" + "|---:" * len(groups) + "|"
    for name, key in _BY_PAIR:
        statistic = _statistic(sections[name], key)
        by_name = {group.name: group for group in _section(result, name).groups}
        pairs = [by_name.get(group.name, Group(group.name, {}, ())) for group in groups]
        rows = _chosen(pairs, statistic)
        if rows:
            yield f"| *{heading(statistic)}* |" + " |" * len(groups)
        for row in rows:
            values = [_value(group, row.system, statistic) for group in pairs]
            if row.kind == "mtqa":
                values = [f"**{value}**" for value in values]
            yield f"| {_label(row)} | " + " | ".join(values) + " |"


def _chosen(groups: Sequence[Group], statistic: Statistic) -> list[Row]:
    """Ours, the published ones, and the baseline that is best on the mean."""
    rows: dict[str, Row] = {}
    values: dict[str, list[float]] = {}
    for group in groups:
        for row in group.rows:
            if statistic.name in row.figures:
                rows[row.system] = row
                values.setdefault(row.system, []).append(row.figures[statistic.name].value)
    baselines = [row for row in rows.values() if row.kind == "baseline"]
    best = max(baselines, key=lambda row: sum(values[row.system]), default=None)
    chosen = [row for row in rows.values() if row.kind != "baseline" or row is best]
    return sorted(chosen, key=lambda row: ("mtqa", "published", "baseline").index(row.kind))


def _single(result: EvalResult, sections: Mapping[str, Section]) -> Iterator[str]:
    yield f"| {result.split} | mtqa | beside it |"
    yield "|---|---:|---|"
    for name, group_name, key in _SINGLE:
        statistic = _statistic(sections[name], key)
        group = next((g for g in _section(result, name).groups if g.name == group_name), None)
        rows = [] if group is None else [row for row in group.rows if key in row.figures]
        own = next((row for row in rows if row.kind == "mtqa"), None)
        if own is not None:
            others = sorted((r for r in rows if r.kind != "mtqa"), key=lambda r: KINDS.index(r.kind))
            beside = "; ".join(
                f"{row.system} {number(row.figures[key].value, statistic.percent)}" for row in others
            )
            figure = number(own.figures[key].value, statistic.percent)
            yield f"| {statistic.title}{ARROWS[statistic.better]} ({group_name}) | **{figure}** | {beside} |"


def _section(result: EvalResult, name: str) -> SectionResult:
    try:
        return result.section(name)
    except KeyError:
        raise InputError(f"the {result.split} result has no section {name}: run mtqa eval all.") from None


def _statistic(section: Section, name: str) -> Statistic:
    return next(statistic for statistic in section.statistics if statistic.name == name)


def _value(group: Group, system: str, statistic: Statistic) -> str:
    row = next((row for row in group.rows if row.system == system), None)
    if row is None or statistic.name not in row.figures:
        return MISSING
    return number(row.figures[statistic.name].value, statistic.percent)


def _label(row: Row) -> str:
    if row.kind == "mtqa":
        return f"**{row.system}**"
    return f"{row.system} ({', '.join(filter(None, (row.kind, row.note)))})"
