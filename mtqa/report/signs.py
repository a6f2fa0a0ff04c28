"""The signs of the text report, and their ASCII stand-ins for a stream that cannot encode them."""

from __future__ import annotations

from dataclasses import dataclass

from mtqa.types import Level

#: Colours by level; the sixteen basic ones, so that the terminal's own theme decides how they look.
LEVEL_STYLES: dict[Level, str] = {"error": "red", "warning": "yellow", "suggestion": "cyan"}


@dataclass(frozen=True, slots=True)
class Signs:
    """``opening`` and ``closing`` mark a doubtful phrase, ``gap`` a missing word, ``arrow`` a proposal."""

    full: str
    empty: str
    opening: str
    closing: str
    gap: str
    arrow: str
    dot: str
    ellipsis: str
    paragraph: str


UNICODE = Signs("█", "░", "‹", "›", "‸", "→", "·", "…", "¶")
ASCII = Signs("#", ".", "<", ">", "^", "->", "|", "...", "p.")


def can_encode(encoding: str | None) -> bool:
    """Whether a stream of this encoding can take the Unicode signs."""
    try:
        "".join(getattr(UNICODE, name) for name in UNICODE.__slots__).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def bar(probability: float, cells: int, signs: Signs) -> str:
    """A bar of so many cells, filled in proportion; empty or full only where the probability nearly is."""
    filled = round(probability * cells)
    if 0.02 <= probability <= 0.98:
        filled = min(max(filled, 1), cells - 1)
    return signs.full * filled + signs.empty * (cells - filled)


def percent(probability: float) -> str:
    """``34%``, four characters at most; ``0%`` and ``100%`` only where it is exact."""
    rounded = round(100 * probability)
    if 0 < probability < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def confidence_style(confidence: float) -> str:
    """Green for a sentence that can probably run, red for one that surely cannot."""
    return "green" if confidence >= 0.7 else "yellow" if confidence >= 0.3 else "red"
