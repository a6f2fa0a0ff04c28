"""``mtqa models``: what is installed. Reads ``mtqa.json`` and the card, and loads no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mtqa.errors import ModelError

#: The card of a model folder, where the transformers hub shows it.
CARD = "README.md"


@dataclass(frozen=True, slots=True)
class Installed:
    """A model folder as its files describe it; ``values`` is its ``mtqa.json``, ``bytes`` its size."""

    part: str
    folder: Path
    signature: str
    bytes: int
    values: dict[str, Any]

    @property
    def card(self) -> str:
        """The model card, or a line saying that there is none."""
        path = self.folder / CARD
        return path.read_text(encoding="utf-8") if path.exists() else f"{self.folder} has no card."


def installed(part: str, model: Path | None = None) -> Installed:
    """The shipped scorer or corrector, or the one in a folder. Raises :class:`ModelError`."""
    # Delayed, so that ``--help`` need not wait for it.
    from mtqa.scorer.folder import read_manifest, shipped_folder, signature_of

    manifest = read_manifest(shipped_folder(part) if model is None else model)
    folder = manifest.folder
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Installed(part, folder, signature_of(folder, manifest.name), size, dict(manifest.values))


def signature_lines() -> Iterator[str]:
    """``scorer base-v1@1c2d3e4f`` and the corrector's, as ``--version`` prints them."""
    return map(_signature_line, ("scorer", "corrector"))


def _signature_line(part: str) -> str:
    try:
        return f"{part} {installed(part).signature}"
    except ModelError as problem:
        return f"{part}: {problem}"


@click.command(short_help="Show the installed models and their thresholds.")
@click.option("--scorer", type=click.Path(path_type=Path), metavar="FOLDER", help="Another scorer's folder.")
@click.option(
    "--corrector", type=click.Path(path_type=Path), metavar="FOLDER", help="Another corrector's folder."
)
@click.option(
    "--card", type=click.Choice(["scorer", "corrector"]), help="Print this model's card and nothing else."
)
def models(scorer: Path | None, corrector: Path | None, card: str | None) -> None:
    """Show the installed models: signature, size, thresholds, place.

    A threshold is the score from which a phrase is flagged. The one listed for a precision is what
    `mtqa check --precision` takes.

    \b
    Examples:
      mtqa models
      mtqa models --card scorer
    """
    folders = {"scorer": scorer, "corrector": corrector}
    if card:
        click.echo(installed(card, folders[card]).card.rstrip())
        return
    for part, folder in folders.items():
        for line in _description(installed(part, folder)):
            click.echo(line)


def _description(model: Installed) -> Iterator[str]:
    yield f"{model.part} {model.signature}"
    yield f"  {model.bytes / 1e6:.1f} MB in {model.folder}"
    thresholds = model.values.get("thresholds")
    if thresholds:
        points = [f"{thresholds['default']:.3f} by default"]
        points += [
            f"{value:.3f} for precision {name}" for name, value in thresholds.get("precision", {}).items()
        ]
        yield "  threshold: " + ", ".join(points)
        if thresholds.get("document", {}).get("weight"):
            yield "  the default one is lower in a document that reads badly, higher in one that reads well"
