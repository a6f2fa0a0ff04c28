"""Replaced-token detection: a small generator spoils the text, the encoder says where.

ELECTRA (Clark et al. 2020) with two changes. Text that the garbler spoiled comes with its own labels: its
wrong words count as replaced, and a second output says where something is missing. And both networks see the
shapes of the words, so that a replacement cannot be told by its case. Shapes: B rows, T tokens, K masked
places, H hidden size, V vocabulary.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from mtqa.scorer.encode import SHAPES
from mtqa.scorer.rotary import RotaryConfig, RotaryEncoder
from mtqa.training.pretraining.prediction import Prediction, predict
from mtqa.training.pretraining.tokens import CHANGED, MISSING


class Losses(NamedTuple):
    """Scalars of a batch. ``generator``: cross-entropy of the masked tokens; ``changed`` and ``missing``:
    binary cross-entropies a token. The others are for the log: the generator's accuracy, the share of the
    changed tokens that are found and of the others that are blamed (0.5 as threshold)."""

    generator: Tensor
    changed: Tensor
    missing: Tensor
    accuracy: Tensor
    found: Tensor
    blamed: Tensor


class Generator(nn.Module):
    """A small masked language model over the encoder's embedding matrix, which it reaches by a projection.

    ``shared``: whether its gradient reaches that matrix. A pretrained one is moved by the encoder alone, as
    the two tasks pull at it in different ways (He et al. 2021, DeBERTaV3).
    """

    def __init__(self, config: RotaryConfig, hidden: int, vocabulary: int, *, shared: bool) -> None:
        super().__init__()
        self.shared = shared
        self.reduce = nn.Linear(hidden, config.hidden_size, bias=False)
        self.shape_embeddings = nn.Embedding(SHAPES, config.hidden_size)
        self.encoder = RotaryEncoder(config)
        self.expand = nn.Sequential(nn.Linear(config.hidden_size, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        nn.init.normal_(self.shape_embeddings.weight, std=0.02)

    def forward(
        self, ids: Tensor, shapes: Tensor, places: Tensor, words: Tensor, original: Tensor
    ) -> Prediction:
        """What it says of ``places`` (B, K) of masked rows (B, T), where ``original`` (B, K) stood, one place
        after the other; ``words`` (V, H): the embeddings."""
        words = words if self.shared else words.detach()
        embedded = self.reduce(functional.embedding(ids, words)) + self.shape_embeddings(shapes)
        states = self.encoder(embedded).last_hidden_state
        chosen = states.gather(1, places[..., None].expand(-1, -1, states.shape[-1]))
        return predict(self.expand(chosen).flatten(0, 1), words, self.bias, original.flatten())


class RtdNetwork(nn.Module):
    """Generator, encoder and the head that judges every token.

    ``encoder`` is a BERT or a :class:`RotaryEncoder`; ``mask`` the id of ``[MASK]``.
    """

    def __init__(self, encoder: nn.Module, generator: Generator, *, mask: int) -> None:
        super().__init__()
        self.encoder, self.generator, self.mask = encoder, generator, mask
        hidden = self.words.shape[1]
        self.shape_embeddings = nn.Embedding(SHAPES, hidden)
        self.head = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, 2))
        nn.init.zeros_(self.shape_embeddings.weight)

    @property
    def words(self) -> Tensor:
        """The embedding matrix (V, H)."""
        return self.encoder.get_submodule("embeddings.word_embeddings").weight  # type: ignore[return-value]

    def judge(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        """Logits (B, T, 2) that a token was changed, and that something is missing before it."""
        embedded = functional.embedding(ids, self.words) + self.shape_embeddings(shapes)
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return self.head(states)  # type: ignore[no-any-return]

    def forward(
        self,
        ids: Tensor,  # (B, T)
        shapes: Tensor,  # (B, T)
        labels: Tensor,  # (B, T) bits
        share: Tensor,  # () share of the tokens to be masked
        places: int,  # K, at least share * T
        generator_only: bool = False,
    ) -> Losses:
        """The losses of rows of text. Sizes depend on no number in the data, so that one graph serves all."""
        original, where, active = self._choose(ids, shapes, labels, share, places)
        masked = ids.scatter(1, where, torch.where(active, self.mask, original))
        guessed = self.generator(masked, shapes, where, self.words, original)
        count = active.sum().clamp(min=1)
        generator = (guessed.loss * active.flatten()).sum() / count
        accuracy = ((guessed.likeliest.view_as(original) == original) & active).sum() / count
        if generator_only:
            zero = generator.detach() * 0
            return Losses(generator, zero, zero, accuracy, zero, zero)
        spoiled = ids.scatter(1, where, torch.where(active, guessed.drawn.view_as(original), original))
        changed = (spoiled != ids) | (labels & CHANGED > 0)
        judged = self.judge(spoiled, shapes).float()
        real = (shapes > 0).float()  # [CLS] and [SEP] have no shape and are never wrong
        guess = judged[..., 0] > 0
        return Losses(
            generator,
            _binary(judged[..., 0], changed, real),
            _binary(judged[..., 1], labels & MISSING > 0, real),
            accuracy,
            (guess & changed).sum() / changed.sum().clamp(min=1),
            (guess & ~changed).sum() / (~changed).sum().clamp(min=1),
        )

    def _choose(
        self, ids: Tensor, shapes: Tensor, labels: Tensor, share: Tensor, places: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Places to mask (B, K), the tokens there, and which of them are masked: only right words are."""
        eligible = (shapes > 0) & (labels == 0)
        lots = torch.rand(ids.shape, device=ids.device).masked_fill(~eligible, -1.0)
        where = lots.topk(places, dim=1).indices
        wanted = torch.arange(places, device=ids.device) < share * ids.shape[1]
        return ids.gather(1, where), where, eligible.gather(1, where) & wanted


def _binary(logits: Tensor, labels: Tensor, counted: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(logits, labels.float(), reduction="none")
    return (each * counted).sum() / counted.sum().clamp(min=1.0)
