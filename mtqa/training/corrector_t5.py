"""The other candidate for the corrector: a T5 from scratch on a cased vocabulary of its own.

T5 (Raffel et al. 2020) with a gated GELU, and a unigram subword model (Kudo 2018) trained on clean news.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

from mtqa.corrector.prompt import DELETE, KEEP, MASK, SEPARATOR, SPAN_END, SPAN_MARKS

VOCABULARY = 16_000
_PAD, _UNKNOWN, _END = "[PAD]", "[UNK]", "[EOS]"
_MARKS = (MASK, SEPARATOR, *SPAN_MARKS, SPAN_END, KEEP, DELETE)


def build_cased_tokenizer(texts: Iterable[str], size: int = VOCABULARY) -> PreTrainedTokenizerFast:
    """A unigram subword tokenizer of about ``size`` entries, trained on ``texts``; inputs end in [EOS]."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[_PAD, _UNKNOWN, _END], unk_token=_UNKNOWN, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    # Not special: a mark survives decoding.
    tokenizer.add_tokens([AddedToken(mark, normalized=False, special=False) for mark in _MARKS])
    end = tokenizer.token_to_id(_END)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {_END}", special_tokens=[(_END, end)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        clean_up_tokenization_spaces=False,
        model_max_length=512,
        pad_token=_PAD,
        unk_token=_UNKNOWN,
        eos_token=_END,
    )


def read_or_build_tokenizer(folder: Path, texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """The tokenizer in ``folder``, trained on ``texts`` if there is none yet."""
    if not (folder / "tokenizer.json").exists():
        build_cased_tokenizer(texts).save_pretrained(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder, clean_up_tokenization_spaces=False)


def new_t5(
    tokenizer: PreTrainedTokenizerFast, *, hidden: int = 512, layers: int = 6
) -> T5ForConditionalGeneration:
    """An untrained T5; at the default sizes it has 35 M parameters."""
    torch.manual_seed(0)
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=hidden,
            d_kv=64 if hidden >= 128 else hidden // 2,
            d_ff=2 * hidden,
            num_layers=layers,
            num_decoder_layers=max(1, layers // 2),
            num_heads=max(2, hidden // 64),
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            tie_word_embeddings=True,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            decoder_start_token_id=tokenizer.convert_tokens_to_ids(SPAN_MARKS[0]),
        )
    )
