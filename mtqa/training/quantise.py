"""The scorer's network in smaller numbers or in another runtime, to be measured beside the shipped one.

A variant leaves all else as it is: tokenizer, evidence, windows, batches, calibration and thresholds. Only
the linear layers are changed, which is where nine tenths of the time go; the thin last ones stay as they
are, as the network multiplies them in 64 bits. ``mtqa check`` uses the packed one.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtqa.errors import ConfigError
from mtqa.scorer.batch import collate
from mtqa.scorer.encode import SegmentEncoder
from mtqa.scorer.judge import Judge
from mtqa.scorer.model import NARROW_LAYERS, ScorerModel, ScorerOutput
from mtqa.scorer.native import NativeJudge
from mtqa.scorer.packed import pack
from mtqa.scorer.scorer import Scorer
from mtqa.types import Segment

#: Of two lengths, so that no size is taken for a constant when the network is exported.
_EXAMPLES = (Segment("The strikes on the energy grid stopped."), Segment("He said so."), Segment("No."))
_OUTPUTS = tuple(field.name for field in fields(ScorerOutput))


@dataclass(frozen=True, slots=True)
class Source:
    """What a variant is made of: the network, its encoder of segments, and a folder for exported files."""

    model: ScorerModel
    encoder: SegmentEncoder
    folder: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A network that is called as :class:`ScorerModel` is, and the bytes of its weights."""

    network: nn.Module
    weights: int


@dataclass(frozen=True, slots=True)
class Variant:
    """``needs`` are modules that it cannot be made without."""

    title: str
    make: Callable[[Source], Made]
    needs: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Those of the modules that are not installed."""
        return [name for name in self.needs if not _is_there(name)]


def source_of(scorer: Scorer, folder: Path) -> Source:
    """The parts of a scorer. Raises :class:`ConfigError` if its network is not mtqa's own."""
    judge: Judge = scorer.judge
    if not isinstance(judge, NativeJudge) or not isinstance(judge._model, ScorerModel):
        raise ConfigError(f"{scorer.name} is not a scorer of mtqa's own kind.")
    return Source(judge._model, judge._encoder, folder)


def scorer_with(
    network: nn.Module, scorer: Scorer, source: Source, batch_tokens: int | None = None
) -> Scorer:
    """The scorer with this network in the place of its own, and as many tokens a batch."""
    judge = NativeJudge(network, source.encoder, torch.device("cpu"), batch_tokens)  # type: ignore[arg-type]
    return Scorer(judge, scorer.calibration, scorer.thresholds, name=scorer.name, signature=scorer.signature)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its parent is not there
        return False


def _wide_layers(model: ScorerModel) -> Iterator[tuple[str, nn.Linear]]:
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and name not in NARROW_LAYERS:
            yield name, module


def _with_layers(model: ScorerModel, make: Callable[[nn.Linear], nn.Module]) -> ScorerModel:
    """A copy in which each wide layer is what ``make`` makes of it."""
    changed = copy.deepcopy(model)
    for name, layer in list(_wide_layers(changed)):
        changed.set_submodule(name, make(layer))
    return changed


def _bytes(tensors: Iterator[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


class _Autocast(nn.Module):
    """A network under autocast to bfloat16."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, **inputs: Tensor) -> ScorerOutput:
        """As :meth:`ScorerModel.forward`."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.network(**inputs)  # type: ignore[no-any-return]


class _Tuple(nn.Module):
    """A network with a tuple for its output, as an exported graph must have."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        ids: Tensor,
        shapes: Tensor,
        types: Tensor,
        mask: Tensor,
        word_index: Tensor,
        evidence: Tensor,
        word_mask: Tensor,
    ) -> tuple[Tensor, ...]:
        """The fields of :class:`ScorerOutput`."""
        output = self.network(ids, shapes, types, mask, word_index, evidence, word_mask)
        return tuple(getattr(output, name) for name in _OUTPUTS)


class _OnnxNetwork(nn.Module):
    """An exported network, run by ONNX Runtime on one thread."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session: Any = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def forward(self, **inputs: Tensor) -> ScorerOutput:
        """As :meth:`ScorerModel.forward`."""
        arrays = self.session.run(_OUTPUTS, {name: tensor.numpy() for name, tensor in inputs.items()})
        return ScorerOutput(*map(torch.from_numpy, arrays))


def _as_trained(source: Source) -> Made:
    return Made(source.model, _bytes(source.model.parameters()))


def _packed(source: Source) -> Made:
    network = copy.deepcopy(source.model)
    pack(network, keep=NARROW_LAYERS)
    return Made(network, _bytes(itertools.chain(network.parameters(), network.buffers())))


def _bfloat16(source: Source) -> Made:
    # Autocast would round the same weights anew for every batch.
    network = _with_layers(source.model, lambda layer: layer.to(torch.bfloat16))
    return Made(_Autocast(network), _bytes(network.parameters()))


def _int8(source: Source) -> Made:
    """Weights by output channel; the activations' range is found anew for each batch."""
    network = copy.deepcopy(source.model)
    layers = list(_wide_layers(network))
    wide = sum(layer.weight.numel() for _, layer in layers)
    rest = _bytes(network.parameters()) - _bytes(layer.weight for _, layer in layers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it will be removed one day
        quantization = import_module("torch.ao.quantization")
        settings = {name: quantization.per_channel_dynamic_qconfig for name, _ in layers}
        return Made(quantization.quantize_dynamic(network, settings), rest + wide)


def _onnx(source: Source) -> Made:
    path = _exported(source)
    return Made(_OnnxNetwork(path), path.stat().st_size)


def _onnx_int8(source: Source) -> Made:
    path = source.folder / "scorer.int8.onnx"
    quantize_dynamic = import_module("onnxruntime.quantization").quantize_dynamic
    exported = str(_exported(source))
    with _quiet():
        quantize_dynamic(exported, str(path), op_types_to_quantize=["MatMul", "Gemm"], per_channel=True)
    return Made(_OnnxNetwork(path), path.stat().st_size)


@functools.cache
def _exported(source: Source) -> Path:
    """The network as an ONNX file for any number of windows, tokens and words."""
    path = source.folder / "scorer.onnx"
    source.folder.mkdir(parents=True, exist_ok=True)
    model = copy.deepcopy(source.model)
    # ONNX Runtime knows no 64-bit GELU.
    model._narrow = lambda layer, states: layer(states)  # type: ignore[method-assign]
    windows, _ = source.encoder.encode(_EXAMPLES)
    inputs = collate(windows, torch.device("cpu")).inputs()
    free = torch.export.Dim.DYNAMIC
    with torch.no_grad(), _quiet():
        program = torch.onnx.export(
            _Tuple(model).eval(),
            kwargs=inputs,
            dynamo=True,
            dynamic_shapes={name: {0: free, 1: free} for name in inputs},
            input_names=list(inputs),
            output_names=list(_OUTPUTS),
            verbose=False,
        )
    assert program is not None  # only the older exporter gives None
    program.save(path)
    return path


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporters' advice on standard error."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


_EXPORT = ("onnx", "onnxscript", "onnxruntime")
#: What the variants are compared with.
BASE = "fp32"
VARIANTS = {
    BASE: Variant("32-bit floats, MKL", _as_trained),
    "onednn": Variant("32-bit floats, oneDNN, as shipped", _packed),
    "bf16": Variant("bfloat16", _bfloat16),
    "int8": Variant("int8 (torch, dynamic)", _int8, ("torch.ao.quantization",)),
    "onnx": Variant("32-bit floats, ONNX Runtime", _onnx, _EXPORT),
    "onnx-int8": Variant("int8 (ONNX Runtime, dynamic)", _onnx_int8, _EXPORT),
}
