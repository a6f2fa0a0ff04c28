"""Average two scorers of one start, or of which one went on from the other (Wortsman et al. 2022).

python scripts/average_scorers.py work/scorer.pt work/more/scorer.pt --share 0.6 --out work/averaged
python scripts/average_scorers.py models/scorer work/more/scorer.pt --share 0.65 --out work/averaged
python scripts/average_scorers.py work/seed1/scorer.pt work/seed2/scorer.pt --out work/averaged
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click
import torch
from safetensors.torch import load_file

from mtqa.scorer.folder import WEIGHTS

RECORD = "scorer.record.json"


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint or a model folder, in fp32."""
    if path.is_dir():
        return {name: tensor.float() for name, tensor in load_file(path / WEIGHTS).items()}
    model: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return model


def record_of(path: Path) -> dict[str, Any] | None:
    """The training record beside a checkpoint; None of a model folder and of weights that have none."""
    record = path.with_name(RECORD)
    if path.is_dir() or not record.exists():
        return None
    known: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    return known


def merged_record(one: dict[str, Any] | None, other: dict[str, Any], share: float) -> dict[str, Any]:
    """The second one's record, with the first one's ``beside`` unless the second went on from the first.

    ``beside`` is without the runs before it, which are those of the second, or some of them.
    """
    run: dict[str, Any] | None = other
    while one is not None and run is not None and run != one:
        run = run.get("before")
    if one is None or run is not None:
        return {**other, "averaged": {"share": share}}
    beside = {name: value for name, value in one.items() if name != "before"}
    return {**other, "beside": {**beside, "share": round(1 - share, 4)}}


@click.command()
@click.argument("first", type=click.Path(path_type=Path, exists=True))
@click.argument("second", type=click.Path(path_type=Path, exists=True))
@click.option("--share", default=0.5, show_default=True, help="Weight of the second checkpoint.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A work folder to calibrate from."
)
def main(first: Path, second: Path, share: float, out: Path) -> None:
    """Write the averaged checkpoint, and the second one's configuration and record."""
    last = record_of(second)
    if last is None:
        raise click.UsageError(f"{second} has no {RECORD} beside it: name the checkpoint that a run left.")
    one, other = weights_of(first), weights_of(second)
    out.mkdir(parents=True, exist_ok=True)
    averaged = {name: (1 - share) * one[name] + share * other[name] for name in other}
    torch.save({"model": averaged}, out / "scorer.pt")
    record = merged_record(record_of(first), last, share)
    (out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    shutil.copy(second.with_name("config.json"), out / "config.json")
    own = second.with_name("tokenizer.json")
    shutil.copy(
        own if own.exists() else second.with_name("minilm") / "tokenizer.json", out / "tokenizer.json"
    )


if __name__ == "__main__":
    main()
