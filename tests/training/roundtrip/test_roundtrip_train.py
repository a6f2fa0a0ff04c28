"""The training loop: batches, a model that learns, stopping, resuming, snapshots."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mtqa.errors import InputError, ModelError
from mtqa.training.roundtrip.batches import IGNORED, Pairs, make_batch, order_batches
from mtqa.training.roundtrip.model import SIZES, build_model, count_parameters, load_snapshot, save_snapshot
from mtqa.training.roundtrip.pack import Pack
from mtqa.training.roundtrip.prepare import make_pack
from mtqa.training.roundtrip.train import TrainingOptions, train
from mtqa.training.roundtrip.vocabulary import EOS, PAD

CPU = torch.device("cpu")
#: Ends by tokens, so that the learning rate does not depend on the clock.
OPTIONS = TrainingOptions(
    size="tiny", budget_minutes=600, max_tokens=6000, batch_tokens=256, dev_batches=2, log_seconds=0.0
)


@pytest.fixture(scope="module")
def pack(data: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    out = tmp_path_factory.mktemp("pack")
    make_pack(data, corpus, out, ("nl", "de"), sentences=20, vocabulary_size=400, tell=lambda _: None)
    return Pack.load(out)


def run(pack: Pack, folder: Path, *, resume: bool = False, **changes: Any) -> dict[str, Any]:
    return train(pack, replace(OPTIONS, **changes), folder, device=CPU, resume=resume)


def checkpoint(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    return state


def test_a_batch_by_hand(pack: Pack) -> None:
    pairs = Pairs(pack)
    rows = pairs.rows[:3]
    batch = make_batch(pairs, rows, multiple=8)
    assert batch.source.shape[1] % 8 == batch.labels.shape[1] % 8 == 0
    source, target = pairs.ids(int(rows[0]))
    assert batch.source[0, : len(source)].tolist() == source
    assert batch.mask[0].sum() == len(source) and source[-1] == EOS
    assert batch.labels[0, : len(target)].tolist() == target
    assert set(batch.labels[0, len(target) :].tolist()) <= {IGNORED}
    assert batch.given[0, : len(target)].tolist() == [PAD, *target[:-1]]


def test_batches_hold_each_row_once_and_keep_the_bound(pack: Pack) -> None:
    pairs = Pairs(pack)
    batches = order_batches(pairs, pairs.rows, 256, seed=3)
    assert sorted(np.concatenate(batches).tolist()) == sorted(pairs.rows.tolist())
    assert all(len(rows) * pairs.lengths(rows).max() <= 256 for rows in batches)
    again = order_batches(pairs, pairs.rows, 256, seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))
    other = np.concatenate(order_batches(pairs, pairs.rows, 256, seed=4))
    assert not np.array_equal(np.concatenate(batches), other)
    alone = order_batches(pairs, pairs.rows[:5], 1, seed=0)
    assert [len(rows) for rows in alone] == [1] * 5


@pytest.mark.parametrize(("name", "millions"), [("base", (15, 30)), ("small", (8, 15))])
def test_sizes(name: str, millions: tuple[int, int]) -> None:
    with torch.device("meta"):
        parameters = count_parameters(build_model(SIZES[name], 16_000))
    assert millions[0] * 1e6 < parameters < millions[1] * 1e6


def test_the_model_learns_and_says_what_it_did(pack: Pack, tmp_path: Path) -> None:
    record = run(pack, tmp_path, max_tokens=40_000, learning_rate=3e-3, snapshots=(0.1, 1.0))
    losses = record["progress"]["dev"]
    assert losses["100"] < losses["010"] - 1
    assert json.loads((tmp_path / "train.json").read_text()) == record
    assert record["data"]["files"].keys() >= {"parallel/nl-en.tsv.xz", "parallel/de-en.tsv.xz"}
    assert record["progress"]["tokens"] >= 40_000 and record["minutes"] > 0
    assert {"hardware", "commit", "parameters"} <= record.keys()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert any({"loss", "tokens", "tokens_per_second"} <= line.keys() for line in lines)
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == ["010", "100"]


def test_a_resumed_run_ends_in_the_same_state(pack: Pack, tmp_path: Path) -> None:
    # Dropout, so that the random state matters; an epoch ends on the way.
    run(pack, tmp_path / "whole", dropout=0.2, snapshots=(1.0,))
    run(pack, tmp_path / "parts", dropout=0.2, snapshots=(1.0,), max_steps=7)
    assert checkpoint(tmp_path / "parts")["progress"]["step"] == 7
    run(pack, tmp_path / "parts", dropout=0.2, snapshots=(1.0,), resume=True)
    whole, parts = checkpoint(tmp_path / "whole"), checkpoint(tmp_path / "parts")
    for progress in (whole["progress"], parts["progress"]):
        del progress["seconds"]
    assert whole["progress"] == parts["progress"]
    assert whole["progress"]["step"] > 14
    for name, weight in whole["model"].items():
        assert torch.equal(weight, parts["model"][name]), name
    assert torch.equal(whole["random"], parts["random"])


def test_a_finished_run_is_not_trained_further(pack: Pack, tmp_path: Path) -> None:
    first = run(pack, tmp_path, max_tokens=1000)
    again = run(pack, tmp_path, max_tokens=1000, resume=True)
    assert again["progress"]["step"] == first["progress"]["step"]


def test_a_run_is_not_overwritten_or_mixed_up(pack: Pack, tmp_path: Path) -> None:
    run(pack, tmp_path, max_tokens=500)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    with pytest.raises(InputError, match="--resume"):
        run(pack, tmp_path)
    with pytest.raises(InputError, match="another model size"):
        run(pack, tmp_path, resume=True, size="small")
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    (tmp_path / "checkpoint.pt").write_bytes(before[:1000])
    with pytest.raises(InputError, match="cannot be read"):
        run(pack, tmp_path, resume=True)
    with pytest.raises(InputError, match="no model size"):
        run(pack, tmp_path, size="huge")


def test_snapshots_keep_the_model(pack: Pack, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = build_model(SIZES["tiny"], len(pack.vocabulary)).eval()
    pairs = Pairs(pack)
    batch = make_batch(pairs, pairs.rows[:4])
    save_snapshot(model, tmp_path / "s", {"step": 1})
    loaded = load_snapshot(tmp_path / "s")
    inputs = {"input_ids": batch.source, "attention_mask": batch.mask, "decoder_input_ids": batch.given}
    with torch.no_grad():
        assert torch.allclose(model(**inputs).logits, loaded(**inputs).logits, atol=0.05)
    (tmp_path / "s" / "snapshot.json").unlink()
    with pytest.raises(ModelError, match="no complete snapshot"):
        load_snapshot(tmp_path / "s")
