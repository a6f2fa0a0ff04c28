"""Teaching cross-attention where to look, which a small model that starts anew is slow to find out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

#: Stands for no token in labels and positions.
IGNORED = -100


def attention_loss(layers: Sequence[Tensor], looks_at: Tensor) -> Tensor:
    """Mean negative log of the attention that the first half of each layer's heads pays to the right token.

    ``layers``: cross-attention weights (R, heads, T, S); ``looks_at``: (R, T).
    """
    known = looks_at != IGNORED
    losses = []
    for weights in layers:
        half = weights[:, : weights.shape[1] // 2].float().mean(1)  # (R, T, S)
        paid = half.gather(-1, looks_at.clamp(min=0)[..., None]).squeeze(-1)
        losses.append(-torch.log(paid[known].clamp(min=1e-6)).mean())
    return torch.stack(losses).mean()
