"""Missing words, where their absence shows: the sentence is left broken, not merely poorer."""

from __future__ import annotations

import random

from mtqa.training.garble.edits import Candidate, replace
from mtqa.training.garble.view import View
from mtqa.types import Severity


def _droppable(view: View, index: int) -> tuple[float, Severity] | None:
    """Weight and severity of leaving out the token; ``None`` where the rest may still be fine."""
    tag, low = view.tag(index), view.low(index)
    before, after = view.tag(index - 1), view.tag(index + 1)
    if tag == "Q" and after == "V" and before in "VTKNSJZ":
        return 1.0, "minor"
    if tag == "I" and low in ("of", "in", "for", "with", "from", "at") and before in "NS" and after in "DYE":
        return 1.0, "major"
    if tag == "X" and before in "NSEP" and after in "KGDJRB" and low[0] != "'":
        return 1.2, "major"
    if tag == "M" and before in "P" and after == "X":
        return 0.4, "major"
    if tag in "NS" and before in "DJY" and view.low(index + 1) in ("of", "in", "for", "with"):
        return 1.5, "major"
    if tag in "TZ" and before in "NSE" and after in "DY":
        return 1.2, "major"
    if tag == "V" and before == "Q" and after in "DY":
        return 1.0, "major"
    if tag == "K" and view.low(index - 1) in ("been", "was", "were") and after == "I":
        return 0.8, "major"
    if tag == "P" and low in ("it", "he", "they", "she") and before in "TCW" and after in "XMHTZ":
        return 1.0, "major"
    if tag == "N" and before == "I" and after in "IX":
        return 0.6, "major"
    if tag == "G" and before == "I" and after in "DY":
        return 0.8, "major"
    return None


def candidates(view: View, rng: random.Random) -> list[Candidate]:
    """Words whose loss breaks the grammar; a gap is marked where each stood."""
    found: list[Candidate] = []
    for index, token in enumerate(view.tokens[:-1]):
        dropped = _droppable(view, index) if index and view.spaced(index) and view.spaced(index + 1) else None
        if dropped:
            weight, severity = dropped
            following = view.tokens[index + 1]
            found.append(replace(token.start, following.start, "", "omission", severity, weight))
    return found
