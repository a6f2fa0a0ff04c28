"""Attention in training is the fused kernel's attention."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from mtqa.scorer.attention import attend

_MASK = torch.tensor([[True, True, True, False, False], [True] * 5])[:, None, None]


@pytest.mark.parametrize("mask", [None, _MASK])
def test_training_on_a_cpu_gives_the_same_values_and_gradients(mask: torch.Tensor | None) -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 3, 5, 4, dtype=torch.float64).requires_grad_(True).unbind(0)
    plain = attend(query, key, value, mask)
    fused = scaled_dot_product_attention(query, key, value, attn_mask=mask)
    assert torch.allclose(plain, fused)
    weights = torch.randn_like(plain)
    gradients = [torch.autograd.grad((out * weights).sum(), (query, key, value)) for out in (plain, fused)]
    assert all(map(torch.allclose, *gradients))


def test_without_gradients_it_is_the_fused_kernel_to_the_bit() -> None:
    query, key, value = torch.randn(3, 2, 3, 5, 4).unbind(0)
    fused = scaled_dot_product_attention(query, key, value, attn_mask=_MASK)
    assert torch.equal(attend(query, key, value, _MASK), fused)


def test_weights_are_dropped_out() -> None:
    query, key, value = torch.ones(3, 1, 1, 50, 4).requires_grad_(True).unbind(0)
    assert attend(query, key, value, None, 0.5).std() > 0.05
    assert attend(query, key, value, None).std() < 1e-6
