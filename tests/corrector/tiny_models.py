"""Tiny models for the tests: a BERT folder to start from, and seq2seq folders of the usual families."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertModel,
    MarianConfig,
    MarianMTModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

PIECES = (
    "the a he she it is was were are has had to of in on by grid roast energy strikes stopped war peace"
).split()
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def vocabulary() -> dict[str, int]:
    """A WordPiece vocabulary that can spell everything, laid out like BERT's."""
    tokens = ["[PAD]", *(f"[unused{n}]" for n in range(20)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens += [*".,;:!?'-“”‘()$%–—", *LETTERS, *(f"##{letter}" for letter in LETTERS), *PIECES]
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}


def write_bert(folder: Path) -> Path:
    """A random six-layer BERT of hidden size 48 with a lower-casing WordPiece tokenizer, as MiniLM is."""
    torch.manual_seed(0)
    words = vocabulary()
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=48,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=192,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    added = [
        {"id": words[token], "content": token, "special": True, "single_word": False, "lstrip": False}
        | {"rstrip": False, "normalized": False}
        for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    ]
    frame = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    spec = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "lowercase": True}
        | {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*frame, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [*frame, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                token: {"id": token, "ids": [words[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##"}
        | {"max_input_chars_per_word": 100, "vocab": words},
    }
    (folder / "tokenizer.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder


def write_seq2seq(folder: Path, family: str, bert: Path) -> Path:
    """A random model of a family, ``t5``, ``bart`` or ``marian``, with the BERT folder's vocabulary."""
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(bert / "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]", eos_token="[SEP]"
    )
    _BUILDERS[family](len(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _t5(size: int) -> Any:
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=size, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, decoder_start_token_id=0
        )
    )


def _bart_like(size: int) -> dict[str, Any]:
    sizes = {"vocab_size": size, "d_model": 16, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32}
    layers = {"encoder_layers": 1, "decoder_layers": 1}
    return {**sizes, **layers, "encoder_attention_heads": 2, "decoder_attention_heads": 2}


def _bart(size: int) -> Any:
    return BartForConditionalGeneration(
        BartConfig(**_bart_like(size), pad_token_id=0, eos_token_id=23, decoder_start_token_id=23)
    )


def _marian(size: int) -> Any:
    return MarianMTModel(
        MarianConfig(**_bart_like(size), pad_token_id=0, eos_token_id=23, decoder_start_token_id=0)
    )


_BUILDERS = {"t5": _t5, "bart": _bart, "marian": _marian}
