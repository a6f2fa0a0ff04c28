"""Which token of the source a token of the target belongs to, by how often they come together.

Left alone, a small translator spends thousands of steps as a language model before it finds that the source
is worth looking at. Telling some heads of its cross-attention where to look ends that at once (guided
alignment: Chen et al. 2016). Dice's coefficient over the pairs says where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mtqa.training.guided import IGNORED
from mtqa.training.roundtrip.batches import Batch
from mtqa.training.roundtrip.pack import Shard
from mtqa.training.roundtrip.vocabulary import EOS, PAD

_LEAST = 0.05  # Dice's coefficient of a pair of tokens that may belong together
_OFTEN = 3  # how often they must come together
_SAME = 0.3  # what a token has beside it with itself: names and figures
_NARROW = 8.0  # how much less likely a token is at the other end of the sentence: exp(-8)

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Associations:
    """Dice's coefficients of N pairs of an English and a foreign token.

    ``keys`` (N,), sorted: the English id times ``vocabulary``, plus the foreign id; ``dice`` (N,).
    """

    keys: Ids
    dice: Floats
    vocabulary: int

    def between(self, english: Ids, foreign: Ids) -> Floats:
        """(E, F): the coefficient of each of E with each of F tokens; 0 for strangers."""
        wanted = english[:, None] * self.vocabulary + foreign
        if not len(self.keys):
            return np.zeros(wanted.shape)
        at = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.dice[at], 0.0)


def count_associations(shard: Shard, vocabulary: int, most: int = 50_000) -> Associations:
    """Twice the sentences that have both tokens over the sum of those that have either.

    Of the first ``most`` pairs of sentences; those of tokens that come together too seldom are left out.
    """
    alone, keys = np.zeros((2, vocabulary)), [np.empty(0, np.int64)]
    for index in range(min(len(shard), most)):
        english = np.unique(shard.english[shard.english_at[index] : shard.english_at[index + 1]])
        foreign = np.unique(shard.foreign[shard.foreign_at[index] : shard.foreign_at[index + 1]])
        alone[0, english] += 1
        alone[1, foreign] += 1
        keys.append((english[:, None].astype(np.int64) * vocabulary + foreign).ravel())
    found, together = np.unique(np.concatenate(keys), return_counts=True)
    dice = 2 * together / (alone[0, found // vocabulary] + alone[1, found % vocabulary])
    kept = (together >= _OFTEN) & (dice >= _LEAST / 2)
    return Associations(found[kept], dice[kept], vocabulary)


class Guide:
    """Says where labels should look; ``english_tag`` stands before a source that is to become English."""

    def __init__(self, shards: Iterable[Shard], vocabulary: int, english_tag: int) -> None:
        self._english_tag = english_tag
        self._languages = [count_associations(shard, vocabulary) for shard in shards]

    def looks_at(self, batch: Batch) -> Tensor:
        """(B, T): the place in the source where each label should look, :data:`IGNORED` if that is not known.

        The end of the sentence looks at the end of the source.
        """
        source, labels = batch.source.numpy(), batch.labels.numpy()
        found = np.full_like(labels, IGNORED)
        for row, (given, wanted) in enumerate(zip(source, labels, strict=True)):
            width, length = int((given != PAD).sum()), int((wanted != IGNORED).sum())
            found[row, :length] = self._align(wanted[:length], given[:width])
        return torch.from_numpy(found)

    def _align(self, target: Ids, source: Ids) -> Ids:
        """(T,): for each token of ``target`` (T,) its place in ``source`` (S,).

        Both end with the end token, and ``source`` begins with a tag, which nothing belongs to.
        """
        if source[0] == self._english_tag:
            scores = np.max([a.between(target, source) for a in self._languages], 0)
        else:
            scores = np.max([a.between(source, target) for a in self._languages], 0).T
        scores = scores + _SAME * (target[:, None] == source)
        scores[:, 0] = 0
        places = [np.arange(len(ids)) / len(ids) for ids in (target, source)]
        scores *= np.exp(-_NARROW * (places[0][:, None] - places[1]) ** 2)
        best: Ids = scores.argmax(1)
        best[scores.max(1) < _LEAST] = IGNORED
        best[target == EOS] = len(source) - 1
        return best
