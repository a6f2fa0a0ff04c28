"""Names as another language spells them: from the dictionaries (Moskou) or by transliteration (Koursk)."""

from __future__ import annotations

import random
import re

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.tables import read_table
from mtqa.training.garble.view import View

# A sound within a name counts before a vowel: Shoshenko, Pushkin.
_RULES = [
    (re.compile(sound if {*sound} & {*"^$"} else f"(?<=[a-z]){sound}(?=[aeiouk])"), texts.split("/"))
    for sound, texts in read_table("transliterations")
]
_SLAVIC = re.compile(r"(?:sky|skyy|ov|ova|ev|yiv|enko|vich|insk|ursk|utin|ansk)$")


def _transliterated(name: str, rng: random.Random) -> str | None:
    """Another language's spelling of a name of Slavic look."""
    if not _SLAVIC.search(name) or len(name) < 5:
        return None
    fitting = [(pattern, texts) for pattern, texts in _RULES if pattern.search(name)]
    if not fitting:
        return None
    pattern, texts = rng.choice(fitting)
    return pattern.sub(rng.choice(texts), name, count=1)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Names with a foreign spelling; nationality words in lower case, as most of Europe writes them."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens):
        if token.tag != "E":
            continue
        alone = view.tag(index - 1) != "E" and view.tag(index + 1) != "E"  # not the George of George Mason
        foreign = view.lexicon.foreign.get((token.text, "prop"), ()) if alone else ()
        other = rng.choice(foreign) if foreign else _transliterated(token.text, rng)
        if other and other != token.text and other[:1].isupper():
            category = "spelling" if other[:2] == token.text[:2] else "untranslated"
            found.append(replace(token.start, token.end, other, category, "minor"))
        elif view.lexicon.is_demonym(token.text) and index:
            found.append(replace(token.start, token.end, token.low, "spelling", "minor", 0.6))
    return found
