"""Germanic order: the verb second after a fronted phrase, last in a clause; participles at the end."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, Replacement, replace
from mtqa.training.garble.tables import words
from mtqa.training.garble.view import View
from mtqa.training.garble.wording import CLAUSE, FINITE, clause_end, inflect, swap

_SAYING = words("say tell claim warn announce argue believe think report add insist note write")
# A sentence that begins with one of these has nothing fronted.
_NOT_FRONTED = words("and but or if not because while when")
_LATE = words("yesterday today again there here immediately repeatedly quickly already")


def _verb_second(view: View) -> list[Candidate]:
    """On Monday the minister said -> On Monday said the minister."""
    if view.tag(0) not in "IRC" or view.low(0) in _NOT_FRONTED:
        return []
    at = 1
    if view.tag(0) == "I":
        at = view.noun_phrase(1)
        while at > 1 and view.tag(at) == "I" and view.noun_phrase(at + 1) > at + 1:
            at = view.noun_phrase(at + 1)
        if at == 1:
            return []
    subject = at + 1 if view.low(at) == "," else at
    verb = view.noun_phrase(subject)
    if verb == subject or view.tag(verb) not in FINITE or not view.low(verb)[:1].isalpha():
        return []
    if view.low(subject - 1) != "," or subject == 0:
        return [swap(view, subject, verb, verb + 1, 3.0)]
    comma, tail = view.tokens[subject - 1], view.tokens[verb]
    gap = view.text[comma.end : view.tokens[subject].start]
    text = f" {tail.text}{gap}{view.slice(subject, verb)}"
    return [replace(comma.start, tail.end, text, "word-order", "major", 3.0)]


def _verb_final(view: View, index: int) -> Candidate | None:
    """that Russia rejected the plan -> that Russia the plan rejected."""
    subject = index + 1
    verb = view.noun_phrase(subject)
    if view.low(index) in ("which", "who") and view.tag(subject) in FINITE:
        verb = subject
    elif verb == subject:
        return None
    if view.tag(verb) not in FINITE or not view.spaced(verb):
        return None
    group = verb + 1
    if view.tag(verb) in "XMH" and view.tag(group) in "KVG":
        group += 1
    end = clause_end(view, group)
    if (
        not 1 < end - group <= 8
        or not view.spaced(group)
        or any(view.tag(i) in "TZXMHF" for i in range(group, end))
    ):
        return None
    return swap(view, verb, group, end, 1.5, far=True)


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
    return swap(view, participle, participle + 1, end, 2.0)


def _infinitive(view: View, index: int) -> Candidate | None:
    """to reject the plan -> the plan to reject."""
    if view.tag(index) != "Q" or view.tag(index + 1) != "V" or index == 0:
        return None
    end = view.noun_phrase(index + 2)
    if view.tag(index + 2) == "P" or not index + 2 < end <= index + 6 or view.tag(end) == "'":
        return None
    return swap(view, index, index + 2, end, 0.7)


def _saying(view: View, index: int) -> Candidate | None:
    """The Kremlin said that -> said the Kremlin that."""
    verb = view.noun_phrase(index)
    if verb == index or view.tag(verb) not in "TZ" or view.tokens[verb].lemma not in _SAYING:
        return None
    if view.tag(index - 1) in "NSEJDYUI'" or view.low(verb + 1) != "that":
        return None
    return swap(view, index, verb, verb + 1, 2.0)


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
    if view.low(end) in _LATE:
        last = end + 1
    elif view.low(end) == "on" and view.tag(end + 1) == "E" and view.low(end + 1).endswith("day"):
        last = end + 2
    return swap(view, index + 1, end, last, 1.5) if last > end and view.spaced(end) else None


def _did(view: View, index: int) -> Candidate | None:
    """He spoke after the call. -> He did after the call spoke."""
    if view.tag(index) != "T" or view.tokens[index].lemma in ("be", "have", "do"):
        return None
    if view.tag(index - 1) not in "NSEP" or view.tag(index + 1) != "I" or not view.spaced(index + 1):
        return None
    end = view.noun_phrase(index + 2)
    if end == index + 2 or end > index + 6 or view.tag(end) not in ",.CWI$":
        return None
    verb, tail = view.tokens[index], view.tokens[end - 1]
    gap = view.text[verb.end : view.tokens[index + 1].start]
    text = "did" + gap + view.slice(index + 1, end) + gap + verb.text
    return replace(verb.start, tail.end, text, "word-order", "major", 0.25)


def _ago(view: View, index: int) -> Candidate | None:
    """two years ago -> before two years."""
    if view.low(index) != "ago" or view.tag(index - 1) not in "NS" or view.tag(index - 2) not in "UJD":
        return None
    if view.tag(index - 3) in "UJRD" or not view.spaced(index):
        return None
    text = "before " + view.slice(index - 2, index)
    first = view.tokens[index - 2]
    text = text.capitalize() if index == 2 else text
    return replace(first.start, view.tokens[index].end, text, "word-order", "major", 3.0)


def _commanded(view: View, index: int) -> Candidate | None:
    """wants Ukraine to stop the attacks -> wants that Ukraine the attacks stops."""
    if view.tokens[index].lemma not in ("want", "expect", "allow") or view.tag(index) not in "TZV":
        return None
    to = view.noun_phrase(index + 1)
    if to == index + 1 or view.tag(to) != "Q" or view.tag(to + 1) != "V" or view.tag(index + 1) == "P":
        return None
    verb = view.tokens[to + 1]
    form = inflect(verb.lemma, "V" if view.tag(to - 1) == "S" else "Z", view)
    first, last = view.tokens[index + 1], view.tokens[to]
    parts = (
        Replacement(first.start, first.start, "that "),
        Replacement(last.start, verb.end, form),
    )
    return Candidate(parts, "word-order", "major", 2.0)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Every order that Dutch or German would have and English has not."""
    found: list[Candidate | None] = [*_verb_second(view)]
    for index, token in enumerate(view.tokens):
        found += (_split_perfect(view, index), _infinitive(view, index), _negation(view, index))
        found += (_early_adverbial(view, index), _did(view, index), _ago(view, index))
        found.append(_commanded(view, index))
        if token.tag in "WC" and token.low in CLAUSE:
            found.append(_verb_final(view, index))
        if token.tag in "DEYPN":
            found.append(_saying(view, index))
    return [candidate for candidate in found if candidate]
