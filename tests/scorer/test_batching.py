"""The same sentence, the same numbers, bit for bit, whatever it is scored with: with the shipped scorer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtqa.scorer import load_scorer
from mtqa.types import Segment

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / "models" / "scorer").is_dir(), reason="needs the shipped scorer")


def test_scores_do_not_depend_on_batching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short and long segments: alone, in pairs, all together, and all together in parts."""
    words = re.findall(r"\S+", (ROOT / "seeds" / "ceasefire-call.txt").read_text(encoding="utf-8"))
    segments = [Segment(" ".join(words[3 * n : 3 * n + 1 + n % 50]), words[n], "") for n in range(100)]
    scorer = load_scorer()
    together = scorer.score(segments)
    assert [scorer.score([segment])[0] for segment in segments] == together
    assert [score for n in range(0, 100, 2) for score in scorer.score(segments[n : n + 2])] == together
    monkeypatch.setattr("mtqa.scorer.native._AT_ONCE", 30)
    done: list[int] = []
    assert scorer.score(segments, done.append) == together
    assert sum(done) == len(segments)
