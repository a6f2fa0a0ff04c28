"""A masked language model's output: its loss, and a token drawn from what it predicts.

The logits of a batch, masked places times the vocabulary, are its largest array by far. Softmax, loss,
gradient, draw and accuracy would each read and write it several times; here all come from one exponential.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor
from torch.autograd.function import once_differentiable

#: Words of a block: a token is drawn by drawing its block first.
BLOCK = 128


class Prediction(NamedTuple):
    """Of N places: ``loss`` (N,), the cross-entropy in nats; ``drawn`` (N,), a token with the probability
    that it is given; ``likeliest`` (N,)."""

    loss: Tensor
    drawn: Tensor
    likeliest: Tensor


def predict(states: Tensor, words: Tensor, bias: Tensor, targets: Tensor) -> Prediction:
    """What a softmax over ``states @ words.T + bias`` says.

    ``states`` (N, H); ``words`` (V, H), the embeddings; ``bias`` (V,); ``targets`` (N,), the right tokens.
    Only ``loss`` has a gradient.
    """
    kind = states.device.type
    if torch.is_autocast_enabled(kind):  # a function of our own has to see to it itself
        states, words, bias = (tensor.to(torch.get_autocast_dtype(kind)) for tensor in (states, words, bias))
    return Prediction(*_Predict.apply(states, words, bias, targets))  # type: ignore[no-untyped-call]


class _Predict(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, words: Tensor, bias: Tensor, targets: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        padding = -len(words) % BLOCK
        known = functional.pad(words, (0, 0, 0, padding))
        logits = functional.linear(
            states, known, functional.pad(bias, (0, padding), value=-1e4).to(words.dtype)
        )
        highest, likeliest = logits.max(-1)
        right = logits.gather(1, targets[:, None]).squeeze(1).float()
        odds = logits.sub_(highest[:, None]).exp_()  # (N, V)
        sums = odds.view(len(odds), -1, BLOCK).sum(-1, dtype=torch.float32)  # (N, blocks)
        total = sums.sum(-1)
        loss = total.log() + highest.float() - right
        drawn = _draw(odds, sums)
        ctx.save_for_backward(states, known, targets, odds, total)
        ctx.vocabulary = len(words)
        ctx.mark_non_differentiable(drawn, likeliest)
        return loss, drawn, likeliest

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, loss: Tensor, *_: Tensor
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        states, known, targets, odds, total = ctx.saved_tensors
        gradient = odds * (loss / total).to(odds.dtype)[:, None]  # (N, V)
        gradient.scatter_add_(1, targets[:, None], -loss.to(odds.dtype)[:, None])
        of_states = gradient @ known if ctx.needs_input_grad[0] else None
        of_words = (gradient.T @ states)[: ctx.vocabulary] if ctx.needs_input_grad[1] else None
        return of_states, of_words, gradient.sum(0)[: ctx.vocabulary], None


def _draw(odds: Tensor, sums: Tensor) -> Tensor:
    """A column of each row of ``odds`` (N, V), which add up to ``sums`` (N, blocks): first its block."""
    lots = torch.rand(len(odds), 1, device=odds.device)
    cumulated = sums.cumsum(-1)
    lots = lots * cumulated[:, -1:]
    block = torch.searchsorted(cumulated, lots).clamp(max=sums.shape[1] - 1)  # (N, 1)
    lots = lots - (cumulated - sums).gather(1, block)
    column = block * BLOCK + torch.arange(BLOCK, device=odds.device)
    within = odds.gather(1, column).float().cumsum(-1)
    place = torch.searchsorted(within, lots.clamp(min=0)).clamp(max=BLOCK - 1)
    return (block * BLOCK + place).squeeze(1)
