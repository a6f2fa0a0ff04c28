"""Articles: dropped before count nouns, put before names, years and months, the wrong one of a pair."""

from __future__ import annotations

import random
import re

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.tables import DAYS, MONTHS, words
from mtqa.training.garble.view import View

_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_TITLES = words("president minister chancellor senator professor general pope king queen")
# After these a noun often goes without an article: "by car", "at home", "in office", "of state".
_BARE_AFTER = words("as by of and or at into on in")


def _dropped(view: View, index: int) -> Candidate | None:
    token = view.tokens[index]
    end = view.noun_phrase(index)
    if end <= index + 1 or not view.spaced(index + 1):
        return None
    head, following = view.tokens[end - 1], view.tokens[index + 1]
    if head.tag == "S" or view.tag(end) == "'" or (following.tag == "E" and head.tag != "N"):
        return None
    if token.low == "the" and (view.low(index - 1) in _BARE_AFTER or not view.lexicon.is_countable(head.low)):
        return None
    if token.text[0].isupper():
        text = match_case(following.text, token.text)
        return replace(token.start, following.end, text, "function-words", "minor", 0.3)
    return replace(token.start, following.start, "", "function-words", "minor")


def _inserted(view: View, index: int) -> Candidate | None:
    token = view.tokens[index]
    before, after = view.tag(index - 1), view.tag(index + 1)
    if index and not view.spaced(index):
        return None
    if _YEAR.match(token.text) and view.low(index - 1) in ("in", "since", "by", "until", "from"):
        return replace(token.start, token.start, "the ", "function-words", "minor", 2.0)
    if token.low in _TITLES and token.text[0].isupper() and after == "E" and before not in "DYEJNU":
        # le président Macron, der Präsident Selenskyj
        text = "The " if index == 0 else "the "
        return replace(token.start, token.start, text, "function-words", "minor", 1.5)
    owner = token.tag == "E" and after == "'" and before in "ITVZKG"
    if owner and view.lexicon.names_place_or_person(token.text):
        # in Russia's east -> in the Russia's east
        return replace(token.start, token.start, "the ", "function-words", "minor", 0.7)
    if token.tag != "E" or after in "NSE'?UJ" or before not in "ITVZKG" or "-" in token.text or after == ",":
        return None
    if token.low in MONTHS | DAYS or (
        view.lexicon.names_place_or_person(token.text) and not token.low.endswith("s")
    ):
        return replace(token.start, token.start, "the ", "function-words", "minor", 1.5)
    return None


def _swapped(view: View, index: int) -> Candidate | None:
    token, following = view.tokens[index], view.low(index + 1)
    if token.low == "the" and following in (
        "same",
        "only",
        "first",
        "most",
        "latest",
        "largest",
        "biggest",
        "best",
    ):
        text = "an" if following[0] in "aeiou" else "a"
        return replace(token.start, token.end, match_case(text, token.text), "function-words", "minor")
    if token.low == "an" and view.tag(index + 1) in "NJ":
        return replace(token.start, token.end, match_case("a", token.text), "function-words", "minor", 0.5)
    if token.low == "a" and view.low(index + 1)[:1] not in "aeiouh" and view.tag(index + 1) in "NJ":
        return replace(token.start, token.end, match_case("an", token.text), "function-words", "minor", 0.05)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every article error that is wrong whatever was meant; the-for-a is left alone, it is often right."""
    found: list[Candidate | None] = []
    for index, token in enumerate(view.tokens):
        if token.low in ("the", "a", "an") and token.tag == "D":
            found += (_dropped(view, index), _swapped(view, index))
        else:
            found.append(_inserted(view, index))
    return [candidate for candidate in found if candidate]
