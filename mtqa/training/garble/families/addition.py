"""Words too many: doubled, grown into a longer dictionary phrase, or idle function words."""

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


def _doubled(view: View, index: int, rng: random.Random) -> Candidate | None:
    token = view.tokens[index]
    if token.tag not in "DICQNSX" or index == 0 or not view.spaced(index) or token.text[0].isupper():
        return None
    if token.tag in "NS":
        if view.tag(index + 1) != "I" or view.tag(index - 1) not in "DJ":
            return None
        # "an end an end to": the phrase comes twice
        first = view.tokens[index - 1]
        phrase = view.text[first.start : token.end]
        phrase = phrase[0].lower() + phrase[1:]
        return replace(token.end, token.end, " " + phrase, "addition", "major", 0.5)
    return replace(token.start, token.start, token.text + " ", "addition", "minor", 0.03)


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


def _debris(view: View, index: int, rng: random.Random) -> Candidate | None:
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
    if token.low in (
        "better",
        "worse",
        "larger",
        "bigger",
        "higher",
        "lower",
        "stronger",
        "greater",
        "longer",
        "older",
    ):
        return replace(token.start, token.start, "more ", "addition", "minor", 3.0)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every place for a doubling, a longer phrase or an inserted function word."""
    found = [
        make(view, index, rng) for index in range(len(view.tokens)) for make in (_doubled, _extended, _debris)
    ]
    return [candidate for candidate in found if candidate]
