"""Measure the scorer on the public benchmark's word, sentence and news sections, beside the MiniLM row.

    python scripts/evaluate.py --split dev
    python scripts/evaluate.py --split test20 --json work/test20.json --card

Thresholds on the word score are chosen on dev; nothing is fitted on test20.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from mtqa.evaluation.data import PAIRS
from mtqa.evaluation.metrics import caught_by_reading, expected_calibration_error
from mtqa.evaluation.news import clean_segments, flag_figures, round_trip_figures, round_trip_pairs
from mtqa.evaluation.words import PairScores, choose_threshold, pair_figures, score_pair
from mtqa.scorer import Scorer, load_scorer
from mtqa.scorer.folder import MANIFEST
from mtqa.training.card import figure_table, write_scorer_card

Rows = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Published:
    """The MiniLM row: fine-tuned on the train split alone (see the benchmark's description)."""

    word_mcc: float
    da_pearson: float


MINILM_ROW = {
    "ro-en": Published(0.46, 0.692),
    "et-en": Published(0.28, 0.586),
    "ne-en": Published(0.30, 0.492),
    "si-en": Published(0.32, 0.490),
    "ru-en": Published(0.23, 0.548),
}


def human_rows(scorer: Scorer, data: Path, split: str, limit: int | None) -> Rows:
    """Sections 1 and 2: one row a pair, and the calibration over all pairs."""
    rows: Rows = {}
    scored: list[PairScores] = []
    for pair in PAIRS:
        dev = score_pair(scorer, data, pair, "dev", limit)
        chosen = dev if split == "dev" else score_pair(scorer, data, pair, split, limit)
        published = MINILM_ROW[pair]
        rows[pair] = pair_figures(chosen, *choose_threshold(dev)) | {
            "MiniLM row word_mcc": published.word_mcc,
            "MiniLM row da_pearson": published.da_pearson,
        }
        scored.append(chosen)
        on_dev = pair_figures(dev, *choose_threshold(dev))["word_mcc"]
        click.echo(f"{pair}: word MCC {rows[pair]['word_mcc']:.3f}, on dev {on_dev:.3f}", err=True)
    confidence = np.concatenate([s.confidence for s in scored])
    hter = np.concatenate([s.hter for s in scored])
    rows["all pairs"] = {
        "confidence_ece": expected_calibration_error(confidence, hter == 0),
        **{
            f"errors caught reading {share:.0%}": caught_by_reading(confidence, hter, share)
            for share in (0.2, 0.35, 0.5)
        },
    }
    return rows


def news_rows(scorer: Scorer, data: Path) -> Rows:
    """Section 4: false alarms on clean news, and originals against their round trips."""
    clean = clean_segments(data)
    return {
        "clean news": flag_figures(clean, scorer.score(clean), scorer.thresholds.default),
        "round trips": round_trip_figures(scorer, round_trip_pairs(data), scorer.thresholds.default),
    }


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--split", type=click.Choice(["dev", "test20"]), default="dev", show_default=True)
@click.option("--scorer", "model", help="A scorer folder; the shipped one by default.")
@click.option("--limit", type=int, help="Only the first segments of each pair.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--card", is_flag=True, help="Put the figures into the model folder's manifest and card.")
def main(data: Path, split: str, model: str | None, limit: int | None, out: Path | None, card: bool) -> None:
    """Print the tables."""
    start = time.time()
    scorer = load_scorer(model)
    human, news = human_rows(scorer, data, split, limit), news_rows(scorer, data)
    titles = {f"Post-edited MT output (MLQE-PE {split})": human, "News (clean_news dev, sysout dev)": news}
    click.echo(f"scorer {scorer.signature}, {time.time() - start:.0f} s\n")
    for title, rows in titles.items():
        for name in rows:
            click.echo(figure_table(f"{title}: {name}", {name: rows[name]}) + "\n")
    if out is not None:
        out.write_text(json.dumps({"scorer": scorer.signature, "split": split, **titles}, indent=1) + "\n")
    if card:
        update_card(Path(model or "models/scorer"), titles, scorer.signature)


def update_card(folder: Path, titles: dict[str, Rows], signature: str) -> None:
    """Keep the figures in the manifest, and write the card again."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["figures"] |= titles
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    write_scorer_card(folder, manifest, signature=signature)


if __name__ == "__main__":
    main()
