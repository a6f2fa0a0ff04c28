"""The corrector's training arrays: the shares of the kinds, edits that systems agree on among them."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "corrector"))

from tiny import write_scorer
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
ARTICLE = ["It was not on the energy grid.", "The man said it was so.", "She stopped on the grid."]


def garble(text: str, _: random.Random) -> Garbled:
    at = text.find("grid")
    if at < 0:
        return Garbled(text, text, ())
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
    monkeypatch.setattr(corrector_prepare, "read_news", lambda corpus: iter([ARTICLE] * 24))
    monkeypatch.setattr(corrector_prepare, "hash_files", lambda sources: {})
    tokenizer = build_tokenizer(write_bert(tmp_path / "bert"))
    (he,) = tokenizer("he", add_special_tokens=False)["input_ids"]  # a word of AGREED alone

    def run(consensus: float, flagged: float = 0.0) -> tuple[int, int, list[float], dict[str, Any]]:
        out = tmp_path / f"out-{consensus}-{flagged}"
        sources = Sources(tmp_path, tmp_path, garble)
        prepare(
            sources,
            tokenizer,
            out,
            examples=200,
            consensus=consensus,
            flagged=flagged,
            scorer=write_scorer(tmp_path / "scorer") if flagged else None,
            workers=1,
            seed=1,
        )
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


def test_flags_of_a_scorer_take_their_share_from_the_other_kinds(counts: Any) -> None:
    before, *_, record = counts(0.0)
    assert record["flagged_by"] is None
    examples, *_, record = counts(0.0, flagged=0.5)
    assert record["flagged"] == 0.5 and record["flagged_by"].startswith("tiny@")
    # Six articles of three sentences, in which the tiny scorer flags words at random.
    assert 0 < examples - before / 2 <= 18
