"""A sentence as the error families see it: tokens with offsets, lemmas and rough tags.

Tags: D determiner, Y possessive, P subject and O object pronoun, M modal, X form of be, H of have, F of do,
Q to, I preposition, C conjunction, W that/which/wh-word, B negation, R adverb, U number, E name, J adjective,
N noun, S plural noun, verbs V base, Z -s, T past, K participle, G -ing; "'" possessive, "." end of sentence,
"," other punctuation, "?" unknown.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from mtqa.training.garble.inflection import IRREGULAR_VERBS
from mtqa.training.garble.lexicon import Lexicon

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|(?:Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Gen|Jan|Feb|Aug|Sept|Oct|Nov|Dec|No)\.(?=\s)"
    r"|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b"
    r"|\$?\d[\d,.:]*\d(?:st|nd|rd|th|s)?|\$?\d(?:st|nd|rd|th|s)?|\w+?(?=n['’]t\b)|\w+(?:-\w+)*|[^\w\s]"
)

#: log scores of a tag after another; what is not listed scores _RARE.
_NEXT = {
    "^": "D5 E5 P5 I3 N2 S3 J3 R3 C3 Y3 U2 V1 G1 W2",
    "D": "N6 J6 S4 E3 U3 K2 G2 R1 I1 X1",
    "Y": "N6 J5 S5 E1 U2 G1 K1",
    "P": "V6 T6 Z6 X6 H6 M6 F5 R4 I1 P1 W1 C1 B1",
    "O": "I5 Q4 V1 C3 R3 D3 ,3 .3 N1 G1 W2",
    "M": "V8 X6 H5 R4 B5 P3",
    "X": "K6 G5 J5 D5 R4 I4 B4 N2 Q3 E2 U2 P2 S1 Y2",
    "H": "K6 D5 X5 R4 Q3 B3 N1 J2 S1 T1 E1 Y2",
    "F": "B6 P4 V5 N1 D3 R2",
    "Q": "V8 D4 X5 N2 E4 U4 H4 S3 Y3 J3 F2 R1 G1",
    "I": "D6 N4 E5 S5 J5 Y4 U5 G4 O3 W3 P1 K1",
    "C": "D4 N4 S4 P5 E4 V3 J3 T3 G3 R3 X2 K3 Z2 I3 Y3 W3 M2 Q2",
    "W": "D4 P5 E4 N3 S3 X4 H4 M4 Z4 T4 Y3 J2 V2 U2 R2 I1",
    "B": "V5 K5 D4 J4 R3 G3 Q3 X3 N1 I2 H1",
    "R": "V3 T4 K4 J5 Z3 R3 I4 D3 G3 U2 ,3 .2 P2 X2 C3 N1 Q3 W2",
    "U": "N5 S6 U4 J3 ,3 .3 I3 E3 C2 R1 G1",
    "E": "E6 N4 T5 Z5 X5 H5 M4 S3 I4 ,4 .4 C4 R2 J1 F3 V1 K2 '5 U3 W2 G2",
    "J": "N7 S6 J4 ,2 .2 C3 I3 Q3 E2 G1 W2 U1 R1",
    "N": "I5 N4 S4 X4 Z3 T5 H4 M4 ,4 .4 C4 Q3 W3 K3 R2 J1 V1 G2 F2 E2 P2 D1 '4 U1",
    "S": "I5 V4 T5 X4 H4 M4 ,4 .4 C4 Q3 W3 K3 R2 N1 G2 F3 D1 E1 '3 P2 J1",
    "V": "D6 N3 S4 E4 J4 I4 O5 Y4 P2 R3 Q4 W4 G2 U3 C2 ,2 .2 K1",
    "Z": "D6 N3 S3 E3 J4 I4 O4 Y4 P3 R3 Q4 W4 G2 U3 C2 ,2 .2 K1 X1",
    "T": "D6 N3 S3 E4 J3 I4 O4 Y4 P4 R3 Q4 W4 G2 U3 C3 ,3 .2",
    "K": "I6 D4 Q4 R3 ,3 .3 W3 C3 N2 S2 O2 E2 J2 Y3 G1",
    "G": "D6 N4 S4 E3 J4 I4 O4 Y4 P1 R3 Q4 W3 U3 C2 ,2",
    ",": "D4 E4 P4 C5 N3 S3 J3 R3 G3 T3 K3 W4 U3 I4 X2 Z2 V1 Y3 ,3 .3 H2 M2",
    "'": "N6 J5 S5 G2 U3 K2 E2 R1",
}
_RARE = math.log(0.1)
_STEP = {(before, item[0]): math.log(int(item[1:])) for before, row in _NEXT.items() for item in row.split()}

_ENDINGS = (
    (("ly",), "R"),
    (("ous", "ful", "ive", "able", "ible", "less", "ish"), "J"),
    (("tions", "ments", "ers", "ists", "isms", "men"), "S"),
    (("tion", "ment", "ness", "ity", "ism", "ist", "ship"), "N"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of the sentence; ``low`` is its lower-case form."""

    start: int
    end: int
    text: str
    low: str
    lemma: str
    tag: str


@dataclass(frozen=True, slots=True)
class View:
    """A sentence with its tokens; families read it and propose candidates."""

    text: str
    tokens: tuple[Token, ...]
    lexicon: Lexicon

    def tag(self, index: int) -> str:
        """The tag at ``index``; "^" before the first token, "$" after the last."""
        if index < 0:
            return "^"
        return self.tokens[index].tag if index < len(self.tokens) else "$"

    def low(self, index: int) -> str:
        """The lower-case form at ``index``, "" outside the sentence."""
        return self.tokens[index].low if 0 <= index < len(self.tokens) else ""

    def spaced(self, index: int) -> bool:
        """Whether plain white space precedes the token at ``index``."""
        return index > 0 and self.tokens[index].start > self.tokens[index - 1].end

    def slice(self, first: int, last: int) -> str:
        """The text from token ``first`` up to, not including, token ``last``."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end] if last > first else ""

    def noun_phrase(self, index: int) -> int:
        """The end (exclusive) of the simple noun phrase that begins at token ``index``; ``index`` if none."""
        at = index
        if self.tag(at) == "P":
            return at + 1
        if self.tag(at) in "DY":
            at += 1
        head = at
        while self.tag(at) in ("J", "U", "N", "S", "E", "'") or (
            self.tag(at) == "K" and self.tag(at + 1) in "NS"
        ):
            at += 1
            if self.tag(at - 1) == "S" and self.tag(at) != "'":
                break
        ends_well = at > head and self.tag(at - 1) in ("N", "S", "E")
        return at if ends_well else index


def _options(text: str, position: int, lexicon: Lexicon) -> tuple[tuple[str, str, float], ...]:
    low = text.lower().replace("’", "'")
    if not text[0].isalnum() and low[:1] != "'" and text[0] != "$":
        return ((low, "." if text in ".!?" else ",", 1.0),)
    if low in ("'s", "'", "s'"):
        return ((low, "'", 0.75), ("be", "X", 0.25)) if low == "'s" else ((low, ",", 1.0),)
    if text[0].isdigit() or text[0] == "$":
        return ((low, "U", 1.0),)
    known = lexicon.tags_of(low)
    capital = text[0].isupper() and (position > 0 or lexicon.is_name(text))
    if capital and low != "i":
        return ((low, "E", 1.0),)
    return known or ((low, "E" if text[0].isupper() else _guess(low), 1.0),)


def _guess(low: str) -> str:
    """A tag for a word that no dictionary has, by its ending; "?" where that tells nothing."""
    if "-" in low:
        return "J"
    for endings, tag in _ENDINGS:
        if low.endswith(endings) and len(low) > 5:
            return tag
    return "?"


def _as_past(lemma: str, low: str) -> tuple[str, str]:
    """After he, she or it a form like "put" is the past."""
    return (lemma, "T" if IRREGULAR_VERBS.get(lemma, ("",))[0] == low else "V")


def view_sentence(text: str, lexicon: Lexicon) -> View:
    """Tokenise and tag ``text``: the best path by dictionary shares and a small table of tag successions."""
    matches = list(_TOKEN.finditer(text))
    best: dict[str, tuple[float, tuple[tuple[str, str], ...]]] = {"^": (0.0, ())}
    words = 0
    for match in matches:
        options = _options(match.group(), words, lexicon)[:5]
        words += match.group()[0].isalnum()
        new: dict[str, tuple[float, tuple[tuple[str, str], ...]]] = {}
        for lemma, tag, share in options:
            score, path = max(
                ((old + _STEP.get((before, tag), _RARE), path) for before, (old, path) in best.items()),
                key=lambda item: item[0],
            )
            score += math.log(share + 0.02)
            if tag not in new or score > new[tag][0]:
                new[tag] = (score, (*path, (lemma, tag)))
        best = new
    chosen = list(max(best.values(), key=lambda item: item[0])[1])
    for at in range(1, len(chosen)):
        if chosen[at][1] == "V" and chosen[at - 1][0] in ("he", "she", "it"):
            chosen[at] = _as_past(chosen[at][0], matches[at].group().lower())
    tokens = tuple(
        Token(m.start(), m.end(), m.group(), m.group().lower().replace("’", "'"), lemma, tag)
        for m, (lemma, tag) in zip(matches, chosen, strict=True)
    )
    return View(text, tokens, lexicon)
