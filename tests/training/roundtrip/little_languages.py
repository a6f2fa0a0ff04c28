"""A grammar of 96 English sentences, and languages that are English spelled backwards."""

from __future__ import annotations

import random

_SUBJECTS = "minister court army bank".split()
_VERBS = "rejected praised signed stopped".split()
_OBJECTS = "plan report attack".split()
_DAYS = "Monday Friday".split()


def english_sentences() -> list[str]:
    """All sentences of a small grammar, in random order; the same in every run."""
    found = [
        f"The {subject} {verb} the {thing} on {day}."
        for subject in _SUBJECTS
        for verb in _VERBS
        for thing in _OBJECTS
        for day in _DAYS
    ]
    random.Random(1).shuffle(found)
    return found


def foreign(sentence: str, language: str) -> str:
    """A made-up language: every word spelled backwards, with an ending of its own."""
    return " ".join(word[::-1] + language for word in sentence.rstrip(".").lower().split()) + "."
