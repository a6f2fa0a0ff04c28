"""How recipes start the processes that they share work among."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext


def clean_start() -> BaseContext:
    """Processes that begin from a clean one, not as copies of this one.

    A copy of a process whose threads hold locks (torch's, tokenizers') may wait for them for ever; see
    https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods.
    """
    known = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
