"""A word grown into a longer dictionary phrase that begins or ends with it: upside down, side effect."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.view import View


def _extended(view: View, index: int, rng: random.Random) -> Candidate | None:
    """The word grows into a phrase that begins with it: side -> side effect."""
    token = view.tokens[index]
    if token.tag not in "NJ" or view.tag(index + 1) in "NSEJ'" or token.low != token.lemma:
        return None
    phrases = view.lexicon.phrases.get(token.low)
    if not phrases:
        return None
    tail = rng.choice(phrases)[len(token.low) :]
    first = tail.split()[0]
    if view.low(index + 1) == first or view.lexicon.count(first) < 20:
        return None
    return replace(token.end, token.end, tail, "addition", "major", 0.3)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every noun or adjective that begins a phrase of the dictionaries."""
    found = [_extended(view, index, rng) for index in range(len(view.tokens))]
    return [candidate for candidate in found if candidate]
