"""Text as the encoder reads it: subword ids, word shapes, and labels where the text was garbled.

The words and shapes are those of :mod:`mtqa.scorer.encode`, so that what is learnt here fits the scorer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mtqa.scorer.encode import SUBWORDS_PER_WORD, word_shape
from mtqa.text.segmentation import split_sentences
from mtqa.text.words import split_words
from mtqa.training.examples import LabelledSpan, from_spans
from mtqa.types import Segment

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Bits of a label: the token was changed, and something is missing before it.
CHANGED, MISSING = 1, 2
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: Characters that the cased tokenizer keeps; a rarer one is unknown.
_ALPHABET = 600


@dataclass(slots=True)
class Tokens:
    """Lists of one length: subword ids, shape ids, label bits."""

    ids: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def append(self, token: int, shape: int = 0, label: int = 0) -> None:
        """Add a token."""
        self.ids.append(token)
        self.shapes.append(shape)
        self.labels.append(label)


class TextTokenizer:
    """Tokenises sentences, remembering the words that it has seen."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        vocabulary = tokenizer.get_vocab()
        self._unknown, self.separator = vocabulary["[UNK]"], vocabulary["[SEP]"]
        self._known: dict[str, list[int]] = {}

    def sentence(self, text: str, spans: Iterable[LabelledSpan] = (), into: Tokens | None = None) -> Tokens:
        """The tokens of a sentence, added to ``into``; ``spans`` are its errors.

        What is missing at the very end of a sentence has no token to stand before and is not marked.
        """
        tokens = Tokens() if into is None else into
        offsets = split_words(text)
        spans = list(spans)
        example = from_spans(Segment(text), spans, source="") if spans else None
        for index, (start, end) in enumerate(offsets):
            word = text[start:end]
            shape = word_shape(word, start > 0 and text[start - 1].isspace())
            changed = CHANGED if example is not None and example.words[index] == 1 else 0
            missing = MISSING if example is not None and example.gaps[index] == 1 else 0
            for token in self._subwords(word):
                tokens.append(token, shape, changed | missing)
                missing = 0
        return tokens

    def _subwords(self, word: str) -> list[int]:
        ids = self._known.get(word)
        if ids is None:
            encoding = self._tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False)
            ids = encoding.ids[:SUBWORDS_PER_WORD] or [self._unknown]
            self._known[word] = ids
        return ids


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a document whose paragraphs are lines."""
    for paragraph in text.split("\n"):
        for start, end in split_sentences(paragraph):
            yield paragraph[start:end]


def train_cased_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A cased tokenizer of ``size`` subwords: byte-pair encoding (Sennrich et al. 2016) within our words.

    ``##`` marks a subword that goes on with a word, as in MiniLM's, so that the scorer reads either.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", fuse_unk=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL_TOKENS),
        limit_alphabet=_ALPHABET,
        continuing_subword_prefix="##",
        show_progress=False,
    )
    lines = (" ".join(text[a:b] for a, b in split_words(text)) for text in texts)
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer
