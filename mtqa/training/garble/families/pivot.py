"""Another sense of the pivot word: English grid, Dutch rooster, back as roast; one word or a phrase."""

from __future__ import annotations

import dataclasses
import random

from mtqa.training.garble.edits import Candidate
from mtqa.training.garble.lexicon import is_closed
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect, replace_tokens

# Light words: any "other sense" of them is a matter of grammar, which other families garble.
_SKIP = words(
    "be have do say go get make take let come more most least many much other last own few several "
    "such same next new year day week month time people man woman child percent not also only just "
    "still even ever mr mrs"
)
_POS = {"n": "NS", "v": "VZTKG", "a": "J", "r": "RIC"}


def _phrase(view: View, index: int) -> tuple[int, str, str] | None:
    """The longest phrase with senses that begins at ``index``: its last token, its lemma, its tag."""
    token = view.tokens[index]
    for parts in (
        *view.lexicon.phrase_starts.get(token.low, ()),
        *(view.lexicon.phrase_starts.get(token.lemma, ()) if token.lemma != token.low else ()),
    ):
        last = index + len(parts) - 1
        middle = [view.low(at) for at in range(index + 1, last)]
        if last >= len(view.tokens) or middle != [*parts[1:-1]]:
            continue
        end, lemma = view.tokens[last], " ".join(parts)
        if end.low == parts[-1] and view.lexicon.senses_of(lemma, token.tag):
            if token.tag in _POS["v"] and parts[0] == token.lemma:
                return last, lemma, token.tag
            if token.tag in "RIJ" and parts[0] == token.low:
                return last, lemma, token.tag
        if end.tag in "NS" and parts[-1] == end.lemma and parts[0] == token.low and token.tag in "NJEG":
            return last, lemma, end.tag
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every open-class word, phrase or phrasal verb with another sense, with one of those senses each."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        phrase = _phrase(view, index)
        last, lemma, tag = phrase or (index, token.lemma, token.tag)
        if phrase is None and (token.tag not in "NSVZTKGJR" or lemma in _SKIP or len(lemma) < 3):
            continue
        others = [sense for sense in view.lexicon.senses_of(lemma, tag) if not is_closed(sense[0])]
        if not others:
            continue
        other = rng.choices([word for word, _ in others], [weight**0.6 for _, weight in others])[0]
        weight = 0.15 if tag == "R" else 1.0  # adverbs are often near-synonyms after all
        text = inflect(other, tag, view)
        if text != token.low:
            candidate = replace_tokens(view, index, last, text, weight=weight)
            # With the wrong predicate nothing of the statement is left.
            critical = tag in "TZ"
            found.append(dataclasses.replace(candidate, severity="critical") if critical else candidate)
    return found
