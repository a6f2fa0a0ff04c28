"""Batches of sentence pairs in both directions, of like length, bounded by tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mtqa.training.guided import IGNORED
from mtqa.training.roundtrip.pack import Pack, Shard
from mtqa.training.roundtrip.vocabulary import EOS, PAD

#: How often a pair of written language is seen for once of an everyday one.
WRITTEN_REPEATS = 3

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """B pairs. ``source``, ``mask`` (B, S); ``given``, ``labels`` (B, T), what the decoder sees and says."""

    source: Tensor
    mask: Tensor
    given: Tensor
    labels: Tensor

    @property
    def tokens(self) -> int:
        """Tokens read and written, without padding."""
        return int(self.mask.sum()) + int((self.labels != IGNORED).sum())

    def to(self, device: torch.device) -> Batch:
        """The batch on a device."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


class Pairs:
    """The pairs of a pack in both directions: training rows or (``held_out``) those to measure on.

    A row is a number: ``2 * pair`` is into the foreign language, ``2 * pair + 1`` into English.
    """

    def __init__(self, pack: Pack, *, held_out: bool = False) -> None:
        self._shards: list[Shard] = list(pack.shards.values())
        self._tags = [pack.vocabulary.tag_id(language) for language in pack.shards]
        self._english = pack.vocabulary.tag_id("en")
        self._first = np.cumsum([0, *(len(shard) for shard in self._shards)])
        wanted = np.concatenate([shard.held_out for shard in self._shards]) == held_out
        written = np.concatenate([shard.written for shard in self._shards])
        lengths = np.concatenate(
            [np.maximum(np.diff(s.foreign_at), np.diff(s.english_at)) for s in self._shards]
        )
        repeats = np.where(written & (not held_out), WRITTEN_REPEATS, 1)[wanted]
        pairs = np.repeat(np.flatnonzero(wanted), repeats)
        self.rows: Rows = np.concatenate([2 * pairs, 2 * pairs + 1])
        self._lengths = lengths + 2  # the tag and the end

    def lengths(self, rows: Rows) -> Rows:
        """The longer side of each row, in tokens."""
        return np.asarray(self._lengths[rows // 2], np.int64)

    def ids(self, row: int) -> tuple[list[int], list[int]]:
        """Source with tag and end, target with end."""
        pair = row // 2
        at = int(np.searchsorted(self._first, pair, side="right")) - 1
        shard, index = self._shards[at], int(pair - self._first[at])
        foreign = shard.foreign[shard.foreign_at[index] : shard.foreign_at[index + 1]].tolist()
        english = shard.english[shard.english_at[index] : shard.english_at[index + 1]].tolist()
        if row % 2 == 0:
            return [self._tags[at], *english, EOS], [*foreign, EOS]
        return [self._english, *foreign, EOS], [*english, EOS]


def order_batches(pairs: Pairs, rows: Rows, batch_tokens: int, seed: int) -> list[Rows]:
    """Rows in batches of similar length, in random order; the same for the same seed.

    A batch holds at most ``batch_tokens`` (rows x longest row), and at least one row.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(rows)
    lengths = pairs.lengths(shuffled)
    order = np.argsort(lengths, kind="stable")  # stable: random among rows of one length
    shuffled, lengths = shuffled[order], lengths[order]
    batches, start = [], 0
    while start < len(shuffled):
        # Rows get longer, so the last that fits is where count x its length passes the bound.
        most = max(1, batch_tokens // int(lengths[start]))
        reach = lengths[start : start + most] * np.arange(1, len(lengths[start : start + most]) + 1)
        size = max(1, int(np.searchsorted(reach, batch_tokens, side="right")))
        batches.append(shuffled[start : start + size])
        start += size
    return [batches[i] for i in rng.permutation(len(batches))]


def make_batch(pairs: Pairs, rows: Rows, *, multiple: int = 1) -> Batch:
    """The padded batch of some rows; widths are rounded up to a ``multiple``, so that few shapes occur."""
    sides = [pairs.ids(int(row)) for row in rows]
    source = pad_rows([source for source, _ in sides], PAD, multiple)
    labels = pad_rows([target for _, target in sides], IGNORED, multiple)
    given = np.full_like(labels, PAD)
    given[:, 1:] = np.where(labels[:, :-1] == IGNORED, PAD, labels[:, :-1])
    tensors = [torch.from_numpy(array) for array in (source, source != PAD, given, labels)]
    return Batch(tensors[0], tensors[1].long(), tensors[2], tensors[3])


def pad_rows(rows: Sequence[Sequence[int]], filler: int, multiple: int = 1) -> Rows:
    """Rows of ids as one array, filled up on the right."""
    width = -(-max(map(len, rows)) // multiple) * multiple
    padded = np.full((len(rows), width), filler, np.int64)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return padded


def batches_forever(
    pairs: Pairs, batch_tokens: int, seed: int, epoch: int, skip: int, *, multiple: int = 1
) -> Iterator[tuple[int, int, Batch]]:
    """Batches without end from batch ``skip`` of ``epoch``; each with where the *next* one stands."""
    while True:
        order = order_batches(pairs, pairs.rows, batch_tokens, seed + epoch)
        for number in range(skip, len(order)):
            yield epoch, number + 1, make_batch(pairs, order[number], multiple=multiple)
        epoch, skip = epoch + 1, 0
