"""An encoder of our own: pre-norm, rotary positions, gated feed-forward; a stand-in for BERT in the scorer.

It has the part of ``BertModel``'s interface that the scorer uses, so that one network takes either. After
RoFormer (Su et al. 2021) for the positions, Shazeer 2020 ("GLU variants improve transformer") for GEGLU and
ModernBERT (Warner et al. 2024) for leaving out the biases. Shapes: B batch, T tokens, H hidden size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from mtqa.scorer.attention import attend
from mtqa.scorer.bert import EncoderOutput

#: ``model_type`` of this encoder in a configuration.
ROTARY = "mtqa-rotary"


@dataclass(frozen=True, slots=True)
class RotaryConfig:
    """Sizes of a :class:`RotaryEncoder`; the names are those of ``BertConfig``.

    ``dropout`` is that of fine-tuning. ``base`` is the longest wavelength of the rotary positions.
    """

    vocab_size: int
    hidden_size: int = 384
    num_hidden_layers: int = 8
    num_attention_heads: int = 6
    intermediate_size: int = 1024
    type_vocab_size: int = 2
    dropout: float = 0.1
    layer_norm_eps: float = 1e-6
    base: float = 10_000.0

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RotaryConfig:
        """The configuration in a dictionary, whatever else that holds."""
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})

    def to_dict(self) -> dict[str, Any]:
        """The configuration as :meth:`from_dict` reads it, with its ``model_type``."""
        return {"model_type": ROTARY, **asdict(self)}


class RotaryEmbeddings(nn.Module):
    """Words and token types; positions are turned into the attention instead."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps, bias=False)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.word_embeddings.weight, std=0.02)
        nn.init.zeros_(self.token_type_embeddings.weight)

    def forward(self, inputs_embeds: Tensor, token_type_ids: Tensor | None) -> Tensor:
        """(B, T, H) from embedded words (B, T, H) and types (B, T), by default all of type 0."""
        if token_type_ids is None:
            types = self.token_type_embeddings.weight[0]
        else:
            types = self.token_type_embeddings(token_type_ids)
        return self.dropout(self.norm(inputs_embeds + types))  # type: ignore[no-any-return]


class RotaryLayer(nn.Module):
    """Attention and a gated feed-forward, each added to its normalised input."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        hidden, inner = config.hidden_size, config.intermediate_size
        self.heads = config.num_attention_heads
        self.attention_norm = nn.LayerNorm(hidden, eps=config.layer_norm_eps, bias=False)
        self.qkv = nn.Linear(hidden, 3 * hidden, bias=False)
        self.attention_out = nn.Linear(hidden, hidden, bias=False)
        self.norm = nn.LayerNorm(hidden, eps=config.layer_norm_eps, bias=False)
        self.up = nn.Linear(hidden, 2 * inner, bias=False)
        self.down = nn.Linear(inner, hidden, bias=False)
        self.dropout = nn.Dropout(config.dropout)
        for linear in (self.qkv, self.up):
            nn.init.normal_(linear.weight, std=0.02)
        for linear in (self.attention_out, self.down):  # GPT-2's scale: the sum over layers stays of size one
            nn.init.normal_(linear.weight, std=0.02 / (2 * config.num_hidden_layers) ** 0.5)

    def forward(self, states: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor | None) -> Tensor:
        """(B, T, H) to (B, T, H); ``mask`` (B, 1, 1, T), True where there is a token."""
        batch, tokens, hidden = states.shape
        qkv = self.qkv(self.attention_norm(states)).view(batch, tokens, 3, self.heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # (B, heads, T, H / heads)
        mixed = attend(rotate(query, turn), rotate(key, turn), value, mask)
        mixed = mixed.transpose(1, 2).reshape(batch, tokens, hidden)
        states = states + self.dropout(self.attention_out(mixed))
        gate, linear = self.up(self.norm(states)).chunk(2, -1)
        return states + self.dropout(self.down(functional.gelu(gate) * linear))  # type: ignore[no-any-return]


class RotaryEncoder(nn.Module):
    """Contextual states of embedded tokens."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = RotaryEmbeddings(config)
        self.layers = nn.ModuleList(RotaryLayer(config) for _ in range(config.num_hidden_layers))
        self.final_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps, bias=False)

    def forward(
        self,
        inputs_embeds: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
    ) -> EncoderOutput:
        """States of embedded tokens (B, T, H); ``attention_mask`` (B, T) is 1 where there is a token."""
        states = self.embeddings(inputs_embeds, token_type_ids)
        size = self.config.hidden_size // self.config.num_attention_heads
        turn = turns(states.shape[1], size, self.config.base, states.device)
        mask = None if attention_mask is None else attention_mask.bool()[:, None, None, :]
        for layer in self.layers:
            states = layer(states, turn, mask)
        return EncoderOutput(last_hidden_state=self.final_norm(states))


def turns(tokens: int, size: int, base: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosine and sine (T, size / 2) of each position's angles."""
    # Made anew every time: a buffer that is not in the weights file is lost when a model is loaded lazily.
    frequencies = base ** -(torch.arange(0, size, 2, device=device, dtype=torch.float32) / size)
    angles = torch.arange(tokens, device=device, dtype=torch.float32)[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(vectors: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Turn each pair (i, i + size / 2) of ``vectors`` (..., T, size) by its position's angle."""
    cosine, sine = (part.to(vectors.dtype) for part in turn)
    first, second = vectors.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)
