"""``mtqa fix``: its options. What they make it do is in :mod:`mtqa.cli.fix_run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mtqa.cli.fix_run import FixOptions, FixRun, Mode
from mtqa.cli.inputs import STDIN, read_file_list
from mtqa.cli.messages import note
from mtqa.cli.options import (
    PROBABILITY,
    GroupedCommand,
    config_options,
    grouped,
    model_options,
    threshold_options,
)
from mtqa.config import KEYS, Configs
from mtqa.config.reading import misspelled_variables
from mtqa.types import LEVELS

_FILE = click.Path(path_type=Path)

_input = grouped("What to fix")
_how = grouped("How")
_flags = grouped("What is flagged")


@click.command(
    cls=GroupedCommand,
    short_help="Write proposals into files: asked one by one, or by score.",
    epilog="Exit status: 0 done, 1 with --diff if there are changes and with --write if a fix had no place, "
    "2 an error, 130 Ctrl-C.",
)
@click.argument("paths", nargs=-1, type=click.Path(readable=False), metavar="[PATH]...")
@_input("--files-from", metavar="FILE", help="Also fix the files that FILE lists, one a line; - is stdin.")
@_input("--stdin-filename", metavar="NAME", help="Name of standard input; its extension is its format.")
@_input("--force-exclude", is_flag=True, default=None, help="Leave excluded files out, even named ones.")
@_how("--diff", is_flag=True, help="Print what would change, and write nothing, also with --write.")
@_how("--write", is_flag=True, help="Write the best proposal of each flag without asking.")
@_how(
    "--min-score",
    type=PROBABILITY,
    metavar="P",
    help="Proposals that an editor takes with probability P; with --diff and --write by default the "
    "corrector's own, else all.",
)
@_how("--color/--no-color", default=None, help="Colour, by default on a terminal; NO_COLOR is respected.")
@threshold_options
@_flags("--min-level", type=click.Choice(LEVELS), help="Flags from here on; by default all.")
@_flags("--accept", type=_FILE, metavar="FILE", multiple=True, help="Never flag the entries of this list.")
@_flags("--baseline", type=_FILE, metavar="FILE", help="Leave out the findings in this file.")
@config_options
@model_options
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress bar on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Also say which fixes were written.")
@click.pass_context
def fix(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    files_from: str | None,
    stdin_filename: str | None,
    diff: bool,
    write: bool,
    min_score: float | None,
    color: bool | None,
    config: Path | None,
    isolated: bool,
    quiet: bool,
    verbose: bool,
    **given: object,
) -> None:
    """Write proposals into files, keeping their markup, encoding and line endings.

    Without --diff or --write it asks, one key a flag: a or 1 takes the first proposal, 2 and 3 another, e
    takes your own wording, s skips, S skips all alike, i accepts the phrase for good, u goes back, q quits
    and keeps what was done, ? helps. A file is written when its last flag is decided.

    PATH is as for `mtqa check`; what - has on standard input is printed. What is suppressed, accepted or in
    the baseline is left alone.

    \b
    Examples:
      mtqa fix article.txt
      mtqa fix --diff drafts/ > fixes.patch
      mtqa fix --write --min-score 0.8 "drafts/**/*.md"
      mtqa fix --write - < draft.txt > fixed.txt
    """
    if given["threshold"] is not None and given["precision"] is not None:
        raise click.UsageError("--threshold and --precision exclude each other: give one of them.")
    mode = Mode.DIFF if diff else Mode.WRITE if write else Mode.ASK
    paths = _paths(paths, files_from, mode)
    configs = Configs(config, isolated=isolated, options=_settings(given))
    if not quiet:
        for line in misspelled_variables(configs.environment):
            note(line)
    asked = FixOptions(mode, min_score, color, quiet, verbose)
    context.exit(FixRun(paths, stdin_filename or "<stdin>", configs, asked).run())


def _paths(paths: tuple[str, ...], files_from: str | None, mode: Mode) -> tuple[str, ...]:
    """The arguments and what the list names; standard input where there is neither and nothing is asked."""
    if mode is Mode.ASK and not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)):
        raise click.UsageError("There is no terminal to ask in: give --diff to see the fixes, or --write.")
    if mode is Mode.ASK and STDIN in paths:
        raise click.UsageError(
            "Standard input is where the answers come from: give --diff or --write with -."
        )
    if files_from == STDIN and STDIN in paths:
        raise click.UsageError("Standard input is either a text or a list of files: give - only once.")
    if files_from is not None:
        return (*paths, *read_file_list(files_from))
    if not paths and _is_terminal(sys.stdin):
        raise click.UsageError("Nothing to fix: give a PATH.")
    return paths or (STDIN,)


def _settings(given: dict[str, object]) -> dict[str, object]:
    """The options that are keys of the configuration, by key; None where not given."""
    precision, accept, baseline = given["precision"], given.pop("accept"), given["baseline"]
    given["precision"] = None if precision is None else float(str(precision))
    given["baseline"] = None if baseline is None else str(baseline)
    given["accept_files"] = list(map(str, accept)) or None if isinstance(accept, tuple) else None
    given["suggest"] = True
    return {key.name: given[key.field] for key in KEYS.values() if key.field in given}


def _is_terminal(stream: object) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())
