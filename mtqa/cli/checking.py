"""Checking documents one after the other, behind a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mtqa.cli.messages import progress_bar
from mtqa.types import Document, Report

if TYPE_CHECKING:
    from mtqa.checker import Checker


def checked(
    checker: Checker, documents: Iterable[Document], quiet: bool, hold: int | None = None
) -> Iterator[Report]:
    """The reports; ``hold`` is as in :meth:`mtqa.checker.Checker.check_many`."""
    steps = _Steps()
    options = {} if hold is None else {"hold": hold}
    reports = checker.check_many(steps.counted(documents), steps.advance, **options)
    while True:
        # A bar for each report that is waited for: none may stand there while a report is written.
        with progress_bar("checking", steps.begin(), not quiet) as steps.shown:
            report = next(reports, None)
        if report is None:
            return
        yield report


class _Steps:
    """The sentences that have been read and those that are done, for the bar that is shown."""

    def __init__(self) -> None:
        self.read = self.done = 0
        self.shown: Callable[[int], None] = lambda steps: None

    def counted(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents; their sentences are counted as they are read."""
        for document in documents:
            self.read += len(document.sentences)
            yield document

    def begin(self) -> Callable[[], int]:
        """What tells how many sentences there are of those that are not done now."""
        before = self.done
        return lambda: self.read - before

    def advance(self, steps: int) -> None:
        """So many more are done."""
        self.done += steps
        self.shown(steps)
