"""Classic confusions: one word abroad, two in English (Politik: policy and politics; lenen: lend and borrow).

The pairs are those of the usage guides for Dutch, German, French, Spanish and Russian speakers. The pivot
table drops many of them, because words that share translations in many languages look like synonyms to it.
"""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate
from mtqa.training.garble.tables import read_table
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect, replace_tokens

_TAGS = {"n": "NS", "v": "VZTKG", "a": "J"}
_TABLE = {
    (right, tag): wrong.split("/") for pos, right, wrong in read_table("false_friends") for tag in _TAGS[pos]
}


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every word that has a classic double, put in the form of the word it stands for."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        others = _TABLE.get((token.lemma, token.tag))
        if others:
            text = inflect(rng.choice(others), token.tag, view)
            if text != token.low:
                found.append(replace_tokens(view, index, index, text))
    return found
