"""Tiny randomly initialised models, saved to disk as a user would have them."""

from __future__ import annotations

import json
import string
from pathlib import Path

WORDS = "the strikes on energy grid roast stopped a man said it was not so he she they in of to and".split()


def write_tokenizer(folder: Path) -> int:
    """A WordPiece tokenizer over a few words and all letters; returns its size."""
    from tokenizers import BertWordPieceTokenizer

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = [*string.ascii_lowercase, *string.digits, *string.punctuation, "’", "“", "”"]
    vocabulary = [*special, *WORDS, *characters, *(f"##{c}" for c in string.ascii_lowercase + string.digits)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 64}
    config |= {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return len(vocabulary)


def bert_sizes(vocabulary: int) -> dict[str, int]:
    """Sizes of a BERT-type encoder that runs in a millisecond."""
    return {
        "vocab_size": vocabulary,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 128,
    }


def write_scorer(folder: Path) -> Path:
    """A scorer folder as training leaves it, with random weights and a small table of counts."""
    import numpy as np
    import torch
    from safetensors.torch import save_file

    from mtqa.scorer.evidence import CountTable, hash_ngrams, hash_word, quantize
    from mtqa.scorer.model import ScorerConfig, ScorerModel

    size = write_tokenizer(folder)
    torch.manual_seed(0)
    config = ScorerConfig(
        encoder=bert_sizes(size), evidence_hidden=8, head_hidden=16, context_tokens=6, window_tokens=48
    )
    model = ScorerModel(config)
    with torch.no_grad():  # wide enough that some words are above and some below any threshold
        model.word_head.weight.mul_(40)
    save_file({k: v.half() for k, v in model.state_dict().items()}, folder / "model.safetensors")
    config.save_pretrained(folder)
    hashes = np.array([hash_word(word) for word in WORDS], dtype=np.uint64)
    keys = np.concatenate([hash_ngrams(hashes, "unigram"), hash_ngrams(hashes, "bigram")])
    counts = np.arange(2, 2 + len(keys))
    CountTable.build(keys, quantize(counts, "bigram")).save(folder / "counts.safetensors")
    manifest = {
        "kind": "mtqa-scorer",
        "name": "tiny",
        "thresholds": {"default": 0.5, "precision": {"0.5": 0.4, "0.7": 0.6, "0.9": 0.8}},
        "calibration": {
            "word": {"scale": 1.0, "bias": 0.0},
            "gap": {"scale": 1.0, "bias": -2.0},
            "edit_rate": {"scale": 1.0, "bias": 0.0},
            "confidence": {"weights": [1.0, 0.0, 0.0, 0.5], "bias": 0.0},
        },
    }
    (folder / "mtqa.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def write_electra(folder: Path) -> Path:
    """A random ELECTRA discriminator."""
    import torch
    from transformers import ElectraConfig, ElectraForPreTraining

    size = write_tokenizer(folder)
    torch.manual_seed(0)
    ElectraForPreTraining(ElectraConfig(embedding_size=16, **bert_sizes(size))).save_pretrained(folder)
    return folder


def write_token_classifier(folder: Path, labels: tuple[str, ...] = ("OK", "BAD")) -> Path:
    """A random token classifier with the given labels."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    size = write_tokenizer(folder)
    torch.manual_seed(0)
    config = BertConfig(**bert_sizes(size), num_labels=len(labels), id2label=dict(enumerate(labels)))
    BertForTokenClassification(config).save_pretrained(folder)
    return folder
