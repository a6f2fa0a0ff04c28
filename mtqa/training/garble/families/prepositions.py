"""Prepositions by way of a pivot: at, German bei, back as with; governed ones, dates, and plain places.

A preposition that a verb, noun or adjective governs, and one before a date, is plainly wrong when changed;
elsewhere only changes that hardly any context would save are made.
"""

from __future__ import annotations

import random
import re
from collections import Counter

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.tables import DAYS, MONTHS, read_table, words
from mtqa.training.garble.view import View

_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_WRONG = {(governor, right): tuple(wrong.split("/")) for governor, right, wrong in read_table("prepositions")}
_UNITS = words("years months days weeks hours")


def _pivots() -> dict[str, Counter[str]]:
    """English preposition -> the others that a language has the same word for, by number of languages."""
    found: dict[str, Counter[str]] = {}
    for _, _, senses in read_table("pivot_prepositions"):
        for first in senses.split("/"):
            others = (second for second in senses.split("/") if second != first)
            found.setdefault(first, Counter()).update(others)
    return found


_PIVOTS = _pivots()
# What a place allows although a pivot gives it: after these the sentence would be as good as before.
_SOUND = {
    "of": words("about on over"),
    "in": words("into within at"),
    "for": words("to about"),
    "with": words("at"),
    "from": words("by since via"),
    "to": words("for towards until"),
    "by": words("at for near"),
}


def _dated(view: View, index: int) -> tuple[str, ...]:
    here, following = view.low(index), view.low(index + 1)
    if here == "on" and following in DAYS:
        return ("at", "in", "to")
    if here == "in" and (_YEAR.match(following) or following in MONTHS):
        return ("at", "on", "to")
    if here == "at" and following[:1].isdigit():
        return ("on", "to", "by")
    if here == "for" and view.tag(index + 1) == "U" and view.low(index + 2) in _UNITS:
        return ("since", "during", "on")
    return ()


def _structural(view: View, index: int, rng: random.Random) -> tuple[str, ...]:
    """Another sense of a pivot, or (half of the time) a classic slip, where a preposition links nouns."""
    here, before, after = view.low(index), view.tag(index - 1), view.tag(index + 1)
    classic: tuple[str, ...] = ()
    if here == "by" and before == "K" and after in "DEYSJN":
        classic = ("from", "of", "through")
    elif here == "of" and before in "NS" and after in "DYE":
        classic = ("from", "by", "to", "at")
    elif here == "in" and after == "E" and view.lexicon.names_place_or_person(view.tokens[index + 1].text):
        classic = ("at", "to", "on")
    elif here == "for" and before in "NS" and after in "DYJ":
        classic = ("at", "from")
    elif here == "with" and before in "NSK" and after in "DYE":
        classic = ("at", "of")
    elif here == "from" and after in "DYE":
        classic = ("out", "of", "by")
    elif here == "to" and view.tokens[index].tag == "Q" and before in "NSOE" and after in "DYE":
        classic = ("at", "on")
    if not classic or rng.random() < 0.5:
        return classic
    sound = _SOUND.get(here, frozenset())
    return tuple(word for word in _PIVOTS.get(here, ()) if word not in sound) or classic


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every preposition whose change is plainly wrong."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        if token.tag not in "IQC" or index == 0 or (token.tag == "Q" and view.tag(index + 1) in "VXH"):
            continue
        dated = _dated(view, index)
        governor = view.tokens[index - 1]
        governed = _WRONG.get((governor.lemma, token.low)) or _WRONG.get((governor.low, token.low)) or ()
        options = dated or governed or _structural(view, index, rng) or _WRONG.get(("-", token.low), ())
        if not options or (("-", token.low) in _WRONG and view.tag(index + 1) not in "DYENSUJP"):
            continue
        text = match_case(rng.choice(options), token.text)
        weight = 2.0 if governed else 1.0 if dated else 0.6
        found.append(replace(token.start, token.end, text, "function-words", "minor", weight))
    return found
