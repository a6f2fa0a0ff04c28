"""The second stage on a cluster: workers that have loaded the models score windows."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtqa.batch.engine import Ledger, score_window
from mtqa.batch.extra import pyarrow
from mtqa.batch.items import Item
from mtqa.batch.jsonlines import from_line, to_line
from mtqa.batch.outcome import Outcome
from mtqa.batch.parquet_out import ROW
from mtqa.batch.parquet_types import UnfitError, column, found_types, verdict_types
from mtqa.batch.parts import Part
from mtqa.batch.ray_read import Window
from mtqa.batch.ray_rows import Row, failed, rows_of, table_of
from mtqa.batch.summary import Summary
from mtqa.errors import InputError, ModelError, MtqaError
from mtqa.records import in_windows

if TYPE_CHECKING:
    import pyarrow as pa

    from mtqa.checker import Checker, Filter

#: Bad records of a window that are told of.
_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What a worker needs to make a checker such as the one of the process that began the run.

    ``signature`` is that checker's. ``threads`` is the number of cores that a worker has.
    """

    scorer: str | None
    corrector: str | None
    threshold: float | None
    filters: tuple[Filter, ...]
    signature: str
    suggest: bool = False
    device: str | None = None
    threads: int = 1

    def load(self) -> Checker:
        """The checker. Raises :class:`ModelError` if its models are others than those of ``signature``."""
        import torch

        import mtqa
        from mtqa.checker import Checker

        torch.set_num_threads(self.threads)
        loaded = mtqa.load(
            self.scorer, self.corrector, device=self.device, threshold=self.threshold, suggest=self.suggest
        )
        checker = Checker(loaded.scorer, loaded.corrector, self.threshold, self.filters)
        if checker.signature != self.signature:
            raise ModelError(
                f"a worker has {checker.signature}, but the run was begun with {self.signature}: install the"
                " same mtqa and models on all nodes."
            )
        return checker


class Score:
    """A worker: it loads the models once, and scores windows until there are no more."""

    def __init__(self, models: Models, outcome: Outcome, types: Mapping[str, Any] | None) -> None:
        """``types`` are those of the columns of Parquet that is not ``joined``; None for JSON Lines."""
        self.outcome = outcome
        self.types = types
        self.checker: Checker | MtqaError
        try:
            self.checker = models.load()
        except MtqaError as problem:
            self.checker = problem  # told when it is asked: a worker that cannot start is started again

    def __call__(self, windows: pa.Table) -> pa.Table:
        """The table of scored windows."""
        return table_of([self._row(row) for row in rows_of(windows)])

    def _row(self, row: Row) -> Row:
        if "window" not in row:
            return row
        if isinstance(self.checker, MtqaError):
            return failed(self.checker)
        try:
            return self._scored(pickle.loads(row["window"]), self.checker)
        except MtqaError as problem:
            return failed(problem)

    def _scored(self, window: Window, checker: Checker) -> Row:
        summary = Summary()
        bad: list[tuple[int, str]] = []

        def found_bad(item: Item, problem: str) -> None:
            if len(bad) < _TOLD:
                bad.append((item.number, problem))

        records: list[dict[str, Any]] = []
        # By as much text as the local engine scores at once: the memory of a worker is for that.
        for items in in_windows(window.items, len(window.items), lambda item: item.size):
            scored = score_window(items, checker.judge, self.outcome.options, Ledger())
            records += self.outcome.records(scored, summary, found_bad)
        first, last = window.items[0].number, window.items[-1].number
        part = Part(window.file, first, last, window.bytes, summary)
        return {
            "part": pickle.dumps(part),
            "bad": pickle.dumps(bad),
            "data": self._data(window, records),
        }

    def _data(self, window: Window, records: Sequence[dict[str, Any]]) -> bytes:
        if window.rows is not None:
            return _to_ipc(self._joined(window, records))
        lines = [to_line(record) for record in records]
        if self.types is None:
            return b"".join(lines)
        return _to_ipc(self._columns([from_line(line) for line in lines], self.types))

    def _columns(self, records: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> pa.Table:
        arrow = pyarrow("writing Parquet")
        schema = arrow.schema([(name, kind or arrow.string()) for name, kind in types.items()])
        try:
            return arrow.table([column(n, records, kind) for n, kind in types.items()], schema=schema)
        except UnfitError as problem:
            raise InputError(
                f"the field {problem.name!r} has numbers that have no type of Parquet together; write JSON"
                " Lines with --output-format jsonl."
            ) from problem

    def _joined(self, window: Window, verdicts: Sequence[dict[str, Any]]) -> pa.Table:
        """The rows that have verdicts, with these."""
        arrow = pyarrow("writing Parquet")
        assert window.rows is not None, "only rows can be joined"
        rows, id_field = window.rows, self.outcome.id_field
        fixed = verdict_types(self.outcome.options)
        if id_field is not None and id_field not in rows.schema.names:
            fixed = {id_field: arrow.int64(), **fixed}
        kept = [name for name in rows.schema.names if name not in fixed]
        first = window.items[0].number - 1
        places = arrow.array([verdict[ROW] - first for verdict in verdicts], arrow.int64())
        own = arrow.Table.from_batches([rows]).select(kept).take(places)
        added = [column(name, verdicts, kind) for name, kind in fixed.items()]
        schema = arrow.schema([*own.schema, *fixed.items()], metadata=None)
        return arrow.table([*own.columns, *added], schema=schema)


def types_of(windows: pa.Table, outcome: Outcome) -> pa.Table:
    """The types of the fields of each window, for Parquet that is made of other formats."""
    fixed = verdict_types(outcome.options)
    told: list[Row] = []
    for row in rows_of(windows):
        if "window" not in row:
            told.append(row)
            continue
        window: Window = pickle.loads(row["window"])
        records = [from_line(to_line(outcome.record(item, {}))) for item in window.items]
        told.append({"types": pickle.dumps(found_types([records], fixed))})
    return table_of(told)


def _to_ipc(table: pa.Table) -> bytes:
    arrow = pyarrow("writing Parquet")
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
