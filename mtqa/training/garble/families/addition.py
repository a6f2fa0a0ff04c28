"""Idle function words: discuss about, must to say, improved itself, more better."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View

_TRANSITIVE = words(
    "discuss enter affect attend approach reach mention oppose support reject demand announce lead "
    "control visit consider describe approve condemn defend"
)
_REFLEXIVE = words("improve change develop increase meet gather happen concern open move decide feel begin")
_COMPARATIVES = words("better worse larger bigger higher lower stronger greater longer older")


def _idle(view: View, index: int, rng: random.Random) -> Candidate | None:
    token, before, after = view.tokens[index], view.tag(index - 1), view.tag(index + 1)
    following = view.tokens[index + 1].start if index + 1 < len(view.tokens) else 0
    if token.tag in "VZTG" and token.lemma in _TRANSITIVE and after in "DY" and view.spaced(index + 1):
        return replace(
            following, following, rng.choice(("of ", "to ", "about ", "over ")), "addition", "minor", 1.5
        )
    if token.tag == "V" and before == "M" and view.spaced(index):
        return replace(token.start, token.start, "to ", "addition", "minor", 0.4)
    if token.tag in "TZ" and token.lemma in _REFLEXIVE and after not in "DYOJNSEPU":
        return replace(token.end, token.end, rng.choice((" itself", " himself")), "addition", "minor", 1.0)
    if (
        token.tag in "TZX"
        and before in "NE"
        and view.tag(index - 2) in "^D"
        and index < 5
        and token.low[0] != "'"
    ):
        return replace(token.start, token.start, rng.choice(("he ", "it ")), "addition", "minor", 0.4)
    if (
        token.tag == "W"
        and token.low == "that"
        and before in "VTZ"
        and after in "DYPE"
        and view.spaced(index)
    ):
        return replace(
            token.start, token.start, rng.choice(("it ", "about ", "of ")), "addition", "minor", 0.5
        )
    if token.low in _COMPARATIVES:
        return replace(token.start, token.start, "more ", "addition", "minor", 3.0)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every place where another language has a word that English has not."""
    found = [_idle(view, index, rng) for index in range(len(view.tokens))]
    return [candidate for candidate in found if candidate]
