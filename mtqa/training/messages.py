"""How a recipe's command ends: a line and an exit status, no traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable

from mtqa.errors import MtqaError


def with_messages(stopped: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a command: status 2 and a line for what is raised on purpose, 130 and ``stopped`` for Ctrl-C."""

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**options: object) -> None:
            try:
                command(**options)
            except KeyboardInterrupt:
                print(stopped, file=sys.stderr)
                sys.exit(130)
            except (MtqaError, FileNotFoundError) as error:
                print(f"Error: {error}", file=sys.stderr)
                sys.exit(2)

        return run

    return wrap
