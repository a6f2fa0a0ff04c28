"""BLiMP as a health check: of two sentences the encoder should find less that was changed in the good one.

A sentence's score is the sum over its tokens of log P(not changed), which one pass of the encoder gives; the
generator, whose pseudo-log-likelihood would be the usual score, is thrown away in the end. (Warstadt et al.
2020; only the dev part that :mod:`mtqa.evaluation.sections.grammar` has, already tokenised in the pack.)
"""

from __future__ import annotations

import json
import lzma
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional

from mtqa.training.pretraining.network import RtdNetwork
from mtqa.training.pretraining.pack import PAIRS_FILE
from mtqa.training.schedule import autocast

_BATCH = 256  # sentences


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A sentence's ids and shapes, without special tokens."""

    ids: list[int]
    shapes: list[int]


@dataclass(frozen=True, slots=True)
class TokenizedPair:
    """A good and a bad sentence."""

    phenomenon: str
    good: Tokenized
    bad: Tokenized


def read_tokenized_pairs(folder: Path) -> list[TokenizedPair]:
    """The minimal pairs of a pack; none if it has none."""
    path = folder / PAIRS_FILE
    if not path.exists():
        return []
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = json.load(file)
    return [TokenizedPair(name, Tokenized(a, b), Tokenized(c, d)) for name, a, b, c, d in rows]


def thin(pairs: list[TokenizedPair], count: int) -> list[TokenizedPair]:
    """About ``count`` of the pairs, evenly from all phenomena, which stand one after the other."""
    return pairs[:: max(1, math.ceil(len(pairs) / count))]


@torch.no_grad()
def sentence_scores(
    network: RtdNetwork, sentences: list[Tokenized], cls: int, separator: int, device: torch.device
) -> list[float]:
    """Log-probability of each sentence that nothing in it was changed."""
    order = sorted(range(len(sentences)), key=lambda n: len(sentences[n].ids))
    scores = [0.0] * len(sentences)
    for begin in range(0, len(order), _BATCH):
        chosen = order[begin : begin + _BATCH]
        length = 2 + max(len(sentences[n].ids) for n in chosen)
        ids, shapes, mask = (torch.zeros(len(chosen), length, dtype=torch.long) for _ in range(3))
        for row, n in enumerate(chosen):
            inner = sentences[n]
            size = len(inner.ids)
            ids[row, : size + 2] = torch.tensor([cls, *inner.ids, separator])
            shapes[row, 1 : size + 1] = torch.tensor(inner.shapes)
            mask[row, : size + 2] = 1
        ids, shapes, mask = ids.to(device), shapes.to(device), mask.to(device)
        with autocast(device):
            logits = network.judge(ids, shapes, mask)[..., 0].float()
        sums = (functional.logsigmoid(-logits) * (shapes > 0)).sum(1).tolist()
        for n, value in zip(chosen, sums, strict=True):
            scores[n] = value
    return scores


def grammar_accuracy(
    network: RtdNetwork, pairs: list[TokenizedPair], cls: int, separator: int, device: torch.device
) -> dict[str, float]:
    """Share of the pairs whose good sentence scores higher (a tie is half), by phenomenon and of ``all``."""
    training = network.training
    network.eval()
    sentences = [sentence for pair in pairs for sentence in (pair.good, pair.bad)]
    scores = sentence_scores(network, sentences, cls, separator, device)
    network.train(training)
    won: dict[str, list[float]] = defaultdict(list)
    for pair, good, bad in zip(pairs, scores[0::2], scores[1::2], strict=True):
        right = 0.5 if good == bad else float(good > bad)
        won[pair.phenomenon].append(right)
        won["all"].append(right)
    return {name: sum(values) / len(values) for name, values in sorted(won.items())}
