"""Muon: its steps are orthogonal, and they lead downhill."""

from __future__ import annotations

import pytest
import torch

from mtqa.training.muon import Muon, orthogonalize


@pytest.mark.parametrize("shape", [(8, 8), (4, 12), (12, 4)])
def test_all_singular_values_become_about_one_and_directions_stay(shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(3, *shape, generator=generator)
    found = orthogonalize(matrix)
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.5
    assert values.max() < 1.3
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    assert torch.nn.functional.cosine_similarity(found.flatten(1), (left @ right).flatten(1)).min() > 0.97


def test_an_orthogonal_matrix_keeps_its_directions() -> None:
    turn = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(1)))[0]
    found = orthogonalize(turn[None])[0]
    # All singular values are equal, so the result is the same matrix times one number; two decimals in bf16.
    assert torch.allclose(found / found.norm() * turn.norm(), turn, atol=0.02)


def test_it_finds_the_minimum_of_a_quadratic() -> None:
    generator = torch.Generator().manual_seed(2)
    goal = torch.randn(6, 10, generator=generator)
    weight = torch.nn.Parameter(torch.zeros(6, 10))
    scales = torch.logspace(-2, 1, 10)  # badly conditioned
    optimizer = Muon([weight], lr=0.1)
    losses = []
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
        optimizer.zero_grad()
        loss = (scales * (weight - goal) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.01 * losses[0]


def test_the_first_step_has_the_size_of_the_rate() -> None:
    weight = torch.nn.Parameter(torch.zeros(4, 4))
    optimizer = Muon([weight], lr=0.02)
    weight.grad = 1000 * torch.eye(4)
    optimizer.step()
    assert torch.linalg.svdvals(weight.detach()).max() == pytest.approx(0.02, rel=0.35)
    assert float(weight.detach()[0, 0]) < 0


def test_weight_decay_shrinks_what_has_no_gradient_to_follow() -> None:
    weight = torch.nn.Parameter(torch.ones(4, 4))
    optimizer = Muon([weight], lr=0.1, weight_decay=0.5)
    weight.grad = torch.zeros(4, 4)
    optimizer.step()
    assert torch.allclose(weight.detach(), torch.full((4, 4), 0.95))
