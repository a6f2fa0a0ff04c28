"""Which sentence takes which trip: drawn once, so that any part of it can be done again or left for later."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Decoding:
    """How both ways of a trip are decoded.

    ``beams`` of beam search; or, with ``temperature`` above 0, one draw at that temperature from the smallest
    set of tokens that has ``nucleus`` of the probability (Holtzman et al. 2020).
    """

    beams: int = 1
    temperature: float = 0.0
    nucleus: float = 0.95

    @property
    def name(self) -> str:
        """``greedy``, ``beam4`` or ``sample0.7``."""
        if self.temperature > 0:
            return f"sample{self.temperature:g}"
        return "greedy" if self.beams == 1 else f"beam{self.beams}"


#: Fluent, literal, and careless translators.
DECODINGS = (Decoding(beams=4), Decoding(), Decoding(temperature=0.5), Decoding(temperature=0.8))


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences (indices into the pack's news) that one snapshot takes to one language and back."""

    number: int
    snapshot: str
    language: str
    decoding: Decoding
    sentences: tuple[int, ...]
    seed: int

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"part-{self.number:05d}.jsonl.xz"


def draw_plan(
    sentences: int,
    snapshots: Sequence[str],
    languages: Sequence[str],
    *,
    decodings: Sequence[Decoding] = DECODINGS,
    trips: int = 1,
    part_size: int = 500,
    seed: int = 1,
) -> list[Part]:
    """Send each sentence on ``trips`` different trips; the parts stand in random order.

    So that a run that is cut off has still seen every snapshot, language and decoding.
    """
    rng = random.Random(seed)
    routes = [(s, language, d) for s in snapshots for language in languages for d in decodings]
    taken: list[list[int]] = [[] for _ in routes]
    for sentence in range(sentences):
        for route in rng.sample(range(len(routes)), min(trips, len(routes))):
            taken[route].append(sentence)
    chunks = [
        (route, tuple(chosen[at : at + part_size]))
        for route, chosen in zip(routes, taken, strict=True)
        for at in range(0, len(chosen), part_size)
    ]
    rng.shuffle(chunks)
    return [
        Part(number, *route, chosen, seed * 1_000_003 + number)
        for number, (route, chosen) in enumerate(chunks)
    ]


def describe_plan(parts: Sequence[Part]) -> dict[str, Any]:
    """A plan without its sentences: what makes two plans the same."""
    return {
        "parts": len(parts),
        "sentences": sum(len(part.sentences) for part in parts),
        "snapshots": sorted({part.snapshot for part in parts}),
        "languages": sorted({part.language for part in parts}),
        "decodings": sorted(
            (asdict(d) for d in {part.decoding for part in parts}), key=lambda d: sorted(d.items())
        ),
        "first": [[p.snapshot, p.language, p.decoding.name, *p.sentences[:3]] for p in parts[:3]],
        "seed": parts[0].seed if parts else 0,
    }
