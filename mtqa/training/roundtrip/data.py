"""What the translators learn from and what they translate, cut so that nothing held out is touched.

Held out of the bitext are the pairs whose English side has a SHA-256 that begins with the hex digit 0: the
rule by which the system outputs' references are held out, some of which are English sides of the bitext too.
Because the rule looks at the English text, a sentence is held out in all languages or in none.
"""

from __future__ import annotations

import hashlib
import lzma
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqa.errors import InputError
from mtqa.evaluation.data import digest
from mtqa.training.corpus import JOURNALISM_SHARDS
from mtqa.training.corrector_data import is_dev as is_corrector_dev
from mtqa.training.mix import split_articles
from mtqa.training.news import read_news, segments_of

LANGUAGES = ("nl", "de", "fr", "es", "ru")
#: Sets of long written sentences: what news is like. The others are short everyday ones.
WRITTEN_SETS = frozenset(
    {"newstest", "ntrex128", "flores200dev", "flores200devtest", "europarl_sample", "tico19"}
)
_LONGEST = 120  # words of either side
_LARGEST_RATIO = 2.5  # between the sides' lengths in characters, for other than short pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation; ``written``: from one of :data:`WRITTEN_SETS`."""

    foreign: str
    english: str
    written: bool
    held_out: bool


@dataclass(frozen=True, slots=True)
class NewsSentence:
    """A clean sentence with its neighbours; ``article`` counts the reserved articles."""

    article: int
    text: str
    previous: str
    following: str


def is_held_out(english: str) -> bool:
    """Whether the translators never see pairs with this English side."""
    return digest(english)[0] == "0"


def bitext_file(data: Path, language: str) -> Path:
    """Where the pairs of a language lie; raises :class:`InputError` if they do not."""
    path = data / "parallel" / f"{language}-en.tsv.xz"
    if not path.is_file():
        raise InputError(f"{path} is missing; --data names the folder that has parallel/ in it.")
    return path


def read_pairs(data: Path, language: str) -> Iterator[Pair]:
    """The usable pairs of a language, each once; lopsided and over-long ones are left out."""
    path = bitext_file(data, language)
    seen: set[tuple[str, str]] = set()
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            columns = line.rstrip("\r\n").split("\t")
            if len(columns) != 3:
                raise InputError(f"{path}, line {number}: {len(columns)} columns, not set, foreign, English.")
            foreign, english = columns[1].strip(), columns[2].strip()
            if (foreign, english) not in seen and is_usable(foreign, english):
                seen.add((foreign, english))
                yield Pair(foreign, english, columns[0] in WRITTEN_SETS, is_held_out(english))


def is_usable(foreign: str, english: str) -> bool:
    """Whether both sides are there, differ, and are of about the same length."""
    if not foreign or not english or foreign == english:
        return False
    if max(foreign.count(" "), english.count(" ")) >= _LONGEST:
        return False
    longer, shorter = max(len(foreign), len(english)), min(len(foreign), len(english))
    return longer <= 40 or longer <= _LARGEST_RATIO * shorter


def read_sentences(corpus: Path, limit: int, *, articles: int | None = None) -> list[NewsSentence]:
    """Up to ``limit`` sentences of the training articles.

    Left out are the articles that the scorer's thresholds and the sentences that the corrector is chosen on.
    """
    for shard in JOURNALISM_SHARDS:
        if not (corpus / f"shard{shard}.jsonl.xz").is_file():
            raise InputError(f"{corpus} has no shard{shard}.jsonl.xz; --corpus names the corpus folder.")
    sentences: list[NewsSentence] = []
    training, _ = split_articles(list(read_news(corpus, limit=articles)))
    for number, article in enumerate(training):
        sentences += [
            NewsSentence(number, segment.text, segment.previous, segment.following)
            for segment in segments_of(article)
            if not is_corrector_dev(segment.text)
        ]
        if len(sentences) >= limit:
            break
    return sentences[:limit]


def hash_files(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of files, by folder and name: for the training record."""
    return {f"{p.parent.name}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def count_pairs(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many pairs there are of each sort."""
    counts = Counter(
        "held out" if pair.held_out else "written" if pair.written else "everyday" for pair in pairs
    )
    return dict(sorted(counts.items()))
