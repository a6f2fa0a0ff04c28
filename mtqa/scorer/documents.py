"""The threshold of a sentence in its document: lower where the rest reads badly, higher where it reads well.

A phrase that is as likely wrong as not is worth an editor's look in a text full of errors, and a nuisance in
a clean one. So the threshold's logit moves against that of the error rate that the scorer expects in the
document's other sentences. Scores are left as they are, and so is a threshold that a user chose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Rates are kept off 0 and 1.
_EDGE = 1e-3


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """``logit(threshold) - weight * (logit(others) - logit(rate))``, not below ``lowest``.

    ``others`` is the mean edit rate that is expected of the document's other sentences, by words, after
    ``words`` words with the edit rate ``rate`` have been added to them: so a sentence alone keeps its
    threshold, and a short text nearly does. With ``weight`` 0, all do.
    """

    weight: float = 0.0
    rate: float = 0.03
    words: float = 100.0
    lowest: float = 0.0

    def thresholds(self, threshold: float, words: Sequence[int], edit_rates: Sequence[float]) -> list[float]:
        """The threshold of each of a document's N sentences, in hundredths.

        ``words`` are their numbers of words, ``edit_rates`` what the scorer expects of each, 0..1. Rounding
        keeps most sentences' thresholds the same when another sentence has been edited.
        """
        if not self.weight or not 0 < threshold < 1:
            return [threshold] * len(words)
        wrong = [count * rate for count, rate in zip(words, edit_rates, strict=True)]
        all_words, all_wrong = sum(words), math.fsum(wrong)
        moved = []
        for count, own in zip(words, wrong, strict=True):
            others = (all_wrong - own + self.words * self.rate) / (all_words - count + self.words)
            shift = self.weight * (_logit(others) - _logit(self.rate))
            moved.append(max(self.lowest, round(1 / (1 + math.exp(shift - _logit(threshold))), 2)))
        return moved

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> DocumentRule:
        """Read the table ``document`` of ``mtqa.json``. Raises TypeError or ValueError if it is damaged."""
        return cls(**{name: float(value) for name, value in values.items()})


def _logit(probability: float) -> float:
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))
