"""Two tables of docs/training.md on a scorer's calibration, measured on dev; nothing is written.

python scripts/compare_calibration.py            # about ten minutes of a core

What confidence is fitted on: five-fold cross-validation on post-edits and news. And what the threshold of a
document finds in articles of which more or less is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from calibrate_scorer import news_dev, scored_articles
from sklearn.metrics import roc_auc_score

from mtqa.evaluation.data import PAIRS
from mtqa.evaluation.metrics import caught_by_reading, expected_calibration_error, preferred
from mtqa.evaluation.news import Article, clean_articles, round_trips, with_neighbours
from mtqa.scorer import Scorer, load_scorer
from mtqa.scorer.calibration import SentenceCalibration, SentenceFeatures
from mtqa.scorer.documents import DocumentRule
from mtqa.scorer.scorer import features_of
from mtqa.training.document_rule import measure_rule
from mtqa.training.examples import Example
from mtqa.training.fit import CONFIDENCE_FEATURES, PREFERENCE, fit_confidence
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.preference import read_held_out_pairs
from mtqa.training.sources import read_mlqe
from mtqa.types import Segment

Floats = npt.NDArray[np.float64]

#: Features, and what the order of pairs counts.
CANDIDATES = {
    "that nothing is wrong": (("sound",), 0.0),
    "expected edit rate, and that nothing is wrong": (("edit_rate", "sound"), 0.0),
    "all ten": (tuple(field.name for field in fields(SentenceFeatures)), 0.0),
    "these two, the mean score and the length": (CONFIDENCE_FEATURES[:-1], 0.0),
    "these four, and natural": (CONFIDENCE_FEATURES, 0.0),
    "these five, and the order of pairs": (CONFIDENCE_FEATURES, PREFERENCE),
    "these five, and needs no edit": ((*CONFIDENCE_FEATURES, "keep"), 0.0),
}
FOLDS = 5
GARBLED_SHARES = (0.05, 0.15, 0.4)


def features(scorer: Scorer, segments: Sequence[Segment]) -> Floats:
    """Sentence features (N, F) of segments."""
    return features_of(scorer.judge.judge(segments), scorer.calibration)


def confidence_rows(
    scorer: Scorer, human: Sequence[Example], news: Sequence[Example], data: Path
) -> Iterator[str]:
    """A line for each set of features: on post-edits and on news that were not fitted to calibration error
    and ROC AUC, errors caught in post-edits, and how often originals are preferred to their round trips."""
    parts = [features(scorer, [e.segment for e in part]) for part in (human, news)]
    keep = [np.array([e.keep for e in part]) for part in (human, news)]
    rates = np.array([e.edit_rate for e in human])
    pairs = [(trip.original, text) for trip in round_trips(data, "dev") for text in trip.texts]
    first, second = (features(scorer, [Segment(text) for text in side]) for side in zip(*pairs, strict=True))
    held_out_pairs = zip(*read_held_out_pairs(data), strict=True)
    persons, machines = (features(scorer, [Segment(text) for text in side]) for side in held_out_pairs)
    rng = np.random.default_rng(0)
    folds = [rng.permutation(np.arange(len(part)) % FOLDS) for part in parts]
    for name, (chosen, preference) in CANDIDATES.items():

        def fitted(
            fold: int | None, chosen: tuple[str, ...] = chosen, preference: float = preference
        ) -> SentenceCalibration:
            kept = [np.full(len(f), True) if fold is None else f != fold for f in folds]
            return fit_confidence(
                [part[mask] for part, mask in zip(parts, kept, strict=True)],
                [labels[mask] for labels, mask in zip(keep, kept, strict=True)],
                persons - machines,
                names=chosen,
                preference=preference,
            )

        confidences = [np.zeros(len(part)) for part in parts]
        for fold in range(FOLDS):
            rule = fitted(fold)
            for confidence, part, of_fold in zip(confidences, parts, folds, strict=True):
                confidence[of_fold == fold] = rule(part[of_fold == fold])
        whole = fitted(None)
        figures = [
            f"{measure(confidence, labels > 0.5):.3f}"
            for measure in (expected_calibration_error, lambda c, kept: roc_auc_score(kept, c))
            for confidence, labels in zip(confidences, keep, strict=True)
        ]
        caught = caught_by_reading(confidences[0], rates, 0.2)
        better = preferred(whole(first), whole(second))
        yield f"| {name} | " + " | ".join([*figures, f"{100 * caught:.1f} %", f"{100 * better:.1f} %"]) + " |"


def document_rows(scorer: Scorer, data: Path, garbler: Garbler) -> Iterator[str]:
    """A line for each share of garbled sentences: precision and edits found, as if alone and in documents."""
    alone = replace(scorer.thresholds, document=DocumentRule())
    for share in GARBLED_SHARES:
        articles = [
            partly_garbled(sentences, garbler, share, number)
            for number, sentences in enumerate(clean_articles(data, "dev")[1::2])
        ]
        scored = scored_articles(articles, scorer.score([s for a in articles for s in a.segments]))
        before, after = (measure_rule(points, [], scored) for points in (alone, scorer.thresholds))
        figures = (before.precision, after.precision, before.found, after.found)
        yield f"| {100 * share:.0f} % | " + " | ".join(f"{100 * figure:.1f} %" for figure in figures) + " |"


def partly_garbled(sentences: Sequence[str], garbler: Garbler, share: float, seed: int) -> Article:
    """An article of whose sentences this share is handed to the garbler."""
    rng = random.Random(seed)
    made = [garbler.garble(s, rng) if rng.random() < share else None for s in sentences]
    texts = [s if g is None else g.text for s, g in zip(sentences, made, strict=True)]
    edits = [() if g is None else tuple((e.start, e.end) for e in g.edits) for g in made]
    return Article(with_neighbours(texts), tuple(edits))


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option(
    "--scorer", "folder", type=click.Path(path_type=Path, exists=True), default=Path("models/scorer")
)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("work"), help="The garbler's.")
@click.option("--articles", default=1800, show_default=True, help="As in calibrating.")
@click.option("--seed", default=99, show_default=True)
def main(data: Path, corpus: Path, folder: Path, cache: Path, articles: int, seed: int) -> None:
    """Print the two tables."""
    scorer = load_scorer(folder)
    garbler = Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=cache))
    human = [example for pair in PAIRS for example in read_mlqe(data, "dev", pair)]
    click.echo(
        "| confidence from | calibration error, post-edits | news | ROC AUC, post-edits | news"
        " | errors caught, 20 % read | preferred |"
    )
    for row in confidence_rows(scorer, human, news_dev(corpus, garbler, articles, seed), data):
        click.echo(row)
    click.echo("| garbled | precision, alone | in documents | found, alone | in documents |")
    for row in document_rows(scorer, data, garbler):
        click.echo(row)


if __name__ == "__main__":
    main()
