"""Segments at the thresholds that their documents give them, their scores and verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mtqa.types import Segment
from mtqa.verdicts import Verdict

if TYPE_CHECKING:
    from mtqa.cache import VerdictCache
    from mtqa.lazy import LazyScorer
    from mtqa.scorer import Scorer, SegmentScores

#: In place of a threshold: a verdict that holds no flags, for what is the same at every threshold.
_NOWHERE = -1.0


class Placed(NamedTuple):
    """A segment and the threshold that it has in its document."""

    segment: Segment
    threshold: float


def nowhere(segments: Iterable[Segment]) -> list[Placed]:
    """The segments without a threshold."""
    return [Placed(segment, _NOWHERE) for segment in segments]


class Scores:
    """The scores of segments. ``progress`` is told of ``total`` sentences in all, those known among them."""

    def __init__(
        self, scorer: Scorer | LazyScorer, total: int, progress: Callable[[int], None] | None
    ) -> None:
        self._scorer, self._total, self._progress = scorer, total, progress
        self._known: dict[Segment, SegmentScores] = {}

    def of(self, segments: Sequence[Segment]) -> list[SegmentScores]:
        """The scores in the order of the segments."""
        unknown = [segment for segment in dict.fromkeys(segments) if segment not in self._known]
        progress, self._progress = self._progress, None
        if progress is not None and len(unknown) < self._total:
            progress(self._total - len(unknown))
        if unknown:
            self._known |= dict(zip(unknown, self._scorer.score(unknown, progress), strict=True))
        return [self._known[segment] for segment in segments]


class Memory:
    """Verdicts on placed segments in a cache, if there is one.

    ``identity`` gives all that a verdict at a threshold depends on beside its segment, None if that is not
    known.
    """

    def __init__(self, cache: VerdictCache | None, identity: Callable[[float], str | None]) -> None:
        self._cache, self._identity = cache, identity

    def recall(self, placed: Iterable[Placed]) -> dict[Placed, Verdict]:
        """The verdicts that are known."""
        known: dict[Placed, Verdict] = {}
        for cache, models, places in self._stores(placed):
            found = cache.get(models, [place.segment for place in places])
            known |= {place: found[place.segment] for place in places if place.segment in found}
        return known

    def keep(self, verdicts: Mapping[Placed, Verdict]) -> None:
        """Remember the verdicts."""
        for cache, models, places in self._stores(verdicts):
            cache.put(models, {place.segment: verdicts[place] for place in places})

    def _stores(self, placed: Iterable[Placed]) -> Iterator[tuple[VerdictCache, str, list[Placed]]]:
        """The cache, what its keys begin with, and the segments that have a threshold, for each threshold."""
        if self._cache is None:
            return
        by_threshold = defaultdict[float, list[Placed]](list)
        for place in placed:
            by_threshold[place.threshold].append(place)
        for threshold, places in by_threshold.items():
            models = self._identity(threshold)
            if models is not None:
                yield self._cache, models, places
