"""Measure the garbler and put the figures into docs/garbling.md: speed, tagging, proportions, examples.

    python scripts/measure_garbling.py                              # prints; two processes
    python scripts/measure_garbling.py --processes 4 --write        # the blocks of docs/garbling.md too

Speed is of labelled sentences of clean news, generated and turned into training examples or not; the human
proportions are those of the MQM set of TED talks.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from mtqa.cache import cache_folder
from mtqa.errors import MtqaError
from mtqa.evaluation.data import is_mqm_training_document, read_jsonl
from mtqa.training.garble import Garbled, Garbler, garbler_version
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.loading import load_garbler
from mtqa.training.garble.view import view_sentence
from mtqa.training.news import garble_article, read_news, segments_of
from mtqa.types import SEVERITIES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "garbling.md"
TAGGED = ROOT / "tests" / "data" / "tagged_news.txt"
_OPEN = frozenset("NSJRVZTKG")

#: MQM category -> ours; the rest has no counterpart.
_MQM = {
    "Accuracy/Mistranslation": "mistranslation",
    "Terminology/Inappropriate for context": "mistranslation",
    "Terminology/Inconsistent use of terminology": "mistranslation",
    "Style/Awkward": "awkward style, word order",
    "Fluency/Grammar": "grammar",
    "Fluency/Punctuation": "punctuation",
    "Fluency/Spelling": "spelling",
    "Accuracy/Omission": "omission",
    "Accuracy/Addition": "addition",
    "Accuracy/Untranslated text": "untranslated",
}
_OURS = {
    "word-order": "awkward style, word order",
    **dict.fromkeys(("function-words", "agreement", "tense", "pronoun"), "grammar"),
}

_garbler: Garbler | None = None


def _share(garbler: Garbler) -> None:
    global _garbler
    _garbler = garbler


def _count_sentences(batch: Sequence[tuple[int, list[str]]]) -> int:
    assert _garbler is not None
    return sum(len(garble_article(article, _garbler.garble, seed)) for seed, article in batch)


def sentences_a_minute(garbler: Garbler, articles: list[list[str]], processes: int) -> float:
    """Labelled training examples that so many processes make in a minute; starting them is not counted."""
    work = list(enumerate(articles))
    batches = [work[at : at + 10] for at in range(0, len(work), 10)]
    with ProcessPoolExecutor(processes, initializer=_share, initargs=(garbler,)) as pool:
        list(pool.map(_count_sentences, [work[:2]] * processes))  # the processes start, the lexicon is sent
        start = time.perf_counter()
        made = sum(pool.map(_count_sentences, batches))
        return made / (time.perf_counter() - start) * 60


def tagging_accuracy(garbler: Garbler) -> Iterator[tuple[str, int, int, int, int]]:
    """For each part of the tagged sentences: its name, right and all words, the same of the open classes."""
    parts = re.split(r"^# .*$", TAGGED.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, part in zip(("clean-article.txt", "unseen"), [p for p in parts if p.strip()], strict=True):
        right: Counter[bool] = Counter()
        total: Counter[bool] = Counter()
        for line in part.strip().splitlines():
            pairs = [item.rsplit("/", 1) for item in line.split()]
            tokens = view_sentence(" ".join(word for word, _ in pairs), garbler.lexicon).tokens
            for token, (_, tag) in zip(tokens, pairs, strict=True):
                if tag not in ".,":
                    total[tag in _OPEN] += 1
                    right[tag in _OPEN] += token.tag == tag
        yield name, sum(right.values()), sum(total.values()), right[True], total[True]


def mqm_counts(data: Path) -> tuple[Counter[str], Counter[str], list[int]]:
    """Errors of the MQM set's training half: by category, by severity, and how many each bad sentence has."""
    categories: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    sentences: Counter[tuple[str, ...]] = Counter()
    for record in read_jsonl(data / "mqm" / "ted2021_zh-en.jsonl.xz"):
        category, severity = str(record["category"]), str(record["severity"]).lower()
        unused = not is_mqm_training_document(str(record["doc"]))
        if unused or category in ("No-error", "Source error"):
            continue
        categories[_MQM.get(category, "other")] += 1
        severities[severity] += 1
        sentences[tuple(str(record[key]) for key in ("doc", "seg", "system", "rater"))] += 1
    return categories, severities, list(sentences.values())


def shares(counts: Counter[str]) -> dict[str, float]:
    """Per cent of the total."""
    return {name: 100 * count / sum(counts.values()) for name, count in counts.most_common()}


def proportions(made: Sequence[Garbled], data: Path) -> str:
    """The table of categories and severities, ours beside those of human judges."""
    edits = [edit for garbled in made for edit in garbled.edits]
    ours = shares(Counter(_OURS.get(edit.category, edit.category) for edit in edits))
    our_severities = shares(Counter(str(edit.severity) for edit in edits))
    categories, severities, each = mqm_counts(data)
    human, human_severities = shares(categories), shares(severities)
    rows = ["| | garbler | MQM, TED talks |", "|---|---:|---:|"]
    rows += [
        f"| {name} | {ours.get(name, 0):.1f} % | {human.get(name, 0):.1f} % |"
        for name in [*ours, *(human.keys() - ours.keys())]
    ]
    rows += [
        f"| *{name}* | {our_severities.get(name, 0):.1f} % | {human_severities.get(name, 0):.1f} % |"
        for name in SEVERITIES
    ]
    ours_each = statistics.mean(len(one.edits) for one in made if one.edits)
    rows.append(f"| errors in a sentence that has any | {ours_each:.1f} | {statistics.mean(each):.1f} |")
    source = (
        f"Garbler {garbler_version()}: {len(edits):,} errors in {len(made):,} sentences of news at rate "
        f"0.10. MQM: {sum(categories.values()):,} errors of the half that training may see; "
        "'other' there is register and inconsistency."
    )
    return "\n".join([*rows, "", source, ""])


def mix(made: Sequence[Garbled]) -> str:
    """The table of the families: summary, an example, the share of the errors."""
    found = shares(Counter(edit.family for garbled in made for edit in garbled.edits))
    rows = ["| family | what it does | clean | garbled | share |", "|---|---|---|---|---:|"]
    for name, family in FAMILIES.items():
        share = f"{found.get(name, 0):.1f} %"
        rows.append(f"| `{name}` | {family.summary} | {family.clean} | {family.garbled} | {share} |")
    return "\n".join([*rows, ""])


def speed(
    garbler: Garbler, articles: list[list[str]], processes: int, building: float, loading: float
) -> str:
    """The list of times and of the tagger's accuracy."""
    texts = [segment.text for article in articles for segment in segments_of(article)]
    words = sum(len(text.split()) for text in texts)
    start = time.perf_counter()
    for text in texts:
        view_sentence(text, garbler.lexicon)
    viewing = time.perf_counter() - start
    start = time.perf_counter()
    for seed, text in enumerate(texts):
        garbler.garble(text, random.Random(seed))
    garbling = time.perf_counter() - start
    lines = [
        f"- the part-of-speech view: {words / viewing:,.0f} words a second on one core, "
        f"{viewing / garbling:.0%} of the time of garbling",
        f"- garbling: {60 * len(texts) / garbling:,.0f} sentences a minute on one core "
        f"({words / len(texts):.1f} words each)",
    ]
    for count in sorted({1, processes}):
        rate = sentences_a_minute(garbler, articles, count)
        lines.append(
            f"- labelled training examples, {count} process{'es' * (count > 1)}: {rate:,.0f} a minute"
        )
    lines.append(f"- the lexicon: {building:.0f} s to build, {loading:.1f} s to read from the cache")
    for name, right, total, open_right, open_total in tagging_accuracy(garbler):
        lines.append(
            f"- tags, {name}: {right} of {total} words right ({right / total:.1%}), "
            f"{open_right} of {open_total} of the open classes ({open_right / open_total:.1%})"
        )
    return "\n".join([*lines, ""])


def replace_blocks(text: str, blocks: dict[str, str]) -> str:
    """The page with the content of each named block replaced. Raises ValueError for a block that it lacks."""
    for name, content in blocks.items():
        pattern = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{PAGE} has no block {name!r}")
        text = pattern.sub(lambda match, content=content: f"{match[1]}{content}{match[2]}", text)  # type: ignore[misc]
    return text


@click.command()
@click.option("--data", default=Path("../shared/data"), type=click.Path(path_type=Path), show_default=True)
@click.option(
    "--corpus", default=Path("../shared/corpus"), type=click.Path(path_type=Path), show_default=True
)
@click.option("--articles", default=250, show_default=True, help="News articles to garble.")
@click.option("--processes", default=2, show_default=True, help="For the last of the speeds.")
@click.option("--write", is_flag=True, help="Put the tables into docs/garbling.md.")
def main(data: Path, corpus: Path, articles: int, processes: int, write: bool) -> None:
    """Measure the garbler."""
    loading = []
    try:
        for cache in (None, cache_folder(), cache_folder()):
            start = time.perf_counter()
            garbler = load_garbler(data, corpus / "shard2.jsonl.xz", cache)
            loading.append(time.perf_counter() - start)
    except MtqaError as problem:
        raise click.ClickException(str(problem)) from problem
    news = list(read_news(corpus, limit=articles))
    texts = [segment.text for article in news for segment in segments_of(article)]
    made = [garbler.garble(text, random.Random(number)) for number, text in enumerate(texts)]
    blocks = {
        "families": mix(made),
        "proportions": proportions(made, data),
        "speed": speed(garbler, news, processes, loading[0], loading[-1]),
    }
    for content in blocks.values():
        click.echo(content)
    if write:
        PAGE.write_text(replace_blocks(PAGE.read_text(encoding="utf-8"), blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
