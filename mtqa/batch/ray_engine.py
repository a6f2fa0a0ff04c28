"""The engine for a cluster: files into windows of records, a pool of workers that score these, parts out.

It is three ``map_batches`` of Ray Data (https://docs.ray.io/en/latest/data/data.html), all of them streaming:

    Read (a task a file) -> Score (actors, each with its models) -> Write (a task a part)

Records and fields are those of the local engine, and the parts in the order of their names are its output.
A worker that dies is started again by Ray, and what it was scoring is scored again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mtqa.batch.addresses import Address, Found, list_files
from mtqa.batch.items import Item
from mtqa.batch.parquet_types import joined_types, own_types, verdict_types
from mtqa.batch.parts import Part, PartFolder, merged
from mtqa.batch.ray_read import FileTask, Read
from mtqa.batch.ray_rows import problem_in
from mtqa.batch.ray_score import Models, Score, types_of
from mtqa.batch.ray_session import Cluster, import_ray, last_line, pool_of, session
from mtqa.batch.ray_write import Write
from mtqa.batch.readers import input_format
from mtqa.batch.summary import Summary
from mtqa.errors import OutputError

if TYPE_CHECKING:
    from mtqa.batch.job import Job, Watcher
    from mtqa.checker import Checker

#: Windows that are written together: with the usual 512 records each, a part has 8192.
_WINDOWS_PER_PART = 16


def run_ray(
    job: Job,
    source: str,
    output: str,
    checker: Checker,
    watcher: Watcher,
    cluster: Cluster | None = None,
    models: tuple[str | None, str | None] = (None, None),
) -> Summary:
    """Score all records of a file or folder into a folder of parts; what all its parts came to.

    ``source`` and ``output`` are paths or URIs, in the place of those of ``job``. The workers load
    ``models``, a scorer's and a corrector's folder or hub id, and do as ``checker`` would. Raises
    :class:`MtqaError` for what ends a run; the parts that are written by then are kept.
    """
    return _Run(job, Address.of(source), Address.of(output), watcher).score(
        checker, cluster or Cluster(), models
    )


class _Run:
    def __init__(self, job: Job, source: Address, output: Address, watcher: Watcher) -> None:
        import_ray()
        self.job, self.output, self.watcher = job, output, watcher
        self.files = list_files(source)
        self.kinds = [job.kind or input_format(Path(found.address.name)) for found in self.files]
        self.parquet = self._is_parquet()
        joined = self.parquet and set(self.kinds) == {"parquet"}
        self.outcome = job.outcome(joined)
        if any(output == found.address for found in self.files) or str(source) == str(output):
            raise OutputError(f"{output} is also the input: choose another folder with -o.")

    def score(self, checker: Checker, cluster: Cluster, names: tuple[str | None, str | None]) -> Summary:
        """Do it."""
        models = _models(checker, cluster, names, self.job.options.suggest)
        folder = PartFolder(self.output)
        settings = self._settings(checker)
        done, complete = folder.look(settings, resume=self.job.resume, overwrite=self.job.overwrite)
        summary = merged(part.summary for part in done)
        position = sum(part.bytes for part in done)
        self.watcher.begun(position, sum(found.size for found in self.files), summary.copy())
        if complete:
            return summary
        with session(cluster) as ray:
            pool = pool_of(ray, cluster)
            folder.begin(settings, done)
            for part, bad in self._parts(ray, self._tasks(done), models, cluster, pool):
                summary = merged([summary, part.summary])
                position += part.bytes
                for number, problem in bad:
                    self.watcher.found_bad(Item(number, {}, 0, 0), self._where(problem, part))
                self.watcher.went_on(position, summary)
        folder.finish()
        return summary

    def _parts(
        self, ray: ModuleType, tasks: Sequence[FileTask], models: Models, cluster: Cluster, pool: Any
    ) -> Iterator[tuple[Part, list[tuple[int, str]]]]:
        """Every part that has been written, and its bad records."""
        if not tasks:
            return
        types = self._types(ray, tasks) if self.parquet and not self.outcome.joined else None
        windows = self._windows(ray, tasks)
        scored = windows.map_batches(
            Score,
            fn_constructor_args=(models, self.outcome, types),
            batch_size=1,
            batch_format="pyarrow",
            compute=pool,
            num_cpus=cluster.cores,
            num_gpus=cluster.gpus or None,
        )
        write = Write(self.output, self.parquet)
        written = scored.map_batches(
            write.parts, batch_size=_WINDOWS_PER_PART, batch_format="pyarrow", num_cpus=0
        )
        for row in _rows(written):
            yield pickle.loads(row["part"]), pickle.loads(row["bad"])

    def _windows(self, ray: ModuleType, tasks: Sequence[FileTask]) -> Any:
        """The dataset of windows, in the order of the input."""
        rows = [{"task": pickle.dumps(task)} for task in tasks]
        dataset = ray.data.from_items(rows, override_num_blocks=len(rows))
        context = dataset.context
        context.execution_options.preserve_order = True
        # A block is a window: no worker waits for more than one, and no more than one is lost with it.
        context.target_max_block_size = 1
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        read = Read(self.outcome, self.job.window)
        # Without a core of its own: all are the workers', and reading takes little.
        return dataset.map_batches(read.tables, batch_size=1, batch_format="pyarrow", num_cpus=0)

    def _types(self, ray: ModuleType, tasks: Sequence[FileTask]) -> dict[str, Any]:
        """The types of all columns, for which all records are read once before they are scored."""
        every = [replace(task, done=()) for task in tasks]
        found = self._windows(ray, every).map_batches(
            types_of,
            fn_kwargs={"outcome": self.outcome},
            batch_size=1,
            batch_format="pyarrow",
            num_cpus=0,
        )
        types: dict[str, Any] = {}
        for row in _rows(found):
            types = joined_types(types, pickle.loads(row["types"]))
        return own_types(types) | verdict_types(self.job.options)

    def _tasks(self, done: Sequence[Part]) -> list[FileTask]:
        runs: dict[int, list[tuple[int, int]]] = {}
        for part in done:
            runs.setdefault(part.file, []).append((part.first, part.last))
        return [
            FileTask(index, found.address, kind, found.size, tuple(runs.get(index, ())))
            for index, (found, kind) in enumerate(zip(self.files, self.kinds, strict=True))
        ]

    def _is_parquet(self) -> bool:
        """Whether Parquet is written: as asked for, as the name of the folder says, or as it is read."""
        if self.job.output_kind is not None:
            return self.job.output_kind == "parquet"
        if Path(self.output.name).suffix:
            return input_format(Path(self.output.name)) == "parquet"
        return set(self.kinds) == {"parquet"}

    def _settings(self, checker: Checker) -> dict[str, Any]:
        return {
            "the input": _listing(self.files),
            "the format of the input": self.job.kind,
            "the format of the output": "parquet" if self.parquet else "jsonl",
            **self.job.all_settings(checker.signature),
        }

    def _where(self, problem: str, part: Part) -> str:
        """The problem, with the name of the file if there are several."""
        return f"{problem} ({self.files[part.file].address.name})" if len(self.files) > 1 else problem


def _listing(files: Sequence[Found]) -> str:
    listed = "".join(f"{found.address}\t{found.size}\n" for found in files)
    digest = hashlib.sha256(listed.encode()).hexdigest()[:8]
    return f"{len(files)} files of {sum(found.size for found in files):,} bytes ({digest})"


def _models(
    checker: Checker, cluster: Cluster, names: tuple[str | None, str | None], suggest: bool
) -> Models:
    # Workers run in another folder, if not on another machine.
    scorer, corrector = (
        str(Path(name).absolute()) if name is not None and Path(name).is_dir() else name for name in names
    )
    return Models(
        scorer=scorer,
        corrector=corrector,
        threshold=checker.fixed_threshold,
        filters=checker.filters,
        signature=checker.signature,
        suggest=suggest,
        device="cuda" if cluster.gpus else None,
        threads=cluster.cores,
    )


def _rows(dataset: Any) -> Iterator[dict[str, bytes]]:
    """The rows of a dataset as they are made. Raises what they tell of, and :class:`OutputError`."""
    from ray.exceptions import RayError

    try:
        for row in dataset.iter_rows():
            problem = problem_in(row)
            if problem is not None:
                raise problem
            yield row
    except RayError as problem:
        raise OutputError(
            f"the run has stopped on the cluster: {last_line(problem)}. What is done is kept: go on with"
            " --resume."
        ) from problem
