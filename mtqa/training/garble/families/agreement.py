"""Subject and verb, number and noun that do not agree: the minister are, they has, two minister."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case, plural
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect

_PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "hasn't": "haven't"}
_SINGULAR = {right: wrong for wrong, right in _PLURAL.items()}
_NUMBERS = words("two three four five six seven eight nine ten eleven twelve several many few these those")
# English counts these only by the piece; most of its neighbours have a plural of their word for it.
_MASS = words(
    "information advice evidence progress knowledge equipment furniture research homework news behavior "
    "behaviour money luggage traffic software"
)


def _verb(view: View, index: int) -> Candidate | None:
    token, before = view.tokens[index], view.tokens[index - 1]
    if view.tag(index - 2) in "I'C" or view.low(index - 3) in ("of", "and", "or"):
        return None  # the noun before the verb need not be its subject
    singular = before.tag == "N" or (before.tag == "P" and before.low in ("he", "she", "it"))
    if singular and view.tag(index - 2) != "C":
        text = _PLURAL.get(token.low) or (token.lemma if token.tag == "Z" else None)
    elif before.tag == "S" or (before.tag == "P" and before.low in ("they", "we")):
        text = _SINGULAR.get(token.low) or (
            inflect(token.lemma, "Z", view) if token.tag == "V" and view.tag(index - 2) in "DYJ^UN" else None
        )
    else:
        return None
    if text is None:
        return None
    return replace(token.start, token.end, match_case(text, token.text), "agreement", "minor")


def _number(view: View, index: int) -> Candidate | None:
    """two ministers -> two minister; these plans -> this plans."""
    token = view.tokens[index]
    if token.tag == "S" and token.low != token.lemma and view.low(index - 1) in _NUMBERS:
        return replace(token.start, token.end, match_case(token.lemma, token.text), "agreement", "minor", 0.3)
    if token.low in ("these", "those") and view.tag(index + 1) == "S":
        text = match_case("this" if token.low == "these" else "that", token.text)
        return replace(token.start, token.end, text, "agreement", "minor", 0.5)
    if token.tag == "N" and token.low in _MASS and token.low != "news" and view.tag(index + 1) not in "NS":
        text = match_case(plural(token.low), token.text)
        return replace(token.start, token.end, text, "agreement", "minor", 0.5)
    if token.low == "much" and view.low(index + 1) in _MASS:
        return replace(token.start, token.end, match_case("many", token.text), "agreement", "minor", 0.5)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Verbs beside their subjects, nouns beside their numbers, mass nouns."""
    found: list[Candidate | None] = []
    for index, token in enumerate(view.tokens):
        if index and token.tag in "XHZVF":
            found.append(_verb(view, index))
        found.append(_number(view, index))
    return [candidate for candidate in found if candidate]
