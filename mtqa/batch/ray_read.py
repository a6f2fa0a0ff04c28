"""The first stage on a cluster: files into windows of records."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from mtqa.batch.addresses import Address, reading
from mtqa.batch.compression import decompressed
from mtqa.batch.header import check_header
from mtqa.batch.items import Item
from mtqa.batch.lines import TextInput
from mtqa.batch.outcome import Outcome
from mtqa.batch.parquet_rows import batches, open_parquet, plain_rows
from mtqa.batch.ray_rows import failed, table_of
from mtqa.batch.readers import TEXT_FORMATS
from mtqa.errors import MtqaError
from mtqa.records import in_windows

if TYPE_CHECKING:
    import pyarrow as pa

#: What is handed to a worker has no more than this, about in bytes.
_WINDOW_BYTES = 4 * 2**20
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to read: its place in the list, format and size, and the runs of records that are done."""

    file: int
    address: Address
    kind: str
    size: int
    done: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Records that go to one worker; ``rows`` are those of a Parquet file to which they belong."""

    file: int
    items: list[Item]
    bytes: int
    rows: pa.RecordBatch | None = None


class Read:
    """Reads files into windows of at most ``size`` records, without those that are done."""

    def __init__(self, outcome: Outcome, size: int) -> None:
        self.outcome = outcome
        self.size = size

    def tables(self, tasks: pa.Table) -> Iterator[pa.Table]:
        """A table for each window of the files."""
        try:
            for row in tasks.to_pylist():
                for window in self.windows(pickle.loads(row["task"])):
                    yield table_of([{"window": pickle.dumps(window)}])
        except MtqaError as problem:
            yield table_of([failed(problem)])

    def windows(self, task: FileTask) -> Iterator[Window]:
        """The windows of a file, in order. Raises :class:`InputError`."""
        found = self._of_rows(task) if task.kind == "parquet" else self._of_lines(task)
        done = iter(sorted(task.done))
        first, last = next(done, (0, 0))
        for window in found:
            run: list[Item] = []
            for item in window.items:
                while last and item.number > last:
                    first, last = next(done, (0, 0))
                if not (first <= item.number <= last):
                    if run and item.number > run[-1].number + 1:
                        yield _part_of(window, run)
                        run = []
                    run.append(item)
            if run:
                yield _part_of(window, run)

    def _of_lines(self, task: FileTask) -> Iterator[Window]:
        options = self.outcome.options
        with reading(task.address):
            system, path = task.address.resolve()
            file = system.open_input_file(path)
        with closing(file), reading(task.address):
            stream = decompressed(io.BufferedReader(cast(io.RawIOBase, file), _BUFFER))
            source = TextInput(stream, str(task.address), file.tell)
            items = TEXT_FORMATS[task.kind](source, options.text_field)
            runs = in_windows(items, self.size, lambda item: item.size, most=_WINDOW_BYTES)
            position, held = 0, next(runs, [])
            while held:
                following = next(runs, [])
                end = held[-1].position if following else task.size
                yield Window(task.file, held, end - position)
                position, held = end, following

    def _of_rows(self, task: FileTask) -> Iterator[Window]:
        outcome, name = self.outcome, str(task.address)
        with reading(task.address):
            system, path = task.address.resolve()
            handle = system.open_input_file(path)
        with closing(handle), closing(open_parquet(handle, name)) as file:
            check_header(file.schema_arrow.names, outcome.options.text_field, name)
            needed = [outcome.options.text_field, outcome.id_field]
            share = task.size / max(1, file.metadata.num_rows)
            number = 0
            for batch in batches(file, name):
                names = [n for n in batch.schema.names if not outcome.joined or n in needed]
                first = number + 1
                items = []
                for record in plain_rows(batch.select(names), name):
                    number += 1
                    text = record[outcome.options.text_field]
                    items.append(Item(number, record, len(text) if isinstance(text, str) else 0, 0))
                for held in in_windows(items, self.size, lambda item: item.size, most=_WINDOW_BYTES):
                    rows = batch.slice(held[0].number - first, len(held)) if outcome.joined else None
                    yield Window(task.file, held, int(share * len(held)), rows)


def _part_of(window: Window, items: list[Item]) -> Window:
    if len(items) == len(window.items):
        return window
    rows = None
    if window.rows is not None:
        rows = window.rows.slice(items[0].number - window.items[0].number, len(items))
    return replace(window, items=items, bytes=window.bytes * len(items) // len(window.items), rows=rows)
