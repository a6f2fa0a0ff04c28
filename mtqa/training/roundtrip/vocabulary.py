"""The joint SentencePiece vocabulary of all languages, with a tag that names the target language."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mtqa.errors import InputError

SIZE = 16_000
PAD, EOS, UNK = 0, 1, 2
#: Sentences that the vocabulary is learnt from, at most.
SAMPLE = 1_000_000


def tag(language: str) -> str:
    """What stands before a source sentence, as in the multilingual Marian models."""
    return f">>{language}<<"


class Vocabulary:
    """Text to token ids and back. Unknown characters are spelled in bytes."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read a SentencePiece model; raises :class:`InputError` when it is missing or none."""
        import sentencepiece

        try:
            return cls(sentencepiece.SentencePieceProcessor(model_file=str(path)))
        except (OSError, RuntimeError) as error:
            raise InputError(f"{path} cannot be read as a SentencePiece model: {error}") from error

    def __len__(self) -> int:
        """The number of tokens."""
        return int(self._processor.get_piece_size())

    def tag_id(self, language: str) -> int:
        """The id of a target language's tag; raises :class:`InputError` for a language it does not know."""
        number = int(self._processor.piece_to_id(tag(language)))
        if number == UNK:
            raise InputError(f"the vocabulary has no language {language!r}")
        return number

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, without tag and end."""
        return [list(ids) for ids in self._processor.encode(list(texts))]

    def decode(self, rows: Iterable[Sequence[int]]) -> list[str]:
        """The text of each row of ids, up to its end."""
        return [str(self._processor.decode(_until_end(row))) for row in rows]


def _until_end(row: Sequence[int]) -> list[int]:
    ids = [int(i) for i in row]
    return [i for i in (ids[: ids.index(EOS)] if EOS in ids else ids) if i not in (PAD, UNK)]


def train_vocabulary(
    texts: Sequence[str], languages: Sequence[str], path: Path, *, size: int = SIZE, seed: int = 1
) -> Vocabulary:
    """Learn a unigram vocabulary (Kudo 2018) of at most ``size`` tokens and write it to ``path``."""
    import sentencepiece

    sample = list(texts)
    random.Random(seed).shuffle(sample)
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sample[:SAMPLE]),
        model_writer=written,
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=0.9998,
        byte_fallback=True,
        normalization_rule_name="nmt_nfkc",
        user_defined_symbols=[tag(language) for language in (*languages, "en")],
        pad_id=PAD,
        eos_id=EOS,
        unk_id=UNK,
        bos_id=-1,
        max_sentence_length=8192,
        num_threads=2,
        minloglevel=2,
    )
    partial = path.with_suffix(".partial")
    partial.write_bytes(written.getvalue())
    partial.replace(path)
    return Vocabulary.load(path)
