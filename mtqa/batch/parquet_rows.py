"""Parquet in: rows of a few columns at a time, never a whole file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqa.batch.extra import pyarrow
from mtqa.batch.header import check_header
from mtqa.batch.items import Item
from mtqa.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: Rows that are decoded at once.
ROWS = 256


class ParquetRows:
    """The rows of a Parquet file as items; ``total`` counts them.

    Only ``columns`` are read, by default all. Raises :class:`InputError` for a file that is none or damaged.
    """

    def __init__(self, path: Path, text_field: str, columns: Sequence[str] | None = None) -> None:
        self.path = path
        self.text_field = text_field
        self.file = open_parquet(path)
        check_header(self.file.schema_arrow.names, text_field, str(path))
        there = self.file.schema_arrow.names
        self.columns = [name for name in there if columns is None or name in columns]
        self.total: int | None = self.file.metadata.num_rows

    def __iter__(self) -> Iterator[Item]:
        number = 0
        for batch in batches(self.file, self.path, self.columns):
            size = batch.nbytes // max(1, len(batch))
            for row in plain_rows(batch, self.path):
                number += 1
                text = row[self.text_field]
                yield Item(number, row, max(size, len(text) if isinstance(text, str) else 0), number)

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def open_parquet(path: Path | pa.NativeFile, name: str = "") -> pq.ParquetFile:
    """The file, of which nothing but the footer has been read. Raises :class:`InputError`.

    ``name`` is that of one which is open already.
    """
    arrow = pyarrow("reading Parquet")
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (arrow.ArrowException, OSError) as problem:
        shown = name or path
        raise InputError(f"{shown} is no Parquet file that can be read: {_first_line(problem)}") from problem


def batches(
    file: pq.ParquetFile, path: Path | str, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows in batches, in order. Raises :class:`InputError` where the file is damaged."""
    arrow = pyarrow("reading Parquet")
    try:
        yield from file.iter_batches(ROWS, columns=columns)
    except (arrow.ArrowException, OSError) as problem:
        raise InputError(f"{path} cannot be read further: {_first_line(problem)}") from problem


def plain_rows(batch: pa.RecordBatch, path: Path | str) -> list[dict[str, Any]]:
    """The rows of a batch as records. Raises :class:`InputError` for values that Python cannot hold."""
    try:
        rows: list[dict[str, Any]] = batch.to_pylist()
        return rows
    except ValueError as problem:  # nanoseconds that Python's own types cannot hold
        raise InputError(
            f"{path} has values that only Parquet can hold ({problem}): use -o OUT.parquet."
        ) from problem


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]
