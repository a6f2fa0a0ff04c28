"""Dropout for training on a CPU, where drawing random numbers takes as long as all else."""

from __future__ import annotations

import torch
from torch import Tensor, nn

#: Numbers that are drawn once; the largest input of a layer in training has about a million.
POOL = 1 << 23


class PooledDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) whose masks are stretches of one long mask that was drawn before.

    Each use begins at a random place, so that masks of one step are as good as independent; two that overlap
    share a stretch at different places. Inputs of more than the mask's numbers get one of their own.
    """

    def __init__(self, share: float, size: int = POOL) -> None:
        super().__init__()
        self.share = share
        # An attribute and no buffer: it is no part of a checkpoint.
        self._mask = (torch.rand(size) >= share).float() / (1 - share)

    def forward(self, states: Tensor) -> Tensor:
        """The states, in training a ``share`` of them 0 and the others larger by as much."""
        count = states.numel()
        if not self.training:
            return states
        if count > len(self._mask):
            return nn.functional.dropout(states, self.share)
        start = int(torch.randint(len(self._mask) - count + 1, ()))
        return states * self._mask[start : start + count].view(states.shape)


def set_dropout(model: nn.Module, share: float, device: torch.device) -> None:
    """Let all dropout layers of a model drop out that share.

    On a CPU they draw from a pool that they share, and the weights of the attention are left whole: their
    number grows with the square of the length.
    """
    on_cpu = device.type == "cpu"
    pooled = PooledDropout(share) if on_cpu and share else None
    for name, module in list(model.named_modules(remove_duplicate=False)):
        if isinstance(module, nn.Dropout | PooledDropout):
            if pooled is None:
                model.set_submodule(name, nn.Dropout(share))
            else:
                model.set_submodule(name, pooled)
        elif isinstance(getattr(module, "dropout", None), float):
            module.dropout = 0.0 if on_cpu else share
