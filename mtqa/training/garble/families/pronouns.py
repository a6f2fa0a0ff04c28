"""Pronouns with the gender or number of the source language: Russia and his army; the plan, who ended."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View

_MALE = words("he his him himself mr man father son husband king")


def _option(view: View, index: int, rng: random.Random, male: bool, plurals: bool) -> str | None:
    low, tag, after = view.low(index), view.tag(index), view.tag(index + 1)
    if low == "its" and not male:
        return rng.choice(("his", "his", "her"))
    if low == "it" and after in "XMHZ" and not male:
        return rng.choice(("he", "he", "she"))
    if low == "who" and view.tag(index - 1) in "NSE," and after in "TZXMHFR":
        return rng.choice(("which", "which", "what"))
    if low == "which" and view.tag(index - 1) == "," and after in "TZXMH":
        return rng.choice(("who", "what"))
    if low == "that" and tag == "W" and view.tag(index - 1) in "NS" and after in "TZXMH":
        return rng.choice(("what", "who", "what"))
    if low == "what" and after in "PDE" and index > 0:
        return rng.choice(("that what", "which"))
    if low in ("his", "he", "himself") and male_named(view):
        return {"his": rng.choice(("her", "its")), "he": "she", "himself": "itself"}[low]
    if low == "their" and plurals:
        return rng.choice(("his", "its", "her"))
    if low == "themselves" and plurals:
        return rng.choice(("himself", "itself"))
    if low == "itself":
        return rng.choice(("himself", "herself"))
    if low == "whose":
        return rng.choice(("which", "whom his", "who his"))
    if low == "whom":
        return "which"
    if low == "they" and plurals and after in "TM":
        return rng.choice(("she", "it"))
    if low == "them" and plurals and view.tag(index - 1) in "VTZGI" and after in ",.ICQ$":
        return rng.choice(("him", "it", "her"))
    if low == "it" and view.tag(index - 1) in "VTZGI" and after in ",.$" and not male:
        return rng.choice(("him", "him", "her", "them"))
    return None


def male_named(view: View) -> bool:
    """Whether "Mr." or another male noun in the sentence gives away whom "he" means."""
    return any(token.low.rstrip(".") in _MALE - {"he", "his", "him"} for token in view.tokens)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Pronouns changed where the sentence itself shows that the new one is wrong."""
    male = any(token.low.rstrip(".") in _MALE for token in view.tokens)
    plurals = any(token.tag == "S" for token in view.tokens)
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        if token.tag not in "POYWE" or token.low not in _WORDS:
            continue
        text = _option(view, index, rng, male, plurals)
        if text:
            found.append(replace(token.start, token.end, match_case(text, token.text), "pronoun", "major"))
    return found


_WORDS = words("its it who which that what his he himself their themselves itself whose whom they them")
