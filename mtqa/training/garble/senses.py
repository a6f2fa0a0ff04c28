"""The pivot sense table: for an English word, the other English words that its translations also mean.

Rows come from the bilingual dictionaries ``{language}_en.tsv.xz`` with the columns english, foreign, pos,
sources and gloss. grid -> Dutch *rooster* -> roast is an error; two words that share a dictionary gloss (a
WordNet synset), or translations in several languages, are synonyms and are left out.
"""

from __future__ import annotations

import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

PIVOTS = ("nl", "de", "fr", "es", "ru")
LANGUAGES = (*PIVOTS, "sv", "da", "it", "pt")

#: English lemma and part of speech (n, v, a, r) -> ((other lemma, weight), ...), the heaviest first.
Senses = dict[tuple[str, str], tuple[tuple[str, float], ...]]
#: English lemma -> {part of speech: number of dictionary rows}.
TagCounts = dict[str, dict[str, int]]

#: English lemma and part of speech (also "prop") -> its commonest translations in Latin script.
Foreign = dict[tuple[str, str], tuple[str, ...]]

Row = tuple[
    str, str, str, str, int
]  # english, foreign, pos, gloss, number of sources; 0 = not to be pivoted through

_GOOD_SOURCES = ("wiktionary", "freedict", "apertium")
_OPEN = ("n", "v", "a", "r")


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one dictionary that name an English word or phrase of at most three words."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            english, foreign, pos, sources, gloss = line.rstrip("\n").split("\t")
            if english.count(" ") > 2 or not english.replace(" ", "").replace("-", "").isalpha():
                continue
            names = sources.split(",")
            trusted = len(names) > 1 or any(name in _GOOD_SOURCES for name in names)
            yield english, foreign, pos, gloss if "omw" in sources else "", len(names) if trusted else 0


class _Links:
    """Translations of every English word, by language, and what tells synonyms apart."""

    def __init__(self) -> None:
        self.translations: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.glosses: dict[str, set[str]] = defaultdict(set)

    def add(self, language: str, row: Row) -> None:
        english, foreign, _, gloss, _ = row
        self.translations[english].add((language, foreign))
        if gloss:
            self.glosses[english].add(gloss)

    def are_synonyms(self, first: str, second: str) -> bool:
        """Same synset, translations shared in three languages, or a cosine of translations above 0.1."""
        if self.glosses[first] & self.glosses[second]:
            return True
        ours, theirs = self.translations[first], self.translations[second]
        shared = ours & theirs
        languages = {language for language, _ in shared}
        return len(languages) > 2 or len(shared) / math.sqrt(len(ours) * len(theirs)) > 0.1


def _is_variant(first: str, second: str) -> bool:
    """Spellings of one word (organise, organize), or a word and its own derivative by one letter."""

    def plain(word: str) -> str:
        for old, new in (
            ("is", "iz"),
            ("our", "or"),
            ("re", "er"),
            ("ll", "l"),
            ("ae", "e"),
            ("-", ""),
            (" ", ""),
        ):
            word = word.replace(old, new)
        return word

    one, two = plain(first), plain(second)
    return one == two or (one[:5] == two[:5] and min(len(first), len(second)) > 4)


#: What an infinitive has beyond the noun of its stem: rooster-en, Feder-n, charge-r, marcha-r.
_INFINITIVES = {
    "nl": (("en", 2),),
    "de": (("eln", 1), ("ern", 1), ("en", 2)),
    "fr": (("er", 1),),
    "es": (("ar", 1),),
}


def _stem_key(language: str, foreign: str, pos: str) -> str:
    """The key under which a noun meets the verb of its stem: Dutch rooster (grid), roosteren (to roast)."""
    if pos == "v":
        for ending, cut in _INFINITIVES.get(language, ()):
            if foreign.endswith(ending) and len(foreign) > cut + 2:
                return foreign[:-cut].lower()
    return foreign.lower()


def build_senses(
    folder: Path, counts: Mapping[str, int], foreign_counts: Mapping[str, Counter[str]]
) -> tuple[Senses, TagCounts, Foreign]:
    """Read all dictionaries of ``folder`` and link the English words that corpus counts know.

    ``foreign_counts`` holds running-text counts by language, so that a pivot goes through a common word.
    """
    known = _Known(counts)
    links = _Links()
    tags: dict[str, Counter[str]] = defaultdict(Counter)
    foreigns: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    hubs: dict[tuple[str, str], list[tuple[str, str, float]]] = defaultdict(list)
    for language in LANGUAGES:
        path = folder / f"{language}_en.tsv.xz"
        common = foreign_counts.get(language, Counter())
        for row in read_rows(path):
            english, foreign, pos, _, sources = row
            if english[:1].isupper():
                tags[english][pos] += 1
                in_use = all(common[word] for word in foreign.lower().split())
                if foreign != english and pos == "prop" and foreign.isascii() and in_use:
                    foreigns[english, "prop"][foreign] += sources
            if not known(english):
                continue
            tags[english][pos if pos in _OPEN else ("prop" if pos == "prop" else "x")] += 1
            links.add(language, row)
            if (
                language not in PIVOTS
                or pos not in _OPEN
                or not sources
                or len(foreign) < 2
                or " " in foreign
            ):
                continue
            count = common.get(foreign.lower(), 0)
            weight = min(sources, 4) * (0.3 + math.log1p(count))
            hubs[language, _stem_key(language, foreign, pos)].append((english, pos, weight))
            if count and language != "ru" and foreign.lower() not in known.counts:
                foreigns[english, pos][foreign] += round(weight)
    words = {key: tuple(word for word, _ in found.most_common(4)) for key, found in foreigns.items()}
    return _link(hubs, links, known, tags), {word: dict(by) for word, by in tags.items()}, words


class _Known:
    """How common an English word or phrase is: 0 where the corpus knows too little of it."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self.total = max(1, sum(counts.values()))

    def __call__(self, english: str) -> float:
        if english != english.lower():
            return 0.0
        least = min((self.counts.get(word, 0) for word in english.split(" ")), default=0)
        per_million = least * 1e6 / self.total
        return math.log1p(per_million) if per_million >= 0.8 else 0.0


def _link(
    hubs: Mapping[tuple[str, str], list[tuple[str, str, float]]],
    links: _Links,
    known: _Known,
    tags: Mapping[str, Mapping[str, int]],
) -> Senses:
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for entries in hubs.values():
        if len(entries) > 40:  # a foreign word of so many meanings tells nothing
            continue
        for first, pos, weight in entries:
            for second, other_pos, other_weight in entries:
                crossed = pos != other_pos
                # A noun may become the verb of its foreign stem, if that English word is a noun too.
                may_cross = pos == "n" and other_pos == "v" and bool(tags[second].get("n"))
                if first != second and (not crossed or may_cross):
                    link = math.sqrt(weight * other_weight / len(entries))
                    found[first, pos][second] += link * (0.3 if crossed else 1.0)
    senses: Senses = {}
    for (first, pos), others in found.items():
        kept = [
            # Common words come back more often, but the rare sense is the one that an MT system is known for.
            (second, round(weight * math.sqrt(known(second)) * (0.05 if " " in second else 1.0), 3))
            for second, weight in others.items()
            if not _is_variant(first, second) and not links.are_synonyms(first, second)
        ]
        kept.sort(key=lambda item: (-item[1], item[0]))
        if kept:
            senses[first, pos] = tuple(kept[:20])
    return senses
