"""The generator's output: loss and gradient are those of torch, a draw comes as often as it should."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from mtqa.training.pretraining.prediction import BLOCK, predict


@pytest.mark.parametrize("vocabulary", [7, BLOCK, 2 * BLOCK + 5])
def test_loss_and_gradients_are_those_of_cross_entropy(vocabulary: int) -> None:
    torch.manual_seed(0)
    given = [torch.randn(6, 4), torch.randn(vocabulary, 4), torch.randn(vocabulary)]
    targets = torch.randint(vocabulary, (6,))
    weights = torch.tensor([1.0, 0.0, 2.0, 1.0, 0.5, 0.0])
    ours, theirs = ([tensor.clone().requires_grad_() for tensor in given] for _ in range(2))
    found = predict(*ours, targets)
    logits = torch.nn.functional.linear(*theirs)
    expected = cross_entropy(logits, targets, reduction="none")
    assert torch.allclose(found.loss, expected, atol=1e-5)
    assert torch.equal(found.likeliest, logits.argmax(-1))
    (found.loss * weights).sum().backward()
    (expected * weights).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        assert one.grad is not None and other.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-5)


def test_embeddings_that_are_not_moved_get_no_gradient() -> None:
    states, words, bias = torch.randn(3, 4, requires_grad=True), torch.randn(9, 4), torch.zeros(9)
    predict(states, words, bias, torch.tensor([1, 2, 3])).loss.sum().backward()
    assert states.grad is not None and words.grad is None


def test_a_drawn_token_comes_as_often_as_it_is_likely() -> None:
    torch.manual_seed(0)
    likely = torch.zeros(2 * BLOCK + 9)
    likely[[3, BLOCK - 1, BLOCK, 2 * BLOCK + 8]] = torch.tensor([0.4, 0.1, 0.3, 0.2])
    places = 20_000
    bias = likely.log().clamp(min=-1e4)
    none = torch.zeros(places, dtype=torch.long)
    drawn = predict(torch.zeros(places, 2), torch.zeros(len(likely), 2), bias, none).drawn
    shares = torch.bincount(drawn, minlength=len(likely)) / places
    assert torch.allclose(shares, likely, atol=0.015)
    assert not shares[likely == 0].any()


def test_in_bf16_it_is_as_near_as_bf16_is() -> None:
    torch.manual_seed(0)
    states, words, bias = torch.randn(50, 16), torch.randn(300, 16) / 4, torch.zeros(300)
    targets = torch.randint(300, (50,))
    exact = predict(states, words, bias, targets).loss
    states.requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        rough = predict(states, words, bias, targets).loss
    rough.sum().backward()
    assert rough.dtype == torch.float32 and states.grad is not None and states.grad.dtype == torch.float32
    assert torch.allclose(rough, exact, atol=0.05)
