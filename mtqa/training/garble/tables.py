"""The hand-made tables in ``data/``: tab-separated, ``#`` begins a comment, ``/`` parts alternatives."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


def read_table(name: str) -> list[list[str]]:
    """The rows of ``data/{name}.tsv``, each a list of its columns."""
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def words(text: str) -> frozenset[str]:
    """The white-space separated words of ``text``, for short lists in the code."""
    return frozenset(text.split())


MONTHS = words("january february march april may june july august september october november december")
DAYS = words("monday tuesday wednesday thursday friday saturday sunday")
