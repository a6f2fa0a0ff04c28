"""The corrector's network before training: both halves of a BART-shaped model started from a BERT encoder.

An encoder-decoder whose halves start from a pretrained encoder is due to Rothe et al. 2020, "Leveraging
pre-trained checkpoints for sequence generation tasks"; a deep encoder with a shallow decoder loses little and
answers faster (Kasai et al. 2021, "Deep encoder, shallow decoder"). BART's layers are BERT's layers:
post-norm, GELU, learned positions; the one difference, BERT's segment embedding, is a constant here and is
added to the positions. So the encoder computes what the pretrained one does (but for the layer norm's
epsilon), and any tool that runs BART runs this. One matrix serves as the embeddings of both halves and as the
output layer.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

from mtqa.corrector.casing import MARKERS
from mtqa.corrector.prompt import DELETE, KEEP, SPAN_END, SPAN_MARKS

#: Tokens that take over unused entries of the BERT vocabulary, in this order from ``[unused0]``.
ADDED_TOKENS = (*MARKERS, *SPAN_MARKS, SPAN_END, KEEP, DELETE)
#: Which of the encoder's six layers the three decoder layers start from.
DECODER_LAYERS = (0, 2, 4)
_POSITION_OFFSET = 2  # BART's learned positions start at index 2


def build_tokenizer(minilm: Path) -> PreTrainedTokenizerFast:
    """The encoder's WordPiece tokenizer with the markers in place of unused entries of the vocabulary."""
    spec = json.loads((minilm / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = spec["model"]["vocab"]
    for index, token in enumerate(ADDED_TOKENS):
        number = vocabulary.pop(f"[unused{index}]")
        vocabulary[token] = number
        spec["added_tokens"].append(_special(token, number))
    spec["added_tokens"].sort(key=lambda entry: entry["id"])
    spec["model"]["vocab"] = dict(sorted(vocabulary.items(), key=lambda item: item[1]))
    spec["padding"] = spec["truncation"] = None
    spec["decoder"]["cleanup"] = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        path.write_text(json.dumps(spec), encoding="utf-8")
        return PreTrainedTokenizerFast(
            tokenizer_file=str(path),
            clean_up_tokenization_spaces=False,
            model_max_length=512,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            mask_token="[MASK]",
            bos_token="[CLS]",
            eos_token="[SEP]",
        )


def read_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of a corrector's folder, as :func:`build_tokenizer` made it."""
    return PreTrainedTokenizerFast.from_pretrained(folder, clean_up_tokenization_spaces=False)


def warm_start(minilm: Path, tokenizer: PreTrainedTokenizerFast) -> BartForConditionalGeneration:
    """The untrained corrector: pretrained encoder, decoder from its layers, cross-attention new."""
    weights = load_file(minilm / "model.safetensors")
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    model = BartForConditionalGeneration(build_config(tokenizer, hidden=hidden, heads=12, layers=6))
    state = dict(_embeddings(weights, "encoder"), **_embeddings(weights, "decoder"))
    state["model.shared.weight"] = weights["embeddings.word_embeddings.weight"]
    for index in range(6):
        state.update(_layer(weights, index, f"model.encoder.layers.{index}"))
    for index, source in enumerate(DECODER_LAYERS):
        target = f"model.decoder.layers.{index}"
        state.update(_layer(weights, source, target))
        state.update(_cross_attention(weights, source, target))
    missing, unexpected = model.load_state_dict(state, strict=False)
    new = [name for name in missing if "encoder_attn" not in name and not name.endswith(_TIED)]
    if new or unexpected:
        raise ValueError(f"encoder and corrector do not match: missing {new}, unexpected {unexpected}")
    model.tie_weights()
    return model


_TIED = ("embed_tokens.weight", "lm_head.weight", "final_logits_bias")


def tiny_model(tokenizer: PreTrainedTokenizerFast) -> BartForConditionalGeneration:
    """A randomly initialised model of the same shape with 1 M parameters, for tests."""
    torch.manual_seed(0)
    return BartForConditionalGeneration(build_config(tokenizer, hidden=32, heads=2, layers=2))


def build_config(tokenizer: PreTrainedTokenizerFast, *, hidden: int, heads: int, layers: int) -> BartConfig:
    """The configuration of a corrector; the decoder has half as many layers as the encoder."""
    return BartConfig(
        vocab_size=len(tokenizer),
        d_model=hidden,
        encoder_layers=layers,
        decoder_layers=max(1, layers // 2),
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * hidden,
        decoder_ffn_dim=4 * hidden,
        max_position_embeddings=512,
        dropout=0.0,  # the data are seen about once, and dropout costs an eighth of the time on a CPU
        scale_embedding=False,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        decoder_start_token_id=tokenizer.convert_tokens_to_ids(SPAN_MARKS[0]),
        forced_eos_token_id=None,
    )


def _special(token: str, number: int) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    # Not special: the markers carry case and spacing and must survive decoding.
    return {"id": number, "content": token, "special": False, **flags}


def _embeddings(weights: dict[str, torch.Tensor], half: str) -> dict[str, torch.Tensor]:
    positions = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    padding = torch.zeros(_POSITION_OFFSET, positions.shape[1])
    return {
        f"model.{half}.embed_positions.weight": torch.cat([padding, positions]),
        f"model.{half}.layernorm_embedding.weight": weights["embeddings.LayerNorm.weight"],
        f"model.{half}.layernorm_embedding.bias": weights["embeddings.LayerNorm.bias"],
    }


_LAYER_NAMES = {
    "attention.self.query": "self_attn.q_proj",
    "attention.self.key": "self_attn.k_proj",
    "attention.self.value": "self_attn.v_proj",
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "self_attn_layer_norm",
    "intermediate.dense": "fc1",
    "output.dense": "fc2",
    "output.LayerNorm": "final_layer_norm",
}


def _cross_attention(weights: dict[str, torch.Tensor], index: int, target: str) -> dict[str, torch.Tensor]:
    """Cross-attention started from self-attention, which looks at states of the same kind."""
    return {
        f"{target}.{new.replace('self_attn', 'encoder_attn')}.{kind}": weights[
            f"encoder.layer.{index}.{old}.{kind}"
        ]
        for old, new in _LAYER_NAMES.items()
        if new.startswith("self_attn")
        for kind in ("weight", "bias")
    }


def _layer(weights: dict[str, torch.Tensor], index: int, target: str) -> dict[str, torch.Tensor]:
    return {
        f"{target}.{new}.{kind}": weights[f"encoder.layer.{index}.{old}.{kind}"]
        for old, new in _LAYER_NAMES.items()
        for kind in ("weight", "bias")
    }
