"""The pipeline: in order, whatever the windows; bounded; a text that the models fail on costs no other."""

from __future__ import annotations

import io
import itertools
import json
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_job import Silent, checker, lines_of, run, write_records
from fakes import FakeScorer

from mtqa.batch import INPUT_FORMATS, OUTPUT_FORMATS, Job, Summary, run_job
from mtqa.batch.ahead import Ahead
from mtqa.batch.engine import windows
from mtqa.batch.items import Item
from mtqa.errors import ConfigError, ModelError
from mtqa.records import WINDOW_CHARS, RecordOptions


def test_ahead_is_in_order_and_bounded() -> None:
    made: list[int] = []

    def values() -> Iterator[int]:
        for value in range(100):
            made.append(value)
            yield value

    ahead = Ahead(values(), limit=5)
    assert ahead.wait(5)
    time.sleep(0.05)
    assert len(made) <= 6
    assert list(ahead) == list(range(100))


def test_ahead_by_weight() -> None:
    """One value may be over the limit, or a single large one could never pass."""
    made: list[int] = []

    def values() -> Iterator[int]:
        for _ in range(9):
            made.append(10)
            yield 10

    ahead = Ahead(values(), 100, weight_limit=25, weigh=lambda value: value)
    ahead.wait(5)
    time.sleep(0.05)
    assert len(made) == 4  # three are held, and one waits
    assert sum(ahead) == 90


def test_ahead_passes_errors_on_in_their_place() -> None:
    def values() -> Iterator[int]:
        yield 1
        raise ValueError("after one")

    ahead = Ahead(values(), 5)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="after one"):
        next(ahead)


def test_ahead_stops() -> None:
    ahead = Ahead(itertools.count(), 5)
    next(ahead)
    assert ahead.close(5)


def _item(number: int, size: int = 1) -> Item:
    return Item(number, {}, size, number)


def test_windows_are_full() -> None:
    ahead = Ahead(map(_item, range(10)), 100)
    assert [len(window) for window in windows(ahead, 4)] == [4, 4, 2]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.4] * 5, [2, 2, 1]),
        ([0.5] * 5, [2, 2, 1]),
        ([0.1] * 9, [4, 4, 1]),
        # one that is too large is alone, wherever it stands
        ([0.1, 7, 0.1, 0.1], [1, 1, 2]),
        ([7, 7, 0.1], [1, 1, 1]),
    ],
)
def test_windows_of_large_records(shares: list[float], expected: list[int]) -> None:
    """Their sizes as shares of what a window holds."""
    ahead = Ahead((_item(n, round(share * WINDOW_CHARS)) for n, share in enumerate(shares)), 100)
    assert [len(window) for window in windows(ahead, 4)] == expected


def test_windows_do_not_wait_for_a_slow_pipe() -> None:
    more = threading.Event()

    def items() -> Iterator[Item]:
        yield _item(1)
        more.wait(60)
        yield _item(2)

    runs = windows(Ahead(items(), 100), 4)
    assert len(next(runs)) == 1
    more.set()
    assert len(next(runs)) == 1


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_records(tmp_path / "in.jsonl", 300)


def test_no_window_changes_a_byte(records: Path, tmp_path: Path) -> None:
    made = set()
    for window in (1, 7, 512):
        output = tmp_path / f"{window}.jsonl"
        run(Job(path=records, output=output, window=window, options=RecordOptions(words=True)))
        made.add(output.read_bytes())
    assert len(made) == 1


def test_no_record_is_lost(records: Path, tmp_path: Path) -> None:
    """One out for one in, in order, the bad ones in their places."""
    summary = run(Job(path=records, output=tmp_path / "out.jsonl"))
    read = records.read_text(encoding="utf-8").split("\n")[:-1]
    scored = lines_of(tmp_path / "out.jsonl")
    assert len(scored) == len(read) == summary.records == summary.written == 301
    for number, (line, record) in enumerate(zip(read, scored, strict=True), 1):
        try:
            given = json.loads(line)
        except ValueError:  # noqa: PERF203 - that is what is tested
            assert (record["line"], record["raw"]) == (number, line)
            assert "error" in record
        else:
            assert given.items() <= record.items()
            assert ("error" in record) == (
                not str(given.get("text", 5)).isascii() or given.get("text", 5) == 5
            )
    assert summary.errors == sum("error" in record for record in scored) > 10


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"where_flagged": True}, lambda record: record["flags"]),
        ({"min_confidence": 0.5}, lambda record: record["confidence"] >= 0.5),
        ({"min_confidence": 0.03, "where_flagged": True}, lambda r: r["flags"] and r["confidence"] >= 0.03),
    ],
)
def test_filters(
    records: Path, tmp_path: Path, changes: dict[str, Any], wanted: Callable[[dict[str, Any]], object]
) -> None:
    """What has an error is kept: it has not been judged."""
    run(Job(path=records, output=tmp_path / "all.jsonl"))
    summary = run(Job(path=records, output=tmp_path / "some.jsonl", **changes))
    every = lines_of(tmp_path / "all.jsonl")
    some = [record for record in every if "error" in record or wanted(record)]
    assert lines_of(tmp_path / "some.jsonl") == some
    assert (summary.records, summary.written) == (301, len(some))
    assert 50 < len(some) < 301


def test_id_field(tmp_path: Path) -> None:
    """Records without one get their number, so that they can be found again after a filter."""
    (tmp_path / "in.jsonl").write_text('{"text": "A."}\n{"nr": "x", "text": "B."}\nbad\n')
    run(Job(path=tmp_path / "in.jsonl", output=tmp_path / "out.jsonl", id_field="nr"))
    assert [record["nr"] for record in lines_of(tmp_path / "out.jsonl")] == [1, "x", 3]
    with pytest.raises(ConfigError, match="cannot be the id"):
        run(Job(path=tmp_path / "in.jsonl", id_field="flags"))


def _fail_on(word: str) -> Any:
    made = checker()
    real = made.scorer.score

    def score(segments: Any, progress: Any = None) -> Any:
        if any(word in segment.text for segment in segments):
            raise RuntimeError("index out of range")
        return real(segments, progress)

    made.scorer.score = score
    return made


def test_models_that_fail_on_a_text(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("One.\nThe culprit.\nThree.\n")
    run(Job(path=tmp_path / "in.txt", output=tmp_path / "out.jsonl"), lambda: _fail_on("culprit"))
    first, second, third = lines_of(tmp_path / "out.jsonl")
    assert second["error"] == "the models fail on this text: RuntimeError: index out of range"
    assert (first["confidence"], third["confidence"]) == (1.0, 1.0)


def test_models_that_fail_on_all(tmp_path: Path) -> None:
    """That is not the texts' fault: a night of nothing but errors helps no one."""
    (tmp_path / "in.txt").write_text("One.\nTwo.\nThree.\n")
    with pytest.raises(RuntimeError, match="out of range"):
        run(Job(path=tmp_path / "in.txt", output=tmp_path / "out.jsonl"), lambda: _fail_on(""))


def test_models_that_cannot_load(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("One.\n")
    made = checker()
    made.scorer.score = lambda *_: (_ for _ in ()).throw(ModelError("damaged"))
    with pytest.raises(ModelError, match="damaged"):
        run(Job(path=tmp_path / "in.txt", output=tmp_path / "out.jsonl"), lambda: made)


def test_watcher(records: Path, tmp_path: Path) -> None:
    watcher = Silent()
    job = Job(path=records, output=tmp_path / "out.jsonl", window=50)
    summary = run_job(job, checker, watcher)
    assert watcher.positions == sorted(watcher.positions)
    assert watcher.positions[-1] == records.stat().st_size
    assert len(watcher.bad) == summary.errors


def test_windows_of_long_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is scored at once is bounded by its characters, and changes no byte."""
    path = tmp_path / "in.jsonl"
    lengths = [300, 40, 900, 5000, 10, 10, 700, 700, 700]
    path.write_text("".join(json.dumps({"text": "roast " * (n // 6)}) + "\n" for n in lengths))
    run(Job(path=path, output=tmp_path / "whole.jsonl"))
    monkeypatch.setattr("mtqa.records.WINDOW_CHARS", 1500)
    made = checker()
    run(Job(path=path, output=tmp_path / "parts.jsonl"), lambda: made)
    assert (tmp_path / "parts.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    scored = [sum(len(segment.text) for segment in call) for call in made.scorer.calls]
    assert len(scored) > 3
    assert all(length <= 1500 or length == 5000 // 6 * 6 for length in scored)


def _peak(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """The greatest memory, in MB, of a run over so many records, which are in no file."""

    class Endless(io.RawIOBase):
        left = count

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            # No two texts are alike, so that whatever remembers them grows.
            numbers = range(self.left, self.left - min(self.left, len(buffer) // 60), -1)
            self.left -= len(numbers)
            data = b"".join(b'{"id": 1, "text": "The energy roast %08d stopped"}\n' % n for n in numbers)
            buffer[: len(data)] = data
            return len(data)

    monkeypatch.setattr(FakeScorer, "remembers", False)
    monkeypatch.setattr("mtqa.batch.readers._raw", lambda path: Endless())
    monkeypatch.setattr("mtqa.batch.readers._size", lambda file: None)
    tracemalloc.start()
    try:
        job = Job(output=tmp_path / f"{count}.jsonl", options=RecordOptions(words=True), window=64)
        summary = run(job)
        assert summary.records == count
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_memory_is_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight times the records, the same memory: what is held are windows, however many there are."""
    small = _peak(1_000, tmp_path, monkeypatch)
    large = _peak(8_000, tmp_path, monkeypatch)
    assert large < 1.3 * small + 1
    assert (tmp_path / "8000.jsonl").stat().st_size > 2_000_000


def test_quantiles() -> None:
    summary = Summary()
    for percent in range(1, 101):
        summary.add({"confidence": percent / 100, "flags": []}, words=2)
    summary.add({"error": "bad"}, words=9)
    assert summary.quantiles() == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert (summary.records, summary.scored, summary.errors, summary.words) == (101, 100, 1, 200)
    assert Summary().quantiles() == []


def test_formats_of_the_command() -> None:
    """The command has its own list, so that its help need not wait for the readers."""
    from mtqa.cli import score

    assert score._INPUT_FORMATS == INPUT_FORMATS
    assert score._OUTPUT_FORMATS == OUTPUT_FORMATS
