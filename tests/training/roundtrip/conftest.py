"""A little bitext and a little corpus in the shared data's form: no test needs the real ones."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from little_languages import english_sentences, foreign

from mtqa.training.roundtrip.data import is_held_out


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``parallel/`` with Dutch and German; some lines are debris."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "parallel").mkdir()
    for language in ("nl", "de"):
        lines = [
            f"{'newstest' if i % 3 else 'tatoeba'}\t{foreign(s, language)}\t{s}"
            for i, s in enumerate(english_sentences())
        ]
        lines += [lines[0], "tatoeba\t\tNothing.", "tatoeba\tSame.\tSame.", f"tatoeba\tja\t{'no ' * 30}"]
        with lzma.open(folder / "parallel" / f"{language}-en.tsv.xz", "wt", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two journalism shards of short articles; only each eighth document is reserved for training text."""
    folder = tmp_path_factory.mktemp("corpus")
    sentences = [s for s in english_sentences() if not is_held_out(s)]
    for shard in (2, 3):
        with lzma.open(folder / f"shard{shard}.jsonl.xz", "wt", encoding="utf-8") as out:
            for index in range(8 * 13):
                words = " ".join(random.Random(100 * shard + index).sample(sentences, 4))
                text = words if index % 8 == 0 else f"Unreserved document {index} of shard {shard}."
                out.write(json.dumps({"source": "bbc_news_2004", "text": text}) + "\n")
    return folder


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny models are fastest on one thread, and on a busy machine many times as fast."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
