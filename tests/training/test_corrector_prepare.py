"""The corrector's training arrays: the shares of the kinds, edits that systems agree on among them."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "corrector"))

from tiny_models import write_bert

from mtqa.training import corrector_prepare
from mtqa.training.corrector_data import Arrays, TextEdit
from mtqa.training.corrector_model import build_tokenizer
from mtqa.training.corrector_prepare import Sources, prepare
from mtqa.training.garble.edits import Edit, Garbled
from mtqa.types import Segment

SEGMENTS = [Segment(f"the war on the energy grid of president number {n} was peace") for n in range(400)]
PAIRS = [("mlqe_pe", "the strikes on the energy roast", "the strikes on the energy grid")] * 400
AGREED: list[tuple[str, list[TextEdit]]] = [("he had of the war", [(3, 6, "was")])] * 60


def garble(text: str, _: random.Random) -> Garbled:
    at = text.index("grid")
    edit = Edit(at, at + 5, at, at + 4, "mistranslation", "major", "made up")
    return Garbled(text.replace("grid", "roast"), text, (edit,))


@pytest.fixture
def counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """How many inputs there are, and how many of them by consensus, for a share of consensus."""
    asked: list[float] = []

    def read_agreed(data: Path, *, share: float, part: int) -> list[tuple[str, list[TextEdit]]]:
        asked.append(share)
        return AGREED

    monkeypatch.setattr(corrector_prepare, "read_clean", lambda corpus, limit: SEGMENTS[:limit])
    monkeypatch.setattr(corrector_prepare, "read_pairs", lambda data, split: PAIRS)
    monkeypatch.setattr(corrector_prepare, "read_agreed", read_agreed)
    monkeypatch.setattr(corrector_prepare, "hash_files", lambda sources: {})
    tokenizer = build_tokenizer(write_bert(tmp_path / "bert"))
    (he,) = tokenizer("he", add_special_tokens=False)["input_ids"]  # a word of AGREED alone

    def run(consensus: float) -> tuple[int, int, list[float], dict[str, Any]]:
        out = tmp_path / f"out-{consensus}"
        sources = Sources(tmp_path, tmp_path, garble)
        prepare(sources, tokenizer, out, examples=200, consensus=consensus, workers=1, seed=1)
        arrays = Arrays.load(out / "train.npz")
        rows = [arrays.source[a:b] for a, b in zip(arrays.source_at, arrays.source_at[1:], strict=False)]
        record = json.loads((out / "sources.json").read_text(encoding="utf-8"))
        assert record["examples"] == len(rows)
        return len(rows), sum(he in row for row in rows), asked, record

    return run


def test_without_consensus_no_system_output_is_judged(counts: Any) -> None:
    examples, agreed, asked, record = counts(0.0)
    assert examples > 150 and agreed == 0 and asked == [] and record["consensus"] == 0


def test_consensus_takes_its_share_from_the_other_kinds(counts: Any) -> None:
    before, *_ = counts(0.0)
    examples, agreed, asked, record = counts(0.25)
    assert agreed == 50 < len(AGREED) and record["consensus"] == 0.25
    assert examples - agreed == pytest.approx(0.75 * before, rel=0.1)
    assert asked == [pytest.approx(50 / 38_000)]
