"""The tables of scripts/throughput.py, worked out by hand from its figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtqa.errors import InputError
from mtqa.evaluation.show.throughput import SCHEMA, read_throughput, throughput_tables

FIGURES: dict[str, Any] = {
    "schema": SCHEMA,
    "machine": "a machine",
    "signature": "mtqa:0|scorer:x@1",
    "cores": {
        "words": 10_000,
        "sentences": 20,
        "per_word": 2e7,
        # 4e10 / 2e7 = 2,000 words a second at most, of which 1,250 are 62.5 %
        "rows": [{"cores": 1, "rate": 1250.0, "per_second": 4e10}],
    },
    "batches": {"words": 9_876, "cores": 1, "rows": [{"batch": 512, "rate": 1234.5}]},
    "lengths": {
        "cores": 4,
        "rows": [
            {"words": 1_000, "seconds": 8.0, "peak_mb": 454.6},
            {"words": 100_000, "seconds": 50.0, "peak_mb": None},
        ],
    },
    "programs": {
        "busy_s": 1.0,
        "rows": [
            {"name": "mtqa score", "rate": 1250.0, "words": 10_000},
            {"name": "proselint", "rate": 40_123.4, "words": 160_000},
            {"name": "harper.js", "rate": None, "note": "not installed"},
        ],
    },
}


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ")]


def test_tables() -> None:
    assert rows(throughput_tables(FIGURES)) == [
        "| cores | words/s | matrix products, GFLOP/s | limit, words/s | share of the limit |",
        "| 1 | 1,250 | 80 | 2,000 | 62% |",
        "| batch size | words/s |",
        "| 512 | 1,234 |",
        "| words | seconds | words/s | peak memory, MB |",
        "| 1,000 | 8.0 | 125 | 455 |",
        "| 100,000 | 50.0 | 2,000 | – |",
        "| one core | words/s | words |",
        "| mtqa score | 1,250 | 10,000 |",
        "| proselint | 40,123 | 160,000 |",
        "| harper.js | not installed | – |",
    ]


def test_what_was_not_measured_has_no_table() -> None:
    text = throughput_tables({name: FIGURES[name] for name in ("machine", "signature", "lengths")})
    assert text.startswith("Measured on a machine, with mtqa:0|scorer:x@1.\n")
    assert len(rows(text)) == 3
    assert "on 4 cores" in text


@pytest.mark.parametrize("part", ["cores", "batches", "lengths", "programs"])
def test_figures_that_are_not_whole(part: str) -> None:
    with pytest.raises(InputError, match="not whole"):
        throughput_tables({**FIGURES, part: {"rows": [{}]}})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "mtqa.eval/1"}'])
def test_other_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content)
    with pytest.raises(InputError, match=r"other\.json is no result of"):
        read_throughput(tmp_path / "other.json")


def test_round_trip(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(FIGURES))
    assert read_throughput(tmp_path / "t.json") == FIGURES
