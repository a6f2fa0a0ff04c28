"""Loading the sequence-to-sequence model of a corrector's folder."""

from __future__ import annotations

import json
from pathlib import Path

from mtqa.corrector.folder import CorrectorFolder
from mtqa.corrector.foreign import load_foreign
from mtqa.corrector.generate import Searches, Seq2seq
from mtqa.errors import ModelError


def load_seq2seq(folder: CorrectorFolder, device: str | None = None) -> Seq2seq:
    """The model of a folder or hub id, ready to be asked.

    Raises :class:`ModelError` for a hub id that is not cached offline, damaged weights, or a model that is
    not sequence-to-sequence.
    """
    try:
        return Seq2seq(_load(folder, device), folder.prompt)
    except ModelError:
        raise
    except Exception as error:  # whatever a damaged file makes a library raise
        reason = str(error).strip().split("\n")[0][:200]
        raise ModelError(f"The corrector {folder.source} cannot be loaded: {reason}") from error


def _load(folder: CorrectorFolder, device: str | None) -> Searches:
    tokens = folder.prompt.max_tokens
    if not _is_native(folder):
        return load_foreign(folder.source, tokens, device)
    from mtqa.corrector.native import load_native  # delayed: it imports torch

    return load_native(Path(folder.source), tokens, device)


def _is_native(folder: CorrectorFolder) -> bool:
    """Whether it holds a model of the shipped kind, which needs no transformers."""
    config = Path(folder.source) / "config.json"
    if not folder.values or not folder.prompt.inline_case or not config.exists():
        return False
    return bool(json.loads(config.read_text(encoding="utf-8")).get("model_type") == "bart")
