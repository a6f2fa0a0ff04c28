"""``mtqa garble``: clean English made into bad machine translation, with the edits that mend it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtqa.cli.inputs import Inputs
from mtqa.cli.messages import error, progress_bar
from mtqa.cli.options import GroupedCommand, grouped
from mtqa.cli.output import open_output
from mtqa.errors import InputError

if TYPE_CHECKING:
    from mtqa.training.garble.document import GarbledDocument
    from mtqa.training.garble.engine import Garbler

_FILE = click.Path(path_type=Path)
#: Named here so that ``--help`` need not import what prints them.
_FORMATS = ("text", "json", "diff")

_errors = grouped("Which errors")
_places = grouped("Dictionaries")


@click.command(
    cls=GroupedCommand,
    short_help="Make bad machine translation of a clean text, with exact labels.",
    epilog="Exit status: 0 garbled, 2 an error (another file's text is still garbled), 130 interrupted.",
)
@click.argument("paths", nargs=-1, type=click.Path(readable=False), metavar="[FILE]...")
@_errors("--seed", type=int, default=0, show_default=True, metavar="N", help="Another seed, other errors.")
@_errors(
    "--rate",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.1,
    show_default=True,
    metavar="P",
    help="About the share of the words that errors cover.",
)
@_errors(
    "--clean-share",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    metavar="P",
    help="The share of the sentences that stay as they are.",
)
@_errors(
    "--family", "families", multiple=True, metavar="NAME", help="Only errors of this family; may be repeated."
)
@_errors("--list-families", is_flag=True, help="Show the families, each with an example, and garble nothing.")
@_places(
    "--data",
    type=_FILE,
    default="../shared/data",
    show_default=True,
    envvar="MTQA_DATA",
    metavar="FOLDER",
    help="The folder with pivot/ and parallel/, or MTQA_DATA.",
)
@_places(
    "--corpus",
    type=_FILE,
    metavar="FILE",
    help="English text to count words in; by default corpus/shard2.jsonl.xz beside the folder of the data.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="json has the edits, with offsets on both sides.",
)
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Write to FILE instead of standard output.")
@click.option(
    "--stdin-filename",
    default="<stdin>",
    metavar="NAME",
    help="What to call standard input; its extension tells the format.",
)
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress bar on stderr.")
@click.pass_context
def garble(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    seed: int,
    rate: float,
    clean_share: float,
    families: tuple[str, ...],
    list_families: bool,
    data: Path,
    corpus: Path | None,
    form: str,
    output: Path | None,
    stdin_filename: str,
    quiet: bool,
) -> None:
    """Put the errors of machine translation into each clean FILE, or standard input (-).

    What stands between the sentences stays, and so does markup. The same text, seed and options give the same
    errors. The dictionaries are read once, in less than a minute, and remembered.

    \b
    Examples:
      mtqa garble --list-families
      mtqa garble article.txt --seed 3
      mtqa garble article.txt --format diff --family pivot --family topics
      mtqa garble articles/*.txt --format json -o labelled.json
    """
    from mtqa.cache import cache_folder  # delayed, like all that garbles: ``--help`` does not wait for it
    from mtqa.training.garble import listing
    from mtqa.training.garble.loading import check_families, load_garbler

    if list_families:
        with open_output(output, False) as out:
            out.write(listing.list_families())
        return
    if not paths:
        raise click.UsageError("Nothing to garble: give a FILE, or - for standard input.")
    check_families(families)
    inputs = Inputs(paths, stdin_filename, quiet)
    with open_output(output, form == "json") as out:
        with progress_bar("Reading the dictionaries", None, not quiet):
            garbler = load_garbler(
                data, corpus, cache_folder(), rate=rate, families=families, clean_share=clean_share
            )
        documents = list(_garbled(inputs, garbler, seed))
        if not documents:
            context.exit(2)  # within: a file that is there is not replaced by nothing
        if form == "json":
            settings = {"seed": seed, "rate": rate, "clean_share": clean_share, "families": list(families)}
            out.write(listing.as_json(documents, settings))
        elif form == "diff":
            out.write(listing.as_diff(documents))
        else:
            out.write(listing.as_text(documents, len(paths) > 1))
    context.exit(2 if inputs.failed else 0)


def _garbled(inputs: Inputs, garbler: Garbler, seed: int) -> Iterator[GarbledDocument]:
    """The documents garbled; one that cannot be is told and left out."""
    from mtqa.training.garble.document import garble_document

    for document in inputs:
        try:
            garbled = garble_document(document, garbler, seed)
        except InputError as problem:
            inputs.failed = True
            error(str(problem))
            continue
        yield garbled
