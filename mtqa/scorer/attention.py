"""Scaled dot-product attention, as fast as the hardware has it."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import dropout, scaled_dot_product_attention


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropped: float = 0.0) -> Tensor:
    """Mixed values (B, heads, T, D) of ``query``, ``key`` and ``value``, (B, heads, T, D) each.

    ``mask`` (B, 1, 1, T) is True where there is a token; ``dropped`` is the share of the attention weights
    that is dropped out. When training on a CPU it is plain matrix products: the gradient of the fused kernel
    takes longer than all else in rows as short as sentences.
    """
    if not (query.requires_grad and query.device.type == "cpu"):
        return scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropped)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1).to(value.dtype)
    return (dropout(weights, dropped) if dropped else weights) @ value
