"""Models that are known by their files, and loaded when they are first asked.

Loading takes seconds. Where a cache knows every answer there is nothing to load, and the signature and the
thresholds can be read from the folder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mtqa.corrector.folder import CorrectorFolder, open_folder
from mtqa.errors import ModelError
from mtqa.identity import code_identity, model_identity
from mtqa.scorer.folder import (
    NATIVE_KIND,
    Manifest,
    check_weights,
    read_manifest,
    shipped_folder,
    signature_of,
)
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.types import Segment, Suggestion

if TYPE_CHECKING:
    from mtqa.corrector import Corrector, SpanRequest
    from mtqa.scorer import Scorer

#: Entered around each loading of weights: to show a progress bar, or to set the number of threads.
Loading = Callable[[], AbstractContextManager[object]]
_Model = TypeVar("_Model")


class LazyScorer:
    """A scorer in a folder. ``identity`` tells all that its scores depend on beside the text."""

    def __init__(self, manifest: Manifest, device: str | None, load: Callable[[], Scorer]) -> None:
        self.name = manifest.name
        self.signature = signature_of(manifest.folder, manifest.name)
        self.thresholds = _thresholds(manifest.values)
        self.identity = _identity(manifest.folder, device)
        self._model = _Once(load)

    def score(
        self, segments: Sequence[Segment], progress: Callable[[int], None] | None = None
    ) -> list[SegmentScores]:
        """As :meth:`mtqa.scorer.Scorer.score`. Raises :class:`ModelError` if the model cannot load."""
        return self._model().score(segments, progress)


class LazyCorrector:
    """A corrector in a folder. ``identity`` tells all that its proposals depend on beside the request."""

    def __init__(self, folder: CorrectorFolder, device: str | None, load: Callable[[], Corrector]) -> None:
        self.name = folder.name
        self.signature = folder.signature
        self.min_score = folder.ranking.min_score
        self.identity = _identity(Path(folder.source), device)
        self._model = _Once(load)

    def suggest(
        self, requests: Sequence[SpanRequest], scorer: Scorer | LazyScorer
    ) -> list[tuple[Suggestion, ...]]:
        """As :meth:`mtqa.corrector.Corrector.suggest`. Raises :class:`ModelError` if it cannot load."""
        return self._model().suggest(requests, scorer)


def lazy_scorer(
    model: str | Path | None = None, device: str | None = None, loading: Loading = nullcontext
) -> Scorer | LazyScorer:
    """What :func:`mtqa.scorer.load_scorer` gives, later if the model is a folder; a hub id is loaded at once.

    Raises :class:`ModelError` for a folder that is damaged or of another kind, as far as its files tell.
    """

    def load() -> Scorer:
        from mtqa.scorer import load_scorer

        with loading():
            return load_scorer(model, device)

    folder = shipped_folder("scorer") if model is None else Path(model)
    if not (folder / "config.json").is_file():
        return load()
    manifest = read_manifest(folder)
    if manifest.kind == NATIVE_KIND:
        check_weights(folder)
    elif manifest.kind:
        raise ModelError(f"{folder} holds a model of kind {manifest.kind!r}, not a scorer.")
    return LazyScorer(manifest, device, load)


def lazy_corrector(
    model: str | Path | None = None, device: str | None = None, loading: Loading = nullcontext
) -> Corrector | LazyCorrector:
    """What :func:`mtqa.corrector.load_corrector` gives, later if the model is a folder; a hub id at once.

    Raises :class:`ModelError` for a folder that is damaged or of another kind, as far as its files tell.
    """

    def load() -> Corrector:
        from mtqa.corrector import load_corrector

        with loading():
            return load_corrector(model, device)

    folder = shipped_folder("corrector") if model is None else Path(model)
    if not (folder / "config.json").is_file():
        return load()
    return LazyCorrector(open_folder(folder), device, load)


class _Once(Generic[_Model]):
    """Calls a function once, whichever thread asks first, and keeps what it gave."""

    def __init__(self, make: Callable[[], _Model]) -> None:
        self._make = make
        self._made: _Model | None = None
        self._lock = threading.Lock()

    def __call__(self) -> _Model:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _identity(folder: Path, device: str | None) -> str:
    return "|".join((model_identity(folder), code_identity(), device or "cpu"))


def _thresholds(values: Mapping[str, Any]) -> Thresholds:
    """The operating points in a manifest; those of a scorer that is not mtqa's own if it has none."""
    if not values:
        return Thresholds()
    try:
        return Thresholds.from_dict(values["thresholds"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"the thresholds in mtqa.json cannot be used ({error!r}).") from error
