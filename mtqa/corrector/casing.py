"""Inline casing and spacing: what an uncased WordPiece vocabulary loses, kept as marker tokens.

The pretrained vocabulary is lower-cased and forgets white space. Case is given back in the text itself
(inline casing, Berard et al. 2019, "Machine translation of restaurant reviews", section 3.2): ``[CAP]``
before a capitalised word, ``[UP]`` before one in capitals; a word of mixed case is cut where its case
changes. White space is restored by rules for English punctuation, and only where a text departs from the
rules a marker says so: ``[GLUE]`` for no space, ``[GAP]`` for a space. So almost every text survives the
round trip, and an ordinary one is hardly longer. What is still lost is the style of quotes and accents;
:func:`decode_case` takes both from a text to write like.

>>> encode_case("Trump’s long-term plan")
"[CAP] trump ' s long - term plan"
>>> decode_case("[CAP] trump ' s long - term plan", like="the EU’s")
'Trump’s long-term plan'
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

CAPITALISED = "[CAP]"
UPPER = "[UP]"
GLUE = "[GLUE]"
GAP = "[GAP]"
MARKERS = (CAPITALISED, UPPER, GLUE, GAP)

_PIECE = regex.compile(r"[\p{L}\p{M}\p{N}]+|\S")
_CASE_RUN = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}[^\p{Lu}]*|[^\p{Lu}]+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")

# A word after this may owe its capital to its place.
_INITIAL = regex.compile(r"(?:^|[.!?:“\"])[^\p{L}]*$")

_NO_SPACE_BEFORE = frozenset(".,;:!?)]}”%…'-/")
_NO_SPACE_AFTER = frozenset("([{“‘$£€#@-/")
_CLITICS = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
# Words that are a name with a capital and an everyday word without: never copied from a name.
_NAME_OR_WORD = frozenset({"bill", "grant", "march", "mark", "polish", "rose", "turkey", "will"})


@dataclass(frozen=True, slots=True)
class _Forms:
    """Forms to copy, by folded word: with accents (lower case), and names as they are written."""

    accented: dict[str, str]
    names: dict[str, str]


def joins(before: str, left: str, right: str) -> bool:
    """Whether English writes no space between the pieces ``left`` and ``right``; ``before`` precedes them."""
    if left in _NO_SPACE_AFTER:
        return True
    if left == "'":
        return right in _CLITICS or right in _NO_SPACE_BEFORE
    if left in ".,:" and before[-1:].isdigit() and right[:1].isdigit():
        return True
    if left == "." and len(before) == 1 and before.isalpha() and len(right) == 1 and right.isalpha():
        return True  # u.s., a.m., e.g.
    if left == "–" and before[-1:].isdigit() and right[:1].isdigit():
        return True
    if right == "–" and left[-1:].isdigit():
        return False
    return right in _NO_SPACE_BEFORE


def encode_case(text: str) -> str:
    """``text`` as lower-case pieces and markers, separated by single spaces.

    Quotes become directed ones: ``“``, ``”``, ``‘``, and ``'`` for an apostrophe or a closing single quote.
    """
    out: list[str] = []
    before, left, end = "", "", 0
    for match in _PIECE.finditer(text):
        spaced = match.start() > end
        raw = match.group()
        piece = _directed(raw, spaced or not left or left in _NO_SPACE_AFTER)
        for index, run in enumerate(_case_runs(piece)):
            lower = run.lower()
            glued = index > 0 or not spaced
            if left and glued != joins(before, left, lower):
                out.append(GLUE if glued else GAP)
            if run != lower:
                out.append(UPPER if len(run) > 1 and run == run.upper() else CAPITALISED)
            out.append(lower)
            before, left = left, lower
        end = match.end()
    return " ".join(out)


def decode_case(encoded: str, like: str = "") -> str:
    """The text that :func:`encode_case` was given, in the quotes and the accents of ``like``.

    A word without a case marker that ``like`` only knows with a capital inside a sentence takes that form.
    Quotes are straight if ``like`` has more straight ones than curly ones, else curly.
    """
    forms = _read_forms(like)
    out: list[str] = []
    before, left = "", ""
    case, spacing = "", ""
    for unit in encoded.split():
        if unit in (CAPITALISED, UPPER):
            case = unit
        elif unit in (GLUE, GAP):
            spacing = unit
        else:
            glued = spacing == GLUE or (not spacing and joins(before, left, unit))
            if left and not glued:
                out.append(" ")
            out.append(_recase(unit, case, forms))
            before, left, case, spacing = left, unit, "", ""
    return _style_quotes("".join(out), like)


def copy_apostrophes(text: str, span: str) -> str:
    """``text`` with the apostrophes of what it replaces, if that has one kind of them."""
    kinds = {mark for mark in "'’" if mark in span}
    return regex.sub("['’]", kinds.pop(), text) if len(kinds) == 1 else text


def insertion_spacing(left: str, text: str, right: str) -> tuple[bool, bool]:
    """Whether ``text`` needs a space before and after it when put between ``left`` and ``right``."""
    pieces = [piece for piece in encode_case(text).split() if piece not in MARKERS]
    if not pieces:
        return False, False
    lefts = [piece for piece in encode_case(left[-40:]).split() if piece not in MARKERS]
    rights = [piece for piece in encode_case(right[:40]).split() if piece not in MARKERS]
    before = not (not lefts or left[-1:].isspace() or joins("".join(lefts[-2:-1]), lefts[-1], pieces[0]))
    after = not (not rights or right[:1].isspace() or joins("".join(pieces[-2:-1]), pieces[-1], rights[0]))
    return before, after


def tidy_spaces(tokenised: str) -> str:
    """A text in which every token is set apart by spaces, as it is written: ``a , b`` becomes ``a, b``."""
    pieces = [run.lower() for run in tokenised.split()]
    words = tokenised.split()
    out: list[str] = []
    quoted = False
    for index, word in enumerate(words):
        left = _quote(words[index - 1], quoted) if index else ""
        right = _quote(pieces[index], not quoted)
        quoted ^= word == '"'
        before = pieces[index - 2] if index > 1 else ""
        clitic = regex.fullmatch(r"['’]\p{L}+|n['’]t", pieces[index]) is not None
        if left and not (clitic or joins(before, left.lower(), right)):
            out.append(" ")
        out.append(word)
    return "".join(out)


def _quote(token: str, opening: bool) -> str:
    return ("“" if opening else "”") if token == '"' else "'" if token == "’" else token


def _directed(piece: str, opening: bool) -> str:
    if piece == '"':
        return "“" if opening else "”"
    if piece == "'":
        return "‘" if opening else "'"
    return "'" if piece == "’" else piece


def _case_runs(piece: str) -> list[str]:
    lower = piece.lower()
    if piece in (lower, piece.upper()) or piece == piece[0] + lower[1:]:
        return [piece]
    runs: list[str] = _CASE_RUN.findall(piece)
    return runs


def _recase(unit: str, case: str, forms: _Forms) -> str:
    word = forms.accented.get(fold(unit), unit)
    if case == UPPER:
        return word.upper()
    if case == CAPITALISED:
        return word[:1].upper() + word[1:]
    return forms.names.get(fold(unit), word)


def _read_forms(like: str) -> _Forms:
    accented: dict[str, str] = {}
    inside: dict[str, set[str]] = {}
    for match in _WORD.finditer(like):
        word, key = match.group(), fold(match.group())
        if key != word.lower():
            accented[key] = word.lower()
        if word == word.lower() or not _INITIAL.search(like[max(0, match.start() - 4) : match.start()]):
            inside.setdefault(key, set()).add(word)
    names = {
        key: min(words)
        for key, words in inside.items()
        if len(key) > 3 and key not in _NAME_OR_WORD and not any(word == word.lower() for word in words)
    }
    return _Forms(accented, names)


def fold(word: str) -> str:
    """``word`` in lower case and without accents, as the uncased vocabulary sees it."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(mark for mark in decomposed if unicodedata.category(mark) != "Mn")


def _style_quotes(text: str, like: str) -> str:
    curly_double = like.count("“") + like.count("”")
    curly_single = like.count("’") + like.count("‘")
    straight_double, straight_single = like.count('"'), like.count("'")
    if straight_double > curly_double:
        text = text.replace("“", '"').replace("”", '"')
    # Without an apostrophe to copy, the double quotes tell the house style.
    if straight_single > curly_single or (
        straight_single == curly_single == 0 and straight_double > curly_double
    ):
        return text.replace("‘", "'")
    return text.replace("'", "’")
