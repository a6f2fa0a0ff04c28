"""Prepositions as speakers of Dutch, German, French, Spanish and Russian confuse them.

A preposition that a verb, noun or adjective governs, and one before a date, is plainly wrong when changed;
elsewhere only changes that hardly any context would save are made.
"""

from __future__ import annotations

import random
import re

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.tables import DAYS, MONTHS, read_table, words
from mtqa.training.garble.view import View

_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_WRONG = {(governor, right): tuple(wrong.split("/")) for governor, right, wrong in read_table("prepositions")}
_UNITS = words("years months days weeks hours")


def _dated(view: View, index: int) -> tuple[str, ...]:
    here, following = view.low(index), view.low(index + 1)
    if here == "on" and following in DAYS:
        return ("at", "in", "to")
    if here == "in" and (_YEAR.match(following) or following in MONTHS):
        return ("at", "on", "to")
    if here == "at" and following[:1].isdigit():
        return ("on", "to", "by")
    if (
        here == "for"
        and view.tag(index + 1) == "U"
        and view.low(index + 2) in ("years", "months", "days", "weeks", "hours")
    ):
        return ("since", "during", "on")
    return ()


def _structural(view: View, index: int) -> tuple[str, ...]:
    here, before, after = view.low(index), view.tag(index - 1), view.tag(index + 1)
    if here == "by" and before == "K" and after in "DEYSJN":
        return ("from", "of", "through")
    if here == "of" and before in "NS" and after in "DYE":
        return ("from", "by", "to", "at")
    if here == "in" and after == "E" and view.lexicon.names_place_or_person(view.tokens[index + 1].text):
        return ("at", "to", "on")
    if here == "for" and before in "NS" and after in "DYJ":
        return ("at", "from")
    if here == "with" and before in "NSK" and after in "DYE":
        return ("at", "of")
    if here == "from" and after in "DYE":
        return ("out", "of", "by")
    if here == "to" and view.tokens[index].tag == "Q" and before in "NSOE" and after in "DYE":
        return ("at", "on")
    return ()


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every preposition whose change is plainly wrong."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        if token.tag not in "IQC" or index == 0 or (token.tag == "Q" and view.tag(index + 1) in "VXH"):
            continue
        dated = _dated(view, index)
        governor = view.tokens[index - 1]
        governed = _WRONG.get((governor.lemma, token.low)) or _WRONG.get((governor.low, token.low)) or ()
        options = dated or governed or _structural(view, index) or _WRONG.get(("-", token.low), ())
        if not options or (("-", token.low) in _WRONG and view.tag(index + 1) not in "DYENSUJP"):
            continue
        text = match_case(rng.choice(options), token.text)
        weight = 2.0 if governed else 1.0 if dated else 0.6
        found.append(replace(token.start, token.end, text, "function-words", "minor", weight))
    return found
