"""Replaced-token detection on small tensors; our own encoder; minimal pairs."""

from __future__ import annotations

import json
import lzma
import math
from pathlib import Path

import pytest
import torch
from tiny import bert_sizes

from mtqa.scorer.rotary import RotaryConfig, RotaryEncoder, rotate, turns
from mtqa.training.pretraining.candidate import without_dropout
from mtqa.training.pretraining.grammar import (
    Tokenized,
    TokenizedPair,
    grammar_accuracy,
    read_tokenized_pairs,
    thin,
)
from mtqa.training.pretraining.network import Generator, RtdNetwork
from mtqa.training.pretraining.pack import PAIRS_FILE

MASK, VOCABULARY = 4, 60
SMALL = RotaryConfig(
    vocab_size=1,
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    dropout=0.0,
)


def network(kind: str = "cased") -> RtdNetwork:
    torch.manual_seed(0)
    if kind == "cased":
        encoder: torch.nn.Module = RotaryEncoder(
            RotaryConfig(VOCABULARY, 16, 2, 2, intermediate_size=32, dropout=0.0)
        )
    else:
        encoder = without_dropout({"model_type": "bert", **bert_sizes(VOCABULARY)})
    return RtdNetwork(encoder, Generator(SMALL, 16, VOCABULARY, shared=kind == "cased"), mask=MASK)


def rows() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Two rows of ten tokens: [CLS], nine words, of which one of the second row is garbled."""
    ids = torch.arange(5, 25).view(2, 10)
    shapes = torch.ones(2, 10, dtype=torch.long)
    shapes[:, 0] = 0
    labels = torch.zeros(2, 10, dtype=torch.long)
    labels[1, 3] = 3
    return ids, shapes, labels


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.2, 2), (0.5, 5), (0.9, 9)])
def test_only_right_words_are_masked_and_so_many_as_wanted(share: float, expected: int) -> None:
    ids, shapes, labels = rows()
    for _ in range(20):
        original, where, active = network()._choose(ids, shapes, labels, torch.tensor(share), 9)
        assert torch.equal(original, ids.gather(1, where))
        assert active[0].sum() == expected
        assert active[1].sum() == min(expected, 8)
        assert not (where[active] == 0).any()
        assert 3 not in where[1][active[1]]
        assert len(set(where[0].tolist())) == 9


def test_with_nothing_masked_only_the_garbled_word_is_wrong() -> None:
    ids, shapes, labels = rows()
    model = network()
    losses = model(ids, shapes, labels, torch.tensor(0.0), 3)
    logits = model.judge(ids, shapes)[..., 0]
    each = torch.nn.functional.softplus(torch.where(labels & 1 > 0, -logits, logits))
    assert losses.changed.item() == pytest.approx(each[:, 1:].mean().item(), rel=1e-4)
    assert losses.generator.item() == 0.0


@pytest.mark.parametrize("kind", ["cased", "minilm"])
def test_the_generator_moves_the_embeddings_only_of_a_new_encoder(kind: str) -> None:
    model = network(kind)
    model(*rows(), torch.tensor(0.5), 5, True).generator.backward()
    assert (model.words.grad is not None) == (kind == "cased")
    assert model.generator.reduce.weight.grad is not None


@pytest.mark.parametrize("kind", ["cased", "minilm"])
def test_one_graph_serves_all_rows(kind: str) -> None:
    # a graph break or a shape that depends on the data would fail here
    model = network(kind)
    compiled = torch.compile(model, backend="eager", fullgraph=True, dynamic=False)
    assert all(torch.isfinite(value) for value in compiled(*rows(), torch.tensor(0.3), 3))


@pytest.mark.parametrize("kind", ["cased", "minilm"])
def test_the_encoder_learns_to_tell_replaced_tokens(kind: str) -> None:
    model = network(kind)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    found = []
    for _ in range(60):
        losses = model(*rows(), torch.tensor(0.3), 3)
        losses.changed.backward()  # the generator stays as random as it is
        optimizer.step()
        optimizer.zero_grad()
        found.append(float(losses.changed.detach()))
    assert sum(found[-15:]) / 15 < 0.6 * sum(found[:5]) / 5


def test_padding_changes_nothing() -> None:
    encoder = network().encoder.eval()
    embedded = torch.randn(1, 6, 16)
    padded = torch.cat([embedded, torch.randn(1, 3, 16)], 1)
    mask = torch.tensor([[1] * 6 + [0] * 3])
    alone = encoder(inputs_embeds=embedded).last_hidden_state
    beside = encoder(inputs_embeds=padded, attention_mask=mask).last_hidden_state[:, :6]
    assert torch.allclose(alone, beside, atol=1e-5)


def test_rotary_products_depend_on_the_distance_alone() -> None:
    query, key = torch.randn(8), torch.randn(8)
    turn = turns(20, 8, 100.0, torch.device("cpu"))
    product = rotate(query.expand(20, 8), turn) @ rotate(key.expand(20, 8), turn).T
    assert torch.allclose(product.diagonal(3), product[0, 3].expand(17), atol=1e-4)
    assert product[0, 0] == pytest.approx(float(query @ key), abs=1e-5)
    assert not torch.allclose(product[0, 3], product[3, 0])


def test_the_sentence_with_less_that_was_changed_is_the_good_one() -> None:
    class Doubts(torch.nn.Module):
        """Finds token 7 doubtful, and nothing else."""

        def judge(self, ids: torch.Tensor, shapes: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return torch.stack([torch.where(ids == 7, 3.0, -3.0), torch.zeros(ids.shape)], -1)

    def some(*ids: int) -> Tokenized:
        return Tokenized(list(ids), [1] * len(ids))

    pairs = [
        TokenizedPair("order", some(5, 6), some(5, 7)),
        TokenizedPair("order", some(5, 6, 5), some(7, 6, 5)),
        TokenizedPair("other", some(7), some(6)),
        TokenizedPair("other", some(5, 6), some(6, 5)),
    ]
    accuracy = grammar_accuracy(Doubts(), pairs, 2, 3, torch.device("cpu"))  # type: ignore[arg-type]
    assert accuracy == {"all": 2.5 / 4, "order": 1.0, "other": 0.25}
    assert math.isclose(accuracy["all"], 0.625)


def test_pairs_are_read_and_thinned(tmp_path: Path) -> None:
    assert read_tokenized_pairs(tmp_path) == []
    with lzma.open(tmp_path / PAIRS_FILE, "wt") as file:
        json.dump([["order", [n], [1], [n + 1], [2]] for n in range(10)], file)
    pairs = read_tokenized_pairs(tmp_path)
    assert pairs[3] == TokenizedPair("order", Tokenized([3], [1]), Tokenized([4], [2]))
    assert [pair.good.ids[0] for pair in thin(pairs, 4)] == [0, 3, 6, 9]
    assert thin(pairs, 50) == pairs
