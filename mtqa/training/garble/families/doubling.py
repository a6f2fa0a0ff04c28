"""Words and phrases that come twice: the the, the fear the fear, in which he lives in, end an end."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect

_LIGHT = words("put make take give have")


def _word(view: View, index: int) -> Candidate | None:
    """of the court -> of of the court."""
    token = view.tokens[index]
    if token.tag not in "DICQXHM" or index == 0 or not view.spaced(index) or token.text[0].isupper():
        return None
    if token.low in ("had", "that") or not token.low[0].isalpha():
        return None  # had had is English
    return replace(token.start, token.start, token.text + " ", "addition", "minor", 0.03)


def _phrase(view: View, index: int) -> Candidate | None:
    """an end to the war -> an end an end to the war."""
    token = view.tokens[index]
    if token.tag not in "NS" or view.tag(index + 1) != "I" or view.tag(index - 1) not in "DJ":
        return None
    if not view.spaced(index):
        return None
    phrase = view.slice(index - 1, index + 1)
    phrase = phrase[0].lower() + phrase[1:]
    return replace(token.end, token.end, " " + phrase, "addition", "major", 0.5)


def _verb_as_object(view: View, index: int) -> Candidate | None:
    """It put an end to -> It ended an end to: the light verb takes the word of its noun."""
    if view.tokens[index].lemma not in _LIGHT or view.tag(index) not in "VTZ":
        return None
    noun = index + 2
    if view.low(index + 1) not in ("a", "an") or view.tag(noun) != "N" or len(view.low(noun)) < 3:
        return None
    if view.lexicon.tags.get(view.low(noun), {}).get("v", 0) < 2 or view.tag(noun + 1) not in "IQ":
        return None
    token = view.tokens[index]
    text = inflect(view.low(noun), token.tag, view)
    return replace(token.start, token.end, text, "addition", "major", 1.5)


def _preposition(view: View, index: int) -> Candidate | None:
    """in which they live -> in which they live in."""
    if view.tag(index) != "I" or view.low(index + 1) not in ("which", "whom"):
        return None
    at = view.noun_phrase(index + 2)
    if at == index + 2 or view.tag(at) not in "TVZ" or view.tag(at + 1) not in ",.IC$":
        return None
    end = view.tokens[at].end
    return replace(end, end, " " + view.low(index), "addition", "minor", 1.5)


def _subject(view: View, index: int) -> Candidate | None:
    """The minister, who resigned, said -> the minister, who resigned, he said."""
    if view.low(index) != "," or view.tag(index + 1) not in "TZ" or index < 4:
        return None
    opens = [at for at in range(1, index) if view.low(at) == "," and view.low(at + 1) in ("who", "which")]
    if len(opens) != 1 or view.noun_phrase(0) != opens[0]:
        return None
    pronoun = "he" if view.low(opens[0] + 1) == "who" else "it"
    at = view.tokens[index + 1].start
    return replace(at, at, pronoun + " ", "addition", "minor", 1.5)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every word or phrase that could come twice."""
    rules = (_word, _phrase, _verb_as_object, _preposition, _subject)
    found = [rule(view, index) for index in range(len(view.tokens)) for rule in rules]
    return [candidate for candidate in found if candidate]
