"""Averaging two checkpoints: the weights, and what the record says of the runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from recipes import load_script

START = {"steps": 1, "tokens": 10, "before": None}


def checkpoint(folder: Path, value: float, record: dict[str, Any]) -> Path:
    folder.mkdir()
    torch.save({"model": {"a": torch.full((2,), value)}}, folder / "scorer.pt")
    (folder / "scorer.record.json").write_text(json.dumps(record))
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    return folder / "scorer.pt"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (START, {"steps": 5, "before": START}, {"steps": 5, "before": START, "averaged": {"share": 0.25}}),
        (
            {"steps": 4, "before": START},
            {"steps": 5, "before": START},
            {"steps": 5, "before": START, "beside": {"steps": 4, "share": 0.75}},
        ),
        (
            {"steps": 4, "before": START},
            {"steps": 5, "before": {"steps": 2, "before": START}},
            {
                "steps": 5,
                "before": {"steps": 2, "before": START},
                "beside": {"steps": 4, "share": 0.75},
            },
        ),
        (
            START,
            {"steps": 5, "before": {"steps": 2, "before": START}},
            {"steps": 5, "before": {"steps": 2, "before": START}, "averaged": {"share": 0.25}},
        ),
    ],
    ids=[
        "gone on from the first",
        "both from a third",
        "from one and from what came of it",
        "two runs later",
    ],
)
def test_weights_and_record(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], expected: dict[str, Any]
) -> None:
    paths = checkpoint(tmp_path / "one", 1.0, first), checkpoint(tmp_path / "two", 3.0, second)
    out = tmp_path / "out"
    result = CliRunner().invoke(
        load_script("average_scorers").main,
        [*map(str, paths), "--share", "0.25", "--out", str(out)],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert torch.load(out / "scorer.pt", weights_only=True)["model"]["a"].tolist() == [1.5, 1.5]
    assert json.loads((out / "scorer.record.json").read_text()) == expected
    assert (out / "config.json").exists() and (out / "tokenizer.json").exists()


def test_weights_without_a_record_of_their_training_are_a_clear_error(tmp_path: Path) -> None:
    paths = checkpoint(tmp_path / "one", 1.0, START), checkpoint(tmp_path / "two", 3.0, START)
    (tmp_path / "two" / "scorer.record.json").unlink()
    result = CliRunner().invoke(
        load_script("average_scorers").main, [*map(str, paths), "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 2
    assert "has no scorer.record.json beside it" in result.output
    assert not (tmp_path / "out" / "scorer.record.json").exists()
