"""The curve of quality against tokens: what a scorer had seen, and the table."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest
from recipes import load_script

from mtqa.evaluation.result import Figure, Group, Row

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script("quality_curve")


def test_tokens_are_those_of_all_runs(script: ModuleType) -> None:
    first = {"tokens": 5, "pretraining": None}
    training = {"tokens": 2, "pretraining": {"tokens": 30}, "before": {"tokens": 3, "before": first}}
    assert script.seen(training) == {"tokens": 10, "pretraining_tokens": 30}


def test_figures_are_means_of_the_pairs(script: ModuleType) -> None:
    class Section:
        groups = (
            *(
                Group(name, {}, (Row("mtqa", "mtqa", {"word_mcc": Figure(value)}),))
                for name, value in (("ro-en", 0.4), ("et-en", 0.2), ("all pairs", 0.9))
            ),
            Group("clean news", {}, (Row("a rule", "baseline", {"flags_per_1000": Figure(9.0)}),)),
        )

    class Result:
        sections = (Section,)

    assert script.figures_of(Result) == {"word_mcc": pytest.approx(0.3)}


def test_the_page_shows_the_curve_that_is_kept(script: ModuleType) -> None:
    """If this fails, run ``python scripts/quality_curve.py --table docs/training.md``."""
    points = json.loads((ROOT / "docs" / "benchmark" / "curve.json").read_text(encoding="utf-8"))
    assert len(points) >= 2
    assert script.markdown(points) in (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
