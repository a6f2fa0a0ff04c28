"""The path of a text from file to report, on one page.

Document -> segments with their neighbours -> word scores -> flagged spans -> proposals -> Report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from mtqa.corrector import SpanRequest
from mtqa.placed import Memory, Placed, Scores, nowhere
from mtqa.records import (
    WINDOW,
    Judge,
    Judged,
    RecordOptions,
    score_columns,
    score_records,
    score_texts,
)
from mtqa.scorer import decode_spans
from mtqa.text import read_text
from mtqa.types import Document, Report, Segment, Sentence, Span, Suggestion
from mtqa.verdicts import Verdict, write_report
from mtqa.version import __version__

if TYPE_CHECKING:
    from mtqa.cache import VerdictCache
    from mtqa.corrector import Corrector
    from mtqa.lazy import LazyCorrector, LazyScorer
    from mtqa.scorer import Scorer, SegmentScores

#: Takes a finished report and gives the one to be shown: with flags dropped, or others added.
Filter = Callable[[Report], Report]
#: Told each number of sentences that have just been done.
Progress = Callable[[int], None]

#: Sentences of short documents that are read ahead and checked together: some batches for every core, and
#: still not long to wait for the first report.
HOLD = 256


class Checker:
    """A scorer and a corrector that turn texts into reports. Its state is the models and a threshold."""

    def __init__(
        self,
        scorer: Scorer | LazyScorer,
        corrector: Corrector | LazyCorrector | None = None,
        threshold: float | None = None,
        filters: Sequence[Filter] = (),
        cache: VerdictCache | None = None,
    ) -> None:
        """Check with these models; ``threshold`` (0..1) is by default the scorer's own, and is then lower in
        a document that reads badly than in one that reads well (:mod:`mtqa.scorer.documents`).

        ``filters`` are applied in order to every finished report. ``cache`` remembers the verdicts of models
        that can say exactly which they are: those of :mod:`mtqa.lazy`.
        """
        self.scorer = scorer
        self.corrector = corrector
        #: None where it is the scorer's own.
        self.fixed_threshold = threshold
        self.threshold = scorer.thresholds.default if threshold is None else threshold
        self.by_document = threshold is None and scorer.thresholds.document.weight > 0
        self.filters = tuple(filters)
        self.cache = cache

    @property
    def signature(self) -> str:
        """What a result depends on: the version of mtqa, the models and the threshold."""
        corrector = self.corrector.signature if self.corrector else "none"
        threshold = max(f"{self.threshold:.2f}", f"{self.threshold:.4g}", key=len)
        moved = "+document" if self.by_document else ""
        return (
            f"mtqa:{__version__}|scorer:{self.scorer.signature}|corrector:{corrector}"
            f"|threshold:{threshold}{moved}"
        )

    def check(self, text: str | Document, progress: Progress | None = None) -> Report:
        """The report on one text or document; ``progress`` is told each number of sentences just done.

        Raises :class:`InputError` for a text that is empty or no text.
        """
        return self._check([_document(text)], progress)[0]

    def check_many(
        self, texts: Iterable[str | Document], progress: Progress | None = None, hold: int = HOLD
    ) -> Iterator[Report]:
        """The reports on many texts, in order, the same as one by one.

        Short texts are checked together, which keeps all cores busy: at most ``hold`` sentences are read
        ahead; with 0 each report is made before the next text is asked for. If ``texts`` raises, the reports
        on what came before it are given first.
        """
        for documents in _together(map(_document, texts), hold):
            yield from self._check(documents, progress)

    def score_records(
        self,
        records: Iterable[Mapping[str, Any]],
        options: RecordOptions | None = None,
        window: int = WINDOW,
    ) -> Iterator[dict[str, Any]]:
        """Every record with the verdict on its text, in order; ``window`` records are read ahead.

        A record that cannot be scored has an ``error`` instead. See :class:`mtqa.records.RecordOptions`.
        """
        options = options or RecordOptions()
        return score_records(self._record_judge(options), records, options, window)

    def score_batch(self, columns: Mapping[str, Any], options: RecordOptions | None = None) -> dict[str, Any]:
        """The columns of a table with those of the verdict, for ``datasets.map(batched=True)`` and the like.

        Raises :class:`ConfigError` if there is no column with the text.
        """
        options = options or RecordOptions()
        return score_columns(self._record_judge(options), columns, options)

    def __call__(self, texts: Sequence[str], options: RecordOptions | None = None) -> list[dict[str, Any]]:
        """The verdict on each of the texts, as in a record."""
        options = options or RecordOptions()
        return score_texts(self._record_judge(options), [texts] if isinstance(texts, str) else texts, options)

    def judge(self, documents: Sequence[Document], progress: Progress | None = None) -> list[Judged]:
        """The reports on documents that are checked together, with the scores of all their words."""
        # Not by way of the cache, which keeps no scores of words.
        verdicts = iter(self._judge(documents, progress, None))
        signature = self.signature
        judged = []
        for document in documents:
            own = [*islice(verdicts, len(document.sentences))]
            scores = tuple(verdict.scores for verdict in own if verdict.scores is not None)
            judged.append(Judged(self._filtered(write_report(document, own, signature)), scores))
        return judged

    def _record_judge(self, options: RecordOptions) -> Judge:
        if options.suggest or self.corrector is None:
            return self.judge
        return Checker(self.scorer, None, self.fixed_threshold, self.filters).judge

    def _check(self, documents: Sequence[Document], progress: Progress | None) -> list[Report]:
        verdicts = iter(self._judge(documents, progress, self.cache))
        signature = self.signature
        return [
            self._filtered(write_report(document, [*islice(verdicts, len(document.sentences))], signature))
            for document in documents
        ]

    def _judge(
        self, documents: Sequence[Document], progress: Progress | None, cache: VerdictCache | None
    ) -> list[Verdict]:
        """The verdict on every sentence: remembered, or asked of the models, each placed segment once."""
        texts = [as_segments(document.sentences) for document in documents]
        scores = Scores(self.scorer, sum(map(len, texts)), progress)
        memory = Memory(cache, self._identity)
        rates = self._edit_rates(texts, scores, memory) if self.by_document else {}
        placed = [
            Placed(segment, threshold)
            for segments in texts
            for segment, threshold in zip(segments, self._thresholds(segments, rates), strict=True)
        ]
        known = memory.recall(placed)
        unknown = [place for place in dict.fromkeys(placed) if place not in known]
        made = self._decide(unknown, scores.of([place.segment for place in unknown]))
        memory.keep(made)
        known |= made
        return [known[place] for place in placed]

    def _edit_rates(
        self, texts: Sequence[Sequence[Segment]], scores: Scores, memory: Memory
    ) -> dict[Segment, float]:
        """The expected edit rate of every segment, from which documents have their thresholds."""
        segments = [*dict.fromkeys(segment for text in texts for segment in text)]
        rates = {place.segment: v.edit_rate for place, v in memory.recall(nowhere(segments)).items()}
        unknown = [segment for segment in segments if segment not in rates]
        made = {
            segment: Verdict(score.confidence, score.edit_rate)
            for segment, score in zip(unknown, scores.of(unknown), strict=True)
        }
        memory.keep(dict(zip(nowhere(unknown), made.values(), strict=True)))
        return rates | {segment: verdict.edit_rate for segment, verdict in made.items()}

    def _thresholds(self, segments: Sequence[Segment], rates: Mapping[Segment, float]) -> list[float]:
        """The threshold of each segment of a document."""
        if not self.by_document:
            return [self.threshold] * len(segments)
        return self.scorer.thresholds.in_document(
            [segment.text for segment in segments], [rates[segment] for segment in segments]
        )

    def _decide(self, placed: Sequence[Placed], scores: Sequence[SegmentScores]) -> dict[Placed, Verdict]:
        """What is flagged in each segment at its threshold, and what is proposed for it."""
        spans = [
            decode_spans(place.segment.text, score, place.threshold)
            for place, score in zip(placed, scores, strict=True)
        ]
        proposals = iter(self._propose([place.segment for place in placed], spans))
        return {
            place: Verdict(
                score.confidence, score.edit_rate, tuple((span, next(proposals)) for span in found), score
            )
            for place, score, found in zip(placed, scores, spans, strict=True)
        }

    def _propose(
        self, segments: Sequence[Segment], spans: Sequence[Sequence[Span]]
    ) -> list[tuple[Suggestion, ...]]:
        """Suggestions for every span of the segments in reading order, asked for in one batch."""
        requests = [
            SpanRequest(segment, span)
            for segment, found in zip(segments, spans, strict=True)
            for span in found
        ]
        if self.corrector is None or not requests:
            return [()] * len(requests)
        return self.corrector.suggest(requests, self.scorer)

    def _filtered(self, report: Report) -> Report:
        for change in self.filters:
            report = change(report)
        return report

    def _identity(self, threshold: float) -> str | None:
        """All that a verdict depends on beside its segment; None if a model does not know what it is."""
        models = [self.scorer] if self.corrector is None else [self.scorer, self.corrector]
        identities = [getattr(model, "identity", None) for model in models]
        if None in identities:
            return None
        # The signature rounds the threshold, and says nothing of where a document moves it.
        return "|".join((self.signature, repr(threshold), *map(str, identities)))


def as_segments(sentences: Sequence[Sentence]) -> list[Segment]:
    """Each sentence with the one before and the one after it."""
    texts = ["", *(sentence.text for sentence in sentences), ""]
    return [Segment(texts[i], texts[i - 1], texts[i + 1]) for i in range(1, len(texts) - 1)]


def _document(text: str | Document) -> Document:
    return read_text(text) if isinstance(text, str) else text


def _together(documents: Iterator[Document], hold: int) -> Iterator[list[Document]]:
    """Runs of documents that have at most ``hold`` sentences together; a longer one is alone."""
    held: list[Document] = []
    sentences = 0
    try:
        for document in documents:
            size = max(1, len(document.sentences))
            if held and sentences + size > hold:
                yield held
                held, sentences = [], 0
            held.append(document)
            sentences += size
            if sentences >= hold:
                yield held
                held, sentences = [], 0
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held
