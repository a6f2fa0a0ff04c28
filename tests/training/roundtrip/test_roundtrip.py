"""From bitext to labelled segments, with a translator that has really learnt its little languages."""

from __future__ import annotations

import lzma
import runpy
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner

from mtqa.errors import InputError
from mtqa.training.garble.edits import Garbled
from mtqa.training.roundtrip.label import Limits, label_trips
from mtqa.training.roundtrip.pack import Pack, read_news_records, read_news_texts
from mtqa.training.roundtrip.plan import Decoding, draw_plan
from mtqa.training.roundtrip.prepare import make_pack
from mtqa.training.roundtrip.store import Segment, read_examples, read_segments, write_segments
from mtqa.training.roundtrip.train import TrainingOptions, train
from mtqa.training.roundtrip.translate import Trip, read_trips, run_plan

REPOSITORY = Path(__file__).parents[3]
SCRIPT = REPOSITORY / "scripts" / "roundtrip.py"
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def work(data: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of one language and a model that translates it fairly well at the end of its training."""
    folder = tmp_path_factory.mktemp("work")
    make_pack(data, corpus, folder / "pack", ("nl",), sentences=30, vocabulary_size=300, tell=lambda _: None)
    options = TrainingOptions(
        size="tiny",
        budget_minutes=600,
        max_tokens=300_000,
        batch_tokens=512,
        learning_rate=7e-3,
        label_smoothing=0.0,
        snapshots=(0.3, 1.0),
        dev_batches=2,
        log_seconds=600,
    )
    train(Pack.load(folder / "pack"), options, folder / "model", device=CPU)
    return folder


def go(work: Path, out: Path, parts: Any, **options: Any) -> int:
    pack = Pack.load(work / "pack")
    texts = read_news_texts(work / "pack")
    options = {"device": CPU, "minutes": 600.0, "tell": lambda _: None, **options}
    return run_plan(parts, texts, work / "model" / "snapshots", pack.vocabulary, out, **options)


@pytest.fixture(scope="module")
def trips(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trips")
    decodings = (Decoding(), Decoding(beams=3), Decoding(temperature=1.0))
    parts = draw_plan(30, ["030", "100"], ["nl"], decodings=decodings, trips=6, part_size=20)
    assert go(work, out, parts, resume=True) == 0
    return out


def test_every_route_is_taken(trips: Path) -> None:
    routes = Counter((trip.snapshot, trip.decoding) for trip in read_trips(trips))
    assert routes == {(s, d): 30 for s in ("030", "100") for d in ("greedy", "beam3", "sample1")}


def test_a_better_translator_brings_more_home(work: Path, trips: Path) -> None:
    texts = read_news_texts(work / "pack")
    home = Counter(
        t.snapshot for t in read_trips(trips) if t.decoding == "beam3" and t.back == texts[t.sentence]
    )
    assert home["100"] > home["030"]
    assert home["100"] >= 10, home


def test_labels_of_a_real_round_trip(work: Path, trips: Path, tmp_path: Path) -> None:
    news, counts = read_news_records(work / "pack"), Counter[str]()
    path = tmp_path / "segments.jsonl.xz"
    limits = Limits(lowest=30.0, highest=97.0, edit_rate=0.8)
    written = write_segments(label_trips(read_trips(trips), news, limits, counts), path)
    segments = list(read_segments(path))
    assert counts.total() == 180
    assert len(segments) == written == counts["kept"] > 5
    texts = {record["text"] for record in news}
    for segment in segments:
        assert segment.garbled.edits and segment.garbled.source in texts
        assert segment.garbled.restore() == segment.garbled.source
        assert 30 <= segment.chrf <= 97
    examples = list(read_examples(path, seed=1))
    trips, originals = examples[::2], examples[1::2]
    assert all(example.words.sum() + example.gaps.sum() > 0 for example in trips)
    assert {example.source for example in trips} == {"own-round-trip-nl"}
    assert not any(example.words.any() or example.gaps.any() for example in originals)
    assert [example.segment.text for example in originals] == [s.garbled.source for s in segments]
    for trip, original in zip(trips, originals, strict=True):
        assert (trip.keep, original.keep) == (0.0, 1.0)
        assert trip.segment.previous == original.segment.previous
        assert trip.segment.following == original.segment.following
    assert {bool(trip.segment.previous or trip.segment.following) for trip in trips} == {True, False}


def test_processes_that_share_the_work_do_what_one_would(work: Path, tmp_path: Path) -> None:
    parts = draw_plan(12, ["100"], ["nl"], part_size=3)
    assert go(work, tmp_path / "one", parts) == 0
    for number in range(2):
        assert go(work, tmp_path / "two", parts, piece=(number, 2), resume=True) == 0
        assert len(list((tmp_path / "two").glob("part-*"))) == (len(parts) + 1) // 2 if number == 0 else True
    assert list(read_trips(tmp_path / "two")) == list(read_trips(tmp_path / "one"))


def test_stopping_and_resuming_repeats_and_loses_nothing(work: Path, tmp_path: Path) -> None:
    parts = draw_plan(
        12, ["030", "100"], ["nl"], decodings=(Decoding(temperature=1.0),), trips=2, part_size=6
    )
    assert go(work, tmp_path / "whole", parts) == 0
    told: list[str] = []

    def interrupt(line: str) -> None:
        told.append(line)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(work, tmp_path / "parts", parts, tell=interrupt)
    assert len(list((tmp_path / "parts").glob("part-*"))) == 2
    assert go(work, tmp_path / "parts", parts, minutes=-1.0, resume=True) == len(parts) - 2
    kept = (tmp_path / "parts" / parts[0].file).stat().st_mtime_ns
    assert go(work, tmp_path / "parts", parts, resume=True) == 0
    assert (tmp_path / "parts" / parts[0].file).stat().st_mtime_ns == kept
    assert list(read_trips(tmp_path / "parts")) == list(read_trips(tmp_path / "whole"))
    with pytest.raises(InputError, match="--resume"):
        go(work, tmp_path / "parts", parts)
    other = [replace(part, seed=7) for part in parts]
    with pytest.raises(InputError, match="another plan"):
        go(work, tmp_path / "parts", other, resume=True)


@pytest.mark.parametrize(
    ("back", "reason"),
    [
        ("The minister rejected the plan on Monday.", "nearly perfect"),
        ("The minister rejected the plan, on Monday.", "kept"),
        ("The minister has thrown the plan on Monday.", "kept"),
        ("Minister plan to Monday a thrown back of it.", "ruined"),
        ("", "ruined"),
    ],
)
def test_the_filter(back: str, reason: str) -> None:
    news = [
        {"text": "The minister rejected the plan on Monday.", "previous": "", "following": "", "article": 0}
    ]
    counts: Counter[str] = Counter()
    found = list(label_trips([Trip(0, "nl", "100", "greedy", "", back)] * 2, news, Limits(), counts))
    assert len(found) == (reason == "kept")
    assert counts[reason] == (1 if reason == "kept" else 2)
    assert counts["seen before"] == (1 if reason == "kept" else 0)


def test_differences_of_taste_make_no_segment() -> None:
    source = "He said on Monday that they do not know what the plan was — or is."
    news = [{"text": source, "previous": "", "following": "", "article": 0}]
    counts: Counter[str] = Counter()
    back = source.replace("do not", "don't").replace("—", "-")
    assert (
        list(label_trips([Trip(0, "nl", "1", "greedy", "", back)], news, Limits(highest=100.0), counts)) == []
    )
    assert counts == {"no error": 1}


def test_damaged_segments_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl.xz"
    segment = Segment(
        Garbled("It hit the roast.", "It hit the grid.", ()), "", "", 0, "nl", "100", "greedy", 60.0
    )
    write_segments([segment], path)
    with pytest.raises(InputError, match="line 1"):
        list(read_segments(path))
    path.write_bytes(b"not xz")
    with pytest.raises(InputError, match="cannot be read"):
        list(read_segments(path))
    with lzma.open(path, "wt") as out:
        out.write("{}\n")
    with pytest.raises(InputError, match="cannot be read"):
        list(read_segments(path))


def command(*arguments: str) -> Any:
    main = runpy.run_path(str(SCRIPT))["main"]
    return CliRunner().invoke(main, arguments)


def test_the_script_from_end_to_end(data: Path, corpus: Path, tmp_path: Path) -> None:
    where = ["--work", str(tmp_path)]
    sources = ["--data", str(data), "--corpus", str(corpus)]
    steps = [
        ["pack", *where, *sources, "--tiny", "--language", "nl"],
        ["train", *where, "--tiny"],
        ["translate", *where, "--tiny"],
        ["label", *where, "--tiny"],
    ]
    for step in steps:
        result = command(*step)
        assert result.exit_code == 0, result.output
    segments = list(read_segments(tmp_path / "segments.jsonl.xz"))
    assert segments
    for segment in segments:
        assert segment.garbled.restore() == segment.garbled.source


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--work", "{}"], "is no pack"),
        (["translate", "--work", "{}"], "holds no such snapshots"),
        (["label", "--work", "{}"], "cannot be read"),
        (["pack", "--work", "{}", "--data", "{}"], "parallel"),
    ],
)
def test_a_missing_step_is_named(arguments: list[str], message: str, tmp_path: Path) -> None:
    result = command(*(argument.format(tmp_path) for argument in arguments))
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_training_and_translating_need_little(tmp_path: Path) -> None:
    """What a borrowed GPU has not installed is not imported by the steps that run there."""
    code = """
import sys
absent = {"rapidfuzz", "sentencex", "docx", "rich", "pathspec", "platformdirs", "sklearn", "regex"}
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.argv = ["roundtrip.py", "train", "--help"]
import mtqa.training.roundtrip.train, mtqa.training.roundtrip.translate, mtqa.training.roundtrip.plan
import runpy
runpy.run_path(sys.path.pop(), run_name="__main__")
"""
    program = f"import sys; sys.path.append({str(SCRIPT)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--resume" in done.stdout
