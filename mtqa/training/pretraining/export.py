"""From a checkpoint of pretraining to an encoder folder, and from that to a scorer that starts from it.

The folder: ``encoder.json`` (the configuration), ``model.safetensors`` (the encoder's weights as in a scorer,
with its word shapes), ``tokenizer.json`` and the record of the run.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from mtqa.errors import InputError, ModelError
from mtqa.scorer.folder import WEIGHTS
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.training.pretraining.candidate import CONFIG, SHAPES_WEIGHT, read_config
from mtqa.training.pretraining.pack import TOKENIZER
from mtqa.training.pretraining.run import CHECKPOINT, RECORD


def export_encoder(work: Path, pack: Path, out: Path, *, half: bool = True) -> Path:
    """Write the encoder of the checkpoint in ``work`` to the folder ``out``; ``half``: in fp16.

    Raises :class:`InputError` if there is no checkpoint.
    """
    path = work / CHECKPOINT
    try:
        network = torch.load(path, map_location="cpu", weights_only=True)["network"]
    except Exception as error:  # whatever a missing or damaged file makes torch raise
        raise InputError(f"{path} cannot be read ({str(error).splitlines()[0][:200]}).") from error
    kept = {n: v for n, v in network.items() if n.startswith("encoder.") or n == SHAPES_WEIGHT}
    out.mkdir(parents=True, exist_ok=True)
    partial = out / (WEIGHTS + ".partial")
    save_file({n: (v.half() if half else v).contiguous() for n, v in kept.items()}, partial)
    partial.replace(out / WEIGHTS)
    for name in (CONFIG, TOKENIZER):
        shutil.copy(pack / name, out / name)
    if (work / RECORD).exists():
        shutil.copy(work / RECORD, out / RECORD)
    return out


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the run that made an encoder folder; empty if it has none."""
    path = folder / RECORD
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def scorer_from(folder: Path) -> ScorerModel:
    """A new scorer on a pretrained encoder; corpus evidence begins as no change to its input.

    Raises :class:`ModelError` if the folder holds no such encoder.
    """
    try:
        weights: dict[str, Tensor] = {n: v.float() for n, v in load_file(folder / WEIGHTS).items()}
        model = ScorerModel(ScorerConfig(encoder=read_config(folder)))
        unknown = model.load_state_dict(weights, strict=False)
    except (OSError, SafetensorError, InputError, RuntimeError, TypeError) as error:
        reason = str(error).splitlines()[0][:200]
        raise ModelError(f"{folder} is not an encoder that was exported ({reason}).") from error
    absent = [name for name in unknown.missing_keys if name.startswith("encoder.") or name == SHAPES_WEIGHT]
    if absent or unknown.unexpected_keys:
        raise ModelError(f"{folder / WEIGHTS} does not fit {CONFIG}; export the encoder again.")
    for parameter in model.evidence_in[-1].parameters():
        torch.nn.init.zeros_(parameter)
    return model
