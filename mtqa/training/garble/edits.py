"""What a garbler gives back: the garbled text, its clean source and the exact edits between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mtqa.types import Severity


@dataclass(frozen=True, slots=True)
class Edit:
    """One error: ``text[start:end]`` of the garbled text stands for ``source[source_start:source_end]``.

    Offsets count code points. An omission has ``start == end``, an insertion ``source_start == source_end``.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    category: str
    severity: Severity
    family: str


@dataclass(frozen=True, slots=True)
class Garbled:
    """A garbled sentence; ``edits`` are sorted by ``start`` and do not overlap."""

    text: str
    source: str
    edits: tuple[Edit, ...]

    def restore(self) -> str:
        """Undo every edit in ``text``; the result equals ``source``."""
        text = self.text
        for edit in reversed(self.edits):
            text = text[: edit.start] + self.source[edit.source_start : edit.source_end] + text[edit.end :]
        return text


@dataclass(frozen=True, slots=True)
class Replacement:
    """``text`` is put in place of the clean sentence's ``[start, end)``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible error. A word that moves far is two replacements: gone here, come up there.

    ``weight`` compares candidates of one family with each other.
    """

    replacements: tuple[Replacement, ...]
    category: str
    severity: Severity = "major"
    weight: float = 1.0

    @property
    def start(self) -> int:
        """Where the candidate's reach begins in the clean sentence."""
        return self.replacements[0].start

    @property
    def end(self) -> int:
        """Where the candidate's reach ends in the clean sentence."""
        return self.replacements[-1].end


def replace(
    start: int, end: int, text: str, category: str, severity: Severity = "major", weight: float = 1.0
) -> Candidate:
    """A candidate of a single replacement."""
    return Candidate((Replacement(start, end, text),), category, severity, weight)


def apply_candidates(source: str, chosen: Iterable[tuple[Candidate, str]]) -> Garbled:
    """Apply non-overlapping candidates, each with its family's name, to ``source``.

    Raises ``ValueError`` when two replacements overlap.
    """
    flat = sorted(
        ((part, candidate, family) for candidate, family in chosen for part in candidate.replacements),
        key=lambda item: (item[0].start, item[0].end),
    )
    pieces: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for part, candidate, family in flat:
        if part.start < at:
            raise ValueError(f"replacements overlap at {part.start}")
        pieces += (source[at : part.start], part.text)
        start = length + part.start - at
        length = start + len(part.text)
        at = part.end
        edits.append(
            Edit(start, length, part.start, part.end, candidate.category, candidate.severity, family)
        )
    pieces.append(source[at:])
    return Garbled("".join(pieces), source, tuple(edits))
