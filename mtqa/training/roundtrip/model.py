"""One many-to-many translation model: a small transformer with a deep encoder and a shallow decoder.

One model for all directions, not ten: the English halves are shared, Dutch, of which there is little, leans
on German, and one training run leaves one file of weights. A shallow decoder costs little quality and makes
translation, which is most of the work, twice as fast (Kasai et al. 2021). Norms stand before the layers
(the classes of Pegasus): with Marian's, which stand behind them, the encoder gave every token the same vector
after a short warm-up, and the decoder was a language model.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from mtqa.errors import ModelError
from mtqa.training.roundtrip.vocabulary import EOS, PAD


@dataclass(frozen=True, slots=True)
class Size:
    """Width of the layers and of their inner half, numbers of layers and of attention heads."""

    width: int
    inner: int
    encoder_layers: int
    decoder_layers: int
    heads: int


SIZES = {
    "base": Size(384, 1536, 6, 3, 6),  # 24 million parameters with 16,000 tokens
    "small": Size(256, 1024, 6, 2, 4),  # 11 million, for a run on a few CPU cores
    "tiny": Size(64, 128, 1, 1, 2),  # for tests
}


def build_model(size: Size, vocabulary: int, *, dropout: float = 0.0) -> Any:
    """A new model, randomly initialised (seed torch before).

    Its attention is plain matrix products: on a CPU the gradient of the fused kernel takes longer than all
    else in rows as short as sentences.
    """
    from transformers import PegasusConfig, PegasusForConditionalGeneration

    config = PegasusConfig(
        vocab_size=vocabulary,
        d_model=size.width,
        encoder_layers=size.encoder_layers,
        decoder_layers=size.decoder_layers,
        encoder_attention_heads=size.heads,
        decoder_attention_heads=size.heads,
        encoder_ffn_dim=size.inner,
        decoder_ffn_dim=size.inner,
        dropout=dropout,
        activation_function="swish",
        max_position_embeddings=256,
        scale_embedding=True,
        init_std=size.width**-0.5,
        pad_token_id=PAD,
        eos_token_id=EOS,
        forced_eos_token_id=EOS,
        decoder_start_token_id=PAD,
        attn_implementation="eager",
    )
    return PegasusForConditionalGeneration(config)


def save_snapshot(model: Any, folder: Path, record: dict[str, Any]) -> None:
    """Write the weights as float16 in the transformers folder format, with ``snapshot.json`` beside them."""
    weights = {
        name: value.detach().to("cpu", torch.float16) if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, state_dict=weights)
    # Written last: a snapshot without it is not complete.
    (folder / "snapshot.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def load_snapshot(folder: Path) -> Any:
    """The model of a snapshot, in float32, ready to translate; raises :class:`ModelError` if it is none."""
    from transformers import PegasusForConditionalGeneration

    if not (folder / "snapshot.json").is_file():
        raise ModelError(f"{folder} is no complete snapshot of a translator: it has no snapshot.json.")
    try:
        model = PegasusForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{folder} cannot be read as a translator: {error}") from error
    return model.eval()


def count_parameters(model: Any) -> int:
    """Weights that are trained."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def describe(size: Size) -> dict[str, Any]:
    """A size for the training record."""
    return asdict(size)
