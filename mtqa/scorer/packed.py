"""A network's weights laid out for judging on a CPU: the same numbers, faster and in less memory.

Linear layers are multiplied by oneDNN, which torch carries, with their weights put into its order once: on
some AMD processors that is nearly twice as fast as the library that torch asks by default (docs/speed.md).
Embeddings whose numbers fit 16 bits stay in 16 bits until they are looked up.
"""

from __future__ import annotations

import functools
from collections.abc import Collection

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

#: Numbers from which on it pays to keep an embedding matrix in 16 bits.
_LARGE = 1 << 20


class PackedLinear(nn.Module):
    """A linear layer in 32-bit floats, multiplied by oneDNN; it cannot be trained."""

    packed: Tensor
    bias: Tensor | None

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach()
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)
        self.register_buffer("packed", packed, persistent=False)
        self.register_buffer("bias", None if layer.bias is None else layer.bias.detach(), persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        """(..., in) to (..., out)."""
        return torch.ops.mkldnn._linear_pointwise(  # type: ignore[no-any-return]
            states, self.packed, self.bias, "none", [], ""
        )


class HalfEmbedding(nn.Module):
    """An embedding matrix in 16-bit floats, which gives 32-bit ones."""

    weight: Tensor

    def __init__(self, layer: nn.Embedding) -> None:
        super().__init__()
        self.register_buffer("weight", layer.weight.detach().half(), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """(...) to (..., H)."""
        return embedding(ids, self.weight).float()


def pack(network: nn.Module, *, keep: Collection[str] = ()) -> None:
    """Lay out a network on a CPU for judging, in place; without oneDNN its linear layers stay as they are.

    ``keep`` names the modules that are used in another way than by calling them.
    """
    for name, module in list(network.named_modules()):
        if name in keep:
            continue
        if isinstance(module, nn.Linear) and has_onednn():
            network.set_submodule(name, PackedLinear(module))
        elif isinstance(module, nn.Embedding) and _fits_half(module.weight):
            network.set_submodule(name, HalfEmbedding(module))


def _fits_half(weight: Tensor) -> bool:
    return weight.numel() >= _LARGE and torch.equal(weight.half().float(), weight)


@functools.cache
def has_onednn() -> bool:
    """Whether torch multiplies by oneDNN here: tried once with numbers whose product is exact."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    layer = nn.Linear(48, 32)
    states = torch.arange(5 * 48, dtype=torch.float32).view(5, 48) % 7
    with torch.inference_mode():
        layer.weight.copy_(torch.arange(32 * 48).view(32, 48) % 5)
        layer.bias.copy_(torch.arange(32))
        try:
            return torch.equal(PackedLinear(layer)(states), layer(states))
        except (RuntimeError, AttributeError, NotImplementedError):  # not in this build of torch
            return False
