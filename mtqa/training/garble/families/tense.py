"""Tense and aspect that clash with the sentence, and wrong verb forms: said on Monday, has said."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import inflect

_PAST_TIMES = words("yesterday ago monday tuesday wednesday thursday friday saturday sunday last earlier")
_STATIVE = words("know want believe need own mean seem contain belong understand prefer hate agree")
# Verbs whose complement is a to-infinitive, never -ing.
_TO_VERBS = words(
    "agree decide refuse want hope plan promise expect fail manage seek offer choose pledge vow"
)
# "he says" beside "he said" is news style, not an error.
_ATTRIBUTING = words("say tell add write report note argue claim call explain")
_ING_AFTER = words("by without after before of for from")


def _tense(view: View, index: int, past_time: bool, pasts: int) -> list[Candidate]:
    token = view.tokens[index]
    found: list[Candidate] = []
    if token.tag == "T" and view.tag(index - 1) in "NSEP":
        subject_plural = view.tag(index - 1) == "S" or view.low(index - 1) in ("they", "we", "you", "i")
        if past_time:
            perfect = ("have " if subject_plural else "has ") + inflect(token.lemma, "K", view)
            found.append(replace(token.start, token.end, perfect, "tense", "minor", 1.5))
        if (past_time or pasts > 1) and token.lemma not in _ATTRIBUTING:
            present = inflect(token.lemma, "V" if subject_plural else "Z", view)
            found.append(replace(token.start, token.end, present, "tense", "minor", 1.0))
        if token.lemma not in ("be", "have", "do"):
            found.append(replace(token.start, token.end, "did " + token.lemma, "tense", "minor", 0.04))
    if (
        token.tag in "ZV"
        and token.lemma in _STATIVE
        and view.tag(index - 1) in "NSEP"
        and view.low(index - 1) != "i"
    ):
        subject_plural = token.tag == "V"
        text = ("are " if subject_plural else "is ") + inflect(token.lemma, "G", view)
        found.append(replace(token.start, token.end, text, "tense", "minor", 1.5))
    return found


def _since(view: View, index: int) -> Candidate | None:
    """has been working since 2014 -> is working since 2014; has lived for two years -> lives."""
    token, following = view.tokens[index], view.low(index + 1)
    if token.low not in ("has", "have") or not any(
        view.low(at) == "since" for at in range(index, len(view.tokens))
    ):
        return None
    singular = token.low == "has"
    if following == "been":
        end = view.tokens[index + 1].end
        return replace(token.start, end, "is" if singular else "are", "tense", "minor", 4.0)
    if view.tag(index + 1) == "K":
        verb = view.tokens[index + 1]
        return replace(
            token.start, verb.end, inflect(verb.lemma, "Z" if singular else "V", view), "tense", "minor", 3.0
        )
    return None


def _passive(view: View, index: int, past_time: bool, pasts: int) -> list[Candidate]:
    """was signed on Monday -> has been signed on Monday; were killed, and the army said -> are killed."""
    low = view.low(index)
    if low not in ("was", "were") or view.tag(index + 1) != "K" or view.low(index - 1) in ("there", "what"):
        return []
    token, singular = view.tokens[index], low == "was"
    found = []
    if past_time:
        text = "has been" if singular else "have been"
        found.append(replace(token.start, token.end, text, "tense", "minor", 1.0))
    if past_time or pasts > 1:
        for text, weight in (("is", 0.5), ("is being", 0.2)):
            text = text if singular else text.replace("is", "are")
            found.append(replace(token.start, token.end, text, "tense", "minor", weight))
    return found


def _condition(view: View, index: int) -> Candidate | None:
    """if they surrendered -> if they would surrender."""
    if view.low(index) != "if":
        return None
    verb = view.noun_phrase(index + 1)
    if verb == index + 1 or view.tag(verb) not in "TZ":
        return None
    token = view.tokens[verb]
    return replace(token.start, token.end, "would " + token.lemma, "tense", "minor", 2.0)


def _nonfinite(view: View, index: int) -> list[Candidate]:
    """agreed to stop -> agreed stopping; by refusing -> by to refuse; must stop -> must stopped."""
    token, before = view.tokens[index], view.low(index - 1)
    found: list[Candidate] = []
    if token.tag == "V" and before == "to" and index > 1:
        to = view.tokens[index - 1]
        ing = inflect(token.lemma, "G", view)
        if view.tokens[index - 2].lemma in _TO_VERBS:
            found.append(replace(to.start, token.end, ing, "tense", "minor", 0.8))
        found.append(replace(token.start, token.end, ing, "tense", "minor", 0.15))
        found.append(replace(to.start, to.end, "for to", "function-words", "minor", 0.08))
    if token.tag == "G" and before in _ING_AFTER and view.tag(index + 1) in "DYEOS":
        found.append(replace(token.start, token.end, "to " + token.lemma, "tense", "minor", 0.7))
        found.append(replace(token.start, token.end, token.lemma, "tense", "minor", 0.5))
    if token.tag == "V" and view.tag(index - 1) == "M" and token.lemma != "be":
        form = inflect(token.lemma, "K", view)
        if form != token.low:
            found.append(replace(token.start, token.end, form, "tense", "minor", 0.1))
    if token.tag == "K" and view.tag(index - 1) in "X" and before != "been" and token.low != token.lemma:
        found.append(replace(token.start, token.end, token.lemma, "tense", "minor", 0.2))
        if before in ("is", "was", "were", "are"):
            found.append(replace(token.start, token.start, "been ", "tense", "minor", 0.1))
    return found


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Tenses that clash with the sentence, and wrong verb forms."""
    past_time = any(token.low in _PAST_TIMES for token in view.tokens)
    pasts = sum(token.tag == "T" or token.low in ("was", "were", "had") for token in view.tokens)
    found: list[Candidate | None] = []
    for index, token in enumerate(view.tokens):
        if index == 0:
            continue
        if token.tag == "H":
            found.append(_since(view, index))
        if token.tag == "X":
            found += _passive(view, index, past_time, pasts)
        if token.low == "if":
            found.append(_condition(view, index))
        if token.tag in "TZVGK":
            found += _tense(view, index, past_time, pasts)
            found += _nonfinite(view, index)
    return [candidate for candidate in found if candidate]
