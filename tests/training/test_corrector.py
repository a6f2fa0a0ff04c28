"""The training loop: batches, a model that learns, interruption and resumption, the written folder."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "corrector"))

from tiny_models import write_bert

from mtqa.corrector import load_corrector
from mtqa.corrector.generate import Candidate, Question
from mtqa.training import corrector as loop
from mtqa.training.corrector import TrainingOptions, answer_loss, train
from mtqa.training.corrector_batches import IGNORED, Tokens, make_batch, order_batches
from mtqa.training.corrector_data import Arrays, encode_example, pack
from mtqa.training.corrector_examples import Example, MarkedSpan
from mtqa.training.corrector_folder import evaluate_folder, exact_match, write_folder
from mtqa.training.corrector_model import build_tokenizer, tiny_model, warm_start
from mtqa.training.schedule import Stopped
from mtqa.types import Segment

CPU = torch.device("cpu")
TOKENS = Tokens(pad=0, eos=-1, marks=())  # the last two are for copying only
SENTENCES = [
    ("the strikes on the energy roast stopped", "roast", "grid"),
    ("he had of the war", "had", "was"),
    ("it is peace", "peace", "war"),
    ("the the war", "the", ""),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def tokenizer(base: Path) -> Any:
    return build_tokenizer(base)


@pytest.fixture(scope="module")
def arrays(tokenizer: Any) -> Arrays:
    encoded = []
    for text, wrong, right in SENTENCES:
        span = MarkedSpan(text.index(wrong), text.index(wrong) + len(wrong), right)
        example = Example(Segment(text), (span,), "test")
        # The slot of the span's mark is random.
        encoded += [encode_example(example, tokenizer, random.Random(seed)) for seed in range(8)]
    return pack([item for item in encoded if item])


def options(**changes: Any) -> TrainingOptions:
    values = {"budget_minutes": 5.0, "batch_tokens": 512, "learning_rate": 3e-3, "new_learning_rate": 3e-3}
    return TrainingOptions(**{**values, "log_seconds": 0.0, "copy_share": 0.0, **changes})


def test_encoder_starts_as_the_pretrained_one(base: Path, tokenizer: Any) -> None:
    from transformers import BertModel

    bert, model = BertModel.from_pretrained(base).eval(), warm_start(base, tokenizer).eval()
    ids = torch.tensor([tokenizer("the energy grid of peace")["input_ids"]])
    with torch.no_grad():
        expected = bert(input_ids=ids).last_hidden_state
        found = model.model.encoder(input_ids=ids).last_hidden_state
    assert torch.allclose(found, expected, atol=0.02)  # layer norms differ in their epsilon
    assert model.lm_head.weight is model.model.shared.weight is model.model.decoder.embed_tokens.weight


def test_copying_repeats_what_follows_the_mark(arrays: Arrays, tokenizer: Any) -> None:
    tokens = Tokens.of(tokenizer)
    spans_of = [[row] for row in range(len(arrays.ask))]
    batch = make_batch(arrays, [0, 8], spans_of, tokens, copy=True)
    texts = [tokenizer.decode(row[row != IGNORED]) for row in batch.labels]
    assert [text.split("[SEP]")[0].strip() for text in texts] == ["roast stopped", "had of the war"]
    assert batch.asked[:, 0].tolist() == [int(arrays.ask[0]), int(arrays.ask[8])]


def test_batches_hold_every_row_once_and_like_lengths(arrays: Arrays) -> None:
    batches = order_batches(arrays, batch_tokens=64, seed=1)
    lengths = [[int(arrays.source_at[row + 1] - arrays.source_at[row]) for row in batch] for batch in batches]
    assert sorted(row for batch in batches for row in batch) == list(range(len(arrays.source_at) - 1))
    assert all(max(batch) * len(batch) <= 64 + max(batch) for batch in lengths)
    assert order_batches(arrays, 64, seed=1) == batches != order_batches(arrays, 64, seed=2)


def test_batch_of_two_inputs_and_three_spans() -> None:
    arrays = pack([([11, 12, 13], [(5, [21, 2]), (6, [22, 23, 2])]), ([14], [(5, [2])])])
    batch = make_batch(arrays, [0, 1], [[0, 1], [2]], TOKENS)
    assert batch.source.tolist() == [[11, 12, 13], [14, 0, 0]]
    assert batch.mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.asked.tolist() == [[5, 21, 0], [6, 22, 23], [5, 0, 0]]
    assert batch.labels.tolist() == [[21, 2, IGNORED], [22, 23, 2], [2, IGNORED, IGNORED]]
    assert batch.row.tolist() == [0, 0, 1] and batch.tokens == 4 + 6


def test_loss_is_that_of_the_whole_model(arrays: Arrays, tokenizer: Any) -> None:
    model = tiny_model(tokenizer).eval()
    spans_of = [[span] for span in range(len(arrays.row))]
    batch = make_batch(arrays, [0, 9, 17], spans_of, TOKENS)
    whole = model(
        input_ids=batch.source,
        attention_mask=batch.mask,
        decoder_input_ids=batch.asked,
        labels=batch.labels,
    ).loss
    assert answer_loss(model, batch, 0.0).item() == pytest.approx(whole.item(), abs=1e-4)


@pytest.fixture
def constant_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learning rate that follows the clock would make no two runs equal."""
    monkeypatch.setattr(loop, "learning_rate_factor", lambda progress: 1.0)


@pytest.mark.usefixtures("constant_rate")
def test_learns_writes_and_answers(arrays: Arrays, tokenizer: Any, tmp_path: Path) -> None:
    model = tiny_model(tokenizer)
    settings = options(max_steps=150, label_smoothing=0.0)
    progress = train(model, arrays, TOKENS, settings, device=CPU, folder=tmp_path)
    losses = [json.loads(line)["loss"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert progress.step == 150 and losses[-1] < 0.2 * losses[0]

    record = {
        "base": "tiny",
        "recipe": "test",
        "commit": "0",
        "hardware": "cpu",
        "progress": {"step": progress.step, "tokens": progress.tokens, "seconds": progress.seconds},
        "data": {"examples": len(arrays.source_at) - 1, "files": {"a/b.xz": "00"}},
    }
    write_folder(tmp_path / "model", model, tokenizer, record)
    questions = [
        {"text": text, "previous": "", "following": "", "start": text.index(wrong), "replacement": right}
        | {"end": text.index(wrong) + len(wrong)}
        for text, wrong, right in SENTENCES
    ]
    (tmp_path / "dev.test.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions))
    figures = evaluate_folder(tmp_path / "model", tmp_path, record)
    assert figures["test"]["spans"] == 4 and figures["test"]["top1"] == figures["test"]["top3"] == 1.0
    assert "| test | 4 | 1.000 | 1.000 |" in load_corrector(tmp_path / "model").card


@pytest.mark.usefixtures("constant_rate")
def test_interrupted_and_resumed_is_as_if_never_interrupted(
    arrays: Arrays, tokenizer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = options(batch_tokens=128, learning_rate=1e-3, max_steps=12)
    straight = tiny_model(tokenizer)
    train(straight, arrays, TOKENS, settings, device=CPU, folder=tmp_path / "straight")

    halves = tiny_model(tokenizer)
    step = loop._step

    def interrupt(*arguments: Any) -> float:
        os.kill(os.getpid(), signal.SIGTERM)
        return step(*arguments)

    monkeypatch.setattr(loop, "_step", interrupt)
    with pytest.raises(Stopped, match="--resume"):
        train(halves, arrays, TOKENS, settings, device=CPU, folder=tmp_path / "halves")
    monkeypatch.setattr(loop, "_step", step)
    progress = train(halves, arrays, TOKENS, settings, device=CPU, folder=tmp_path / "halves", resume=True)
    assert progress.step == 12
    for name, weight in straight.state_dict().items():
        assert torch.allclose(weight, halves.state_dict()[name], atol=1e-5), name


def test_exact_match_counts_by_hand() -> None:
    question = Question(Segment("the energy roast"), 4, 16)
    proposals = [
        [Candidate("Energy  grid", -0.1)],  # first, without case and spaces
        [Candidate("energy roast", -0.1), Candidate("heat", -0.2), Candidate("energy grid", -0.3)],  # kept
        [],
    ]
    figures = exact_match([(question, "energy grid")] * 3, proposals)
    assert figures == {"spans": 3, "top1": 0.3333, "top3": 0.6667, "kept": 0.3333}


def test_attention_loss_by_hand() -> None:
    """One layer, two heads of which the first is taught, two tokens of which the second is not copied."""
    weights = torch.tensor([[[[0.25, 0.75], [0.5, 0.5]], [[1.0, 0.0], [1.0, 0.0]]]])  # (1, 2, 2, 2)
    loss = loop.attention_loss([weights], torch.tensor([[1, IGNORED]]))
    assert loss.item() == pytest.approx(-math.log(0.75))
