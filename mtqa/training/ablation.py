"""What a garbler's output teaches: the same small scorer trained on one kind of text after the other.

A *row* is a mix of ingredients. Every row starts from the same weights, takes the same number of optimiser
steps on batches of the same size and is measured on the same texts (:mod:`mtqa.training.ablation_measure`);
only what it learns from differs. "The measure of a garbler: a scorer trained on its output alone, evaluated
on human post-edits."
"""

from __future__ import annotations

import dataclasses
import itertools
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from mtqa.errors import ConfigError, InputError
from mtqa.evaluation.data import PAIRS
from mtqa.scorer.encode import SegmentEncoder
from mtqa.scorer.model import ScorerModel
from mtqa.training.examples import Example
from mtqa.training.garble import Garbler
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.mix import split_articles
from mtqa.training.news import garbled_news, read_news
from mtqa.training.roundtrip.store import read_examples
from mtqa.training.scorer import ScorerRun, TrainingOptions
from mtqa.training.scorer_batches import TrainingItem, batches, encode_examples
from mtqa.training.sources import read_mlqe, read_qe18, read_round_trips, sample

#: News articles of the reserved documents; which of them are held out depends on it, as in the recipe.
ARTICLES = 1800
#: Segments of the German post-edits beside those of MLQE-PE, as in the recipe.
QE18_SEGMENTS = 12_000
#: Padded tokens a batch: half the recipe's, so that a short run still takes some hundreds of steps.
BATCH_TOKENS = 1400
#: The row that the others are compared with.
BASE = "post-edits"
#: Share of articles that are garbled, as in the recipe's second phase: few tokens must hold enough errors.
GARBLED = 0.8
_ALONE, _WITHOUT, _HALF = "family:", "without:", "garbled-half"
_CHUNK = 2000  # examples
_ARTICLE_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Row:
    """What one scorer is trained on.

    ``shares`` of the tokens by ingredient sum to 1; ``budget`` is how many times the usual tokens it gets.
    """

    name: str
    title: str
    shares: Mapping[str, float]
    budget: float = 1.0


def ablation_rows() -> dict[str, Row]:
    """All rows by name. ``without:NAME`` are all families but one, trained only when asked for."""
    rows = [
        Row("untrained", "nothing: heads as they are made", {}),
        Row("post-edits", "human post-edits alone", {"post-edits": 1.0}),
        Row("garbled", "garbled news, all families", {"garbled": 1.0}),
        Row("round-trips", "round trips by other systems", {"round-trips": 1.0}),
        Row("own-round-trips", "round trips of our own", {"own-round-trips": 1.0}),
        Row("both", "garbled news and round trips by other systems", {"garbled": 0.5, "round-trips": 0.5}),
        Row(
            "both-own",
            "garbled news and round trips of our own",
            {"garbled": 0.5, "own-round-trips": 0.5},
        ),
        Row(
            "everything",
            "everything: post-edits, garbled news, round trips",
            {"post-edits": 0.5, "garbled": 0.3, "round-trips": 0.2},
        ),
        Row(
            "everything-twice",
            "everything, twice the tokens: as many post-edits as alone",
            {"post-edits": 0.5, "garbled": 0.3, "round-trips": 0.2},
            budget=2.0,
        ),
        Row(
            "everything-thrice",
            "everything, thrice the tokens, half of them garbled news",
            {"post-edits": 0.33, "garbled": 0.5, "round-trips": 0.17},
            budget=3.0,
        ),
        Row(
            "everything-own",
            "everything and round trips of our own, thrice the tokens",
            {"post-edits": 0.33, "garbled": 0.35, "round-trips": 0.12, "own-round-trips": 0.2},
            budget=3.0,
        ),
        Row("references", "system output beside references", {"references": 1.0}),
        Row(
            "everything-and-references",
            "everything, and system output beside references",
            {"post-edits": 0.4, "garbled": 0.25, "round-trips": 0.15, "references": 0.2},
        ),
    ]
    half = 0.5  # of the usual tokens: there are many of them
    rows.append(Row(_HALF, "garbled news, all families, as briefly as each below", {"garbled": 1.0}, half))
    rows += [Row(f"{_ALONE}{name}", f"`{name}` alone", {f"garbled:{name}": 1.0}, half) for name in FAMILIES]
    rows += [Row(f"{_WITHOUT}{name}", f"all but `{name}`", {f"garbled:-{name}": 1.0}) for name in FAMILIES]
    return {row.name: row for row in rows}


def chosen_rows(names: str | None) -> list[Row]:
    """The rows of a comma-separated list; without one the mixes.

    ``families`` stands for each family alone, ``without`` for all but each. Raises :class:`ConfigError` for
    a name that no row has.
    """
    rows = ablation_rows()
    groups = {
        "families": [_HALF, *(name for name in rows if name.startswith(_ALONE))],
        "without": [name for name in rows if name.startswith(_WITHOUT)],
    }
    if names is None:
        return [row for name, row in rows.items() if not any(name in group for group in groups.values())]
    wanted = [n for part in names.split(",") for n in groups.get(part.strip(), [part.strip()])]
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        raise ConfigError(f"there is no row {unknown[0]!r}; there are: {', '.join([*groups, *rows])}.")
    return [rows[name] for name in dict.fromkeys(wanted)]


class Ingredients:
    """Everything a row may be made of, read when it is first asked for.

    ``articles`` are the news articles that may be garbled; ``limit`` cuts each fixed set, for a trial.
    """

    def __init__(
        self,
        data: Path,
        corpus: Path,
        lexicon: Lexicon,
        trips: Path,
        *,
        seed: int,
        workers: int,
        limit: int | None = None,
    ) -> None:
        self._data, self._corpus, self._lexicon = data, corpus, lexicon
        self._seed, self._workers, self._limit = seed, workers, limit
        self._fixed: dict[str, list[Example]] = {}
        self._readers: dict[str, Callable[[], Iterable[Example]]] = {
            "post-edits": self._post_edits,
            "round-trips": lambda: read_round_trips(data, dev=False),
            "own-round-trips": lambda: read_examples(trips, seed=seed),
            "references": lambda: read_round_trips(data, dev=False, originals=False),
        }

    def chunks(self, name: str) -> Iterator[list[Example]]:
        """Examples of an ingredient in random order, without end: anew after the last one.

        Raises :class:`InputError` if the data hold none.
        """
        kind, _, family = name.partition(":")
        if kind == "garbled":
            return self._garbled(_families(family))
        if name not in self._fixed:
            self._fixed[name] = list(itertools.islice(self._readers[name](), self._limit))
        if not self._fixed[name]:
            raise InputError(f"{self._data} holds no examples for {name!r}.")
        return self._shuffled(self._fixed[name])

    def _post_edits(self) -> Iterator[Example]:
        for pair in PAIRS:
            yield from read_mlqe(self._data, "train", pair)
        yield from sample(read_qe18(self._data), QE18_SEGMENTS, self._seed)

    @cached_property
    def _articles(self) -> list[list[str]]:
        train, _ = split_articles(list(read_news(self._corpus, limit=ARTICLES)))
        if not train:
            raise InputError(f"{self._corpus} holds no news articles.")
        return train

    def _shuffled(self, examples: list[Example]) -> Iterator[list[Example]]:
        for turn in itertools.count():
            order = sample(examples, len(examples), self._seed + turn)
            yield from (order[at : at + _CHUNK] for at in range(0, len(order), _CHUNK))

    def _garbled(self, families: list[str] | None) -> Iterator[list[Example]]:
        garbler = Garbler(self._lexicon, families=families)
        order = list(self._articles)
        random.Random(self._seed).shuffle(order)
        for turn in itertools.count():
            for at in range(0, len(order), _ARTICLE_CHUNK * self._workers):
                part = order[at : at + _ARTICLE_CHUNK * self._workers]
                seed = self._seed + 7919 * turn + at
                yield garbled_news(part, garbler, seed=seed, share=GARBLED, workers=self._workers)


def _families(which: str) -> list[str] | None:
    """The families of ``garbled:WHICH``: all of them, ``NAME`` alone, or all but it (``-NAME``)."""
    if not which.startswith("-"):
        return [which] if which else None
    return [name for name in FAMILIES if name != which[1:]]


def draw_items(encoder: SegmentEncoder, chunks: Iterable[list[Example]], tokens: float) -> list[TrainingItem]:
    """Items of at least so many tokens, and not many more."""
    items: list[TrainingItem] = []
    drawn = 0
    for chunk in chunks:
        for item in encode_examples(encoder, chunk):
            if drawn >= tokens:
                return items
            items.append(item)
            drawn += len(item.window.ids)
        if not drawn:
            raise InputError("none of the examples can be trained on: all are empty or too long.")
    return items


def draw_batches(
    row: Row, ingredients: Ingredients, encoder: SegmentEncoder, steps: int, batch_tokens: int, seed: int
) -> list[list[TrainingItem]]:
    """The batches, as many as ``steps``, of a row: of like length, in random order."""
    items = [
        item
        for name, share in row.shares.items()
        for item in draw_items(encoder, ingredients.chunks(name), share * steps * batch_tokens)
    ]
    return list(batches(items, batch_tokens, seed))[:steps] if items else []


def train_row(
    row: Row,
    model: ScorerModel,
    groups: list[list[TrainingItem]],
    folder: Path,
    options: TrainingOptions,
) -> dict[str, Any]:
    """Train the model on the batches and give what the row's record says of it.

    Without batches it stays as it is. Raises KeyboardInterrupt when asked to stop: half a row is none.
    """
    if not groups:
        return {"shares": {}, "steps": 0, "tokens": 0, "segments": {}, "train_seconds": 0.0} | {
            "seed": options.seed
        }
    # The batches are made: each is a pass of its own, which the loop must not cut again.
    whole = dataclasses.replace(options, minutes=1e6, batch_tokens=1 << 30)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    run = ScorerRun(model, groups, whole, folder, torch.device("cpu"))
    began = time.monotonic()
    try:
        record = run.train()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        run.checkpoint.unlink(missing_ok=True)
    if not record["finished"]:
        raise KeyboardInterrupt
    segments: dict[str, int] = {}
    for item in itertools.chain.from_iterable(groups):
        segments[item.example.source] = segments.get(item.example.source, 0) + 1
    return {
        "shares": dict(row.shares),
        "steps": record["steps"],
        "tokens": record["tokens"],
        "segments": dict(sorted(segments.items())),
        "train_seconds": round(time.monotonic() - began, 1),
        "seed": options.seed,
    }
