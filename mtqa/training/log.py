"""The log of a training run: loss and rate."""

from __future__ import annotations

import time
from pathlib import Path

from mtqa.training.schedule import log_line


class Log:
    """One line every so many seconds: means since the last one."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._since, self._losses, self._tokens = time.monotonic(), list[float](), -1

    def add(self, loss: float, step: int, epoch: int, tokens: int, seconds: float) -> None:
        """Tell of a step; the others are totals of the run so far."""
        self._losses.append(loss)
        if self._tokens < 0:  # the first step warms up and is not counted in the rate
            self._tokens, self._since = tokens, time.monotonic()
        passed = time.monotonic() - self._since
        if passed < self._seconds or step == 1:
            return
        log_line(
            self._path,
            minutes=seconds / 60,
            step=step,
            epoch=epoch,
            tokens=tokens,
            loss=sum(self._losses) / len(self._losses),
            tokens_per_second=round((tokens - self._tokens) / max(passed, 1e-6)),
        )
        self._since, self._losses, self._tokens = time.monotonic(), [], tokens
