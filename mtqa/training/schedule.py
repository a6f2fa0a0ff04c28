"""What every training run shares: a time budget, the learning rate over it, logs and checkpoints."""

from __future__ import annotations

import contextlib
import functools
import json
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch


class Budget:
    """Progress 0..1 of a run that ends with its tokens or its minutes, whichever comes first.

    ``spent`` are the seconds that earlier sessions of the same run used.
    """

    def __init__(self, tokens: int, minutes: float, spent: float = 0.0) -> None:
        self._tokens, self._seconds = tokens, minutes * 60
        self._began = time.monotonic() - spent

    @property
    def seconds(self) -> float:
        """Seconds spent so far."""
        return time.monotonic() - self._began

    def progress(self, tokens: int) -> float:
        """Share of the budget that is used after ``tokens``; 1.0 is the end."""
        return min(1.0, max(tokens / self._tokens, self.seconds / self._seconds))


def learning_rate_factor(progress: float, warmup: float = 0.06) -> float:
    """Linear warm-up, then linear decay to 2 % of the peak."""
    if progress < warmup:
        return max(progress, 1e-3) / warmup
    return max(0.02, (1 - progress) / (1 - warmup))


def autocast(device: torch.device) -> torch.autocast:
    """bf16 where the hardware multiplies it, else no change."""
    return torch.autocast(device.type, torch.bfloat16, enabled=multiplies_bf16(device))


@functools.cache
def multiplies_bf16(device: torch.device) -> bool:
    """Whether the hardware multiplies bf16 faster than fp32: CUDA, and CPUs with AVX512-BF16 or AMX."""
    if device.type != "cpu":
        return device.type == "cuda"
    flags = Path("/proc/cpuinfo")
    if not torch.backends.cpu.get_cpu_capability().startswith("AVX512") or not flags.exists():
        return False
    return "avx512_bf16" in (text := flags.read_text()) or "amx_bf16" in text


class Stopped(Exception):  # noqa: N818 - not an error: the run was asked to stop and has saved its state
    """Training was interrupted by a signal after writing a checkpoint."""


@contextlib.contextmanager
def restored_signals() -> Iterator[None]:
    """Ctrl-C means what it meant before once training is over."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


class Stopper:
    """Turns SIGINT and SIGTERM into a flag, so that a run can save itself and end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a crash leaves the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def log_line(path: Path, **values: float | int | str) -> None:
    """Append a record to a JSONL log and print it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in values.items()})
    with path.open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    print(line, flush=True)


def hardware(device: torch.device) -> str:
    """The processor or GPU that a run used, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    names = [
        line.split(":", 1)[1].strip()
        for line in (Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else [])
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.processor()}, {torch.get_num_threads()} threads"


def commit() -> str:
    """The commit that the code stood at, with ``+`` if it was changed since; ``unknown`` outside git."""
    run: Callable[..., Any] = subprocess.run
    head = run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    if head.returncode:
        return "unknown"
    changed = run(["git", "diff", "--quiet", "HEAD", "--", "mtqa", "scripts"], check=False).returncode
    return str(head.stdout.strip()) + ("+" if changed else "")
