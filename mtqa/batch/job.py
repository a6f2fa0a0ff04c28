"""One run of batch scoring, from its options to the output in its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mtqa.batch.engine import Ledger, scored_windows, skip_done
from mtqa.batch.items import Item
from mtqa.batch.journal import Mark
from mtqa.batch.jsonlines import to_line
from mtqa.batch.outcome import Outcome
from mtqa.batch.readers import Source, input_format, open_source
from mtqa.batch.summary import Summary
from mtqa.batch.workplace import Workplace
from mtqa.batch.writers import maker, output_format
from mtqa.errors import ConfigError, OutputError
from mtqa.records import WINDOW, RecordOptions

if TYPE_CHECKING:
    from mtqa.checker import Checker


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to score and how; ``None`` is standard input or output, and a format by the extension.

    ``id_field`` is given to records without it: their number. Only records of ``min_confidence`` or more, and
    with ``where_flagged`` only flagged ones, are written, and all that have an error. ``window`` records are
    scored together. ``settings`` are further ones on which the output depends.
    """

    path: Path | None = None
    kind: str | None = None
    output: Path | None = None
    output_kind: str | None = None
    options: RecordOptions = field(default_factory=RecordOptions)
    id_field: str | None = None
    min_confidence: float | None = None
    where_flagged: bool = False
    window: int = WINDOW
    resume: bool = False
    overwrite: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    def outcome(self, joined: bool) -> Outcome:
        """What is written, and how. Raises :class:`ConfigError` for an id that the verdict would replace.

        ``joined`` is as in :class:`mtqa.batch.outcome.Outcome`.
        """
        if self.id_field is not None and self.id_field in self.options.verdict_fields:
            raise ConfigError(f"{self.id_field!r} cannot be the id: the verdict goes there.")
        return Outcome(
            options=self.options,
            id_field=self.id_field,
            min_confidence=self.min_confidence,
            where_flagged=self.where_flagged,
            joined=joined,
        )

    def all_settings(self, signature: str) -> dict[str, Any]:
        """What the output depends on beside the records and formats, by names that can stand in a message.

        ``signature`` is that of the checker.
        """
        return {
            "--text-field": self.options.text_field,
            "--id-field": self.id_field,
            "--segment": self.options.segment,
            "--words": self.options.words,
            "--suggest": self.options.suggest,
            "--min-confidence": self.min_confidence,
            "--where-flagged": self.where_flagged,
            "the signature": signature,
            **self.settings,
        }


class Watcher(Protocol):
    """Is told how a run comes along."""

    def begun(self, done: int, total: int | None, summary: Summary) -> None:
        """The position in the input at which the run goes on, and what it has counted before."""

    def went_on(self, position: int, summary: Summary) -> None:
        """The position that it has come to, and what it has counted so far."""

    def found_bad(self, item: Item, problem: str) -> None:
        """A record has an error."""


class _Sink(Protocol):
    def put(self, lines: bytes, mark: Mark, summary: Summary) -> None: ...


def run_job(job: Job, load: Callable[[], Checker], watcher: Watcher) -> Summary:
    """Score all records; what it came to, from the beginning of a run that is resumed.

    The models are asked of ``load`` when all else is known to be in order; they are to propose what
    ``options`` ask for. Raises :class:`MtqaError` for what
    ends a run; what is done by then is kept, unless it went to standard output.
    """
    run = _Run(job, watcher)
    if job.output is None:
        return run.to_stdout(load)
    return run.to_file(job.output, load)


class _Run:
    """``joined``: rows of Parquet go to Parquet, so that the lines need be no more than verdicts."""

    def __init__(self, job: Job, watcher: Watcher) -> None:
        self.job = job
        self.watcher = watcher
        self.kind = job.kind or input_format(job.path)
        self.output_kind = output_format(job.output, job.output_kind)
        self.joined = self.kind == self.output_kind == "parquet"
        self.ledger = Ledger()
        self.outcome = job.outcome(self.joined)

    def to_stdout(self, load: Callable[[], Checker]) -> Summary:
        if self.job.resume:
            raise ConfigError("only what is written to a file can be resumed: name it with -o.")
        source = self._open()
        summary = Summary()
        self._score(source, iter(source), load(), _StandardOutput(), summary)
        return summary

    def to_file(self, output: Path, load: Callable[[], Checker]) -> Summary:
        source = self._open()
        if self.job.path is not None and output.exists() and output.samefile(self.job.path):
            raise OutputError(f"{output} is also the input: choose another name with -o.")
        source_rows = self.job.path if self.joined else None
        make = maker(output, self.output_kind, self.job.options, source_rows, self.job.id_field)
        with Workplace(output, resume=self.job.resume, overwrite=self.job.overwrite) as place:
            if place.is_finished:
                return Summary()
            checker = load()
            journal = place.begin(self._settings(source, checker))
            summary = journal.summary
            if not journal.complete:
                items = iter(source)
                done = skip_done(items, journal.mark, self.ledger)
                try:
                    self._score(source, items, checker, place, summary, done)
                except BaseException:
                    place.save()
                    raise
            place.finish(make)
        return summary

    def _open(self) -> Source:
        field, id_field = self.job.options.text_field, self.job.id_field
        columns = [name for name in (field, id_field) if name is not None] if self.joined else None
        return open_source(self.job.path, self.kind, field, columns)

    def _settings(self, source: Source, checker: Checker) -> dict[str, Any]:
        return {
            "the size of the input": source.total,
            "the format of the input": self.kind,
            "the format of the output": self.output_kind,
            **self.job.all_settings(checker.signature),
        }

    def _score(
        self,
        source: Source,
        items: Iterator[Item],
        checker: Checker,
        sink: _Sink,
        summary: Summary,
        done: int = 0,
    ) -> None:
        self.watcher.begun(done, source.total, summary)
        pipeline = scored_windows(
            items, checker, self.job.options, self.ledger, self.job.window, source.close
        )
        with pipeline as windows:
            for window in windows:
                found = self.outcome.records(window, summary, self.watcher.found_bad)
                lines = b"".join(map(to_line, found))
                sink.put(lines, Mark(summary.records, 0, window.digest), summary.copy())
                self.watcher.went_on(window.items[-1].position, summary)


class _StandardOutput:
    def put(self, lines: bytes, mark: Mark, summary: Summary) -> None:
        try:
            sys.stdout.buffer.write(lines)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            raise OutputError(f"standard output cannot be written: {problem.strerror}.") from problem
