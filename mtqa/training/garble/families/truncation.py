"""Sentences cut short: the end is gone, or all between a name and the end of its title."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.view import View


def _end(view: View, rng: random.Random) -> Candidate | None:
    """The last words are gone, the full stop with them or not."""
    if len(view.tokens) < 12 or view.text[-1:] != ".":
        return None
    last = len(view.tokens) - 1 - rng.randint(1, 4)
    if view.tag(last) not in "DYIQXHMJ" or not view.spaced(last + 1):
        return None
    stop = view.tokens[-1]
    end = stop.start if rng.random() < 0.5 else stop.end
    return replace(view.tokens[last].end, end, "", "omission", "critical", 0.8)


def _title(view: View) -> Candidate | None:
    """said Mr. Smith. -> said Mr."""
    last = len(view.tokens) - 1
    if last < 6 or view.low(last) != "." or view.tag(last - 1) != "E":
        return None
    if view.low(last - 2) not in ("mr.", "mrs.", "ms.", "dr.", "gen.", "sen."):
        return None
    return replace(view.tokens[last - 2].end, view.tokens[last].end, "", "omission", "critical", 1.0)


def _clause(view: View, rng: random.Random) -> Candidate | None:
    """The matter of a clause is gone, its opening word stands: said that. because."""
    last = len(view.tokens) - 1
    if last < 14 or view.low(last) != ".":
        return None
    opens = [at for at in range(last - 7, last - 2) if view.tag(at) in "CW" and view.spaced(at + 1)]
    if not opens:
        return None
    at = rng.choice(opens)
    return replace(view.tokens[at].end, view.tokens[last].start, "", "omission", "critical", 0.3)


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """The places where the sentence could break off."""
    return [candidate for candidate in (_end(view, rng), _title(view), _clause(view, rng)) if candidate]
