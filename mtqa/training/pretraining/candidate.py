"""The two candidates: MiniLM as a start, or a cased encoder of our own from nothing."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from mtqa.errors import InputError
from mtqa.scorer.bert import BertSizes
from mtqa.scorer.encode import load_tokenizer
from mtqa.scorer.folder import WEIGHTS
from mtqa.scorer.model import MODEL_TYPE, ScorerConfig, make_encoder
from mtqa.scorer.rotary import ROTARY, RotaryConfig
from mtqa.training.pretraining.network import Generator, RtdNetwork
from mtqa.training.pretraining.pack import TOKENIZER
from mtqa.training.pretraining.tokens import SPECIAL_TOKENS

#: The encoder's configuration and, if it is not new, its weights, in a pack.
CONFIG, START = "encoder.json", "encoder.safetensors"
#: How the weights are named there, as in a scorer.
_PREFIX, SHAPES_WEIGHT = "encoder.", "shape_embeddings.weight"
MINILM, CASED = "minilm", "cased"
CANDIDATES = (MINILM, CASED)
#: Subwords of the cased tokenizer.
VOCABULARY = 16_000


def put_encoder(base: Path, folder: Path) -> None:
    """Put an encoder to go on from into a pack: configuration, tokenizer, weights and word shapes (fp16).

    ``base`` is the folder of a BERT, of an encoder that was exported, or of a scorer. Raises
    :class:`InputError` if it is none of them.
    """
    try:
        config, weights = _read_base(base)
        encoder = make_encoder(config)
        own = {name.removeprefix(_PREFIX): w for name, w in weights.items() if name.startswith(_PREFIX)}
        absent = encoder.load_state_dict(own, strict=False).missing_keys
        if absent:
            raise ValueError(f"its weights lack {absent[0]}")
        shutil.copy(base / "tokenizer.json", folder / TOKENIZER)
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
        raise InputError(f"{base} is not the folder of an encoder or a scorer ({error}).") from error
    _write_config(config, folder)
    kept = {_PREFIX + name: value for name, value in encoder.state_dict().items()}
    if SHAPES_WEIGHT in weights:
        kept[SHAPES_WEIGHT] = weights[SHAPES_WEIGHT]
    save_file({name: value.half().contiguous() for name, value in kept.items()}, folder / START)


def _read_base(base: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The configuration of an encoder, and weights whose names begin as in a scorer."""
    weights = _floats(load_file(base / WEIGHTS))
    if (base / CONFIG).exists():
        return read_config(base), weights
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") == MODEL_TYPE:
        config = ScorerConfig.from_pretrained(base).encoder
    else:
        weights = {_PREFIX + name: value for name, value in weights.items()}
    if config.get("model_type") == ROTARY:
        return config, weights
    return {"model_type": "bert", **asdict(BertSizes.from_dict(config))}, weights


def put_cased(folder: Path, *, tiny: bool = False) -> None:
    """Put the configuration of a new cased encoder beside its tokenizer, which is in the pack already."""
    vocabulary = load_tokenizer(folder / TOKENIZER).get_vocab_size()
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = RotaryConfig(vocabulary, **(sizes if tiny else {}))
    _write_config(config.to_dict(), folder)


def _write_config(config: dict[str, Any], folder: Path) -> None:
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def read_config(folder: Path) -> dict[str, Any]:
    """The encoder's configuration in a pack or an encoder folder."""
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / CONFIG} cannot be read ({error}).") from error
    return config


def special_ids(tokenizer: Path) -> dict[str, int]:
    """The ids of the special tokens. Raises :class:`InputError` if the tokenizer lacks one."""
    vocabulary = load_tokenizer(tokenizer).get_vocab()
    absent = [token for token in SPECIAL_TOKENS if token not in vocabulary]
    if absent:
        raise InputError(f"{tokenizer} has no {', '.join(absent)}; take a BERT tokenizer.")
    return {token: int(vocabulary[token]) for token in SPECIAL_TOKENS}


def make_network(folder: Path, special: dict[str, int], *, tiny: bool = False) -> RtdNetwork:
    """The network to pretrain, from a pack: its encoder pretrained or new, the generator always new."""
    config = read_config(folder)
    start = folder / START
    hidden, vocabulary = int(config["hidden_size"]), int(config["vocab_size"])
    small = RotaryConfig(
        vocab_size=1,  # it reads the encoder's embeddings
        hidden_size=16 if tiny else 192,
        num_hidden_layers=1 if tiny else 4,
        num_attention_heads=1 if tiny else 3,
        intermediate_size=32 if tiny else 512,
        dropout=0.0,
    )
    generator = Generator(small, hidden, vocabulary, shared=not start.exists())
    network = RtdNetwork(without_dropout(config), generator, mask=special["[MASK]"])
    if start.exists():
        network.load_state_dict(_floats(load_file(start)), strict=False)
    return network


def without_dropout(config: dict[str, Any]) -> nn.Module:
    """A new encoder that drops nothing out: the corpus is read too few times to be learnt by heart."""
    rates = ("dropout", "hidden_dropout_prob", "attention_probs_dropout_prob")
    return make_encoder(config | dict.fromkeys(rates, 0.0))


def _floats(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.float() if value.is_floating_point() else value for name, value in weights.items()}


def parameters(module: nn.Module) -> int:
    """How many numbers a network has."""
    return sum(parameter.numel() for parameter in module.parameters())


def device_of(name: str) -> torch.device:
    """The device of that name. Raises :class:`InputError` if there is none."""
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"there is no device {name!r} here ({str(error).splitlines()[0]}).") from error
    return device
