"""What pretraining never reads: articles and sentences that scorers are chosen and measured on.

The documents that :mod:`mtqa.training.corpus` reserves are not read at all. The same article may have run
elsewhere, so a document that shares a long paragraph with a reserved article, with the clean news of the
benchmark or with a dev reference of the translation systems is left out, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import regex

from mtqa.evaluation.data import digest, read_jsonl
from mtqa.evaluation.news import clean_file
from mtqa.training.corpus import JOURNALISM_SHARDS, read_shard

#: Words of a paragraph that is long enough to tell one text from another.
LONG = 15
_WORD = regex.compile(r"[\p{L}\p{N}]+")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Keys of the held-out paragraphs, and how many there are of each kind."""

    keys: frozenset[int]
    kinds: dict[str, int]

    def meets(self, text: str) -> bool:
        """Whether a document shares a long paragraph with what is held out."""
        return any(key in self.keys for key in paragraph_keys(text))


def paragraph_keys(text: str) -> Iterator[int]:
    """A hash of each long paragraph's words, whatever their case and the marks between them."""
    for paragraph in text.split("\n"):
        words = _WORD.findall(paragraph.lower())
        if len(words) >= LONG:
            yield int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "little")


def read_held_out(data: Path | None, corpus: Path) -> HeldOut:
    """The held-out paragraphs of the corpus and, unless ``data`` is None, of the shared data sets."""
    parts: dict[str, Iterable[str]] = {
        "reserved articles": (
            text for shard in JOURNALISM_SHARDS for text in read_shard(corpus, shard, reserved=True)
        )
    }
    if data is not None:
        parts["clean news"] = (str(record["text"]) for record in read_jsonl(clean_file(data)))
        parts["dev references"] = (
            str(record["ref"])
            for path in sorted((data / "sysout").glob("*.jsonl.xz"))
            for record in read_jsonl(path)
            if digest(str(record["ref"]))[0] == "0"
        )
    keys = {kind: {key for text in texts for key in paragraph_keys(text)} for kind, texts in parts.items()}
    return HeldOut(frozenset().union(*keys.values()), {kind: len(found) for kind, found in keys.items()})
