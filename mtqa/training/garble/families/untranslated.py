"""Words that the translator left in the foreign language."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.view import View

_POS = {"N": "n", "S": "n", "J": "a"}


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Nouns and adjectives put in Dutch, German, French or Spanish."""
    found: list[Candidate] = []
    for token in view.tokens:
        words = view.lexicon.foreign.get((token.lemma, _POS.get(token.tag, "")), ())
        # Rarer words are left standing more often than common ones.
        if words and len(token.low) > 4 and view.lexicon.count(token.low) < 400:
            word = match_case(rng.choice(words), token.text) if token.text[0].isupper() else rng.choice(words)
            found.append(replace(token.start, token.end, word, "untranslated", "major"))
    return found
