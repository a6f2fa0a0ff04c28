"""How a wording is written in a format and an encoding: escapes and character references."""

from __future__ import annotations

import html
import re
import unicodedata

from mtqa.text import encode

#: What Markdown may take for markup (https://spec.commonmark.org/0.31.2/#backslash-escapes).
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&#|~]")


def spell_plain(wording: str, encoding: str, source: str) -> tuple[str, ...]:
    """The wording, if the encoding has its characters."""
    return (wording,) if _encodes(wording, encoding) else ()


def spell_html(wording: str, encoding: str, source: str) -> tuple[str, ...]:
    """The wording with character references for what would be markup and what the encoding lacks.

    A page without a character beyond ASCII may say that it is in any encoding: it stays so.
    """
    return _referred(html.escape(wording, quote=False), "ascii" if source.isascii() else encoding)


def spell_markdown(wording: str, encoding: str, source: str) -> tuple[str, ...]:
    """The wording as it is, which mostly means what it says, and with backslashes."""
    spelled = dict.fromkeys((wording, _MARKDOWN.sub(r"\\\g<0>", wording)))
    return tuple(text for wording in spelled for text in _referred(wording, encoding))


def _referred(text: str, encoding: str) -> tuple[str, ...]:
    """With numeric character references for what the encoding lacks."""
    if not _is_text(text):
        return ()
    if _encodes(text, encoding):
        return (text,)
    codec = encoding.removesuffix("-sig")
    return (text.encode(codec, "xmlcharrefreplace").decode(codec),)


def _is_text(text: str) -> bool:
    """Whether it has no control character and no lone surrogate; a terminal may give either."""
    return all(c == "\t" or unicodedata.category(c) not in ("Cc", "Cs") for c in text)


def _encodes(text: str, encoding: str) -> bool:
    if not _is_text(text):
        return False
    try:
        encode(text, encoding)
    except UnicodeEncodeError:
        return False
    return True
