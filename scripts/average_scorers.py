"""Average the weights of two scorers of which one went on from the other (Wortsman et al. 2022).

python scripts/average_scorers.py work/scorer.pt work/more/scorer.pt --share 0.6 --out work/averaged
python scripts/average_scorers.py models/scorer work/more/scorer.pt --share 0.65 --out work/averaged
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import torch
from safetensors.torch import load_file

from mtqa.scorer.folder import WEIGHTS


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint or a model folder, in fp32."""
    if path.is_dir():
        return {name: tensor.float() for name, tensor in load_file(path / WEIGHTS).items()}
    model: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return model


@click.command()
@click.argument("first", type=click.Path(path_type=Path, exists=True))
@click.argument("second", type=click.Path(path_type=Path, exists=True))
@click.option("--share", default=0.5, show_default=True, help="Weight of the second checkpoint.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A work folder to calibrate from."
)
def main(first: Path, second: Path, share: float, out: Path) -> None:
    """Write the averaged checkpoint, and the second one's configuration and record."""
    one, other = weights_of(first), weights_of(second)
    out.mkdir(parents=True, exist_ok=True)
    averaged = {name: (1 - share) * one[name] + share * other[name] for name in other}
    torch.save({"model": averaged}, out / "scorer.pt")
    record = json.loads(second.with_name("scorer.record.json").read_text(encoding="utf-8"))
    record["averaged"] = {"share": share, "with_steps": record["before"]["steps"]}
    (out / "scorer.record.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    shutil.copy(second.with_name("config.json"), out / "config.json")
    own = second.with_name("tokenizer.json")
    shutil.copy(
        own if own.exists() else second.with_name("minilm") / "tokenizer.json", out / "tokenizer.json"
    )


if __name__ == "__main__":
    main()
