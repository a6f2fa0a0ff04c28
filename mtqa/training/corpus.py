"""The clean corpus: documents by shard, and which of them are kept for making training text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mtqa.evaluation.data import read_jsonl

#: Documents of the journalism shards whose index is divisible by this are never counted as evidence: text
#: that the scorer is trained on must look as unseen to the table as a user's article does.
RESERVED_EVERY = 8
JOURNALISM_SHARDS = (2, 3)
SHARDS = (0, 1, 2, 3)

NEWS_SOURCES = frozenset(
    {"allsides_news", "webhose_news_2019", "google_news_2019", "bbc_news_2004", "wikipedia_current_events"}
)


def read_shard(
    corpus: Path, shard: int, *, reserved: bool, sources: Iterable[str] | None = None
) -> Iterator[str]:
    """Texts of one shard: the documents reserved for training text, or (``reserved=False``) all others."""
    wanted = None if sources is None else frozenset(sources)
    for index, record in enumerate(read_jsonl(corpus / f"shard{shard}.jsonl.xz")):
        is_reserved = shard in JOURNALISM_SHARDS and index % RESERVED_EVERY == 0
        if is_reserved == reserved and (wanted is None or record["source"] in wanted):
            yield str(record["text"])
