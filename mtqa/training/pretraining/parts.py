"""Cutting a file into parts for a way that takes only small files, and joining them again, with hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from mtqa.errors import InputError

_SUFFIX = ".parts.json"


def split_file(path: Path, folder: Path, size: int) -> list[Path]:
    """Cut ``path`` into files of at most ``size`` bytes in ``folder``, and list them in ``NAME.parts.json``.

    Returns the list's path and those of the parts.
    """
    if size < 1:
        raise InputError("a part must hold at least one byte.")
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    folder.mkdir(parents=True, exist_ok=True)
    parts = [folder / f"{path.name}.{number:03}" for number in range(max(1, -(-len(whole) // size)))]
    for number, part in enumerate(parts):
        part.write_bytes(whole[number * size : (number + 1) * size])
    listed = {
        "name": path.name,
        "sha256": hashlib.sha256(whole).hexdigest(),
        "parts": [p.name for p in parts],
    }
    listing = folder / (path.name + _SUFFIX)
    listing.write_text(json.dumps(listed) + "\n", encoding="utf-8")
    return [listing, *parts]


def join_file(listing: Path, out: Path) -> Path:
    """Join the parts beside ``listing`` into a file in the folder ``out``; returns its path.

    Raises :class:`InputError` if a part is missing or the whole is not what was cut; then nothing is written.
    """
    try:
        listed = json.loads(listing.read_text(encoding="utf-8"))
        name, sha256, parts = Path(listed["name"]).name, listed["sha256"], listed["parts"]
        whole = b"".join((listing.parent / Path(part).name).read_bytes() for part in parts)
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read ({error.strerror}); fetch it again.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{listing} is not a list of parts ({error}).") from error
    if hashlib.sha256(whole).hexdigest() != sha256:
        raise InputError(f"the parts of {listing} do not make {name} (its hash differs); fetch them again.")
    out.mkdir(parents=True, exist_ok=True)
    path, partial = out / name, out / (name + ".partial")
    partial.write_bytes(whole)
    partial.replace(path)
    return path
