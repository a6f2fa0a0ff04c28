"""The figures that the README quotes."""

from __future__ import annotations

import pytest
from made_up_results import result, row, words

from mtqa.errors import InputError
from mtqa.evaluation.result import Group, SectionResult
from mtqa.evaluation.sections import SECTIONS
from mtqa.evaluation.show.summary import quality_tables, speed_tables


def test_quality() -> None:
    sections = [SectionResult(name, (), 1.0) for name in ("spans", "proposals", "grammar")]
    assert (
        quality_tables(result(sections=(*result().sections, *sections)), SECTIONS)
        == """\
| test20 | ro-en | et-en |
|---|---:|---:|
| *word MCC ↑* | | |
| **mtqa** | **0.468** | **0.292** |
| MiniLM row (published, MT only) | 0.460 | – |
| always BAD (baseline) | 0.000 | 0.000 |
| *Pearson, 1 - edit rate with DA ↑* | | |
| **mtqa** | **0.650** | **–** |
| sentence length (baseline) | -0.050 | – |
| *Pearson, quality with DA ↑* | | |
| **mtqa** | **0.710** | **–** |

| test20 | mtqa | beside it |
|---|---:|---|
| expected calibration error of confidence ↓ (all pairs) | **0.060** |  |
| errors caught, least confident 20 % read ↑ (all pairs) | **34.0%** | sentence length 27.0% |
| flags per 1,000 clean words ↓ (clean news) | **2.97** |  |
| original preferred to its round trip ↑ (round trips) | **66.9%** | the shorter one 51.0%; MiniLM row 53.0% |
"""
    )


def test_a_section_that_was_not_run() -> None:
    with pytest.raises(InputError, match="the test20 result has no section spans: run mtqa eval all"):
        quality_tables(result(), SECTIONS)
    with pytest.raises(InputError, match="no section speed"):
        speed_tables(result(sections=(words(),)), SECTIONS)


def test_speed() -> None:
    rows = (
        row("mtqa check", "mtqa", seconds=6.35, peak_mb=866.0),
        row("mtqa --help", "mtqa", seconds=0.08, peak_mb=21.0),
        row("proselint", "baseline", seconds=0.4, peak_mb=30.0),
    )
    speed = SectionResult("speed", (Group("cold start", {}, rows),), 1.0, ("Medians of 5.",))
    assert (
        speed_tables(result(sections=(speed,)), SECTIONS)
        == """\
Measured on AMD EPYC, 4 cores, Linux, Python 3.11.7, torch 2.13.0. Medians of 5.

| cold start | seconds ↓ | peak memory, MB ↓ |
|---|---:|---:|
| **mtqa check** | **6.35** | **866** |
| **mtqa --help** | **0.080** | **21.0** |
| proselint *(baseline)* | 0.400 | 30.0 |
"""
    )
