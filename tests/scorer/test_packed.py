"""Weights laid out for judging: what comes out is what the plain layers give."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mtqa.scorer import packed
from mtqa.scorer.packed import HalfEmbedding, PackedLinear, pack


@pytest.fixture
def network() -> nn.ModuleDict:
    """Layers of the kinds that a scorer and a corrector have; the large embedding's numbers fit 16 bits."""
    torch.manual_seed(1)
    large = nn.Embedding(4096, 256)
    large.weight.data = large.weight.half().float()
    inner = nn.Sequential(nn.Linear(48, 96), nn.GELU(), nn.Linear(96, 12, bias=False))
    return nn.ModuleDict(
        {"large": large, "small": nn.Embedding(4, 8), "inner": inner, "kept": nn.Linear(12, 1)}
    )


@pytest.mark.parametrize("shape", [(1, 48), (7, 48), (3, 16, 48), (32, 16, 48)])
@torch.inference_mode()
def test_packed_layers_give_what_the_plain_ones_give(network: nn.ModuleDict, shape: tuple[int, ...]) -> None:
    states, ids = torch.randn(shape), torch.tensor([[0, 5], [4095, 17]])
    before, words = network["inner"](states), network["large"](ids)
    pack(network, keep={"kept"})
    after = network["inner"](states)
    assert after.shape == before.shape
    assert after.dtype == before.dtype == torch.float32
    torch.testing.assert_close(after, before, atol=1e-5, rtol=1e-5)
    assert torch.equal(network["large"](ids), words)


@pytest.mark.skipif(not packed.has_onednn(), reason="this torch has no oneDNN")
def test_what_is_packed(network: nn.ModuleDict) -> None:
    pack(network, keep={"kept"})
    kinds = {name: type(module) for name, module in network.named_modules()}
    assert kinds["inner.0"] is kinds["inner.2"] is PackedLinear
    assert kinds["large"] is HalfEmbedding
    assert kinds["small"] is nn.Embedding
    assert kinds["kept"] is nn.Linear


def test_an_embedding_that_16_bits_would_round_stays(network: nn.ModuleDict) -> None:
    network["large"].weight.data[7, 9] = 1 / 3
    pack(network)
    assert type(network["large"]) is nn.Embedding


def test_without_onednn_linear_layers_stay(network: nn.ModuleDict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "has_onednn", lambda: False)
    before = network["inner"](torch.ones(2, 48))
    pack(network)
    assert torch.equal(network["inner"](torch.ones(2, 48)), before)
    assert type(network["inner"][0]) is nn.Linear
    assert type(network["large"]) is HalfEmbedding


@pytest.mark.parametrize("fails", [RuntimeError("no kernel"), AttributeError("no such operator")])
def test_a_torch_without_the_operator_is_found_out(fails: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: PackedLinear, layer: nn.Linear) -> None:
        raise fails

    monkeypatch.setattr(PackedLinear, "__init__", refuse)
    packed.has_onednn.cache_clear()
    try:
        assert not packed.has_onednn()
    finally:
        packed.has_onednn.cache_clear()
