"""A small lexicon, so that no test needs the dictionaries."""

from __future__ import annotations

from collections import Counter

import pytest

from mtqa.training.garble.lexicon import Lexicon, index_phrases

_WORDS = {
    "n": (
        "minister government plan opposition grid roast roaster court week talk policy country attack side "
        "case leader end war victim economy decision report bank soldier city problem official crisis "
        "power letter army growth east upside effect information"
    ),
    "v": (
        "say reject roast call carry agree stop attack kill announce live work refuse become know decide "
        "discuss lead win report sign improve live put want get lay set see hit end"
    ),
    "a": "new economic political energetic large ready energy",
    "r": "immediately repeatedly",
}
_PHRASES = {"side effect": "n", "carry out": "v", "upside down": "r"}


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Some sixty words with tags, a pivot sense for a few words and phrases, a few names."""
    tags: dict[str, dict[str, int]] = {}
    for pos, words in _WORDS.items():
        for word in words.split():
            tags.setdefault(word, {})[pos] = 5
    tags.update({phrase: {pos: 5} for phrase, pos in _PHRASES.items()})
    tags.update({"Russia": {"prop": 5}, "Moscow": {"prop": 5}, "Russian": {"a": 4, "n": 2}})
    counts = Counter(dict.fromkeys(tags, 10)) + Counter({word + "s": 10 for word in _WORDS["n"].split()})
    counts.update(
        {"Russia": 50, "Moscow": 50, "Kremlin": 50, "Russian": 50, "effect": 30, "down": 30, "end": 30}
    )
    senses = {
        ("grid", "n"): (("roast", 1.0),),
        ("reject", "v"): (("discard", 2.0),),
        ("plan", "n"): (("map", 1.0),),
        ("economic growth", "n"): (("economic vegetation", 1.0),),
        ("power grid", "n"): (("mesh", 1.0),),
        ("get rid of", "v"): (("suppress", 1.0),),
    }
    foreign = {("Moscow", "prop"): ("Moskou",), ("opposition", "n"): ("Widerstand",)}
    return Lexicon(counts, tags, senses, foreign, index_phrases(tags))
