"""The garbler: draws errors from the families until enough of a sentence is wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mtqa.training.garble.edits import Candidate, Garbled, Replacement, apply_candidates
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.garble.view import View, view_sentence

#: Characters of a text that is garbled in one go; a sentence has some hundreds.
_LONGEST = 4000
_SPACE = re.compile(r"\s")


@dataclass(slots=True)
class Garbler:
    """Turns clean English sentences into garbled ones.

    ``rate`` is about the share of words, 0..1, that errors cover; ``families`` restricts the families or
    re-weights them (name -> weight); ``clean_share`` of the sentences come back unharmed. Holds no random
    state: the same sentence and the same generator state give the same result. Can be pickled.
    """

    lexicon: Lexicon
    rate: float = 0.10
    families: Mapping[str, float] | Iterable[str] | None = None
    clean_share: float = 0.0
    _weights: dict[str, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Settle the families' weights; an unknown name raises ``KeyError``."""
        named = self.families
        if named is None:
            self._weights = {name: family.weight for name, family in FAMILIES.items()}
        elif isinstance(named, Mapping):
            self._weights = {name: weight for name, weight in named.items() if FAMILIES[name]}
        else:
            self._weights = {name: FAMILIES[name].weight for name in named}

    def garble(self, sentence: str, rng: random.Random, protected: Sequence[tuple[int, int]] = ()) -> Garbled:
        """``sentence`` with errors; none where no family found a place, or by ``clean_share``.

        No edit touches a ``protected`` span ``[start, end)``, and none reaches over one of no width.
        """
        if rng.random() < self.clean_share:
            return Garbled(sentence, sentence, ())
        chosen: list[tuple[Candidate, str]] = []
        for start, end in _parts(sentence):
            inside = [(first - start, last - start) for first, last in protected if last >= start]
            for candidate, family in self._garble_part(sentence[start:end], rng, inside):
                chosen.append((_shifted(candidate, start) if start else candidate, family))
        return apply_candidates(sentence, chosen)

    def _garble_part(
        self, text: str, rng: random.Random, protected: Sequence[tuple[int, int]]
    ) -> list[tuple[Candidate, str]]:
        view = view_sentence(text, self.lexicon)
        words = sum(token.text[0].isalnum() for token in view.tokens)
        if words < 3:
            return []
        # Real output is uneven: some sentences have one slip, some are wreckage.
        budget = words * self.rate * rng.gammavariate(1.6, 1 / 1.6)
        return self._choose(view, budget, rng, protected)

    def _choose(
        self, view: View, budget: float, rng: random.Random, protected: Sequence[tuple[int, int]]
    ) -> list[tuple[Candidate, str]]:
        """Candidates of families drawn by weight, none touching another, until ``budget`` words are wrong."""
        weights = dict(self._weights)
        pools: dict[str, list[Candidate]] = {}
        taken: list[tuple[Candidate, str]] = []
        while weights and (not taken or budget > 1.5 * rng.random()):
            name = rng.choices(list(weights), list(weights.values()))[0]
            if name not in pools:
                found = FAMILIES[name].candidates(view, rng)
                pools[name] = [
                    c
                    for c in found
                    if _changes(c, view.text)
                    and not _harms(c, protected)
                    and not any(_touch(c, other) for other, _ in taken)
                ]
            pool = pools[name]
            # A family that has only unlikely errors to offer here is mostly passed over.
            if rng.random() >= sum(candidate.weight for candidate in pool):
                del weights[name]
                continue
            chosen = rng.choices(pool, [candidate.weight for candidate in pool])[0]
            taken.append((chosen, name))
            pools = {key: [c for c in pool if not _touch(c, chosen)] for key, pool in pools.items()}
            budget -= _cost(chosen, view.text)
        return taken


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The text whole; what is far longer than a sentence in parts that end at a space."""
    start = 0
    while len(text) - start > _LONGEST:
        space = _SPACE.search(text, start + _LONGEST)
        if space is None:
            break
        yield start, space.start()
        start = space.start()
    yield start, len(text)


def _shifted(candidate: Candidate, by: int) -> Candidate:
    """The candidate of a part, in the whole."""
    moved = tuple(Replacement(part.start + by, part.end + by, part.text) for part in candidate.replacements)
    return replace(candidate, replacements=moved)


def _changes(candidate: Candidate, text: str) -> bool:
    """Whether each of its replacements changes something: a swap of two equal words does not."""
    return all(part.text != text[part.start : part.end] for part in candidate.replacements)


def _harms(candidate: Candidate, protected: Sequence[tuple[int, int]]) -> bool:
    """Whether one of its replacements touches what must stay as it is."""
    return any(
        part.start < end and start < part.end for start, end in protected for part in candidate.replacements
    )


def _touch(first: Candidate, second: Candidate) -> bool:
    """Whether two candidates overlap or stand so close that their labels would run together."""
    return first.start < second.end + 1 and second.start < first.end + 1


def _cost(candidate: Candidate, text: str) -> float:
    """Words that a candidate makes wrong; a gap counts as one."""
    return sum(max(1, len(part.text.split())) for part in candidate.replacements)
