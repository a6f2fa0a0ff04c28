"""The pipeline: a thread reads, a thread (and the models' own threads) scores, and the caller writes.

All is in the order of the input, and no stage is more than a few windows ahead of the next one.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from mtqa.batch.ahead import Ahead
from mtqa.batch.items import Item
from mtqa.batch.journal import Mark
from mtqa.batch.jsonlines import to_line
from mtqa.errors import InputError, MtqaError
from mtqa.records import MISSING, WINDOW, WINDOW_CHARS, Judge, RecordOptions, in_windows, score_texts

if TYPE_CHECKING:
    from mtqa.records import Judged
    from mtqa.types import Document

#: What is read ahead has no more than this, about in bytes, beside its last record.
_AHEAD_BYTES = 4 * WINDOW_CHARS
#: A record that has waited so long for others is scored without them: the input is a slow pipe.
_PATIENCE_S = 0.2
#: How long the threads may take to stop before they are left to themselves: scoring stops when its present
#: batches are done, a reader that waits for standard input does not.
_STOPPING_S, _READER_S = 5.0, 0.5


class Scoring(Protocol):
    """What the engine needs of a checker: :meth:`mtqa.checker.Checker.judge`."""

    def judge(
        self,
        documents: Sequence[Document],
        progress: Callable[[int], None] | None = None,
    ) -> list[Judged]:
        """Judge documents together, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Scored:
    """A window of items with their verdicts; ``digest`` is that of all items up to its last."""

    items: list[Item]
    verdicts: list[dict[str, Any]]
    digest: str


class Ledger:
    """A digest of items in order: whether two runs have read the same."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, items: Iterable[Item]) -> str:
        """Take in further items; the digest of all so far."""
        for item in items:
            self._digest.update(to_line({"record": item.record, "error": item.error}))
        return self._digest.hexdigest()


@contextmanager
def scored_windows(
    items: Iterator[Item],
    checker: Scoring,
    options: RecordOptions,
    ledger: Ledger,
    size: int = WINDOW,
    close: Callable[[], None] = lambda: None,
) -> Iterator[Iterator[Scored]]:
    """Gives the windows in order, each of at most ``size`` records. Calls ``close`` when no more is read."""
    stopped = threading.Event()

    def judge(documents: Sequence[Document]) -> list[Judged]:
        _check(stopped)
        return checker.judge(documents, progress=lambda _: _check(stopped))

    read = Ahead(items, 4 * size, _AHEAD_BYTES, lambda item: item.size)
    scored = Ahead((score_window(held, judge, options, ledger) for held in windows(read, size)), 2)
    try:
        yield scored
    finally:
        stopped.set()
        scored.close(_STOPPING_S)
        if read.close(_READER_S):
            close()


def windows(items: Ahead[Item], size: int) -> Iterator[list[Item]]:
    """The items in runs of at most ``size``; shorter ones where they are large, or late to come."""
    return in_windows(items, size, lambda item: item.size, lambda: items.wait(_PATIENCE_S))


def score_window(
    items: list[Item],
    judge: Judge,
    options: RecordOptions,
    ledger: Ledger,
) -> Scored:
    """The items with their verdicts; the error of reading is the verdict on what could not be read."""
    texts = [item.record.get(options.text_field, MISSING) for item in items if item.error is None]
    verdicts = iter(_score(texts, judge, options))
    return Scored(
        items,
        [next(verdicts) if item.error is None else {"error": item.error} for item in items],
        ledger.add(items),
    )


def _score(texts: list[object], judge: Judge, options: RecordOptions) -> list[dict[str, Any]]:
    """The verdicts; a text on which the models break down is an error, and not the end of the run."""
    try:
        return score_texts(judge, texts, options)
    except (MtqaError, MemoryError, _StoppedError):
        raise
    except Exception as problem:
        if len(texts) == 1:
            return [{"error": f"the models fail on this text: {type(problem).__name__}: {problem}"}]
        verdicts = [_score([text], judge, options)[0] for text in texts]
        if all("error" in verdict for verdict in verdicts):
            raise  # it is not for the texts
        return verdicts


def skip_done(items: Iterator[Item], mark: Mark, ledger: Ledger) -> int:
    """Read over the records that are done; the position in the input after them.

    Raises :class:`InputError` if they are not those of the mark.
    """
    position, count = 0, 0
    for item in islice(items, mark.records):
        ledger.add([item])
        position, count = item.position, item.number
    if count < mark.records or (mark.records and ledger.add([]) != mark.digest):
        raise InputError(
            "the input has changed since this run was begun: start anew with --overwrite, or bring it back."
        )
    return position


class _StoppedError(Exception):
    """The run ends before its input."""


def _check(stopped: threading.Event) -> None:
    if stopped.is_set():
        raise _StoppedError
