"""The scorer's model folder: finding it, checking it, reading its ``mtqa.json``."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtqa.errors import ModelError

MANIFEST = "mtqa.json"
WEIGHTS = "model.safetensors"
COUNTS = "counts.safetensors"
#: What ``kind`` in ``mtqa.json`` says in a folder with mtqa's own scorer network.
NATIVE_KIND = "mtqa-scorer"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``mtqa.json`` of a model folder; ``values`` is all of it."""

    folder: Path
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The model's name, such as ``base-v1``."""
        return str(self.values.get("name", self.folder.name))

    @property
    def kind(self) -> str:
        """Which kind of network the folder holds."""
        return str(self.values.get("kind", ""))


def quiet_transformers() -> None:
    """Keep the library's progress bars and reports off a user's terminal."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def is_local(name: str, part: str) -> bool:
    """Whether a model is a folder or a cached hub model; False if the hub has to be asked for it.

    A cached model is taken as it is. Raises :class:`ModelError` if the hub cannot be reached: the library
    itself would try for half a minute.
    """
    if Path(name).exists():
        return True
    import os
    import socket
    from urllib.parse import urlsplit

    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        if isinstance(try_to_load_from_cache(name, "config.json"), str):
            return True
    except HFValidationError as error:
        raise ModelError(f"{name!r} is neither a folder nor the id of a hub model.") from error
    try:
        if os.environ.get("HF_HUB_OFFLINE", "") not in ("", "0"):
            raise OSError("HF_HUB_OFFLINE is set")
        socket.getaddrinfo(urlsplit(constants.ENDPOINT).hostname, 443)
        return False
    except OSError as error:
        raise ModelError(
            f"the {part} {name!r} is neither a folder nor a cached hub model, and the hub cannot be reached."
        ) from error


def shipped_folder(part: str) -> Path:
    """The folder of the model that comes with mtqa: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "models" / part, package.parent / "models" / part):
        if folder.is_dir():
            return folder
    raise ModelError(f"the shipped {part} is missing; install mtqa again, or name a model with --{part}.")


def read_manifest(folder: Path) -> Manifest:
    """Read a model folder's ``mtqa.json``; an external model has none, and then the manifest is empty.

    Raises :class:`ModelError` if the folder does not exist or the file is damaged.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder} is not a model folder.")
    path = folder / MANIFEST
    if not path.exists():
        return Manifest(folder, {})
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ModelError(f"{path} is damaged ({error}); restore the model folder.") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path} is damaged (no JSON object); restore the model folder.")
    return Manifest(folder, values)


def check_weights(folder: Path) -> Path:
    """The folder's weights file, its header checked. Raises :class:`ModelError` if it is cut short."""
    path = folder / WEIGHTS
    if not path.exists():
        raise ModelError(f"{folder} holds no {WEIGHTS}; it is not a complete model folder.")
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        length = int.from_bytes(head, "little")
        try:
            if len(head) < 8 or length > size - 8:
                raise ValueError("its header is cut off")
            header = json.loads(file.read(length))
            end = max((v["data_offsets"][1] for k, v in header.items() if k != "__metadata__"), default=0)
            if 8 + length + end != size:
                raise ValueError(f"it has {size:,} of {8 + length + end:,} bytes")
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is damaged: {error}; restore the model folder.") from error
    return path


@functools.lru_cache(maxsize=8)
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return (
            hashlib.file_digest(file, "sha256").hexdigest()
            if hasattr(hashlib, "file_digest")
            else (hashlib.sha256(file.read()).hexdigest())
        )


def signature_of(folder: Path, name: str) -> str:
    """``name@`` and the first eight hex digits of the weights' SHA-256."""
    path = folder / WEIGHTS
    if not path.exists():
        return name
    status = path.stat()
    return f"{name}@{_digest(path, status.st_size, status.st_mtime_ns)[:8]}"
