"""The corrector's network in plain torch, with the parameter names of transformers' BART.

BART (Lewis et al. 2020): post-norm, GELU, learned positions, one embedding matrix for both halves and the
output. It judges one input at a time, so there is no padding and no mask, and what comes out depends on
nothing else. In shapes: S input tokens, K hypotheses, T output tokens so far, H hidden size, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, scaled_dot_product_attention

#: The embedding matrix, which is the output layer's, too.
EMBEDDINGS = frozenset(("model.shared",))
_POSITION_OFFSET = 2  # BART's learned positions start at index 2


@dataclass(frozen=True, slots=True)
class BartSizes:
    """The entries of a ``BartConfig`` that matter here."""

    vocab_size: int
    d_model: int
    encoder_layers: int
    decoder_layers: int
    encoder_attention_heads: int
    decoder_attention_heads: int
    encoder_ffn_dim: int
    decoder_ffn_dim: int
    max_position_embeddings: int
    decoder_start_token_id: int
    eos_token_id: int

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BartSizes:
        """The sizes in a configuration. Raises ``ValueError`` if it is not of a model that this is."""
        missing = [field.name for field in fields(cls) if not isinstance(values.get(field.name), int)]
        if missing:
            raise ValueError(f"config.json has no {missing[0]}")
        if values.get("activation_function") != "gelu" or values.get("scale_embedding"):
            raise ValueError("only BART with GELU and unscaled embeddings is known")
        return cls(**{field.name: values[field.name] for field in fields(cls)})


class Attention(nn.Module):
    """The projections of an attention, with heads apart."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(hidden, hidden) for _ in range(4))

    def query(self, states: Tensor) -> Tensor:
        """(N, L, H) to (N, heads, L, H / heads)."""
        return self._split(self.q_proj(states))

    def keys_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of (N, L, H), each (N, heads, L, H / heads)."""
        return self._split(self.k_proj(states)), self._split(self.v_proj(states))

    def forward(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """(N, L, H): what the queries find."""
        mixed = scaled_dot_product_attention(query, keys, values)
        return self.out_proj(mixed.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _split(self, states: Tensor) -> Tensor:
        rows, length, hidden = states.shape
        return states.view(rows, length, self._heads, hidden // self._heads).transpose(1, 2)


class _Layer(nn.Module):
    def __init__(self, hidden: int, heads: int, inner: int) -> None:
        super().__init__()
        self.self_attn = Attention(hidden, heads)
        self.self_attn_layer_norm = nn.LayerNorm(hidden)
        self.fc1, self.fc2 = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.final_layer_norm = nn.LayerNorm(hidden)

    def feed_forward(self, states: Tensor) -> Tensor:
        return self.final_layer_norm(states + self.fc2(gelu(self.fc1(states))))  # type: ignore[no-any-return]


class EncoderLayer(_Layer):
    """Attention and feed-forward over the input."""

    def forward(self, states: Tensor) -> Tensor:
        """(1, S, H) to (1, S, H)."""
        attended = self.self_attn(self.self_attn.query(states), *self.self_attn.keys_values(states))
        return self.feed_forward(self.self_attn_layer_norm(states + attended))


@dataclass(slots=True)
class LayerCache:
    """A decoder layer's keys and values: ``source`` (1, heads, S, size), ``target`` (K, heads, T, size)."""

    source: tuple[Tensor, Tensor]
    target: tuple[Tensor, Tensor] | None = None

    def select(self, rows: Tensor) -> None:
        """Go on with these hypotheses, in this order."""
        if self.target is not None:
            self.target = (self.target[0][rows], self.target[1][rows])


class DecoderLayer(_Layer):
    """Attention to the answer so far, attention to the input, feed-forward."""

    def __init__(self, hidden: int, heads: int, inner: int) -> None:
        super().__init__(hidden, heads, inner)
        self.encoder_attn = Attention(hidden, heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(hidden)

    def forward(self, states: Tensor, cache: LayerCache) -> Tensor:
        """The last token of each hypothesis, (K, 1, H) to (K, 1, H); ``cache`` grows by it."""
        new = self.self_attn.keys_values(states)
        if cache.target is not None:
            new = (torch.cat([cache.target[0], new[0]], 2), torch.cat([cache.target[1], new[1]], 2))
        cache.target = new
        states = self.self_attn_layer_norm(states + self.self_attn(self.self_attn.query(states), *new))
        # All hypotheses ask the same input, so they are so many queries of one row.
        query = self.encoder_attn.query(states.transpose(0, 1))  # (1, heads, K, H / heads)
        found = self.encoder_attn(query, *cache.source).transpose(0, 1)
        return self.feed_forward(self.encoder_attn_layer_norm(states + found))


class _Half(nn.Module):
    def __init__(self, sizes: BartSizes, layers: list[nn.Module]) -> None:
        super().__init__()
        rows = sizes.max_position_embeddings + _POSITION_OFFSET
        self.embed_positions = nn.Embedding(rows, sizes.d_model)
        self.layernorm_embedding = nn.LayerNorm(sizes.d_model)
        self.layers = nn.ModuleList(layers)

    def embed(self, words: Tensor, first: int) -> Tensor:
        """Embedded words (N, L, H) of which the first stands at position ``first``."""
        at = first + _POSITION_OFFSET
        positions = self.embed_positions.weight[at : at + words.shape[1]]
        return self.layernorm_embedding(words + positions)  # type: ignore[no-any-return]


class BartNetwork(nn.Module):
    """Encodes an input once, and then gives the next token's probabilities for any number of hypotheses."""

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__()
        self.sizes = sizes
        hidden = sizes.d_model
        encoder: list[nn.Module] = [
            EncoderLayer(hidden, sizes.encoder_attention_heads, sizes.encoder_ffn_dim)
            for _ in range(sizes.encoder_layers)
        ]
        decoder: list[nn.Module] = [
            DecoderLayer(hidden, sizes.decoder_attention_heads, sizes.decoder_ffn_dim)
            for _ in range(sizes.decoder_layers)
        ]
        self.model = nn.ModuleDict(
            {
                "shared": nn.Embedding(sizes.vocab_size, hidden),
                "encoder": _Half(sizes, encoder),
                "decoder": _Half(sizes, decoder),
            }
        )
        self.final_logits_bias: Tensor
        self.register_buffer("final_logits_bias", torch.zeros(1, sizes.vocab_size))

    def encode(self, ids: Tensor) -> list[LayerCache]:
        """The caches of the decoder's layers for an input (S,)."""
        encoder, decoder = cast(_Half, self.model["encoder"]), cast(_Half, self.model["decoder"])
        states = encoder.embed(self.model["shared"](ids[None]), 0)
        for layer in encoder.layers:
            states = layer(states)
        return [
            LayerCache(cast(DecoderLayer, layer).encoder_attn.keys_values(states)) for layer in decoder.layers
        ]

    def step(self, tokens: Tensor, position: int, caches: list[LayerCache]) -> Tensor:
        """Log-probabilities (K, V) of what follows ``tokens`` (K,), which stand at ``position``."""
        decoder = cast(_Half, self.model["decoder"])
        states = decoder.embed(self.model["shared"](tokens[:, None]), position)
        for layer, cache in zip(decoder.layers, caches, strict=True):
            states = layer(states, cache)
        embeddings = cast(nn.Embedding, self.model["shared"]).weight
        return linear(states[:, 0], embeddings, self.final_logits_bias[0]).log_softmax(-1)
