"""Guided attention: which tokens belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mtqa.training.guided import IGNORED, attention_loss
from mtqa.training.roundtrip.batches import Batch, Pairs, make_batch
from mtqa.training.roundtrip.guide import Guide
from mtqa.training.roundtrip.model import load_snapshot
from mtqa.training.roundtrip.pack import Pack, Shard
from mtqa.training.roundtrip.prepare import make_pack
from mtqa.training.roundtrip.train import TrainingOptions, train
from mtqa.training.roundtrip.vocabulary import EOS, PAD

_ENGLISH, _FOREIGN = 10, 20  # ids of the words, the other way round in the foreign sentences
_TAG_EN, _TAG_NL = 5, 6
_OPTIONS = TrainingOptions(
    size="tiny", budget_minutes=600, max_tokens=20_000, batch_tokens=512, snapshots=(1.0,), dev_batches=1
)


def shard() -> Shard:
    """Sentences of three words of nine, drawn at random; foreign ones say them in order, shifted by ten."""
    rng = np.random.default_rng(0)
    words = np.array([rng.choice(9, 3, replace=False) for _ in range(200)])
    at = np.arange(0, 601, 3)
    flags = np.zeros(200, bool)
    return Shard(
        (words + _FOREIGN).ravel().astype(np.uint16),
        at,
        (words + _ENGLISH).ravel().astype(np.uint16),
        at,
        flags,
        flags,
    )


def batch(source: list[int], target: list[int]) -> Batch:
    rows = [torch.tensor([row]) for row in (source, source, target, target)]
    return Batch(rows[0], (rows[1] != PAD).long(), rows[2], rows[3])


@pytest.fixture(scope="module")
def guide() -> Guide:
    return Guide([shard()], 40, _TAG_EN)


def test_words_look_at_their_translations(guide: Guide) -> None:
    found = guide.looks_at(batch([_TAG_NL, 12, 10, 14, EOS], [20, 22, 24, EOS]))
    assert found.tolist() == [[2, 1, 3, 4]]
    back = guide.looks_at(batch([_TAG_EN, 22, 20, 24, EOS], [10, 12, 14, EOS]))
    assert back.tolist() == [[2, 1, 3, 4]]


def test_names_look_at_themselves_and_strangers_nowhere(guide: Guide) -> None:
    found = guide.looks_at(batch([_TAG_NL, 12, 33, EOS, PAD], [22, 33, 34, EOS, IGNORED]))
    assert found.tolist() == [[1, 2, IGNORED, 3, IGNORED]]


def test_of_two_equal_words_the_one_in_the_same_place_is_meant(guide: Guide) -> None:
    found = guide.looks_at(batch([_TAG_NL, 12, 10, 11, 12, EOS], [22, 20, 21, 22, EOS]))
    assert found.tolist() == [[1, 2, 3, 4, 5]]


def test_guided_training_learns_to_look(data: Path, corpus: Path, tmp_path: Path) -> None:
    make_pack(data, corpus, tmp_path / "pack", ("nl",), sentences=5, vocabulary_size=300, tell=lambda _: None)
    pack = Pack.load(tmp_path / "pack")
    pairs = Pairs(pack)
    seen = make_batch(pairs, pairs.rows[:20])
    wanted = Guide(pack.shards.values(), len(pack.vocabulary), pack.vocabulary.tag_id("en")).looks_at(seen)

    def missed(guided: float) -> float:
        folder = tmp_path / f"guided-{guided:g}"
        train(pack, replace(_OPTIONS, guided=guided), folder, device=torch.device("cpu"))
        model = load_snapshot(folder / "snapshots" / "100")
        model.set_attn_implementation("eager")
        layers = model.model(seen.source, seen.mask, seen.given, output_attentions=True).cross_attentions
        return float(attention_loss(layers, wanted).detach())

    assert missed(0.9) < missed(0.0) - 0.3
