"""What a rewritten sentence has in place of a span."""

from __future__ import annotations

from difflib import SequenceMatcher

from mtqa.text.words import split_words


def replacement_in(text: str, start: int, end: int, rewritten: str) -> str | None:
    """The stretch of ``rewritten`` between the words that stand beside ``text[start:end]``.

    ``None`` if one of these two words was rewritten, too: then the change is not one of the span. Changes
    elsewhere in the sentence do not count.
    """
    old, new = split_words(text), split_words(rewritten)
    matcher = SequenceMatcher(
        None, [text[a:b] for a, b in old], [rewritten[a:b] for a, b in new], autojunk=False
    )
    same = {a + k: b + k for a, b, size in matcher.get_matching_blocks() for k in range(size)}
    before = sum(last <= start for _, last in old) - 1
    after = sum(first < end for first, _ in old)
    if (before >= 0 and before not in same) or (after < len(old) and after not in same):
        return None
    left = new[same[before]][1] if before >= 0 else 0
    right = new[same[after]][0] if after < len(old) else len(rewritten)
    return " ".join(rewritten[left:right].split()) if left <= right else None
