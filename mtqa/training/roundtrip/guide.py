"""Which token of the source a token of the target belongs to, by how often they come together.

Left alone, a small translator spends thousands of steps as a language model before it finds that the source
is worth looking at. Telling some heads of its cross-attention where to look ends that at once (guided
alignment: Chen et al. 2016). Dice's coefficient over the pairs says where.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix
from torch import Tensor

from mtqa.training.guided import IGNORED
from mtqa.training.roundtrip.batches import Batch
from mtqa.training.roundtrip.pack import Shard
from mtqa.training.roundtrip.vocabulary import EOS, PAD

_LEAST = 0.05  # Dice's coefficient of a pair of tokens that may belong together
_OFTEN = 3  # how often they must come together
_NARROW = 8.0  # how much less likely a token is at the other end of the sentence: exp(-8)

Ids = npt.NDArray[np.int64]


class Guide:
    """Dice's coefficients of English and foreign tokens, all languages in one table (V, V)."""

    def __init__(
        self, shards: Iterable[Shard], vocabulary: int, english_tag: int, most: int = 100_000
    ) -> None:
        self._english_tag = english_tag
        table = csr_matrix((vocabulary, vocabulary), dtype=np.float32)
        for shard in shards:
            count = min(len(shard), most)
            english = _incidence(shard.english, shard.english_at, count, vocabulary)
            foreign = _incidence(shard.foreign, shard.foreign_at, count, vocabulary)
            table = table.maximum(_dice(english, foreign))
        self._table = table
        self._transposed = table.T.tocsr()

    def looks_at(self, batch: Batch) -> Tensor:
        """(B, T): the place in the source where each label should look, :data:`IGNORED` if that is not known.

        The end of the sentence looks at the end of the source.
        """
        source, labels = batch.source.numpy(), batch.labels.numpy()
        found = np.full_like(labels, IGNORED)
        for row, (given, wanted) in enumerate(zip(source, labels, strict=True)):
            width, length = int((given != PAD).sum()), int((wanted != IGNORED).sum())
            table = self._table if given[0] == self._english_tag else self._transposed
            found[row, :length] = align(table, wanted[:length], given[:width])
        return torch.from_numpy(found)


def align(table: csr_matrix, target: Ids, source: Ids) -> Ids:
    """(T,): for each token of ``target`` (T,) its place in ``source`` (S,), by the table's coefficients.

    Both end with the end token, and ``source`` begins with a tag, which nothing belongs to.
    """
    scores = table[target][:, source].toarray()
    scores[target[:, None] == source] += 0.3  # names and figures
    scores[:, 0] = 0
    places = [np.arange(len(ids)) / len(ids) for ids in (target, source)]
    scores *= np.exp(-_NARROW * (places[0][:, None] - places[1]) ** 2)
    best: Ids = scores.argmax(1)
    best[scores.max(1) < _LEAST] = IGNORED
    best[target == EOS] = len(source) - 1
    return best


def _incidence(ids: npt.NDArray[np.uint16], at: Ids, count: int, vocabulary: int) -> csr_matrix:
    """(count, V): 1 where a token occurs in a sentence."""
    ids = ids[: at[count]]
    matrix = csr_matrix(
        (np.ones(len(ids), np.float32), ids.astype(np.int32), at[: count + 1]), (count, vocabulary)
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _dice(english: csr_matrix, foreign: csr_matrix) -> csr_matrix:
    """(V, V): twice the sentences with both over the sum of those with either, if that is not too little."""
    together = (english.T @ foreign).tocoo()
    alone = [np.asarray(matrix.sum(0)).ravel() for matrix in (english, foreign)]
    values = 2 * together.data / (alone[0][together.row] + alone[1][together.col])
    kept = (together.data >= _OFTEN) & (values >= _LEAST / 2)
    return csr_matrix((values[kept], (together.row[kept], together.col[kept])), together.shape)
