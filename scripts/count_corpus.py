"""Count the n-grams of the corpus into the scorer's evidence table.

python scripts/count_corpus.py --corpus ../shared/corpus --out work/counts.safetensors
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from mtqa.training.counts import build_table


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option("--sources", multiple=True, help="Only these sources (repeatable); all by default.")
@click.option("--shards", default="0,1,2,3", show_default=True)
@click.option("--workers", default=4, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("work/counts.safetensors"))
def main(corpus: Path, sources: tuple[str, ...], shards: str, workers: int, out: Path) -> None:
    """Count, prune, quantise and write the table, with a record of what it holds beside it."""
    start = time.time()
    table, record = build_table(
        corpus, sources=sources or None, workers=workers, shards=[int(s) for s in shards.split(",")]
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    table.save(out)
    out.with_suffix(".json").write_text(json.dumps(record) + "\n", encoding="utf-8")
    kept = ", ".join(f"{name} {count:,}" for name, count in record.items())
    click.echo(f"{kept}; {out.stat().st_size / 1e6:.1f} MB in {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
