"""``mtqa check``: its options. What they make it do is in :mod:`mtqa.cli.run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from mtqa.cli.inputs import STDIN, Inputs, read_file_list
from mtqa.cli.messages import note
from mtqa.cli.options import (
    PROBABILITY,
    GroupedCommand,
    config_options,
    grouped,
    model_options,
    threshold_options,
)
from mtqa.cli.run import CheckRun, RunOptions
from mtqa.config import KEYS, Configs
from mtqa.config.reading import misspelled_variables
from mtqa.report import FORMATS
from mtqa.types import LEVELS

_FILE = click.Path(path_type=Path)
_OUTPUT = click.Path(path_type=Path, readable=False)

_input = grouped("What to check")
_flags = grouped("What is flagged")
_report = grouped("What is reported")
_status = grouped("What fails")


@click.command(
    cls=GroupedCommand,
    short_help="Flag doubtful phrases and propose what to write instead.",
    epilog="Exit status: 0 nothing at or above the fail level, 1 findings, 2 an error.",
)
@click.argument("paths", nargs=-1, type=click.Path(readable=False), metavar="[PATH]...")
@_input("--files-from", metavar="FILE", help="Also check the files that FILE lists, one a line; - is stdin.")
@_input("--stdin-filename", metavar="NAME", help="Name of standard input; its extension is its format.")
@_input("--since", metavar="REV", help="Only lines that changed since the git revision REV.")
@_input("--diff", is_flag=True, help="Only lines that changed since the last commit: --since HEAD.")
@_input("--force-exclude", is_flag=True, default=None, help="Leave excluded files out, even named ones.")
@threshold_options
@_flags("--accept", type=_FILE, metavar="FILE", multiple=True, help="Never flag the entries of this list.")
@_flags("--baseline", type=_FILE, metavar="FILE", help="Leave out the findings in this file.")
@_report("--format", type=click.Choice(list(FORMATS)), help="How to report, by default as text.")
@_report("-o", "--output", type=_OUTPUT, metavar="FILE", help="Write the report to FILE, whole or not.")
@_report("--min-level", type=click.Choice(LEVELS), help="Show flags from here on; by default all.")
@_report(
    "--suggest/--no-suggest",
    default=None,
    help="Propose replacements (the default), or only flag: faster.",
)
@_report("--color/--no-color", default=None, help="Colour, by default on a terminal; NO_COLOR is respected.")
@_status(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    help="Exit with 1 if there is a flag of this level or above, shown or not; by default an error.",
)
@_status("--fail-under", type=PROBABILITY, metavar="P", help="Exit with 1 if a sentence has less confidence.")
@config_options
@model_options
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress bar on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Add the signature, positions and the time it took.")
@click.pass_context
def check(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    files_from: str | None,
    stdin_filename: str | None,
    since: str | None,
    diff: bool,
    output: Path | None,
    color: bool | None,
    config: Path | None,
    isolated: bool,
    quiet: bool,
    verbose: bool,
    **given: object,
) -> None:
    """Flag doubtful phrases, propose replacements, and rate every sentence.

    PATH is a file (.txt, .md, .html, .docx), a folder, a glob, or - for standard input. What the options do
    not say, `mtqa.toml` and MTQA_* variables do; `mtqa config show` prints what holds.

    Levels: a minor flag is a suggestion, a major one a warning, a critical one an error.

    \b
    Examples:
      mtqa check article.txt
      mtqa check --format json -o report.json drafts/
      mtqa check --diff --fail-on warning "drafts/**/*.md"
      git diff --name-only | mtqa check --files-from -
      pbpaste | mtqa check --precision 0.9 -
    """
    if given["threshold"] is not None and given["precision"] is not None:
        raise click.UsageError("--threshold and --precision exclude each other: give one of them.")
    if diff and since is not None:
        raise click.UsageError("--diff and --since exclude each other: --diff is --since HEAD.")
    asked = RunOptions(output, color, quiet, verbose, "HEAD" if diff else since)
    configs = Configs(config, isolated=isolated, options=_settings(given))
    if not quiet:
        for line in misspelled_variables(configs.environment):
            note(line)
    inputs = Inputs(_paths(paths, files_from, asked.since), stdin_filename or "<stdin>", quiet, configs)
    failing = CheckRun(inputs, configs, asked).run()
    context.exit(2 if inputs.failed else 1 if failing else 0)


def _paths(paths: tuple[str, ...], files_from: str | None, since: str | None) -> tuple[str, ...]:
    """The arguments and what the list names; standard input where there is neither."""
    if files_from == STDIN and STDIN in paths:
        raise click.UsageError("Standard input is either a text or a list of files: give - only once.")
    if files_from is not None:
        paths = (*paths, *read_file_list(files_from))
    elif not paths:
        if _is_terminal(sys.stdin):
            raise click.UsageError("Nothing to check: give a PATH, or pipe a text in.")
        paths = (STDIN,)
    if since is not None and STDIN in paths:
        raise click.UsageError("Standard input has no changed lines: give a PATH with --since or --diff.")
    return paths


def _settings(given: dict[str, object]) -> dict[str, object]:
    """The options that are keys of the configuration, by key; None where not given."""
    precision, accept, baseline = given["precision"], given.pop("accept"), given["baseline"]
    given["precision"] = None if precision is None else float(str(precision))
    given["baseline"] = None if baseline is None else str(baseline)
    given["accept_files"] = list(map(str, accept)) or None if isinstance(accept, tuple) else None
    return {key.name: given[key.field] for key in KEYS.values() if key.field in given}


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()
