"""Making a network from a weights file, without the time that random first weights would take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

Network = TypeVar("Network", bound=nn.Module)


def load_network(make: Callable[[], Network], weights: Path) -> Network:
    """The network that ``make`` builds, with the weights of a safetensors file as 32-bit floats, for judging.

    Raises ``OSError`` or a ``SafetensorError`` for a file that cannot be read, ``RuntimeError`` if its
    tensors are not the network's.
    """
    with torch.device("meta"), _NoInitialisation():
        network = make()
    state: dict[str, Tensor] = load_file(weights)
    for name in list(state):
        state[name] = state[name].float()
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


class _NoInitialisation(TorchFunctionMode):
    """Leaves out what ``torch.nn.init`` would do (which on "meta" also imports a compiler)."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else (kwargs or {})["tensor"]
        return function(*args, **(kwargs or {}))
