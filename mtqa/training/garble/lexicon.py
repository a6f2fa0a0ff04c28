"""A word's possible tags, by the dictionaries' part-of-speech column and the inflection rules.

This stands in for a tagger: no model, no download. What it costs: now and then an open-class word gets a
wrong tag, and then an odd form or an error that is none. The offsets of a label are always right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtqa.training.garble.inflection import analyses, plural
from mtqa.training.garble.senses import Foreign, Senses, TagCounts

_CLOSED: dict[str, str] = {}
for _tag, _words in {
    "D": "a an the this these those every each no some any all both another either neither such",
    "Y": "my your his her its our their whose",
    "P": "i you he she it we they who",
    "O": "me him us them himself herself itself themselves",
    "M": "will would can could may might must shall should won't wouldn't can't cannot couldn't "
    "shouldn't 'll 'd wo ca",
    "X": "am is are was were be been being isn't aren't wasn't weren't 's 're 'm",
    "H": "have has had having haven't hasn't hadn't 've",
    "F": "do does did don't doesn't didn't",
    "Q": "to",
    "I": "of in on at by for with from about into over after under between against during through without "
    "within among across toward towards upon despite amid behind beyond near since until before around along "
    "off onto per via",
    "C": "and or but nor because although though while if when where whereas unless as than whether so",
    "W": "that which what whom how why",
    "B": "not n't never",
    "R": "also very now then there here just only still already even again once twice soon yet too however "
    "meanwhile ago later perhaps often always almost more most less least well",
    "U": "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred "
    "thousand million billion dozen first second third",
    "S": "people",
    "J": "other many few several much own last next new same",
}.items():
    for _word in _words.split():
        _CLOSED[_word] = _tag

_COARSE = {"n": ("N", "S"), "v": ("V", "Z", "T", "K", "G"), "a": ("J",), "r": ("R",)}
_POS_OF = {tag: pos for pos, tags in _COARSE.items() for tag in tags}


def is_closed(word: str) -> bool:
    """Whether ``word`` is a function word of the built-in table."""
    return word in _CLOSED


@dataclass(slots=True)
class Lexicon:
    """Counts of cased word forms, tags of lemmas, and the pivot senses."""

    counts: Mapping[str, int]
    tags: TagCounts
    senses: Senses
    foreign: Foreign
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrase_starts: Mapping[str, tuple[tuple[str, ...], ...]] = field(init=False)
    _memory: dict[str, tuple[tuple[str, str, float], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the phrases that have senses of their own by their first words."""
        starts: dict[str, list[tuple[str, ...]]] = {}
        for lemma in dict.fromkeys(lemma for lemma, _ in self.senses if " " in lemma):
            parts = tuple(lemma.split(" "))
            starts.setdefault(parts[0], []).append(parts)
        # The longest first: "get rid of" before "get up".
        self.phrase_starts = {
            first: tuple(sorted(found, key=len, reverse=True)) for first, found in starts.items()
        }

    def count(self, word: str) -> int:
        """How often the corpus sample has ``word`` in this very case."""
        return self.counts.get(word, 0)

    def is_name(self, word: str) -> bool:
        """Whether a capitalised word is hardly ever written in lower case."""
        return self.count(word) > 3 * self.count(word.lower())

    def tags_of(self, word: str) -> tuple[tuple[str, str, float], ...]:
        """(lemma, tag, share) of a lower-case form, best first; empty for unknown words."""
        found = self._memory.get(word)
        if found is None:
            found = self._memory[word] = self._analyse(word)
        return found

    def _analyse(self, word: str) -> tuple[tuple[str, str, float], ...]:
        if word in _CLOSED:
            return ((word, _CLOSED[word], 1.0),)
        weights: dict[tuple[str, str], float] = {}
        for lemma, tag in analyses(word):
            rows = self.tags.get(lemma)
            if rows is None:
                continue
            # A listed participle or plural ("said" as an adjective) counts little against its inflection.
            weight = rows.get(_POS_OF[tag], 0) + (0.0 if lemma == word else 3.0)
            if rows.get(_POS_OF[tag], 0):
                weights[lemma, tag] = max(weights.get((lemma, tag), 0.0), weight)
        if not weights and self._compares(word):
            return ((word, "J", 1.0),)
        total = sum(weights.values())
        ranked = sorted(weights.items(), key=lambda item: -item[1])
        return tuple((lemma, tag, weight / total) for (lemma, tag), weight in ranked)

    def _compares(self, word: str) -> bool:
        """Whether it is the comparative or superlative of an adjective of the dictionaries."""
        cut = 2 if word.endswith("er") else 3 if word.endswith("est") else 0
        stem = word[:-cut] if cut else ""
        stems = (stem, stem + "e", stem[:-1] + "y" if stem.endswith("i") else "", stem[:-1])
        return len(stem) > 2 and any(self.tags.get(found, {}).get("a", 0) for found in stems if found)

    def senses_of(self, lemma: str, tag: str) -> tuple[tuple[str, float], ...]:
        """Other lemmas that a pivot may give for ``lemma`` used as ``tag``."""
        return self.senses.get((lemma, _POS_OF.get(tag, "")), ())

    def names_place_or_person(self, word: str) -> bool:
        """Whether the dictionaries list ``word`` as a proper name only (Russia, Peter; not Russian)."""
        rows = self.tags.get(word, {})
        return rows.get("prop", 0) >= 3 and not rows.get("a", 0) and not rows.get("n", 0)

    def is_countable(self, noun: str) -> bool:
        """Whether a singular noun has a plural in use, so that it can hardly stand without an article."""
        return self.count(plural(noun)) * 5 > self.count(noun) > 4

    def is_demonym(self, word: str) -> bool:
        """Whether a capitalised word is an adjective: Russian, Dutch."""
        return word[:1].isupper() and self.tags.get(word, {}).get("a", 0) >= 2


def index_phrases(tags: TagCounts) -> dict[str, tuple[str, ...]]:
    """First word -> the dictionaries' two- and three-word phrases that begin with it."""
    phrases: dict[str, list[str]] = {}
    for headword, rows in tags.items():
        first, space, _ = headword.partition(" ")
        if space and sum(rows.values()) >= 3 and headword == headword.lower():
            phrases.setdefault(first, []).append(headword)
    return {first: tuple(sorted(found)) for first, found in phrases.items()}
