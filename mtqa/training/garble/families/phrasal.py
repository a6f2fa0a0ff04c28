"""Idioms and phrasal verbs rendered word for word."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import match_case
from mtqa.training.garble.tables import read_table
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect

# verb + particle -> word-for-word renderings, the verb marked with *
_VERBS = {phrasal: texts.split("/") for phrasal, texts in read_table("phrasal_verbs")}
_IDIOMS = {phrase: texts.split("/") for phrase, texts in read_table("idioms")}
_FIRST: dict[str, list[tuple[str, ...]]] = {}
for _key in _IDIOMS:
    _FIRST.setdefault(_key.split()[0], []).append(tuple(_key.split()))


def _literal_verb(view: View, index: int, rng: random.Random) -> Candidate | None:
    token = view.tokens[index]
    renderings = _VERBS.get(f"{token.lemma} {view.low(index + 1)}")
    if token.tag not in "VZTKG" or not renderings:
        return None
    rendering = [
        inflect(word[:-1], token.tag, view) if word[-1] == "*" else word
        for word in rng.choice(renderings).split()
    ]
    text = match_case(" ".join(rendering), token.text)
    return replace(token.start, view.tokens[index + 1].end, text, "mistranslation", "major", 2.0)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every idiom and phrasal verb of the tables."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        verb = _literal_verb(view, index, rng)
        if verb:
            found.append(verb)
        for words in _FIRST.get(token.low, ()):
            last = index + len(words) - 1
            if tuple(view.low(at) for at in range(index, last + 1)) == words:
                text = match_case(rng.choice(_IDIOMS[" ".join(words)]), token.text)
                found.append(replace(token.start, view.tokens[last].end, text, "mistranslation", "major"))
    return found
