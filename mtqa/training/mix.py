"""Which examples the scorer sees, and how often: the human sets in every pass, the large ones in slices."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from mtqa.training.examples import Example, versions_together

#: Of every this many articles one is kept out of training, to choose thresholds on.
DEV_ARTICLES_EVERY = 12


@dataclass(frozen=True, slots=True)
class Mix:
    """The training sets. ``human`` goes into each pass whole, ``large`` in equal slices, one a pass."""

    human: list[Example]
    large: list[Example]

    def passes(self, count: int, seed: int = 0) -> list[list[Example]]:
        """The examples of each of ``count`` passes; the versions of one sentence are in the same one."""
        units = versions_together(self.large, lambda example: example.group)
        random.Random(seed).shuffle(units)
        return [[*self.human, *chain.from_iterable(units[number::count])] for number in range(count)]


def weigh(examples: Iterable[Example], weight: float) -> list[Example]:
    """The examples with another weight in the loss."""
    return [replace(example, weight=weight) for example in examples]


def split_articles(articles: Sequence[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Articles for training, and those kept out."""
    train = [a for n, a in enumerate(articles) if n % DEV_ARTICLES_EVERY]
    return train, [a for n, a in enumerate(articles) if n % DEV_ARTICLES_EVERY == 0]
