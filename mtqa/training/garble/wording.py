"""How families put words: an inflected lemma, a phrase with a fitting article, two stretches exchanged."""

from __future__ import annotations

from mtqa.training.garble.edits import Candidate, Replacement, replace
from mtqa.training.garble.inflection import article_for, conjugate, match_case, plural
from mtqa.training.garble.view import View

#: Tags of finite verbs.
FINITE = frozenset("TZXMHV")
#: Words that open a clause.
CLAUSE = frozenset("that because if when while which who whether although".split())
#: From so many tokens on, a moved word is two edits and not one.
LONG_MOVE = 4


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


def swap(view: View, first: int, middle: int, last: int, weight: float = 1.0, far: bool = False) -> Candidate:
    """Exchange the tokens [first, middle) and [middle, last); keeps a sentence's capital at its start.

    ``far``: where the stretch is long, the shorter part is taken out here and put in there: two edits.
    """
    one, two = view.slice(first, middle), view.slice(middle, last)
    start, end = view.tokens[first].start, view.tokens[last - 1].end
    gap = view.text[view.tokens[middle - 1].end : view.tokens[middle].start] or " "
    if far and last - first > LONG_MOVE and first > 0:
        if middle - first <= last - middle:  # the short first part moves to the end
            parts = (Replacement(start, view.tokens[middle].start, ""), Replacement(end, end, gap + one))
        else:
            parts = (Replacement(start, start, two + gap), Replacement(view.tokens[middle - 1].end, end, ""))
        return Candidate(parts, "word-order", "major", weight)
    if first == 0 and view.tag(first) != "E" and view.low(first) != "i":
        one = one[:1].lower() + one[1:]
        two = two[:1].upper() + two[1:]
    return replace(start, end, two + gap + one, "word-order", "major", weight)


def lower_first(view: View, first: int, last: int) -> str:
    """The tokens [first, last) as they would stand within a sentence."""
    text = view.slice(first, last)
    keeps = view.tag(0) in "E?" or (view.tag(1) == "E" and view.tag(0) != "D") or view.tokens[0].text == "I"
    if first == 0 and not keeps:
        return text[:1].lower() + text[1:]
    return text


def clause_end(view: View, index: int) -> int:
    """Where the clause that holds ``index`` ends: at the next punctuation or clause word."""
    while index < len(view.tokens) and view.tag(index) not in "W.C," and view.low(index) not in CLAUSE:
        index += 1
    return index
