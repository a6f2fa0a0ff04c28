"""Muon: momentum, made orthogonal, as the update of a hidden layer's matrix.

Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"
(kellerjordan.github.io/posts/muon), with its quintic Newton-Schulz
iteration. torch has one from version 2.9 on; this one runs on the versions
before it, and takes matrices of one shape together, which on a GPU saves most of its launches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from mtqa.training.schedule import multiplies_bf16

#: Coefficients of the iteration: steep at zero, so that five steps bring all singular values near one.
_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonalize(matrices: Tensor, steps: int = 5) -> Tensor:
    """Matrices (N, rows, columns) with singular values of about one (0.7 to 1.2) and the same directions."""
    found = matrices.to(torch.bfloat16) if multiplies_bf16(matrices.device) else matrices
    wide = found.shape[-2] <= found.shape[-1]
    if not wide:
        found = found.mT
    found = found / found.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(steps):
        square = found @ found.mT
        found = _A * found + (_B * square + _C * square @ square) @ found
    result: Tensor = found if wide else found.mT
    return result.to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Muon for matrices (two dimensions).

    ``lr``: the step as a share of an orthogonal matrix, about 0.02. ``momentum``: Nesterov's.
    ``weight_decay``: decoupled, times ``lr``.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 0.02,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update every matrix that has a gradient."""
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape[parameter.shape].append(parameter)
            for shape, parameters in by_shape.items():
                updates = orthogonalize(torch.stack([self._momentum(p, group) for p in parameters]))
                # A tall matrix gets a larger step, so that each output changes as much as in a square one.
                scale = -group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                for parameter, update in zip(parameters, updates, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=scale)
        return loss

    def _momentum(self, parameter: Tensor, group: dict[str, Any]) -> Tensor:
        state = self.state[parameter]
        if "average" not in state:
            state["average"] = torch.zeros_like(parameter)
        assert parameter.grad is not None
        average: Tensor = state["average"]
        average.lerp_(parameter.grad, 1 - group["momentum"])
        return parameter.grad.lerp(average, group["momentum"])


def is_matrix(name: str, parameter: Tensor) -> bool:
    """Whether a parameter is a hidden matrix of a layer, which Muon is for."""
    return parameter.ndim == 2 and ".layers." in f".{name}"
