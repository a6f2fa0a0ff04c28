"""A BERT encoder in plain torch (Devlin et al. 2019), with the parameter names of transformers' BertModel.

Weights go from one to the other unchanged. It is here because importing transformers takes longer than
judging an article. Shapes: B batch, T tokens, H hidden size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from mtqa.scorer.attention import attend


class EncoderOutput(NamedTuple):
    """What an encoder gives: ``last_hidden_state`` (B, T, H), and that of every layer in ``hidden_states``.

    The first of those are the embeddings, the last is ``last_hidden_state``.
    """

    last_hidden_state: Tensor
    hidden_states: tuple[Tensor, ...] = ()


@dataclass(frozen=True, slots=True)
class BertSizes:
    """The entries of a ``BertConfig`` that matter here, with its defaults."""

    vocab_size: int = 30522
    hidden_size: int = 768
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    intermediate_size: int = 3072
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    hidden_dropout_prob: float = 0.1
    attention_probs_dropout_prob: float = 0.1
    hidden_act: str = "gelu"
    pad_token_id: int = 0

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BertSizes:
        """The sizes in a configuration, whatever else that holds.

        Raises ``ValueError`` for a kind of BERT that this is not.
        """
        sizes = cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})
        if sizes.hidden_act != "gelu" or values.get("position_embedding_type", "absolute") != "absolute":
            raise ValueError("only BERT with GELU and absolute positions is known")
        return sizes


def initialise(module: nn.Module, deviation: float = 0.02) -> None:
    """BERT's initialisation of a module's own weights: normal, biases zero; for ``nn.Module.apply``."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=deviation)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


class Embeddings(nn.Module):
    """Words, positions and token types."""

    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        hidden = sizes.hidden_size
        self.word_embeddings = nn.Embedding(sizes.vocab_size, hidden, padding_idx=sizes.pad_token_id)
        self.position_embeddings = nn.Embedding(sizes.max_position_embeddings, hidden)
        self.token_type_embeddings = nn.Embedding(sizes.type_vocab_size, hidden)
        self.LayerNorm = nn.LayerNorm(hidden, eps=sizes.layer_norm_eps)
        self.dropout = nn.Dropout(sizes.hidden_dropout_prob)

    def forward(self, inputs_embeds: Tensor, token_type_ids: Tensor | None) -> Tensor:
        """(B, T, H) from embedded words (B, T, H) and types (B, T), by default all of type 0."""
        types = self.token_type_embeddings.weight[0]
        if token_type_ids is not None:
            types = self.token_type_embeddings(token_type_ids)
        positions = self.position_embeddings.weight[: inputs_embeds.shape[1]]
        return self.dropout(self.LayerNorm(inputs_embeds + types + positions))  # type: ignore[no-any-return]


class SelfAttention(nn.Module):
    """The three projections of self-attention."""

    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        hidden = sizes.hidden_size
        self.heads, self.dropout = sizes.num_attention_heads, sizes.attention_probs_dropout_prob
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """(B, T, H) to (B, T, H); ``mask`` (B, 1, 1, T) is True where there is a token."""
        query, key, value = (
            layer(states).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        dropped = self.dropout if self.training else 0.0
        mixed = attend(query, key, value, mask, dropped)
        return mixed.transpose(1, 2).flatten(2)


class Output(nn.Module):
    """A projection that is added to the layer's input and normalised."""

    def __init__(self, inputs: int, sizes: BertSizes) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, sizes.hidden_size)
        self.LayerNorm = nn.LayerNorm(sizes.hidden_size, eps=sizes.layer_norm_eps)
        self.dropout = nn.Dropout(sizes.hidden_dropout_prob)

    def forward(self, states: Tensor, residual: Tensor) -> Tensor:
        """(B, T, H)."""
        return self.LayerNorm(self.dropout(self.dense(states)) + residual)  # type: ignore[no-any-return]


class Layer(nn.Module):
    """Attention and feed-forward, post-norm."""

    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {"self": SelfAttention(sizes), "output": Output(sizes.hidden_size, sizes)}
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(sizes.hidden_size, sizes.intermediate_size)})
        self.output = Output(sizes.intermediate_size, sizes)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """(B, T, H) to (B, T, H)."""
        states = self.attention["output"](self.attention["self"](states, mask), states)
        return self.output(gelu(self.intermediate["dense"](states)), states)  # type: ignore[no-any-return]


class BertEncoder(nn.Module):
    """Contextual states of embedded tokens, as ``BertModel(config, add_pooling_layer=False)`` gives them."""

    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        self.config = sizes
        self.embeddings = Embeddings(sizes)
        layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.num_hidden_layers))
        self.encoder = nn.ModuleDict({"layer": layers})
        self.apply(initialise)

    def forward(
        self,
        inputs_embeds: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
    ) -> EncoderOutput:
        """States of embedded tokens (B, T, H); ``attention_mask`` (B, T) is 1 where there is one."""
        states = [self.embeddings(inputs_embeds, token_type_ids)]
        mask = None if attention_mask is None else attention_mask.to(torch.bool)[:, None, None, :]
        for layer in cast(nn.ModuleList, self.encoder["layer"]):
            states.append(layer(states[-1], mask))
        return EncoderOutput(states[-1], tuple(states))


class BertTail(nn.Module):
    """The last layers of a BERT, again, with weights of their own."""

    def __init__(self, sizes: BertSizes, layers: int) -> None:
        super().__init__()
        if not 0 < layers <= sizes.num_hidden_layers:
            raise ValueError(f"an encoder of {sizes.num_hidden_layers} layers has no last {layers}")
        self.layer = nn.ModuleList(Layer(sizes) for _ in range(layers))
        self.apply(initialise)

    def start_from(self, encoder: BertEncoder) -> None:
        """Take over the encoder's weights: the states are then the same."""
        last = cast(nn.ModuleList, encoder.encoder["layer"])[-len(self.layer) :]
        self.layer.load_state_dict(last.state_dict())

    def forward(self, output: EncoderOutput, attention_mask: Tensor) -> Tensor:
        """States (B, T, H) from the encoder's; ``attention_mask`` (B, T) as there."""
        states = output.hidden_states[-1 - len(self.layer)]
        for layer in self.layer:
            states = layer(states, attention_mask.to(torch.bool)[:, None, None, :])
        return states
