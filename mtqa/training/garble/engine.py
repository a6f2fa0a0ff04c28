"""The garbler: draws errors from the families until enough of a sentence is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mtqa.training.garble.edits import Candidate, Garbled, apply_candidates
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.garble.view import View, view_sentence


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

    def garble(self, sentence: str, rng: random.Random) -> Garbled:
        """``sentence`` with errors; none where no family found a place, or by ``clean_share``."""
        if rng.random() < self.clean_share:
            return Garbled(sentence, sentence, ())
        view = view_sentence(sentence, self.lexicon)
        words = sum(token.text[0].isalnum() for token in view.tokens)
        if words < 3:
            return Garbled(sentence, sentence, ())
        # Real output is uneven: some sentences have one slip, some are wreckage.
        budget = words * self.rate * rng.gammavariate(1.6, 1 / 1.6)
        return apply_candidates(sentence, self._choose(view, budget, rng))

    def _choose(self, view: View, budget: float, rng: random.Random) -> list[tuple[Candidate, str]]:
        """Candidates of families drawn by weight, none touching another, until ``budget`` words are wrong."""
        weights = dict(self._weights)
        pools: dict[str, list[Candidate]] = {}
        taken: list[tuple[Candidate, str]] = []
        while weights and (not taken or budget > 1.5 * rng.random()):
            name = rng.choices(list(weights), list(weights.values()))[0]
            if name not in pools:
                found = FAMILIES[name].candidates(view, rng)
                pools[name] = [candidate for candidate in found if _changes(candidate, view.text)]
            pool = [c for c in pools[name] if not any(_touch(c, other) for other, _ in taken)]
            # A family that has only unlikely errors to offer here is mostly passed over.
            if rng.random() >= sum(candidate.weight for candidate in pool):
                del weights[name]
                continue
            chosen = rng.choices(pool, [candidate.weight for candidate in pool])[0]
            taken.append((chosen, name))
            budget -= _cost(chosen, view.text)
        return taken


def _changes(candidate: Candidate, text: str) -> bool:
    """Whether each of its replacements changes something: a swap of two equal words does not."""
    return all(part.text != text[part.start : part.end] for part in candidate.replacements)


def _touch(first: Candidate, second: Candidate) -> bool:
    """Whether two candidates overlap or stand so close that their labels would run together."""
    return first.start < second.end + 1 and second.start < first.end + 1


def _cost(candidate: Candidate, text: str) -> float:
    """Words that a candidate makes wrong; a gap counts as one."""
    return sum(max(1, len(part.text.split())) for part in candidate.replacements)
