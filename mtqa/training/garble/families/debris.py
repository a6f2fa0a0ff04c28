"""Debris of tokenisation: spaces, hyphens, quotes, figures, capitals, commas."""

from __future__ import annotations

import random
import re

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.view import View
from mtqa.types import Severity

_RULES: tuple[tuple[re.Pattern[str], str, str, Severity, float], ...] = (
    (re.compile(r"(?<=\w)-(?=[a-z])"), " -", "punctuation", "minor", 1.0),
    (re.compile(r"(?<=\w)-(?=[a-z])"), "- ", "punctuation", "minor", 0.5),
    (re.compile(r"(?<=\w)(?=['’]s\b)"), " ", "punctuation", "minor", 0.5),
    (re.compile(r"(?<=\w), (?=\w)"), " , ", "punctuation", "minor", 0.3),
    (re.compile(r"(?<=[a-z]), (?=[a-z])"), ",", "punctuation", "minor", 0.3),
    (re.compile(r"(?<=[a-z])(?=\.$)"), " ", "punctuation", "minor", 0.3),
    (re.compile(r"[“\"](?=\w)"), "„", "punctuation", "minor", 0.2),
    (re.compile(r"(?<=\w)[”\"](?=\s)"), "", "punctuation", "minor", 0.5),
    (re.compile(r",[”\"] (?=\w)"), ", ”", "punctuation", "minor", 0.8),
    (
        re.compile(r"(?<=\s)(\d+)\.(?=\d (?:million|billion|percent|per|trillion))"),
        r"\1,",
        "punctuation",
        "minor",
        2.0,
    ),
    (
        re.compile(r"\$(\d[\d.,]*\d|\d)( (?:million|billion|trillion))?"),
        r"\1\2 $",
        "punctuation",
        "minor",
        0.6,
    ),
    (re.compile(r"(?<=[a-z]{2}) [—–] (?=\w)"), "- ", "punctuation", "minor", 0.8),
    (re.compile(r"(?<=[a-z]{2}) ?[—–] ?(?=\w)"), "-", "punctuation", "minor", 0.8),
    (re.compile(r"(?<=[“\"])(?=[A-Z])"), " ", "punctuation", "minor", 0.2),
    (re.compile(r"(?<=\d)%"), " %", "punctuation", "minor", 0.4),
    (re.compile(r"(?<=\b(?:Mr|Ms|Dr))\. (?=[A-Z])"), " . ", "punctuation", "minor", 0.3),
    (re.compile(r"(?<=[a-z]{3})(?=[”\"])"), ".", "punctuation", "minor", 0.1),
    (re.compile(r"(?<=[a-z])\.$"), "..", "punctuation", "minor", 0.15),
)


def _capital(view: View, index: int) -> Candidate | None:
    """A noun with a German capital, or a lower-case pronoun turned into the start of a sentence."""
    token = view.tokens[index]
    if token.tag in "NS" and token.text.islower() and view.tag(index - 1) in "DJ":
        return replace(token.start, token.end, token.text.capitalize(), "spelling", "minor", 0.03)
    return None


def _comma_before_that(view: View, index: int) -> Candidate | None:
    """said, that -> a comma where German and Russian put one."""
    if view.low(index) == "that" and view.tag(index - 1) in "TVZ" and view.spaced(index):
        at = view.tokens[index - 1].end
        return replace(at, at, ",", "punctuation", "minor", 1.0)
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every place where the debris could fall."""
    found: list[Candidate | None] = []
    for pattern, text, category, severity, weight in _RULES:
        for match in pattern.finditer(view.text):
            new = match.expand(text)
            found.append(replace(match.start(), match.end(), new, category, severity, weight))
    for index in range(len(view.tokens)):
        found += (_capital(view, index), _comma_before_that(view, index))
    return [candidate for candidate in found if candidate]
