"""The group of commands, and the edge at which errors become messages and exit statuses.

Nothing here or in the commands imports torch or transformers before a model is loaded, so that ``--help`` and
a usage error answer at once.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from mtqa.cli.accept import accept
from mtqa.cli.baseline import baseline
from mtqa.cli.cache import cache
from mtqa.cli.check import check
from mtqa.cli.completion import completion
from mtqa.cli.config import config
from mtqa.cli.eval import evaluate
from mtqa.cli.fix import fix
from mtqa.cli.garble import garble
from mtqa.cli.hook import hook
from mtqa.cli.messages import error
from mtqa.cli.models import models, signature_lines
from mtqa.cli.score import score
from mtqa.errors import MtqaError
from mtqa.version import __version__

#: 128 + the number of the signal, as a shell reports it.
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


class _Group(click.Group):
    """A group whose commands end in a message and an exit status, never in a traceback of our own errors."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MtqaError as problem:
            error(*map(str, problem.args))
            ctx.exit(2)
        except KeyboardInterrupt:
            error("interrupted.")
            ctx.exit(EXIT_INTERRUPTED)
        except OSError as problem:
            if problem.errno != errno.EPIPE:
                raise
            # The reader (`| head`) has left. What is buffered must not be flushed into the pipe at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(EXIT_BROKEN_PIPE)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"mtqa {__version__}")
    for line in signature_lines():
        click.echo(line)
    ctx.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and the models' signatures, and exit.",
)
def main() -> None:
    """Find the phrases in machine-translated English that a copy editor would stop at.

    mtqa reads a text, flags its doubtful phrases, proposes what to write instead, and says of every sentence
    how likely it is that it can run as it stands. It needs no source text, no network and no GPU.

    \b
    Example:
      mtqa check article.txt
    """


main.add_command(check)
main.add_command(fix)
main.add_command(score)
main.add_command(accept)
main.add_command(config)
main.add_command(baseline)
main.add_command(hook)
main.add_command(evaluate)
main.add_command(garble)
main.add_command(models)
main.add_command(cache)
main.add_command(completion)
