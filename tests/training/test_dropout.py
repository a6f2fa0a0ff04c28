"""Dropout from a pool: the share that is asked for, other masks each time, nothing when judging."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mtqa.scorer.bert import BertEncoder, BertSizes
from mtqa.training.dropout import PooledDropout, set_dropout

CPU = torch.device("cpu")


def test_the_share_and_the_scale() -> None:
    torch.manual_seed(0)
    layer = PooledDropout(0.25, size=1 << 16)
    states = torch.ones(8, 500, requires_grad=True)
    dropped = layer(states)
    assert dropped.detach().unique().tolist() == pytest.approx([0, 4 / 3])
    assert (dropped == 0).float().mean() == pytest.approx(0.25, abs=0.03)
    dropped.sum().backward()
    assert torch.equal(states.grad, dropped.detach()), "the gradient passes where the states did"
    assert not torch.equal(layer(states), dropped)


def test_nothing_is_dropped_when_judging() -> None:
    states = torch.rand(3, 4)
    assert PooledDropout(0.5, size=100).eval()(states) is states


def test_an_input_larger_than_the_pool_has_a_mask_of_its_own() -> None:
    torch.manual_seed(0)
    dropped = PooledDropout(0.5, size=100)(torch.ones(10_000))
    assert (dropped == 0).float().mean() == pytest.approx(0.5, abs=0.03)


def test_the_pool_is_no_part_of_a_checkpoint() -> None:
    assert not PooledDropout(0.5, size=100).state_dict()


@pytest.mark.parametrize(
    ("device", "share", "kind", "attention"),
    [("cpu", 0.1, PooledDropout, 0.0), ("cpu", 0.0, nn.Dropout, 0.0), ("meta", 0.2, nn.Dropout, 0.2)],
)
def test_all_layers_of_a_model(device: str, share: float, kind: type[nn.Module], attention: float) -> None:
    encoder = BertEncoder(BertSizes(vocab_size=20, hidden_size=8, num_attention_heads=2))
    for _ in range(2):  # again after itself
        set_dropout(encoder, share, torch.device(device))
    layers = [m for n, m in encoder.named_modules(remove_duplicate=False) if n.endswith("dropout")]
    assert len(layers) == 1 + 2 * encoder.config.num_hidden_layers
    assert {type(layer) for layer in layers} == {kind}
    assert {getattr(layer, "p", share) for layer in layers} == {share}
    weights = {m.dropout for m in encoder.modules() if isinstance(getattr(m, "dropout", None), float)}
    assert weights == {attention}
