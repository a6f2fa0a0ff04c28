"""Fit calibration and operating points on dev, and write the model folder.

python scripts/calibrate_scorer.py --work work --counts work/counts.safetensors --out models/scorer
python scripts/calibrate_scorer.py --work models/scorer --name base-v4.3   # a model folder, calibrated anew
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
import torch
from safetensors.torch import save_file

from mtqa.evaluation.data import PAIRS
from mtqa.evaluation.metrics import best_matthews_threshold, per_thousand
from mtqa.evaluation.mlqe import read_pair, token_scores
from mtqa.evaluation.news import Article, clean_articles, mixed_articles, untouched
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.evidence import CountTable
from mtqa.scorer.folder import COUNTS, MANIFEST, NATIVE_KIND, WEIGHTS, signature_of
from mtqa.scorer.judge import Judgement
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.scorer.native import NativeJudge
from mtqa.scorer.scorer import Scorer
from mtqa.scorer.scores import SegmentScores, Thresholds
from mtqa.scorer.spans import decode_spans
from mtqa.training.card import write_scorer_card
from mtqa.training.document_rule import ScoredArticle, fit_document_rule, measure_rule
from mtqa.training.examples import Example, from_spans
from mtqa.training.fit import Pair, fit_calibration, flags_of, threshold_for
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.mix import split_articles
from mtqa.training.news import garbled_news, read_news
from mtqa.training.preference import read_held_out_pairs
from mtqa.training.sources import read_mlqe
from mtqa.types import Segment

#: False alarms that an editor puts up with: flags per 1,000 words of clean news at the default threshold.
CLEAN_FLAGS = 3.0
PRECISIONS = (0.5, 0.7, 0.9)
#: In a document full of errors the default threshold is lower, as long as this share of the flags is right
#: where every second article is garbled; and never lower than the threshold for the second precision.
DOCUMENT_PRECISION, DOCUMENT_LOWEST = 0.7, 0.5

Rows = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Examples with a judge's judgements of them."""

    examples: list[Example]
    judgements: list[Judgement]


def judged_pairs(judge: NativeJudge, data: Path) -> list[Pair]:
    """Held-out translations by persons, each beside a machine's version of the same sentence."""
    sides = zip(*read_held_out_pairs(data), strict=True)
    return list(zip(*(judge.judge([Segment(text) for text in side]) for side in sides), strict=True))


def news_dev(corpus: Path, garbler: Garbler, articles: int, seed: int) -> list[Example]:
    """Garbled and clean sentences of articles that were kept out of training."""
    _, dev = split_articles(list(read_news(corpus, limit=articles)))
    return garbled_news(dev, garbler, seed=seed)


def write_weights(work: Path, counts: Path, folder: Path) -> ScorerModel:
    """Write weights (fp16), configuration, tokenizer and counts; return the model as stored."""
    config = ScorerConfig.from_pretrained(work)
    if (work / WEIGHTS).exists():
        model = ScorerModel.from_pretrained(work)
    else:
        model = ScorerModel(config)
        model.load_state_dict(torch.load(work / "scorer.pt", map_location="cpu", weights_only=True)["model"])
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    config.save_pretrained(folder)
    # A run from before encoders could be chosen has only MiniLM's.
    own = work / "tokenizer.json"
    if own != folder / "tokenizer.json":
        shutil.copy(own if own.exists() else work / "minilm" / "tokenizer.json", folder / "tokenizer.json")
    if counts != folder / COUNTS:
        shutil.copy(counts, folder / COUNTS)
    return ScorerModel.from_pretrained(folder)


def operating_points(
    scorer: Scorer, clean: Judged, news: Judged
) -> tuple[Thresholds, dict[str, dict[str, float]]]:
    """The thresholds, and what they give on clean and on garbled news."""
    clean_segments, clean_scores = [e.segment for e in clean.examples], scorer.calibrated(clean.judgements)
    words = sum(len(segment.text.split()) for segment in clean_segments)
    news_scores = scorer.calibrated(news.judgements)

    def clean_flags(threshold: float) -> list[int]:
        return [
            len(decode_spans(segment.text, scores, threshold))
            for segment, scores in zip(clean_segments, clean_scores, strict=True)
        ]

    def precise(threshold: float, goal: float) -> bool:
        flags, right, *_ = flags_of(news.examples, news_scores, threshold)
        return right >= goal * flags

    def quiet(threshold: float) -> bool:
        return per_thousand(sum(clean_flags(threshold)), words) <= CLEAN_FLAGS

    default = threshold_for(quiet)
    points = {goal: threshold_for(lambda t, goal=goal: precise(t, goal)) for goal in PRECISIONS}
    rows: Rows = {}
    for name, threshold in {"default": default, **{f"precision {g:g}": t for g, t in points.items()}}.items():
        flags, right, edits, found = flags_of(news.examples, news_scores, threshold)
        on_clean = clean_flags(threshold)
        rows[name] = {
            "threshold": threshold,
            "flags per 1,000 clean words": per_thousand(sum(on_clean), words),
            "clean sentences flagged": sum(map(bool, on_clean)) / max(len(on_clean), 1),
            "precision, garbled and clean news": right / max(flags, 1),
            "edits found": found / max(edits, 1),
        }
    return Thresholds(default, points), rows


def benchmark_thresholds(scorer: Scorer, data: Path) -> dict[str, list[float]]:
    """The word and the gap threshold with the best MCC on each pair's dev part, which the benchmark uses."""
    chosen = {}
    for pair in PAIRS:
        segments = read_pair(data, pair, "dev")
        scored = scorer.score([Segment(segment.text) for segment in segments])
        tokens = [token_scores(*both) for both in zip(segments, scored, strict=True)]
        chosen[pair] = [
            round(best_matthews_threshold(np.concatenate(labels), np.concatenate(scores)), 4)
            for labels, scores in (
                ([np.array(s.word_bad) for s in segments], [np.array(words) for words, _ in tokens]),
                ([np.array(s.gap_bad) for s in segments], [np.array(gaps) for _, gaps in tokens]),
            )
        ]
    return chosen


def in_documents(
    thresholds: Thresholds, clean: Sequence[ScoredArticle], garbled: Sequence[ScoredArticle]
) -> tuple[Thresholds, Rows]:
    """The thresholds with the rule for documents, and what the default one gives without it and with it."""
    lowest = thresholds.for_precision(DOCUMENT_LOWEST)
    moved = fit_document_rule(
        thresholds, clean, garbled, clean_flags=CLEAN_FLAGS, precision=DOCUMENT_PRECISION, lowest=lowest
    )
    return moved, {
        name: {
            "flags per 1,000 clean words": figures.clean_flags,
            "precision": figures.precision,
            "edits found": figures.found,
        }
        for name, figures in (
            ("every sentence as if alone", measure_rule(thresholds, clean, garbled)),
            ("in documents", measure_rule(moved, clean, garbled)),
        )
    }


def scored_articles(articles: Sequence[Article], scores: Sequence[SegmentScores]) -> list[ScoredArticle]:
    """Articles with the scores of their sentences, which stand one after the other."""
    remaining = iter(scores)
    return [ScoredArticle(article, [next(remaining) for _ in article.segments]) for article in articles]


def counts_record(counts: Path) -> dict[str, object]:
    """What is known of a table of counts: from the file beside it, or from the model folder it stands in."""
    beside = counts.with_suffix(".json")
    if beside.exists():
        return {"bytes": counts.stat().st_size, **json.loads(beside.read_text(encoding="utf-8"))}
    manifest = json.loads(counts.with_name(MANIFEST).read_text(encoding="utf-8"))
    return dict(manifest["counts"])


def training_record(work: Path) -> dict[str, object]:
    """The record of the training, of a work folder or of a model folder."""
    if (work / MANIFEST).exists():
        return dict(json.loads((work / MANIFEST).read_text(encoding="utf-8"))["training"])
    return dict(json.loads((work / "scorer.record.json").read_text(encoding="utf-8")))


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), default=Path("../shared/corpus"))
@click.option(
    "--counts",
    type=click.Path(path_type=Path, exists=True),
    help="The n-gram counts; by default those in --work, or else work/counts.safetensors.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, exists=True),
    default=Path("work"),
    help="Where a scorer was trained, or a model folder.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/scorer"))
@click.option("--cache", type=click.Path(path_type=Path), default=Path("work"), help="The garbler's.")
@click.option("--name", default="base-v1", show_default=True)
@click.option(
    "--articles", default=1800, show_default=True, help="As in training: it fixes which are held out."
)
@click.option("--seed", default=99, show_default=True)
def main(
    data: Path,
    corpus: Path,
    counts: Path | None,
    work: Path,
    out: Path,
    cache: Path,
    name: str,
    articles: int,
    seed: int,
) -> None:
    """Write the model folder: weights, calibration, thresholds, training record and card."""
    own = work / COUNTS
    counts = counts or (own if own.exists() else Path("work") / COUNTS)
    training = training_record(work)
    known_counts = counts_record(counts)
    model = write_weights(work, counts, out)
    encoder = SegmentEncoder(
        load_tokenizer(out / "tokenizer.json"),
        CountTable.load(out / COUNTS),
        context_tokens=model.config.context_tokens,
        window_tokens=model.config.window_tokens,
    )
    judge = NativeJudge(model, encoder, torch.device("cpu"))
    garbler = Garbler(load_resources(data, corpus=corpus / "shard2.jsonl.xz", cache=cache))
    news = news_dev(corpus, garbler, articles, seed)
    human = [example for pair in PAIRS for example in read_mlqe(data, "dev", pair)]
    # The other half of the clean articles is for measuring.
    sentences = clean_articles(data, "dev")
    articles_dev = [untouched(article) for article in sentences]
    clean = [
        from_spans(s, [], source="clean", keep=1.0, edit_rate=0.0) for a in articles_dev for s in a.segments
    ]
    judged = [Judged(part, judge.judge([e.segment for e in part])) for part in (human, news, clean)]
    # The clean articles are for the operating point alone: ``news`` is mixed like copy that is to be checked.
    calibration = fit_calibration(
        [(part.judgements, part.examples) for part in judged[:2]], judged_pairs(judge, data)
    )
    scorer = Scorer(judge, calibration, Thresholds(), name=name, signature=name)
    thresholds, rows = operating_points(scorer, clean=judged[2], news=judged[1])
    garbled = mixed_articles(sentences, garbler.garble)[1::2]
    thresholds, in_document_rows = in_documents(
        thresholds,
        scored_articles(articles_dev, scorer.calibrated(judged[2].judgements)),
        scored_articles(garbled, scorer.score([s for article in garbled for s in article.segments])),
    )
    record = out / MANIFEST
    manifest = {
        "kind": NATIVE_KIND,
        "name": name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "thresholds": {
            "default": thresholds.default,
            "document": asdict(thresholds.document),
            "precision": {f"{goal:g}": t for goal, t in thresholds.precision.items()},
            "meaning": {
                "default": f"default: at most {CLEAN_FLAGS:g} flags per 1,000 words of clean news",
                **{f"{g:g}": f"precision {g:g} on garbled and clean news" for g in PRECISIONS},
            },
        },
        "calibration": asdict(calibration),
        "benchmark_thresholds": benchmark_thresholds(scorer, data),
        "counts": known_counts,
        "training": training,
        "data": {
            str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in sorted(data.glob("*/*.xz"))
            if path.parent.name in ("mlqe_pe", "mqm", "postedit", "sysout", "pivot", "clean_news")
        },
        "figures": {
            "Operating points (dev)": rows,
            "The default operating point, every second article garbled (dev)": in_document_rows,
        },
    }
    record.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    write_scorer_card(out, manifest, signature=signature_of(out, name))
    click.echo(json.dumps({"document": asdict(thresholds.document), **rows, **in_document_rows}, indent=1))


if __name__ == "__main__":
    main()
