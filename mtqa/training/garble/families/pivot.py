"""Pivot senses: the translation had two meanings, the way back took the other (grid -> rooster -> roast)."""

from __future__ import annotations

import dataclasses
import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.inflection import article_for, conjugate, match_case, plural
from mtqa.training.garble.lexicon import is_closed
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View

# Light words: any "other sense" of them is a matter of grammar, which other families garble.
_SKIP = words(
    "be have do say go get make take let come more most least many much other last own few several "
    "such same next new year day week month time people man woman child percent not also only just "
    "still even ever mr mrs"
)


def inflect(word: str, tag: str, view: View) -> str:
    """``word`` (a lemma or a phrasal verb) in the form that ``tag`` asks for."""
    if tag == "S":
        return plural(word)
    if tag in "ZTKG":
        return conjugate(word, tag, view.lexicon.counts)
    return word


def replace_tokens(
    view: View, first: int, last: int, text: str, category: str = "mistranslation", weight: float = 1.0
) -> Candidate:
    """Put ``text`` for the tokens ``first`` to ``last`` (inclusive); a preceding a/an is made to fit."""
    head, tail = view.tokens[first], view.tokens[last]
    text = match_case(text, head.text) if head.tag != "E" else text
    before = view.low(first - 1)
    if before in ("a", "an") and article_for(text) != before:
        article = view.tokens[first - 1]
        text = match_case(article_for(text), article.text) + view.text[article.end : head.start] + text
        return replace(article.start, tail.end, text, category, "major", weight)
    return replace(head.start, tail.end, text, category, "major", weight)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every open-class word or phrasal verb with another sense, with one of those senses each."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        if token.tag not in "NSVZTKGJR" or token.lemma in _SKIP or len(token.lemma) < 3:
            continue
        last = index
        if token.tag in "VZTKG" and view.tag(index + 1) in "IR":
            pair = f"{token.lemma} {view.low(index + 1)}"
            last = index + 1 if view.lexicon.senses_of(pair, "V") else index
        lemma = f"{token.lemma} {view.low(last)}" if last > index else token.lemma
        others = [
            (word, weight) for word, weight in view.lexicon.senses_of(lemma, token.tag) if not is_closed(word)
        ]
        if not others:
            continue
        other = rng.choices([word for word, _ in others], [weight**0.6 for _, weight in others])[0]
        weight = 0.15 if token.tag == "R" else 1.0  # adverbs are often near-synonyms after all
        text = inflect(other, token.tag, view)
        if text != token.low:
            candidate = replace_tokens(view, index, last, text, weight=weight)
            # With the wrong predicate nothing of the statement is left.
            found.append(
                dataclasses.replace(candidate, severity="critical") if token.tag in "TZ" else candidate
            )
    return found
