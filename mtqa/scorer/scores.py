"""What a scorer says about a segment, and where its operating points are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtqa.errors import ConfigError
from mtqa.scorer.documents import DocumentRule
from mtqa.types import Severity


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """Calibrated scores of one segment.

    ``words``: offsets of its W words. ``word_scores``: W probabilities that an editor changes the word.
    ``gap_scores``: W + 1 probabilities that a word is missing before each word and at the end.
    ``categories`` and ``severities``: the most probable ones of each word, should it be wrong.
    ``confidence``: probability that an editor leaves the sentence as it is; ``edit_rate``: expected HTER;
    ``quality``: expected direct assessment as a z-score (0 is the average of machine translation), not
    calibrated; ``fluency``: the log2 probability of its words by corpus counts alone, 0 without counts.
    """

    words: tuple[tuple[int, int], ...]
    word_scores: tuple[float, ...]
    gap_scores: tuple[float, ...]
    categories: tuple[str, ...]
    severities: tuple[Severity, ...]
    confidence: float
    edit_rate: float
    quality: float = 0.0
    fluency: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Operating points on the calibrated word score: ``default``, and one for each target precision.

    ``default`` is for a sentence alone; ``document`` moves it for the sentences of a document.
    """

    default: float = 0.5
    precision: Mapping[float, float] = field(default_factory=dict)
    document: DocumentRule = field(default_factory=DocumentRule)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> Thresholds:
        """Read the table ``thresholds`` of ``mtqa.json``.

        Raises KeyError, TypeError, ValueError or AttributeError if it is damaged.
        """
        points = {float(precision): float(at) for precision, at in table.get("precision", {}).items()}
        return cls(float(table["default"]), points, DocumentRule.from_dict(table.get("document", {})))

    def in_document(self, texts: Sequence[str], edit_rates: Sequence[float]) -> list[float]:
        """The default threshold of each sentence of a document, of whose N sentences these are the texts
        and the expected edit rates."""
        return self.document.thresholds(self.default, [len(text.split()) for text in texts], edit_rates)

    def for_precision(self, target: float) -> float:
        """The threshold for a target precision. Raises :class:`ConfigError` if the model has none for it."""
        for known, threshold in self.precision.items():
            if abs(known - target) < 1e-9:
                return threshold
        listed = ", ".join(f"{p:g}" for p in sorted(self.precision)) or "none"
        raise ConfigError(f"this scorer has no threshold for precision {target:g} (it has: {listed}).")
