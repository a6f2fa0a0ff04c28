"""What fixes change, as a unified diff: for programs in the bytes of the file, for people as text.

A line ends at a line feed alone, as for ``patch`` and git; a carriage return before it is part of the line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from mtqa.fixing.manuscript import Edit, Manuscript
from mtqa.fixing.original import Original
from mtqa.fixing.words import word_replacements

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
#: In longer lines no words are compared: that would take long.
_MAX_MARKED = 5_000
_NO_NEWLINE = "\\ No newline at end of file\n"
#: What a file name cannot have as it is in the head of a diff, in the notation of git.
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


@dataclass(frozen=True, slots=True)
class Diff:
    """``data`` is for ``patch -p1`` and ``git apply``, if ``is_patch``; ``lines`` is the same for people.

    A Word document, and a file in UTF-16 or UTF-32, has lines that a person can read but no patch of text:
    their ``data`` is in UTF-8 and only to be looked at.
    """

    data: bytes
    lines: tuple[str, ...]
    is_patch: bool


def make_diff(original: Original, manuscript: Manuscript, edits: Sequence[Edit]) -> Diff | None:
    """What the edits change in the original; None if nothing."""
    name = original.document.path
    shown = tuple(_diff(manuscript.lines(()), manuscript.lines(edits), _head_name(name)))
    if not shown:
        return None
    if not _has_byte_lines(original):
        return Diff("".join(shown).encode("utf-8", "replace"), shown, False)
    # Every byte as one character and back: difflib compares strings.
    raw_name = os.fsencode(_head_name(name)).decode("latin-1")
    before, after = original.data.decode("latin-1"), manuscript.write(edits).decode("latin-1")
    return Diff("".join(_diff(before, after, raw_name)).encode("latin-1"), shown, True)


#: A part of a line, and whether it is one that changed.
Part = tuple[str, bool]


def mark_changes(lines: Sequence[str]) -> list[list[Part]]:
    """The lines of a diff in parts: in a line that became another, the words that changed are marked.

    A paragraph is often one long line, of which a person would look for the one word in vain.
    """
    parts: list[list[Part]] = [[(line, False)] for line in lines]
    removed: list[int] = []
    added: list[int] = []
    for at, line in enumerate([*lines, "@@"]):
        if at > 1 and line.startswith("-") and not added:
            removed.append(at)
        elif at > 1 and line.startswith("+"):
            added.append(at)
        elif not line.startswith("\\"):
            if len(removed) == len(added):
                for low, high in zip(removed, added, strict=True):
                    parts[low], parts[high] = _marked(lines[low], lines[high])
            removed, added = ([at] if line.startswith("-") else []), []
    return parts


def _marked(before: str, after: str) -> tuple[list[Part], list[Part]]:
    old: list[Part] = [(before[:1], False)]
    new: list[Part] = [(after[:1], False)]
    if max(len(before), len(after)) > _MAX_MARKED:
        return [(before, False)], [(after, False)]
    at = 1
    for start, end, text in word_replacements(before[1:], after[1:]):
        same = (before[at : start + 1], False)
        old += [same, (before[start + 1 : end + 1], True)]
        new += [same, (text, True)]
        at = end + 1
    return [*old, (before[at:], False)], [*new, (before[at:], False)]


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    for line in unified_diff(
        _LINE.findall(before), _LINE.findall(after), _side("a", name), _side("b", name), lineterm="\n"
    ):
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _has_byte_lines(original: Original) -> bool:
    """Whether a line of the text is a line of the file's bytes."""
    codec = original.document.encoding.removesuffix("-sig")
    packed = any(sentence.paragraph is not None for sentence in original.document.sentences)
    return not packed and "a\n".encode(codec) == b"a\n"


def _head_name(path: str) -> str:
    """From the current folder, if the file is in it: patches are applied there."""
    try:
        path = Path(path).absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        path = Path(path).as_posix()
    return path.lstrip("/")


def _side(side: str, name: str) -> str:
    """``a/NAME``, quoted as git does where it must; a name with a space is ended by a tab."""
    name = f"{side}/{name}"
    if any(character in _ESCAPES or character < " " for character in name):
        escaped = "".join(_ESCAPES.get(c) or (f"\\{ord(c):03o}" if c < " " else c) for c in name)
        return f'"{escaped}"'
    return f"{name}\t" if " " in name else name
