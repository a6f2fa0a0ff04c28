"""Packs on disk and rows cut from them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from mtqa.errors import InputError
from mtqa.training.pretraining.pack import PACK_FILE, Packed, write_shard
from mtqa.training.pretraining.stream import RowSampler, read_manifest, read_stream

CPU = torch.device("cpu")


def packed(first: int, size: int = 1000) -> Packed:
    """Ids that count upwards, two of them above 2^15; every tenth token changed, every seventh a gap."""
    number = np.arange(size)
    ids = (first + number).astype(np.uint16)
    ids[:2] = 40_000, 65_535
    labels = (number % 10 == 0) * 1 + (number % 7 == 0) * 2
    return Packed(ids, (number % 17).astype(np.uint8), labels.astype(np.uint8), 3, 700, 1)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shards = [write_shard(packed(first), tmp_path, n) for n, first in enumerate((0, 2000))]
    manifest = {"kind": "mtqa-pack", "special": {"[CLS]": 9}, "shards": shards}
    (tmp_path / PACK_FILE).write_text(json.dumps(manifest))
    return tmp_path


def test_what_was_packed_is_read(pack: Path) -> None:
    stream = read_stream(pack, CPU)
    assert stream.tokens == 2000
    rows = stream.rows(np.array([0, 1000]), 12)
    for row, first in enumerate((0, 2000)):
        expected = packed(first)
        assert rows.ids[row].tolist() == [9, *expected.ids[:11].tolist()]
        assert rows.shapes[row].tolist() == [0, *expected.shapes[:11].tolist()]
        assert rows.labels[row].tolist() == [0, *expected.labels[:11].tolist()]


def test_a_missing_shard_is_named_and_may_be_left_out(pack: Path) -> None:
    (pack / "shard-001.safetensors.xz").unlink()
    with pytest.raises(InputError, match=r"shard-001.*--partial"):
        read_stream(pack, CPU)
    stream = read_stream(pack, CPU, partial=True)
    assert (stream.tokens, stream.shards) == (1000, ("shard-000.safetensors.xz",))


@pytest.mark.parametrize("damage", [b"", b"cut", b"\xfd7zXZ\x00"])
def test_a_damaged_shard_is_named(pack: Path, damage: bytes) -> None:
    (pack / "shard-000.safetensors.xz").write_bytes(damage)
    with pytest.raises(InputError, match=r"shard-000.*damaged"):
        read_stream(pack, CPU)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"kind": "other"}'])
def test_no_manifest_is_a_clear_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / PACK_FILE).write_text(text)
    with pytest.raises(InputError, match=PACK_FILE.replace(".", r"\.")):
        read_manifest(tmp_path)


def test_a_pass_covers_the_text_once() -> None:
    sampler = RowSampler(1000, seed=1)
    starts = sampler.take(31, 32)  # 31 new tokens a row: 31 rows, or 32 if the cut happens to begin early
    assert sampler.number == 1
    covered = (starts[:, None] + np.arange(31)).flatten()
    assert len(set(covered.tolist())) == len(covered)
    assert covered.min() >= 0
    assert covered.max() < 1000
    assert not np.array_equal(starts, np.sort(starts))


def test_a_resumed_sampler_goes_on_as_the_other_would_have() -> None:
    sampler = RowSampler(1000, seed=1)
    sampler.take(20, 32)
    again = RowSampler(1000, seed=1)
    again.restore(sampler.state())
    for length in (32, 32, 64):  # over the end of a pass, and a change of length
        assert np.array_equal(again.take(25, length), sampler.take(25, length))
    assert again.number == sampler.number > 2


@pytest.mark.parametrize("tokens", [200, 5000])
def test_a_sampler_goes_on_with_fewer_or_more_shards(tokens: int) -> None:
    sampler = RowSampler(1000, seed=1)
    sampler.take(25, 32)
    again = RowSampler(tokens, seed=1)
    again.restore(sampler.state())
    starts = again.take(20, 32)
    assert len(starts) == 20
    assert starts.max() + 31 <= tokens


def test_too_little_text_is_a_clear_error() -> None:
    with pytest.raises(InputError, match="too few"):
        RowSampler(100, seed=1).take(1, 128)
