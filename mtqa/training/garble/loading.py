"""From the options of a command to a garbler; what is missing or wrong is told as a user can mend it."""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from pathlib import Path

from mtqa.errors import ConfigError, InputError
from mtqa.training.garble.engine import Garbler
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.resources import input_paths, load_resources


def check_families(names: Sequence[str]) -> None:
    """Raises :class:`ConfigError` for a name that is no family's."""
    for name in names:
        if name not in FAMILIES:
            raise ConfigError(f"there is no family {name!r}; there are {', '.join(FAMILIES)}.")


def load_garbler(
    data: Path,
    corpus: Path | None = None,
    cache: Path | None = None,
    *,
    rate: float = 0.10,
    families: Sequence[str] = (),
    clean_share: float = 0.0,
) -> Garbler:
    """A garbler of the dictionaries in ``data`` and the counts of ``corpus`` (by default the one beside).

    Raises :class:`ConfigError` for an unknown family or a share out of range, :class:`InputError` where the
    dictionaries or the corpus are missing or damaged.
    """
    check_families(families)
    if not (0 < rate <= 1 and 0 <= clean_share <= 1):  # written so that nan is refused too
        raise ConfigError("the rate must be above 0 and at most 1, the clean share between 0 and 1.")
    shard = corpus if corpus is not None else data.parent / "corpus" / "shard2.jsonl.xz"
    for path in input_paths(data):
        if not path.is_file():
            raise InputError(
                f"{path} does not exist: garbling needs the dictionaries; name their folder with --data."
            )
    if not shard.is_file():
        fault = "is a folder" if shard.is_dir() else "does not exist"
        raise InputError(f"{shard} {fault}: garbling needs the corpus; name its file with --corpus.")
    try:
        lexicon = load_resources(data, cache, corpus=shard)
    except (lzma.LZMAError, EOFError, ValueError, KeyError) as problem:
        raise InputError(f"the dictionaries in {data} or {shard} are damaged: {problem}.") from problem
    except OSError as problem:
        raise InputError(f"{problem.filename or data} cannot be read: {problem.strerror}.") from problem
    return Garbler(lexicon, rate, families or None, clean_share)
