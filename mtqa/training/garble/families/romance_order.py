"""Romance order: the adjective after its noun, the pronoun before its verb, the adverb before the object."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import swap

# These stand before the noun in Romance too.
_BEFORE_NOUNS = words("other many few several more last next first same own new good great")
_MIDDLE = words("also always often soon already again never recently finally")


def _adjective_after(view: View, index: int) -> Candidate | None:
    """the economic crisis -> the crisis economic; the power grid -> the grid power."""
    tags = view.tag(index) + view.tag(index + 1)
    if tags not in ("JN", "JS", "NN", "NS") or view.tag(index + 2) in "NSE'J" or not view.spaced(index + 1):
        return None
    if view.tag(index - 1) in "JNU" or view.low(index) in _BEFORE_NOUNS:
        return None
    return swap(view, index, index + 1, index + 2, 0.15 if tags[0] == "J" else 0.1)


def _superlative(view: View, index: int) -> Candidate | None:
    """the most important city -> the city most important; the largest city -> the city the largest."""
    if view.low(index) != "the" or view.tag(index) != "D":
        return None
    if view.low(index + 1) == "most" and view.tag(index + 2) == "J" and view.tag(index + 3) in "NS":
        return swap(view, index + 1, index + 3, index + 4, 1.5) if view.tag(index + 4) not in "NSE'" else None
    low = view.low(index + 1)
    if not (low.endswith("est") and len(low) > 5 and view.tag(index + 1) == "J"):
        return None
    if view.tag(index + 2) not in "NS" or view.tag(index + 3) in "NSE'":
        return None
    first, noun = view.tokens[index + 1], view.tokens[index + 2]
    return replace(first.start, noun.end, f"{noun.text} the {first.text}", "word-order", "major", 0.7)


def _counted(view: View, index: int) -> Candidate | None:
    """the last three years -> the three last years."""
    if view.low(index) not in ("last", "next", "first", "past") or view.tag(index + 1) != "U":
        return None
    if view.tag(index + 2) != "S" or view.low(index - 1) != "the" or not view.spaced(index + 1):
        return None
    return swap(view, index, index + 1, index + 2, 1.5)


def _clitic(view: View, index: int) -> Candidate | None:
    """He rejected it. -> He it rejected."""
    if view.tag(index) not in "TZV" or view.tag(index - 1) not in "PSE" or view.tokens[index].lemma == "be":
        return None
    pronoun = view.low(index + 1)
    if pronoun not in ("him", "them", "us", "me", "it") or not view.spaced(index + 1):
        return None
    if view.tag(index + 2) not in ",.IRCW" or view.low(index).startswith("'"):
        return None
    return swap(view, index, index + 1, index + 2, 1.0)


def _adverb(view: View, index: int) -> Candidate | None:
    """has also said -> has said also; speaks Russian well -> speaks well Russian."""
    low = view.low(index)
    if low in _MIDDLE and view.tag(index - 1) in "HM" and view.tag(index + 1) in "KV":
        return swap(view, index, index + 1, index + 2, 0.8)
    if low in ("well", "better", "often", "carefully", "immediately") and index > 2:
        start = index - 1
        while start > 0 and view.tag(start - 1) in "DYJNE":
            start -= 1
        if view.tag(start - 1) in "TZV" and view.noun_phrase(start) == index and view.spaced(index):
            return swap(view, start, index, index + 1, 0.8)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every order that French or Spanish would have and English has not."""
    rules = (_adjective_after, _superlative, _counted, _clitic, _adverb)
    found = [rule(view, index) for index in range(len(view.tokens)) for rule in rules]
    return [candidate for candidate in found if candidate]
