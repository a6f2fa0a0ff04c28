"""A corpus made by hand, a garbler without dictionaries, and a tiny encoder to go on from."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from pathlib import Path

import pytest
from tiny import WORDS, bert_sizes, write_tokenizer

from mtqa.training.garble import Garbler
from mtqa.training.garble.lexicon import Lexicon, index_phrases

#: Stands in an article that is reserved, and in one that is not.
SHARED = (
    "The minister said that the court of the city had agreed to discuss the plan of the opposition again."
)


@pytest.fixture(scope="session")
def shared() -> str:
    """A paragraph of a reserved article and of another."""
    return SHARED


def sentence(rng: random.Random) -> str:
    """Ten random words as a sentence."""
    return " ".join(rng.choices([w for w in WORDS if w != "roast"], k=10)).capitalize() + "."


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four shards of twenty documents of two paragraphs; the first of shard 2 is reserved."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(0)
    for shard in range(4):
        texts = ["\n".join(" ".join(sentence(rng) for _ in range(4)) for _ in range(2)) for _ in range(20)]
        if shard == 2:
            texts[0] = texts[3] = SHARED  # index 0 is reserved, index 3 is not
        with lzma.open(folder / f"shard{shard}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({"source": "made", "text": text}) + "\n" for text in texts)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Minimal pairs, clean news and one dev reference."""
    folder = tmp_path_factory.mktemp("data")
    rng = random.Random(1)
    rows = {
        "acceptability/blimp.jsonl.xz": [
            {
                "sentence_good": sentence(rng),
                "sentence_bad": sentence(rng),
                "linguistics_term": "agreement",
                "UID": f"paradigm_{n % 3}",
            }
            for n in range(60)
        ],
        "clean_news/dev.jsonl.xz": [{"text": "A short text."}],
        "sysout/made.jsonl.xz": [{"ref": "Too short."}],
    }
    for name, records in rows.items():
        (folder / name).parent.mkdir()
        with lzma.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
    return folder


@pytest.fixture(scope="session")
def garbler() -> Garbler:
    """Knows that ``grid`` may become ``roast``."""
    tags = {word: {"n": 5} for word in ("grid", "roast", "man", "energy")}
    counts = Counter(dict.fromkeys(tags, 20))
    lexicon = Lexicon(counts, tags, {("grid", "n"): (("roast", 1.0),)}, {}, index_phrases(tags))
    return Garbler(lexicon, rate=0.3)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of a few thousand numbers, as a model folder."""
    import torch
    from safetensors.torch import save_file

    from mtqa.scorer.bert import BertEncoder, BertSizes

    folder = tmp_path_factory.mktemp("base")
    sizes = bert_sizes(write_tokenizer(folder))
    torch.manual_seed(0)
    save_file(BertEncoder(BertSizes.from_dict(sizes)).state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(sizes), encoding="utf-8")
    return folder
