"""From pairs and garbled sentences to arrays."""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from pathlib import Path

import numpy as np
import pytest

from mtqa.training.corrector_data import (
    Arrays,
    diff_edits,
    garbled_edits,
    pack,
    pair_examples,
    read_pairs,
)
from mtqa.training.garble.edits import Edit, Garbled


@pytest.mark.parametrize(
    ("hypothesis", "reference", "edits"),
    [
        ("the energy roast fell", "the energy grid fell", [(11, 16, "grid")]),
        ("is president", "is the president", [(3, 3, "the")]),
        ("is the the president", "is the president", [(7, 10, "")]),
        ("same", "same", []),
    ],
)
def test_edits_of_a_pair(hypothesis: str, reference: str, edits: list[tuple[int, int, str]]) -> None:
    assert diff_edits(hypothesis, reference) == edits


def test_the_ends_of_a_moved_word_are_one_edit() -> None:
    source, text = "he has often spoken of it", "he has spoken often of it"
    moved = ("word-order", "minor", "split_perfect")
    edits = (Edit(7, 7, 7, 13, *moved), Edit(14, 20, 20, 20, *moved))
    assert garbled_edits(Garbled(text, source, edits)) == [(7, 20, "often spoken ")]


def test_distant_edits_stay_apart() -> None:
    edits = (Edit(0, 1, 0, 1, "pronoun", "minor", "x"), Edit(4, 5, 4, 5, "pronoun", "minor", "x"))
    assert garbled_edits(Garbled("a b c", "d b e", edits)) == [(0, 1, "d"), (4, 5, "e")]


def test_a_paraphrase_teaches_nothing() -> None:
    pairs = [("sysout", "the house is very old now", "an ancient building stands here")]
    assert list(pair_examples(pairs, random.Random(1))) == []


def write(path: Path, *records: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records)


def test_reads_train_and_never_the_public_dev_part(tmp_path: Path) -> None:
    held_out = next(
        f"sentence {n}" for n in range(99) if hashlib.sha256(f"sentence {n}".encode()).hexdigest()[0] == "0"
    )
    for split in ("train", "dev", "test20"):
        write(tmp_path / f"mlqe_pe/ro-en.{split}.jsonl.xz", {"mt_tok": f"a {split} .", "pe_tok": "b ."})
    write(tmp_path / "postedit/qe18_de-en.train.jsonl.xz", {"mt_tok": "c", "pe_tok": "d"})
    write(tmp_path / "postedit/lig_fr-en.train.jsonl.xz", {"google": "e", "bing": "f", "pe": "g"})
    hypothesis = {"hyps": [{"text": "h"}], "en_original": True}
    write(
        tmp_path / "sysout/newstest2019.jsonl.xz",
        {"ref": "sentence", **hypothesis},
        {"ref": held_out, **hypothesis},
        {"ref": "translated", **hypothesis, "en_original": False},
    )
    assert list(read_pairs(tmp_path, "train")) == [
        ("mlqe_pe", "a train.", "b."),
        ("qe18", "c", "d"),
        ("lig", "e", "g"),
        ("lig", "f", "g"),
        ("sysout", "h", "sentence"),
    ]
    assert list(read_pairs(tmp_path, "dev")) == [("mlqe_pe", "a dev.", "b.")]


def test_arrays(tmp_path: Path) -> None:
    arrays = pack([([1, 2, 3], [(7, [4]), (8, [5, 6])]), ([9], [(7, [1])])])
    assert arrays.source.tolist() == [1, 2, 3, 9] and arrays.source_at.tolist() == [0, 3, 4]
    assert arrays.target.tolist() == [4, 5, 6, 1] and arrays.target_at.tolist() == [0, 1, 3, 4]
    assert arrays.row.tolist() == [0, 0, 1] and arrays.ask.tolist() == [7, 8, 7]
    arrays.save(tmp_path / "train.npz")
    loaded = Arrays.load(tmp_path / "train.npz")
    assert all(
        np.array_equal(getattr(arrays, name), getattr(loaded, name)) for name in Arrays.__dataclass_fields__
    )
