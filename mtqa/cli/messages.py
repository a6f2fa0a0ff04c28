"""What goes to stderr: errors, notes and the progress bar."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from mtqa.report.base import printable

if TYPE_CHECKING:
    from rich.progress import Progress

#: A bar that is shown for less is only a flicker.
_PATIENCE_S = 1.0


def error(message: str) -> None:
    """An error; file names in it cannot smuggle escape sequences into the terminal."""
    click.echo(f"Error: {printable(message)}", err=True)


def note(message: str) -> None:
    """Something the user should know, but which stops nothing."""
    click.echo(f"Note: {printable(message)}", err=True)


@contextmanager
def progress_bar(label: str, total: int | None, enabled: bool) -> Iterator[Callable[[int], None]]:
    """Gives a function to tell of each ``n`` steps done, and shows a bar on stderr once it takes a while.

    The bar pulses where the steps are unknown (``total`` is None) or all done. It is for a terminal only, and
    is erased at the end, so that it never stands in a report.
    """
    if not (enabled and sys.stderr.isatty()):
        yield lambda steps: None
        return
    bar = _Bar(label, total)
    try:
        yield bar.advance
    finally:
        bar.stop()


class _Bar:
    """A timer shows it, as a model may work for long without telling of a step."""

    def __init__(self, label: str, total: int | None) -> None:
        self.label, self.total, self.done = label, total, 0
        self.shown: Progress | None = None
        self.stopped = False
        self.lock = threading.Lock()
        self.timer = threading.Timer(_PATIENCE_S, self._show)
        self.timer.daemon = True
        self.timer.start()

    def advance(self, steps: int) -> None:
        self.done += steps
        with self.lock:
            self._update()

    def stop(self) -> None:
        self.timer.cancel()
        with self.lock:
            self.stopped = True
            if self.shown is not None:
                self.shown.stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress

        with self.lock:
            if self.stopped:
                return
            self.shown = Progress(console=Console(stderr=True), transient=True)
            self.shown.add_task(escape(printable(self.label)), total=self.total)
            self._update()
            self.shown.start()

    def _update(self) -> None:
        if self.shown is None:
            return
        task = self.shown.tasks[0]
        task.total = self.total if self.total is not None and self.done < self.total else None
        self.shown.update(task.id, completed=self.done)
