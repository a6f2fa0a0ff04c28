"""mtqa finds the phrases in machine-translated English that a copy editor would stop at.

>>> import mtqa
>>> checker = mtqa.load()  # the shipped models
>>> report = checker.check("The strikes on Ukraine’s energy roast stopped.")  # doctest: +SKIP

Importing the package is cheap: torch and transformers are imported by :func:`load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.errors import ConfigError, InputError, ModelError, MtqaError, OutputError
from mtqa.types import CheckedSentence, Document, Flag, Report, Sentence, Suggestion
from mtqa.version import __version__

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = [
    "CheckedSentence",
    "ConfigError",
    "Document",
    "Flag",
    "InputError",
    "ModelError",
    "MtqaError",
    "OutputError",
    "Report",
    "Sentence",
    "Suggestion",
    "__version__",
    "load",
]


def load(
    scorer: str | Path | None = None,
    corrector: str | Path | None = None,
    *,
    device: str | None = None,
    threshold: float | None = None,
    precision: float | None = None,
    suggest: bool = True,
) -> Checker:
    """Load the models and give a :class:`~mtqa.checker.Checker`.

    ``scorer`` and ``corrector`` are folders or hub ids, by default the shipped models; ``device`` is torch's
    name of one, by default the CPU. A phrase is flagged from ``threshold`` (0..1) on, or from the scorer's
    threshold for ``precision`` (0.5, 0.7 or 0.9: the share of flags that an editor agrees with); by default
    from the scorer's default threshold. Without ``suggest`` no corrector is loaded and nothing is proposed.

    Raises :class:`ConfigError` for a bad option, :class:`ModelError` for a model that cannot load.
    """
    if threshold is not None and precision is not None:
        raise ConfigError("threshold and precision exclude each other: give one of them.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise ConfigError(f"threshold is {threshold:g}, but a probability lies between 0 and 1.")
    # Delayed: these import torch, which a usage error above must not wait for.
    from mtqa.checker import Checker
    from mtqa.corrector import load_corrector
    from mtqa.scorer import load_scorer

    loaded = load_scorer(scorer, device)
    if precision is not None:
        threshold = loaded.thresholds.for_precision(precision)
    return Checker(loaded, load_corrector(corrector, device) if suggest else None, threshold)
