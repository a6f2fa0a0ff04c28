"""Reading a pack, and cutting it into rows: no padding, every row ``[CLS]`` and a stretch of the text."""

from __future__ import annotations

import hashlib
import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load
from torch import Tensor

from mtqa.errors import InputError
from mtqa.training.pretraining.pack import KIND, PACK_FILE
from mtqa.training.pretraining.tokens import CHANGED, MISSING


def read_manifest(folder: Path) -> dict[str, Any]:
    """``pack.json`` of a pack. Raises :class:`InputError` if the folder holds none or it is damaged."""
    path = folder / PACK_FILE
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            f"{folder} holds no {PACK_FILE}; make a pack with: pretrain_encoder.py pack"
        ) from error
    except (ValueError, OSError) as error:
        raise InputError(f"{path} cannot be read ({error}); pack the corpus again.") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise InputError(f"{path} is not the manifest of a pack; pack the corpus again.")
    return manifest


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of text: ``ids``, ``shapes``, ``labels`` (B, T), the labels as bits."""

    ids: Tensor
    shapes: Tensor
    labels: Tensor


@dataclass(frozen=True, slots=True)
class Stream:
    """All tokens of a pack on a device: ``ids`` (N,) int16 as bits, ``shapes`` and ``labels`` (N,) uint8."""

    ids: Tensor
    shapes: Tensor
    labels: Tensor
    cls: int
    shards: tuple[str, ...]

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return len(self.ids)

    def rows(self, starts: np.ndarray[Any, np.dtype[np.int64]], length: int) -> Rows:
        """Rows of ``length`` tokens: ``[CLS]`` and the ``length - 1`` tokens from each of ``starts`` (B,)."""
        device = self.ids.device
        index = torch.from_numpy(starts).to(device)[:, None] + torch.arange(length - 1, device=device)

        def gather(values: Tensor, first: int) -> Tensor:
            taken = values[index].long()
            return torch.cat([taken.new_full((len(starts), 1), first), taken], 1)

        # torch indexes no unsigned 16-bit numbers, so the bits travel as signed ones.
        return Rows(gather(self.ids, self.cls) & 0xFFFF, gather(self.shapes, 0), gather(self.labels, 0))


def read_stream(folder: Path, device: torch.device, *, partial: bool = False) -> Stream:
    """Read the shards of a pack, each checked against its hash.

    ``partial`` takes the shards that are there. Raises :class:`InputError` if one is missing or damaged.
    """
    manifest = read_manifest(folder)
    parts = []
    names = []
    for entry in manifest["shards"]:
        path = folder / entry["file"]
        if partial and not path.exists():
            continue
        parts.append(_read_shard(path, entry["sha256"], entry["tokens"]))
        names.append(entry["file"])
    if not parts:
        raise InputError(f"{folder} holds none of the shards that its {PACK_FILE} names.")
    ids, shapes, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Stream(
        torch.from_numpy(ids.view(np.int16)).to(device),
        torch.from_numpy(shapes).to(device),
        torch.from_numpy(labels).to(device),
        int(manifest["special"]["[CLS]"]),
        tuple(names),
    )


def _read_shard(path: Path, sha256: str, tokens: int) -> tuple[np.ndarray[Any, Any], ...]:
    try:
        compressed = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); carry it, or use --partial.") from error
    if hashlib.sha256(compressed).hexdigest() != sha256:
        raise InputError(f"{path} is damaged (its hash is not the one in {PACK_FILE}); copy it again.")
    arrays = load(lzma.decompress(compressed))
    bits = {name: np.unpackbits(arrays[name], count=tokens) for name in ("changed", "missing")}
    labels = bits["changed"] * np.uint8(CHANGED) | bits["missing"] * np.uint8(MISSING)
    return arrays["ids"], arrays["shapes"], labels


class RowSampler:
    """Where the next rows begin: every stretch once in a pass, in random order, cut anew in each pass.

    The order depends on the seed, the pass and the length alone, so that a resumed run goes on with it. A
    change of length begins a new pass.
    """

    def __init__(self, tokens: int, seed: int) -> None:
        self._tokens, self._seed = tokens, seed
        self.number, self.index, self.length = 0, 0, 0
        self._starts = np.empty(0, np.int64)

    def state(self) -> dict[str, int]:
        """What :meth:`restore` takes."""
        return {"number": self.number, "index": self.index, "length": self.length}

    def restore(self, state: dict[str, int]) -> None:
        """Go on from a :meth:`state`."""
        self.number, self.index, self.length = state["number"], state["index"], state["length"]
        self._starts = self._order()

    def take(self, count: int, length: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Starts (count,) of the next rows. Raises :class:`InputError` if the text is shorter than a row."""
        if length != self.length:
            self._begin(length)
        taken: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        while count:
            if self.index >= len(self._starts):  # greater after a resume with fewer shards
                self._begin(length)
            part = self._starts[self.index : self.index + count]
            self.index += len(part)
            count -= len(part)
            taken.append(part)
        return np.concatenate(taken)

    def _begin(self, length: int) -> None:
        if self._tokens < 2 * length:
            raise InputError(
                f"the pack holds {self._tokens:,} tokens, too few for rows of {length}; pack more text."
            )
        self.number, self.index, self.length = self.number + 1, 0, length
        self._starts = self._order()

    def _order(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        rng = np.random.default_rng([self._seed, self.number, self.length])
        step = self.length - 1
        offset = int(rng.integers(step))
        starts = np.arange(offset, self._tokens - step + 1, step, dtype=np.int64)
        return rng.permutation(starts)
