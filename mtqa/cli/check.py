"""``mtqa check``: from files to a report."""

from __future__ import annotations

import itertools
import os
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import click

import mtqa
from mtqa.cli.inputs import Inputs
from mtqa.cli.messages import note, progress_bar
from mtqa.cli.output import open_output, page_width, wants_color
from mtqa.report import FORMATS, RenderOptions, drop_below, is_failure, render
from mtqa.report.signs import can_encode
from mtqa.types import LEVELS, Document, Level, Report

if TYPE_CHECKING:
    from mtqa.checker import Checker

_PROBABILITY = click.FloatRange(0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What the user asked for; the fields are the options of the same names."""

    format: str
    output: Path | None
    min_level: Level
    fail_on: str
    fail_under: float | None
    threshold: float | None
    precision: str | None
    suggest: bool
    stdin_filename: str
    scorer: str | None
    corrector: str | None
    color: bool | None
    quiet: bool
    verbose: bool
    jobs: int | None


@click.command(
    short_help="Flag doubtful phrases and propose what to write instead.",
    epilog="Exit status: 0 nothing at or above the fail level, 1 findings, 2 an error.",
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to report."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Write the report to FILE, whole or not.",
)
@click.option(
    "--min-level",
    type=click.Choice(LEVELS),
    default=LEVELS[0],
    show_default=True,
    help="Show flags from here on.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default=LEVELS[-1],
    show_default=True,
    help="Exit with 1 if there is a flag of this level or above, shown or not.",
)
@click.option(
    "--fail-under", type=_PROBABILITY, metavar="P", help="Exit with 1 if a sentence has less confidence."
)
@click.option(
    "--threshold", type=_PROBABILITY, metavar="P", help="Flag what an editor would change with probability P."
)
@click.option(
    "--precision",
    type=click.Choice(["0.5", "0.7", "0.9"]),
    help="Flag at the model's threshold for this share of justified flags.",
)
@click.option(
    "--suggest/--no-suggest", default=True, help="Propose replacements (the default), or only flag: faster."
)
@click.option(
    "--stdin-filename",
    default="<stdin>",
    metavar="NAME",
    help="Name of standard input; its extension is its format.",
)
@click.option("--scorer", metavar="MODEL", help="A scorer's folder or hub id instead of the shipped one.")
@click.option(
    "--corrector", metavar="MODEL", help="A corrector's folder or hub id instead of the shipped one."
)
@click.option(
    "--color/--no-color", default=None, help="Colour, by default on a terminal; NO_COLOR is respected."
)
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress bar on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Add the signature, positions and the time it took.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1), metavar="N", help="Threads, by default one for each core."
)
@click.pass_context
def check(context: click.Context, /, paths: tuple[str, ...], **options: object) -> None:
    """Flag doubtful phrases, propose replacements, and rate every sentence.

    PATH is a file (.txt, .md, .html, .docx), a folder, a glob, or - for standard input.

    Levels: a minor flag is a suggestion, a major one a warning, a critical one an error.

    \b
    Examples:
      mtqa check article.txt
      mtqa check --format json -o report.json drafts/
      pbpaste | mtqa check --precision 0.9 -
    """
    asked = CheckOptions(**options)  # type: ignore[arg-type]
    if asked.threshold is not None and asked.precision is not None:
        raise click.UsageError("--threshold and --precision exclude each other: give one of them.")
    if not paths:
        if _is_terminal(sys.stdin):
            raise click.UsageError("Nothing to check: give a PATH, or pipe a text in.")
        paths = ("-",)
    inputs = Inputs(paths, asked.stdin_filename, asked.quiet)
    failing = _run(inputs, asked)
    context.exit(2 if inputs.failed else 1 if failing else 0)


def _run(inputs: Inputs, asked: CheckOptions) -> bool:
    """Write the report; whether it fails."""
    documents = iter(inputs)
    # The first document is read before the models are loaded: a misspelled name is answered at once.
    first = next(documents, None)
    if first is None:
        return False
    since = time.monotonic()
    failing = False

    def shown(reports: Iterable[Report]) -> Iterator[Report]:
        nonlocal failing
        fail_on = None if asked.fail_on == "never" else cast(Level, asked.fail_on)
        for report in reports:
            failing = is_failure(report, fail_on, asked.fail_under) or failing
            yield drop_below(report, asked.min_level)

    with open_output(asked.output, FORMATS[asked.format].for_machines) as output:
        checker = _load(asked)
        reports = _reports(checker, itertools.chain([first], documents), asked)
        output.write(render(asked.format, shown(reports), _render_options(asked, checker.signature)))
    if asked.verbose:
        note(f"it took {time.monotonic() - since:.1f} s.")
    return failing


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _load(asked: CheckOptions) -> Checker:
    with progress_bar("loading the models", None, not asked.quiet):
        if asked.jobs is not None:
            import torch  # delayed, like all that loads a model

            torch.set_num_threads(asked.jobs)
        if not asked.verbose:
            _hush_libraries()
        return mtqa.load(
            asked.scorer,
            asked.corrector,
            threshold=asked.threshold,
            precision=float(asked.precision) if asked.precision else None,
            suggest=asked.suggest,
        )


def _reports(checker: Checker, documents: Iterable[Document], asked: CheckOptions) -> Iterator[Report]:
    for document in documents:
        with progress_bar(document.path, len(document.sentences), not asked.quiet) as advance:
            report = checker.check(document, advance)
        yield report


def _hush_libraries() -> None:
    """What the libraries say while they load is for their developers, and would stand among our messages.

    By their environment variables, read when they are imported, so that nothing is imported here.
    """
    warnings.simplefilter("ignore")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _render_options(asked: CheckOptions, signature: str) -> RenderOptions:
    stream = sys.stdout if asked.output is None else None
    return RenderOptions(
        signature=signature,
        width=page_width(stream, os.environ),
        color=wants_color(asked.color, stream, os.environ),
        unicode=stream is None or can_encode(stream.encoding),
        verbose=asked.verbose,
    )
