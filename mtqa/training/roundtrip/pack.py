"""The pack: everything that training and translating need, in files small enough to carry.

``vocabulary.model``; ``LANGUAGE.npz`` with the pairs as uint16 token ids; ``news.jsonl.xz`` with the
sentences to be sent round; ``pack.json``, which says what went in.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mtqa.errors import InputError, OutputError
from mtqa.training.roundtrip.vocabulary import Vocabulary

if TYPE_CHECKING:
    from mtqa.training.roundtrip.data import NewsSentence, Pair

#: The whole pack must stay below this, compressed: what a call to a remote machine may take.
LARGEST_MIB = 60.0
_LONGEST = 120  # tokens of either side


@dataclass(frozen=True, slots=True)
class Shard:
    """The N pairs of one language as token ids.

    The foreign side of pair ``i`` is ``foreign[foreign_at[i]:foreign_at[i + 1]]``, likewise ``english``;
    ``written`` and ``held_out`` (N,) are flags.
    """

    foreign: npt.NDArray[np.uint16]
    foreign_at: npt.NDArray[np.int64]
    english: npt.NDArray[np.uint16]
    english_at: npt.NDArray[np.int64]
    written: npt.NDArray[np.bool_]
    held_out: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.written)

    def save(self, path: Path) -> None:
        """Write as compressed ``.npz``; offsets are stored as lengths, which are smaller."""
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(
            partial,
            foreign=self.foreign,
            foreign_lengths=np.diff(self.foreign_at).astype(np.uint16),
            english=self.english,
            english_lengths=np.diff(self.english_at).astype(np.uint16),
            written=self.written,
            held_out=self.held_out,
        )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Shard:
        """Read what :meth:`save` wrote; raises :class:`InputError` when it cannot."""
        try:
            with np.load(path) as stored:
                return cls(
                    stored["foreign"],
                    _offsets(stored["foreign_lengths"]),
                    stored["english"],
                    _offsets(stored["english_lengths"]),
                    stored["written"],
                    stored["held_out"],
                )
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{path} cannot be read as a shard of pairs: {error}") from error


def _offsets(lengths: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def make_shard(pairs: Sequence[Pair], vocabulary: Vocabulary) -> Shard:
    """Tokenise pairs; those with a side of no or of too many tokens are left out."""
    foreign = vocabulary.encode([pair.foreign for pair in pairs])
    english = vocabulary.encode([pair.english for pair in pairs])
    kept = [
        i
        for i, (first, second) in enumerate(zip(foreign, english, strict=True))
        if 0 < len(first) <= _LONGEST and 0 < len(second) <= _LONGEST
    ]
    return Shard(
        np.array([token for i in kept for token in foreign[i]], np.uint16),
        np.cumsum([0, *(len(foreign[i]) for i in kept)], dtype=np.int64),
        np.array([token for i in kept for token in english[i]], np.uint16),
        np.cumsum([0, *(len(english[i]) for i in kept)], dtype=np.int64),
        np.array([pairs[i].written for i in kept], np.bool_),
        np.array([pairs[i].held_out for i in kept], np.bool_),
    )


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as loaded: its languages' shards, the vocabulary and the record of how it was made."""

    folder: Path
    vocabulary: Vocabulary
    shards: dict[str, Shard]
    record: dict[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Pack:
        """Read a pack; raises :class:`InputError` when a file is missing or damaged."""
        record = read_record(folder)
        vocabulary = Vocabulary.load(folder / "vocabulary.model")
        shards = {language: Shard.load(folder / f"{language}.npz") for language in record["languages"]}
        return cls(folder, vocabulary, shards, record)


def read_record(folder: Path) -> dict[str, Any]:
    """``pack.json`` of a pack; raises :class:`InputError` when there is none."""
    try:
        record: dict[str, Any] = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} is no pack ({error}); make one with: roundtrip.py pack") from error
    return record


def write_record(folder: Path, record: dict[str, Any]) -> None:
    """Write ``pack.json``, last of all, after checking that the pack is small enough to carry."""
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name != "pack.json"}
    mib = sum(files.values()) / 2**20
    if mib >= LARGEST_MIB:
        raise OutputError(f"the pack takes {mib:.0f} MiB, more than {LARGEST_MIB:.0f}; use fewer languages.")
    text = json.dumps({**record, "bytes": files}, indent=1, ensure_ascii=False)
    (folder / "pack.json").write_text(text + "\n", encoding="utf-8")


def write_news(sentences: Sequence[NewsSentence], path: Path) -> None:
    """Write the sentences that are to be sent round."""
    partial = path.with_suffix(".partial")
    with lzma.open(partial, "wt", encoding="utf-8") as out:
        for sentence in sentences:
            out.write(json.dumps(asdict(sentence), ensure_ascii=False) + "\n")
    partial.replace(path)


def read_news_texts(folder: Path) -> list[str]:
    """The sentences of a pack that are to be sent round; a trip names one by its index here."""
    return [str(record["text"]) for record in read_news_records(folder)]


def read_news_records(folder: Path) -> list[dict[str, Any]]:
    """The same with article and neighbours."""
    path = folder / "news.jsonl.xz"
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
