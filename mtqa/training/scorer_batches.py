"""Labelled segments as the scorer's network takes them: encoded, in batches of like length, labels padded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtqa.scorer.encode import SegmentEncoder, Window
from mtqa.training.examples import UNKNOWN, Example, versions_together


@dataclass(frozen=True, slots=True)
class TrainingItem:
    """A window and the labels of its segment."""

    window: Window
    example: Example


@dataclass(frozen=True, slots=True)
class Targets:
    """Padded labels: ``words`` (B, W), ``gaps`` (B, W + 1), -1 unknown; the sentence's (B,), nan unknown.

    ``sources`` (B,): a number for the set that an example is from; ``groups`` (B,): that of the versions of
    one sentence, 0 for none.
    """

    words: Tensor
    gaps: Tensor
    categories: Tensor
    severities: Tensor
    keep: Tensor
    edit_rate: Tensor
    quality: Tensor
    weight: Tensor
    sources: Tensor
    groups: Tensor


def encode_examples(encoder: SegmentEncoder, examples: Sequence[Example]) -> list[TrainingItem]:
    """Encode examples; those that have no words or need several windows are left out."""
    items = []
    for begin in range(0, len(examples), 2000):
        part = examples[begin : begin + 2000]
        windows, _ = encoder.encode([example.segment for example in part])
        items += [
            TrainingItem(w, part[w.segment]) for w in windows if len(w.evidence) == len(part[w.segment].words)
        ]
    return items


def batches(items: Sequence[TrainingItem], batch_tokens: int, seed: int) -> Iterator[list[TrainingItem]]:
    """Batches of windows of like length, in random order, each at most ``batch_tokens`` after padding.

    The versions of one sentence are in one batch, even if they alone are more.
    """
    rng = random.Random(seed)
    units = versions_together(items, lambda item: item.example.group)
    longest = [max(len(item.window.ids) for item in unit) for unit in units]
    order = sorted(range(len(units)), key=lambda i: (longest[i] + rng.random() * 4, i))
    groups: list[list[TrainingItem]] = []
    current: list[TrainingItem] = []
    width = 0
    for index in order:
        width = max(width, longest[index])
        if current and (len(current) + len(units[index])) * width > batch_tokens:
            groups.append(current)
            current, width = [], longest[index]
        current = [*current, *units[index]]
    groups.append(current)
    rng.shuffle(groups)
    yield from groups


def targets_of(items: Sequence[TrainingItem], device: torch.device) -> Targets:
    """The labels of a batch, padded to its longest segment."""
    words = max(len(item.example.words) for item in items)

    def pad(name: str, width: int) -> Tensor:
        out = np.full((len(items), width), UNKNOWN, np.int64)
        for row, item in enumerate(items):
            labels = getattr(item.example, name)
            out[row, : len(labels)] = labels
        return torch.from_numpy(out).to(device)

    def column(name: str) -> Tensor:
        return torch.tensor(
            [getattr(item.example, name) for item in items], dtype=torch.float32, device=device
        )

    numbers = {
        source: number for number, source in enumerate(sorted({item.example.source for item in items}))
    }
    return Targets(
        pad("words", words),
        pad("gaps", words + 1),
        pad("categories", words),
        pad("severities", words),
        column("keep"),
        column("edit_rate"),
        column("quality"),
        column("weight"),
        torch.tensor([numbers[item.example.source] for item in items], device=device),
        torch.tensor([item.example.group for item in items], device=device),
    )


def padded_tokens(group: Sequence[TrainingItem]) -> int:
    """Tokens of a batch once all its windows are as long as the longest."""
    return len(group) * max(len(item.window.ids) for item in group)
