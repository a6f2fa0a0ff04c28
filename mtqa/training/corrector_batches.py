"""Batches for training a corrector: rows of like length, with the answers that are asked of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mtqa.corrector.prompt import SPAN_END, SPAN_MARKS
from mtqa.training.corrector_data import Arrays
from mtqa.training.guided import IGNORED


@dataclass(frozen=True, slots=True)
class Batch:
    """A padded batch of B inputs with R marked spans.

    ``source`` and ``mask`` (B, S); ``asked`` and ``labels`` (R, T), one row for each marked span; ``row``
    (R,) says which input a span is of. ``labels`` is :data:`IGNORED` after the answer's end. ``looks_at``
    (R, T) is the place in the input of a token that is copied, :data:`IGNORED` for any other.
    """

    source: Tensor
    mask: Tensor
    asked: Tensor
    labels: Tensor
    row: Tensor
    looks_at: Tensor

    @property
    def tokens(self) -> int:
        """Tokens read and written, without padding."""
        return int(self.mask.sum()) + int((self.labels != IGNORED).sum())

    def to(self, device: torch.device) -> Batch:
        """The batch on a device."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def order_batches(arrays: Arrays, batch_tokens: int, seed: int) -> list[list[int]]:
    """Rows in batches of similar length, in random order; the same for the same seed."""
    rng = random.Random(seed)
    lengths = np.diff(arrays.source_at)
    rows = list(range(len(lengths)))
    rng.shuffle(rows)
    rows.sort(key=lambda row: int(lengths[row]) // 2)  # stable: random among rows of nearly one length
    batches: list[list[int]] = [[]]
    for row in rows:
        if (len(batches[-1]) + 1) * int(lengths[row]) > batch_tokens and batches[-1]:
            batches.append([])
        batches[-1].append(row)
    rng.shuffle(batches)
    return [batch for batch in batches if batch]


Ids = npt.NDArray[np.uint16]
#: Tokens of the input that an answer repeats while copying is learnt.
COPIED = 24


@dataclass(frozen=True, slots=True)
class Tokens:
    """Ids that batches are made with: padding, the end of an answer, the marks around spans."""

    pad: int
    eos: int
    marks: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Any) -> Tokens:
        """The ids in the corrector's own tokenizer."""
        marks = tokenizer.convert_tokens_to_ids([*SPAN_MARKS, SPAN_END])
        return cls(tokenizer.pad_token_id, tokenizer.eos_token_id, tuple(marks))


def copied_positions(source: Ids, mark: int, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Where the tokens stand that follow ``mark`` and are no marks, at most :data:`COPIED`."""
    after = np.arange(int(np.flatnonzero(source == mark)[0]) + 1, len(source))
    return after[~np.isin(source[after], tokens.marks)][:COPIED]


def make_batch(
    arrays: Arrays, rows: list[int], spans_of: list[list[int]], tokens: Tokens, *, copy: bool = False
) -> Batch:
    """The padded batch of some rows; ``spans_of`` lists every row's targets; ``copy`` repeats the input."""
    pad = tokens.pad
    sources = [arrays.source[arrays.source_at[row] : arrays.source_at[row + 1]] for row in rows]
    spans = [(index, span) for index, row in enumerate(rows) for span in spans_of[row]]
    positions: list[npt.NDArray[np.int64]] = []
    if copy:
        positions = [copied_positions(sources[i], int(arrays.ask[span]), tokens) for i, span in spans]
        answers = [
            np.append(sources[i][at], np.uint16(tokens.eos))
            for (i, _), at in zip(spans, positions, strict=True)
        ]
    else:
        answers = [arrays.target[arrays.target_at[span] : arrays.target_at[span + 1]] for _, span in spans]
    source = np.full((len(rows), max(map(len, sources))), pad, dtype=np.int64)
    for index, ids in enumerate(sources):
        source[index, : len(ids)] = ids
    longest = max(map(len, answers))
    labels = np.full((len(answers), longest), IGNORED, dtype=np.int64)
    asked = np.full((len(answers), longest), pad, dtype=np.int64)
    looks_at = np.full((len(answers), longest), IGNORED, dtype=np.int64)
    for index, at in enumerate(positions):
        looks_at[index, : len(at)] = at
    for index, (ids, (_, span)) in enumerate(zip(answers, spans, strict=True)):
        labels[index, : len(ids)] = ids
        asked[index, 0] = arrays.ask[span]
        asked[index, 1 : len(ids)] = ids[:-1]
    row = np.array([index for index, _ in spans])
    tensors = [torch.from_numpy(array) for array in (source, source != pad, asked, labels, row, looks_at)]
    return Batch(tensors[0], tensors[1].long(), *tensors[2:])
