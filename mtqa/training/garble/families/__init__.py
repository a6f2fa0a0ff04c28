"""The error families. A new family is one file with ``candidates`` and one line in ``FAMILIES``.

``weight`` is the family's share of the errors drawn, set so that the mix of categories
resembles MT output of 2016-2024.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from mtqa.training.garble.edits import Candidate
from mtqa.training.garble.families import (
    addition,
    articles,
    debris,
    false_friends,
    names,
    omission,
    phrasal,
    pivot,
    prepositions,
    pronouns,
    untranslated,
    verbs,
    word_order,
)
from mtqa.training.garble.view import View


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of error: where it could strike in a sentence, and how often it is drawn."""

    candidates: Callable[[View, random.Random], list[Candidate]]
    weight: float


FAMILIES: dict[str, Family] = {
    "pivot": Family(pivot.candidates, 24.0),
    "false_friends": Family(false_friends.candidates, 9.0),
    "phrasal": Family(phrasal.candidates, 16.0),
    "untranslated": Family(untranslated.candidates, 1.5),
    "articles": Family(articles.candidates, 16.0),
    "prepositions": Family(prepositions.candidates, 30.0),
    "word_order": Family(word_order.candidates, 28.0),
    "verbs": Family(verbs.candidates, 30.0),
    "omission": Family(omission.candidates, 9.0),
    "addition": Family(addition.candidates, 8.0),
    "pronouns": Family(pronouns.candidates, 22.0),
    "names": Family(names.candidates, 5.0),
    "debris": Family(debris.candidates, 7.5),
}
