"""Word order of the source language: verb second, verb last, split perfects, adjectives after nouns."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, Replacement, replace
from mtqa.training.garble.families.pivot import inflect
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View

_FINITE = frozenset("TZXMHV")
_CLAUSE = words("that because if when while which who whether although")
_SAYING = words("say tell claim warn announce argue believe think report add insist note write")
_LONG_MOVE = 4  # from so many tokens on, a moved word is two edits and not one


def _swap(
    view: View, first: int, middle: int, last: int, weight: float = 1.0, far: bool = False
) -> Candidate:
    """Exchange the tokens [first, middle) and [middle, last); keeps a sentence's capital at its start."""
    one, two = view.slice(first, middle), view.slice(middle, last)
    start, end = view.tokens[first].start, view.tokens[last - 1].end
    gap = view.text[view.tokens[middle - 1].end : view.tokens[middle].start] or " "
    if far and last - first > _LONG_MOVE and first > 0:
        if middle - first <= last - middle:  # the short first part moves to the end
            parts = (Replacement(start, view.tokens[middle].start, ""), Replacement(end, end, gap + one))
        else:
            parts = (Replacement(start, start, two + gap), Replacement(view.tokens[middle - 1].end, end, ""))
        return Candidate(parts, "word-order", "major", weight)
    if first == 0 and view.tag(first) != "E" and view.low(first) != "i":
        one = one[:1].lower() + one[1:]
        two = two[:1].upper() + two[1:]
    return replace(start, end, two + gap + one, "word-order", "major", weight)


def _verb_second(view: View) -> list[Candidate]:
    """On Monday the minister said -> On Monday said the minister."""
    if view.tag(0) not in "IRC" or view.low(0) in (
        "and",
        "but",
        "or",
        "if",
        "not",
        "because",
        "while",
        "when",
    ):
        return []
    at = 1
    if view.tag(0) == "I":
        at = view.noun_phrase(1)
        while at > 1 and view.tag(at) == "I" and view.noun_phrase(at + 1) > at + 1:
            at = view.noun_phrase(at + 1)
        if at == 1:
            return []
    starts = [at + 1] if view.low(at) == "," else [at]
    # "On Monday the minister" is one phrase to noun_phrase when no comma stands between.
    found: list[Candidate] = []
    for subject in starts:
        verb = view.noun_phrase(subject)
        if verb > subject and view.tag(verb) in _FINITE and view.low(verb)[:1].isalpha():
            if view.low(subject - 1) == "," and subject > 0:
                comma, tail = view.tokens[subject - 1], view.tokens[verb]
                text = f" {tail.text} {view.slice(subject, verb)}"
                found.append(replace(comma.start, tail.end, text, "word-order", "major", 3.0))
            else:
                found.append(_swap(view, subject, verb, verb + 1, 3.0))
    return found


def _clause_end(view: View, index: int) -> int:
    """Where the clause that holds ``index`` ends: at the next punctuation or clause word."""
    while index < len(view.tokens) and view.tag(index) not in "W.C," and view.low(index) not in _CLAUSE:
        index += 1
    return index


def _verb_final(view: View, index: int) -> Candidate | None:
    """that Russia rejected the plan -> that Russia the plan rejected."""
    subject = index + 1
    verb = view.noun_phrase(subject)
    if view.low(index) in ("which", "who") and view.tag(subject) in _FINITE:
        verb = subject
    elif verb == subject:
        return None
    if view.tag(verb) not in _FINITE or not view.spaced(verb):
        return None
    group = verb + 1
    if view.tag(verb) in "XMH" and view.tag(group) in "KVG":
        group += 1
    end = _clause_end(view, group)
    if (
        not 1 < end - group <= 8
        or not view.spaced(group)
        or any(view.tag(i) in "TZXMHF" for i in range(group, end))
    ):
        return None
    return _swap(view, verb, group, end, 1.5, far=True)


def _split_perfect(view: View, index: int) -> Candidate | None:
    """has rejected the plan -> has the plan rejected; also modals, and infinitives: the plan to reject."""
    tag, low = view.tag(index), view.low(index)
    participle = index + 1
    if not ((tag == "H" and view.tag(participle) == "K") or (tag == "M" and view.tag(participle) == "V")):
        return None
    end = view.noun_phrase(participle + 1)
    if end == participle + 1 or end - participle > 6 or low.startswith("'") or not view.spaced(participle):
        return None
    while view.tag(end) == "I" and view.noun_phrase(end + 1) > end + 1 and end - participle < 5:
        end = view.noun_phrase(end + 1)
    return _swap(view, participle, participle + 1, end, 2.0)


def _infinitive(view: View, index: int) -> Candidate | None:
    """to reject the plan -> the plan to reject."""
    if view.tag(index) != "Q" or view.tag(index + 1) != "V" or index == 0:
        return None
    end = view.noun_phrase(index + 2)
    if view.tag(index + 2) == "P" or not index + 2 < end <= index + 6 or view.tag(end) == "'":
        return None
    return _swap(view, index, index + 2, end, 0.7)


def _adjective_after(view: View, index: int) -> Candidate | None:
    """the economic crisis -> the crisis economic; the power grid -> the grid power."""
    tags = view.tag(index) + view.tag(index + 1)
    if tags not in ("JN", "JS", "NN", "NS") or view.tag(index + 2) in "NSE'J" or not view.spaced(index + 1):
        return None
    if view.tag(index - 1) in "JNU" or view.low(index) in (
        "other",
        "many",
        "few",
        "several",
        "more",
        "last",
        "next",
    ):
        return None
    return _swap(view, index, index + 1, index + 2, 0.15 if tags[0] == "J" else 0.1)


def _saying(view: View, index: int) -> Candidate | None:
    """The Kremlin said that -> said the Kremlin that."""
    verb = view.noun_phrase(index)
    if verb == index or view.tag(verb) not in "TZ" or view.tokens[verb].lemma not in _SAYING:
        return None
    if view.tag(index - 1) in "NSEJDYUI'" or view.low(verb + 1) != "that":
        return None
    return _swap(view, index, verb, verb + 1, 2.0)


def _negation(view: View, index: int) -> Candidate | None:
    """did not say -> said not."""
    if view.tag(index) != "F" or view.low(index + 1) != "not" or view.tag(index + 2) != "V" or index == 0:
        return None
    verb = view.tokens[index + 2]
    form = {"did": "T", "does": "Z", "do": "V"}.get(view.low(index))
    if form is None:
        return None
    text = inflect(verb.lemma, form, view) + " not"
    return replace(view.tokens[index].start, verb.end, text, "word-order", "major", 1.5)


def _early_adverbial(view: View, index: int) -> Candidate | None:
    """rejected the plan on Monday -> rejected on Monday the plan."""
    if view.tag(index) not in "TKV":
        return None
    end = view.noun_phrase(index + 1)
    if end == index + 1 or view.tag(index + 1) == "P":
        return None
    last = end
    if view.low(end) in (
        "yesterday",
        "today",
        "again",
        "there",
        "here",
        "immediately",
        "repeatedly",
        "quickly",
        "already",
    ):
        last = end + 1
    elif view.low(end) == "on" and view.tag(end + 1) == "E" and view.low(end + 1).endswith("day"):
        last = end + 2
    return _swap(view, index + 1, end, last, 1.5) if last > end and view.spaced(end) else None


def _as_far_as(view: View, index: int) -> Candidate | None:
    """As far as X is concerned -> What X is concerned."""
    if [view.low(index + step) for step in range(3)] != ["as", "far", "as"]:
        return None
    if not any(view.low(at) == "concerned" for at in range(index + 4, min(index + 10, len(view.tokens)))):
        return None
    start, end = view.tokens[index].start, view.tokens[index + 2].end
    return replace(
        start, end, "What" if view.tokens[index].text[0] == "A" else "what", "word-order", "major", 9.0
    )


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every order that Dutch, German, French or Spanish would have and English has not."""
    found: list[Candidate | None] = [*_verb_second(view)]
    for index in range(len(view.tokens)):
        found += (_split_perfect(view, index), _infinitive(view, index), _adjective_after(view, index))
        found += (_negation(view, index), _early_adverbial(view, index), _as_far_as(view, index))
        if view.tag(index) in "WC" and view.low(index) in _CLAUSE:
            found.append(_verb_final(view, index))
        if view.tag(index) in "DEYPN":
            found.append(_saying(view, index))
    return [candidate for candidate in found if candidate]
