"""The T5 candidate: its cased tokenizer, its loss, that it learns and that its folder answers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch

from mtqa.corrector import load_corrector
from mtqa.corrector.folder import open_folder
from mtqa.corrector.loading import load_seq2seq
from mtqa.corrector.prompt import CASED, KEEP, SPAN_MARKS
from mtqa.training.corrector import TrainingOptions, answer_loss, build_optimizer, train
from mtqa.training.corrector_batches import Tokens, make_batch
from mtqa.training.corrector_data import Arrays, encode_example, pack
from mtqa.training.corrector_examples import Example, MarkedSpan
from mtqa.training.corrector_folder import evaluate_folder, write_folder
from mtqa.training.corrector_t5 import new_t5, read_or_build_tokenizer
from mtqa.types import Segment

SENTENCES = [
    ("The strikes on Ukraine’s energy roast stopped.", "roast", "grid"),
    ("He had in Kyiv the war ended.", "had", "has"),
    ("It is peace, said Putin.", "peace", None),
    ("The the U.S. voted.", "The the", "The"),
]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    texts = [text for text, _, _ in SENTENCES] + ["the grid has 1,234 words"] * 3
    folder = tmp_path_factory.mktemp("tokenizer")
    first = read_or_build_tokenizer(folder, iter(texts))
    again = read_or_build_tokenizer(folder, iter(()))
    assert first.get_vocab() == again.get_vocab()
    return again


@pytest.fixture(scope="module")
def arrays(tokenizer: Any) -> Arrays:
    encoded = []
    for text, wrong, right in SENTENCES:
        span = MarkedSpan(text.index(wrong), text.index(wrong) + len(wrong), right)
        example = Example(Segment(text), (span,), "test")
        encoded += [encode_example(example, tokenizer, random.Random(seed), CASED) for seed in range(8)]
    return pack([item for item in encoded if item])


@pytest.mark.parametrize("text", [text for text, _, _ in SENTENCES])
def test_text_comes_back_with_its_capitals(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text)["input_ids"]
    assert ids[-1] == tokenizer.eos_token_id and tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids[:-1]) == text


def test_marks_are_whole_and_survive_decoding(tokenizer: Any) -> None:
    ids = tokenizer(f"The {SPAN_MARKS[1]} strikes [END] stopped.")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids).count(SPAN_MARKS[1]) == 1
    assert KEEP in tokenizer.decode(tokenizer(KEEP)["input_ids"], skip_special_tokens=True)


def test_loss_is_that_of_the_whole_model(arrays: Arrays, tokenizer: Any) -> None:
    model = new_t5(tokenizer, hidden=32, layers=2).eval()
    batch = make_batch(arrays, [0, 9, 17], [[row] for row in arrays.row], Tokens.of(tokenizer))
    whole = model(
        input_ids=batch.source,
        attention_mask=batch.mask,
        decoder_input_ids=batch.asked,
        labels=batch.labels,
    ).loss
    assert answer_loss(model, batch, 0.0).item() == pytest.approx(whole.item(), abs=1e-4)


def test_all_weights_are_new(tokenizer: Any) -> None:
    optimizer = build_optimizer(new_t5(tokenizer, hidden=32, layers=2), TrainingOptions())
    assert {group["peak"] for group in optimizer.param_groups} == {TrainingOptions().new_learning_rate}


def test_learns_writes_and_answers(
    arrays: Arrays, tokenizer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtqa.training.corrector.learning_rate_factor", lambda progress: 1.0)
    model = new_t5(tokenizer, hidden=64, layers=2)
    settings = TrainingOptions(
        batch_tokens=512, new_learning_rate=5e-3, label_smoothing=0.0, copy_share=0.0, max_steps=120
    )
    tokens = Tokens.of(tokenizer)
    progress = train(model, arrays, tokens, settings, device=torch.device("cpu"), folder=tmp_path)
    record = {
        "architecture": "t5",
        "base": "",
        "recipe": "test",
        "commit": "0",
        "hardware": "cpu",
        "progress": {"step": progress.step, "tokens": progress.tokens, "seconds": progress.seconds},
        "data": {"examples": len(arrays.source_at) - 1, "files": {}},
    }
    write_folder(tmp_path / "model", model, tokenizer, record, CASED)
    asked = [
        {"text": text, "previous": "", "following": "", "start": text.index(wrong), "replacement": right}
        | {"end": text.index(wrong) + len(wrong)}
        for text, wrong, right in SENTENCES
        if right is not None
    ]
    (tmp_path / "dev.test.jsonl").write_text("".join(json.dumps(q) + "\n" for q in asked))
    figures = evaluate_folder(tmp_path / "model", tmp_path, record)
    assert figures["test"]["top1"] == 1.0 and figures["test"]["casing_round_trip"] == 1.0
    assert open_folder(tmp_path / "model").prompt == CASED
    card = load_corrector(tmp_path / "model").card
    assert "A T5" in card and "base_model" not in card
    load_seq2seq(open_folder(tmp_path / "model"))
