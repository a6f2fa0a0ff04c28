"""Our BERT is BERT: the numbers are those of transformers."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from tiny import bert_sizes
from transformers import BertConfig, BertModel

from mtqa.scorer.bert import BertEncoder, BertSizes, BertTail


def test_as_transformers() -> None:
    config = BertConfig(**bert_sizes(50))
    torch.manual_seed(1)
    theirs = BertModel(config, add_pooling_layer=False).eval()
    ours = BertEncoder(BertSizes.from_dict(config.to_dict())).eval()
    assert not any(ours.load_state_dict(theirs.state_dict()))
    embedded = torch.randn(3, 9, config.hidden_size)
    mask = torch.tensor([[1] * 9, [1] * 4 + [0] * 5, [1] * 8 + [0]])
    types = torch.tensor([[0] * 4 + [1] * 5] * 3)
    with torch.inference_mode():
        for given in ({"attention_mask": mask, "token_type_ids": types}, {}):
            expected = theirs(inputs_embeds=embedded, **given).last_hidden_state
            found = ours(embedded, **given).last_hidden_state
            assert torch.allclose(found[mask > 0], expected[mask > 0], atol=1e-6)


@pytest.mark.parametrize("entry", [{"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}])
def test_another_bert(entry: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="only BERT with GELU"):
        BertSizes.from_dict({**bert_sizes(50), **entry})


@pytest.mark.parametrize("layers", [1, 2])
def test_last_layers_again_give_the_same_states_until_they_are_trained(layers: int) -> None:
    sizes = BertSizes.from_dict(bert_sizes(50))
    encoder, tail = BertEncoder(sizes).eval(), BertTail(sizes, layers).eval()
    mask = torch.tensor([[1] * 9, [1] * 4 + [0] * 5])
    output = encoder(torch.randn(2, 9, 16), mask)
    assert len(output.hidden_states) == 3 and output.hidden_states[-1] is output.last_hidden_state
    assert not torch.equal(tail(output, mask), output.last_hidden_state)
    tail.start_from(encoder)
    assert torch.equal(tail(output, mask), output.last_hidden_state)


@pytest.mark.parametrize("layers", [0, 3])
def test_more_last_layers_than_there_are(layers: int) -> None:
    with pytest.raises(ValueError, match=f"an encoder of 2 layers has no last {layers}"):
        BertTail(BertSizes.from_dict(bert_sizes(50)), layers)


def test_dropout_is_for_training_alone() -> None:
    encoder = BertEncoder(BertSizes.from_dict(bert_sizes(50)))
    embedded = torch.randn(1, 9, 16)
    encoder.eval()
    assert torch.equal(encoder(embedded)[0], encoder(embedded)[0])
    encoder.train()
    assert not torch.equal(encoder(embedded)[0], encoder(embedded)[0])


def test_the_shipped_models_need_no_transformers() -> None:
    """Importing it takes seconds."""
    code = (
        "import sys, mtqa; mtqa.load().check('The strikes on the energy roast stopped.');"
        "print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
