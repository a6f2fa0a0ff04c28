"""Asking mtqa's own corrector: an input at a time, several inputs at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from mtqa.corrector.beam import beam_search
from mtqa.corrector.network import EMBEDDINGS, BartNetwork, BartSizes
from mtqa.scorer.encode import load_tokenizer
from mtqa.scorer.folder import WEIGHTS
from mtqa.scorer.packed import pack
from mtqa.scorer.weights import load_network

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class NativeSearch:
    """Answers of a :class:`BartNetwork`.

    On a CPU as many inputs are in work as torch has threads when this is made, each on one thread; an answer
    does not depend on what else is asked.
    """

    def __init__(
        self, network: BartNetwork, tokenizer: Tokenizer, max_tokens: int, device: str | None = None
    ) -> None:
        self._network = network.to(device or "cpu").eval()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._workers = torch.get_num_threads() if (device or "cpu") == "cpu" else 0

    def count_tokens(self, text: str) -> int:
        """The tokens of an input, those that begin and end it included."""
        return len(self._tokenizer.encode(text).ids)

    def search(self, texts: Sequence[str], beams: int, longest: int) -> list[list[tuple[str, float]]]:
        """For every text its answers with their log-probabilities, in order."""
        if not self._workers:
            return [self._answers(text, beams, longest) for text in texts]
        # The number of threads is each thread's own: the caller's stays.
        with ThreadPoolExecutor(self._workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(lambda text: self._answers(text, beams, longest), texts))

    def _answers(self, text: str, beams: int, longest: int) -> list[tuple[str, float]]:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self._max_tokens:
            ids = [*ids[: self._max_tokens - 1], ids[-1]]
        found = beam_search(self._network, ids, beams, longest)
        return [(self._tokenizer.decode(list(answer.tokens)), answer.log_probability) for answer in found]


def load_native(folder: Path, max_tokens: int, device: str | None = None) -> NativeSearch:
    """The corrector of a model folder.

    Raises ``OSError``, ``ValueError``, ``RuntimeError`` or what the tokenizer raises if it is damaged.
    """
    sizes = BartSizes.from_dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    network = load_network(lambda: BartNetwork(sizes), folder / WEIGHTS)
    if (device or "cpu") == "cpu":
        pack(network, keep=EMBEDDINGS)
    return NativeSearch(network, load_tokenizer(folder / "tokenizer.json"), max_tokens, device)
