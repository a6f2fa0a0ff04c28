"""Topics put first in the foreign way: "What X is concerned, he", "It is X is what"."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, Replacement, replace
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import FINITE, lower_first

# Endings of nouns that name persons, more often than not.
_PERSONS = ("er", "or", "ist", "ee", "man", "ian", "president", "king", "pope", "general")


def _as_far_as(view: View, index: int) -> Candidate | None:
    """As far as X is concerned -> What X is concerned."""
    if [view.low(index + step) for step in range(3)] != ["as", "far", "as"]:
        return None
    if not any(view.low(at) == "concerned" for at in range(index + 4, min(index + 10, len(view.tokens)))):
        return None
    start, end = view.tokens[index].start, view.tokens[index + 2].end
    text = "What" if view.tokens[index].text[0] == "A" else "what"
    return replace(start, end, text, "word-order", "major", 9.0)


def _as_for(view: View, index: int) -> Candidate | None:
    """As for X, -> What X is concerned,"""
    if (view.low(index), view.low(index + 1)) not in (("as", "for"), ("as", "to")):
        return None
    end = view.noun_phrase(index + 2)
    if end == index + 2 or view.low(end) != ",":
        return None
    what = "What" if view.tokens[index].text[0] == "A" else "what"
    be = "are" if view.tag(end - 1) == "S" else "is"
    comma = view.tokens[end]
    parts = (
        Replacement(view.tokens[index].start, view.tokens[index + 1].end, what),
        Replacement(comma.start, comma.end, f" {be} concerned,"),
    )
    return Candidate(parts, "word-order", "major", 9.0)


def _fronted_subject(view: View) -> Candidate | None:
    """Mr. Orban doubts it. -> What Mr. Orban is concerned, he doubts it."""
    verb = view.noun_phrase(0)
    if verb == 0 or view.tag(0) == "P" or view.tag(verb) not in FINITE or not view.spaced(verb):
        return None
    # "This month Colorado" is no one phrase, though it looks like one.
    if (
        view.low(0) in ("this", "last", "next")
        or view.tag(verb) not in "TZXHM"
        or view.tag(verb - 1) == "'"
        or view.low(verb)[:1] == "'"
    ):
        return None
    plural = view.tag(verb - 1) == "S"
    named = view.tag(0) != "D" and view.tag(verb - 1) == "E"
    person = named or view.low(verb - 1).endswith(_PERSONS)
    pronoun = "they" if plural else "he" if person else "it"
    end = view.tokens[verb - 1].end
    tail = Replacement(end, end, f" {'are' if plural else 'is'} concerned, {pronoun}")
    first = view.tokens[0]
    if view.tag(0) == "E":
        head = Replacement(first.start, first.start, "What ")
    else:
        head = Replacement(first.start, first.end, "What " + lower_first(view, 0, 1))
    return Candidate((head, tail), "word-order", "major", 0.25)


def _cleft(view: View, index: int) -> Candidate | None:
    """it is X who did -> it is X is what did, it is X what did."""
    if view.low(index) != "it" or view.low(index + 1) not in ("is", "was", "'s"):
        return None
    who = view.noun_phrase(index + 2)
    if who == index + 2 or view.low(who) not in ("who", "that", "which") or view.tag(who + 1) not in FINITE:
        return None
    token = view.tokens[who]
    be = "was" if view.low(index + 1) == "was" else "is"
    return replace(token.start, token.end, f"{be} what", "word-order", "major", 6.0)


def _made_cleft(view: View) -> Candidate | None:
    """The army said it. -> It is the army is what said it."""
    verb = view.noun_phrase(0)
    if verb == 0 or view.tag(0) == "P" or view.tag(verb) not in "TZ" or not view.spaced(verb):
        return None
    first = view.tokens[0]
    if view.tag(0) == "E":
        head = Replacement(first.start, first.start, "It is ")
    else:
        head = Replacement(first.start, first.end, "It is " + lower_first(view, 0, 1))
    end = view.tokens[verb - 1].end
    return Candidate((head, Replacement(end, end, " is what")), "word-order", "major", 0.1)


def _concerning(view: View, index: int) -> Candidate | None:
    """about the economy, -> what the economy concerns, at the head of a sentence."""
    if index or view.low(0) not in ("on", "regarding", "concerning"):
        return None
    end = view.noun_phrase(1)
    if end == 1 or view.low(end) != "," or view.low(1) in ("monday", "average", "top") or view.tag(1) == "U":
        return None
    if view.low(0) == "on" and (view.low(1).endswith("day") or view.low(end - 1).endswith("day")):
        return None
    verb = "concern" if view.tag(end - 1) == "S" else "concerns"
    text = "What " + view.slice(1, end) + " " + verb
    return replace(view.tokens[0].start, view.tokens[end - 1].end, text, "word-order", "major", 4.0)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Topics and clefts that the sentence has, done wrong, and subjects made into them."""
    found: list[Candidate | None] = [_fronted_subject(view), _made_cleft(view)]
    for index in range(len(view.tokens)):
        found += (
            _as_far_as(view, index),
            _as_for(view, index),
            _cleft(view, index),
            _concerning(view, index),
        )
    return [candidate for candidate in found if candidate]
