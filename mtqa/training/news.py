"""Clean and garbled news with neighbours: the domain that users have, with exact labels."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import regex

from mtqa.text.segmentation import split_sentences
from mtqa.text.words import split_words
from mtqa.training.corpus import JOURNALISM_SHARDS, NEWS_SOURCES, read_shard
from mtqa.training.examples import Example, LabelledSpan, from_spans
from mtqa.training.workers import clean_start
from mtqa.types import Segment

_LOOKS_WHOLE = regex.compile(r"^[\"“‘'(]?\p{Lu}.*[.!?…][\"”’')]*$", regex.DOTALL)
_SHORTEST, _LONGEST = 5, 60  # words


def read_news(corpus: Path, *, limit: int | None = None) -> Iterator[list[str]]:
    """Articles of the reserved documents as lists of sentences."""
    count = 0
    for shard in JOURNALISM_SHARDS:
        for text in read_shard(corpus, shard, reserved=True, sources=NEWS_SOURCES):
            yield [
                paragraph[start:end]
                for paragraph in text.split("\n")
                for start, end in split_sentences(paragraph)
            ]
            count += 1
            if count == limit:
                return


def segments_of(article: Sequence[str]) -> list[Segment]:
    """Each usable sentence of an article with its neighbours; headlines and debris are left out."""
    bounds = ["", *article, ""]
    return [
        Segment(text, previous, following)
        for previous, text, following in zip(bounds, article, bounds[2:], strict=False)
        if _LOOKS_WHOLE.match(text) and _SHORTEST <= len(split_words(text)) <= _LONGEST
    ]


#: Share of articles that are garbled, and of the sentences in such an article.
GARBLED_ARTICLES = 0.55
GARBLED_SENTENCES = 0.75
#: Share of sentences that are shown without their neighbours. The human sets have none and many more errors:
#: without this the scorer learns that a sentence alone is a bad one.
ALONE = 0.5


def garble_article(
    article: Sequence[str],
    garble: Callable[[str, random.Random], Any],
    seed: int,
    *,
    share: float = GARBLED_ARTICLES,
) -> list[Example]:
    """The usable sentences of an article as examples, after garbling some or (in a clean article) none.

    ``share`` is the probability that the article is garbled.

    ``garble`` gives an object with ``text`` and ``edits``, as ``Garbler.garble`` does. Half of the sentences
    are shown with their neighbours, garbled as they are in the article.
    """
    rng = random.Random(seed)
    is_garbled = rng.random() < share
    made = [garble(s, rng) if is_garbled and rng.random() < GARBLED_SENTENCES else None for s in article]
    texts = ["", *(s if g is None else g.text for s, g in zip(article, made, strict=True)), ""]
    examples = []
    for index, (clean, garbled) in enumerate(zip(article, made, strict=True)):
        if not _LOOKS_WHOLE.match(clean) or not _SHORTEST <= len(split_words(clean)) <= _LONGEST:
            continue
        edits = () if garbled is None else garbled.edits
        alone = rng.random() < ALONE
        segment = Segment(texts[index + 1], *(("", "") if alone else (texts[index], texts[index + 2])))
        spans = [LabelledSpan(e.start, e.end, e.category, e.severity) for e in edits]
        example = from_spans(segment, spans, source="garbled" if edits else "clean", keep=float(not edits))
        rate = min(1.0, float(example.words.sum() + example.gaps.sum()) / max(len(example.words), 1))
        examples.append(dataclasses.replace(example, edit_rate=rate))
    return examples


def _garble_batch(articles: list[list[str]], garbler: Any, first_seed: int, share: float) -> list[Example]:
    return [
        example
        for number, article in enumerate(articles)
        for example in garble_article(article, garbler.garble, first_seed + number, share=share)
    ]


def garbled_news(
    articles: list[list[str]],
    garbler: Any,
    *,
    seed: int,
    share: float = GARBLED_ARTICLES,
    workers: int = 4,
) -> list[Example]:
    """Examples from articles, garbled in several processes; the same for any number of them."""
    size = 50
    batches = [articles[i : i + size] for i in range(0, len(articles), size)]
    with ProcessPoolExecutor(workers, mp_context=clean_start()) as pool:
        results = pool.map(
            _garble_batch,
            batches,
            itertools.repeat(garbler),
            itertools.count(seed * 1_000_003, size),
            itertools.repeat(share),
        )
        return [example for batch in results for example in batch]
