"""The corrector: suggestions for flagged spans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtqa.corrector.folder import CorrectorFolder, open_folder
from mtqa.corrector.generate import Question, Seq2seq
from mtqa.corrector.loading import load_seq2seq
from mtqa.corrector.rank import ScoresSegments, SpanRequest, rank
from mtqa.scorer.folder import shipped_folder
from mtqa.types import Suggestion

#: Spans that are asked about at once; a book's together would hold the scores of all their candidates.
_AT_ONCE = 256


class Corrector:
    """A loaded model that proposes what to write instead of a flagged span."""

    def __init__(self, folder: CorrectorFolder, network: Seq2seq) -> None:
        self._folder, self._network = folder, network

    @property
    def name(self) -> str:
        """The model's name, such as ``base-v1``."""
        return self._folder.name

    @property
    def signature(self) -> str:
        """The name and the first eight hex digits of the weights' SHA-256."""
        return self._folder.signature

    @property
    def min_score(self) -> float:
        """The score from which a suggestion may be applied without being looked at."""
        return self._folder.ranking.min_score

    @property
    def card(self) -> str:
        """The model card, "" if the folder has none."""
        path = Path(self._folder.source) / "README.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def values(self) -> dict[str, Any]:
        """All of the folder's ``mtqa.json``."""
        return dict(self._folder.values)

    def suggest(
        self, requests: Sequence[SpanRequest], scorer: ScoresSegments
    ) -> list[tuple[Suggestion, ...]]:
        """For every request, in order, its suggestions: best first, at most three, often none.

        An article's spans go through the model together, and all their candidates through the scorer. A
        suggestion's text replaces exactly the span; "" deletes it.
        """
        suggestions: list[tuple[Suggestion, ...]] = []
        for at in range(0, len(requests), _AT_ONCE):
            asked = requests[at : at + _AT_ONCE]
            proposals = self._network.propose([Question(r.segment, r.span.start, r.span.end) for r in asked])
            suggestions += rank(asked, proposals, scorer, self._folder.ranking)
        return suggestions


def load_corrector(model: str | Path | None = None, device: str | None = None) -> Corrector:
    """Load the shipped corrector, a folder with a sequence-to-sequence model, or a hub id of one.

    Raises :class:`mtqa.errors.ModelError` if there is no such model, it is damaged, or of another kind.
    """
    folder = open_folder(shipped_folder("corrector") if model is None else model)
    return Corrector(folder, load_seq2seq(folder, device))
