"""The fact guard: a suggestion may mend the wording, never the facts.

Compared are the flagged text and what is to replace it: numbers (in digits or words), months and weekdays,
names (capitalised words that do not begin a sentence), negations and quotations. The rules:

- Numbers, dates and the count of negations never change.
- No name is added, and none is dropped, unless the name may itself be the error: it is flagged as
  untranslated (any name, but not the same one cut short), as misspelt (a name within two letters), or it only
  changes its ending ("Russia", "Russian"). A name that the context writes the same way elsewhere is right and
  stays.
- Quotation marks neither come nor go, and what the flagged text quotes is quoted unchanged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import regex

from mtqa.corrector.casing import fold
from mtqa.corrector.fitting import begins_sentence
from mtqa.types import Segment, Span

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*|\p{N}+(?:[.,:/]\p{N}+)*")
_QUOTED = regex.compile(r"[“\"]([^“”\"]*)[”\"]")
_MARKS = regex.compile(r"[“”\"«»]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Without "one": in "one of the", and against "a", it is no figure.
_UNITS = {
    word: str(number) for number, word in enumerate("two three four five six seven eight nine".split(), 2)
}
_NUMBER_WORDS = _words(
    "zero ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety dozen hundred thousand million billion trillion half third "
    "quarter twice double triple"
)
_MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
_RELATIVE_DAYS = _words("yesterday today tomorrow")
_NEGATIONS = _words("no not cannot never none nobody nothing nowhere neither nor without non")
# Capitalised after an opening quote, in titles, in "I".
_NOT_NAMES = _words(
    "i you he she it we they me him us them my your his her its our their the a an this that these those "
    "and or but if when while what who which why how where there here in on at of to for from by with as so "
    "yes"
)
# Endings that make another form of the same name.
_ENDINGS = frozenset(
    {"", "s", "es", "n", "an", "ian", "i", "ish", "ese", "er", "ers", "ns", "ans", "ians", "is", "y", "ic"}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What must survive in a piece of text, as counts; ``names`` and ``words`` (all words) are folded."""

    numbers: Counter[str]
    dates: Counter[str]
    names: Counter[str]
    negations: int
    quotations: tuple[str, ...]
    marks: int
    words: frozenset[str]


def read_facts(text: str, *, begins: bool, known_names: frozenset[str] = frozenset()) -> Facts:
    """The facts of ``text``; ``begins`` says that its first word stands at the start of a sentence.

    That word counts as a name only if it is one of ``known_names`` (folded).
    """
    numbers: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    names: Counter[str] = Counter()
    negations = 0
    folded: set[str] = set()
    lead = "" if begins else "x "
    for match in _WORD.finditer(text):
        word = regex.sub(r"['’]s$", "", match.group())
        key = fold(word).replace("’", "'")
        folded.add(key)
        capital = word[:1].isupper()
        first = begins_sentence(lead + text, len(lead) + match.start())
        if key[:1].isdigit():
            numbers[key.replace(",", "")] += 1
        elif key in _UNITS or key.removesuffix("s") in _NUMBER_WORDS:
            numbers[_UNITS.get(key, key.removesuffix("s"))] += 1
        elif key in _RELATIVE_DAYS or (capital and key.removesuffix("s") in _DAYS):
            dates[key.removesuffix("s")] += 1
        elif capital and key in _MONTHS and not (first and key in ("may", "march")):
            dates[key[:3]] += 1
        elif key in _NEGATIONS or key.endswith("n't"):
            negations += 1
        elif capital and key not in _NOT_NAMES and key.split("'")[0] not in _NOT_NAMES:
            names[key] += int(not first or key in known_names)
    quotations = tuple(_words_of(match.group(1)) for match in _QUOTED.finditer(text))
    return Facts(numbers, dates, names, negations, quotations, len(_MARKS.findall(text)), frozenset(folded))


def refuse(segment: Segment, span: Span, candidate: str) -> str | None:
    """The kind of fact that ``candidate`` in place of the span would change; ``None`` if it changes none."""
    text = segment.text
    begins = begins_sentence(text, span.start)
    outside = " ".join((segment.previous, text[: span.start], "|", text[span.end :], segment.following))
    known = names_inside(outside)
    old = read_facts(text[span.start : span.end], begins=begins, known_names=known)
    new = read_facts(candidate.strip(), begins=begins, known_names=known)
    if old.numbers != new.numbers:
        return "number"
    if old.dates != new.dates:
        return "date"
    if old.negations != new.negations:
        return "negation"
    if old.marks != new.marks or (span.category != "punctuation" and not _quotes_kept(old, new)):
        return "quotation"
    lost = [name for name, count in old.names.items() if count and name not in new.words]
    added = [name for name, count in new.names.items() if count and name not in old.words]
    return None if _same_names(lost, added, span.category, known) else "name"


def _quotes_kept(old: Facts, new: Facts) -> bool:
    return old.quotations == new.quotations


def _same_names(lost: list[str], added: list[str], category: str, known: frozenset[str]) -> bool:
    """Whether every lost name is one of the added ones in another form, and the other way round."""
    if len(lost) != len(added):
        return False
    return all(_may_become(old, new, category, known) for old, new in zip(lost, added, strict=True))


def _may_become(old: str, new: str, category: str, known: frozenset[str]) -> bool:
    stem = _common_prefix(old, new)
    if stem >= 4 and old[stem:] in _ENDINGS and new[stem:] in _ENDINGS:
        return True
    if old in known:
        return False
    if category == "untranslated":
        return stem < len(new)
    return category == "spelling" and stem >= 1 and _distance(old, new) <= 2


def names_inside(text: str) -> frozenset[str]:
    """Folded capitalised words of ``text`` that do not begin a sentence."""
    return frozenset(
        fold(regex.sub(r"['’]s$", "", match.group()))
        for match in _WORD.finditer(text)
        if match.group()[:1].isupper() and not begins_sentence(text, match.start())
    )


def _words_of(text: str) -> str:
    return " ".join(fold(match.group()) for match in _WORD.finditer(text))


def _common_prefix(first: str, second: str) -> int:
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))


def _distance(first: str, second: str) -> int:
    """Levenshtein distance, as names are a few letters long."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
