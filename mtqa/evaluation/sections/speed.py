"""Section 7: how fast it starts and works, how much memory and room it takes; all in child processes."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import mtqa
from mtqa.evaluation.news import clean_articles, clean_file
from mtqa.evaluation.processes import ProcessFailedError, Run, available_cores, median_run, run
from mtqa.evaluation.result import Figure, Kind, Row
from mtqa.evaluation.sections.base import Context, Measurement, Section, Statistic
from mtqa.scorer.folder import shipped_folder

COLD, DISK = "cold start", "size of the models"
#: The article that comes with a checkout.
SEED = Path(mtqa.__file__).parents[1] / "seeds" / "ceasefire-call.txt"
#: Runs of each cold start; the median counts.
RUNS = 5
#: A longer text is measured on all cores only: one core would take minutes.
_ONE_CORE_WORDS = 10_000
#: Repeats of a warm text come to about so many words, so that a short one is measured as well as a long one.
_REPEATED_WORDS = 5_000
HARPER = """
import { readFileSync } from "node:fs";
import { LocalLinter } from "harper.js";
import { binaryInlined } from "harper.js/binaryInlined";
const linter = new LocalLinter({ binary: binaryInlined });
const lints = await linter.lint(readFileSync(process.argv[1], "utf8"));
console.log(lints.length);
"""


#: Where a sentence begins: at the start of a line, or behind the end of another.
_SENTENCE = re.compile(r"^|(?<=[.!?”]) (?=\S)")


def _ready_made(value: float) -> float:
    """Speed is measured, not computed of units."""
    return value


STATISTICS = (
    Statistic("seconds", "seconds", _ready_made, ("seconds",), "low"),
    Statistic("score_rate", "scoring, words per second", _ready_made, ("score_rate",)),
    Statistic("check_rate", "checking, words per second", _ready_made, ("check_rate",)),
    Statistic("peak_mb", "peak memory, MB", _ready_made, ("peak_mb",), "low"),
    Statistic("disk_mb", "on disk, MB", _ready_made, ("disk_mb",), "low"),
)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is started cold; one that is not ``needed`` may be missing.

    ``module`` is the one of Python that it is. The status of Python where there is none, 1, is also that of a
    checker which finds something, so it does not tell.
    """

    name: str
    kind: Kind
    command: tuple[str, ...]
    needed: bool = True
    accept: tuple[int, ...] = (0,)
    module: str | None = None


def measure(context: Context) -> Measurement:
    """Cold starts, warm words per second for growing texts on one and on all cores, peak memory, sizes."""
    with tempfile.TemporaryDirectory(prefix="mtqa-speed-") as folder:
        article, note = _article(context, Path(folder))
        programs = list(_programs(context, article))
        warm = list(_warm_runs(context))
        runs = 1 if context.limit else RUNS
        with context.progress("speed", len(programs) * (runs + 1) + len(warm)) as advance:
            cold, missing = _cold(programs, runs, advance)
            rows: dict[str, list[Row]] = {COLD: cold}
            for words, cores in warm:
                group = f"warm, {cores} core{'s' if cores > 1 else ''}"
                rows.setdefault(group, []).append(_warm(context, article, Path(folder), words, cores))
                advance(1)
    rows[DISK] = list(_sizes(context))
    notes = [note, f"Cold starts: the median of {runs}, after one that warms the file cache.", *missing]
    files = [] if SEED.exists() else [clean_file(context.data)]
    return Measurement((), rows, notes, files=files)


def _article(context: Context, folder: Path) -> tuple[Path, str]:
    """The text to check, and which one it is."""
    if SEED.exists():
        words = len(SEED.read_text(encoding="utf-8").split())
        return SEED, f"The article is seeds/{SEED.name}, {words:,} words; longer texts repeat it."
    sentences = clean_articles(context.data, context.split, 1)[0]
    path = folder / "article.txt"
    path.write_text("\n".join(sentences) + "\n", encoding="utf-8")
    words = sum(len(sentence.split()) for sentence in sentences)
    return path, f"The article is the first of clean_news, {words:,} words; longer texts repeat it."


def _programs(context: Context, article: Path) -> Iterator[Program]:
    check = [sys.executable, "-m", "mtqa", "check", "-q", "--fail-on", "never", "--isolated"]
    # What is measured is the work, not a cache of earlier reports.
    check += ["--no-cache"]
    check += ["--scorer", context.models[0]] if context.models[0] else []
    check += ["-j", str(context.jobs)] if context.jobs else []
    if context.corrector is not None:
        corrector = ["--corrector", context.models[1]] if context.models[1] else []
        yield Program("mtqa check", "mtqa", (*check, *corrector, str(article)))
    yield Program("mtqa check --no-suggest", "mtqa", (*check, "--no-suggest", str(article)))
    yield Program("mtqa --help", "mtqa", (sys.executable, "-m", "mtqa", "--help"))
    yield Program('python -c "import torch"', "baseline", (sys.executable, "-c", "import torch"))
    proselint = (sys.executable, "-m", "proselint", "check", str(article))
    yield Program("proselint", "baseline", proselint, needed=False, accept=(0, 1), module="proselint")
    harper = ("node", "--input-type=module", "-e", HARPER, str(article))
    yield Program("harper.js", "baseline", harper, needed=False)


def _cold(
    programs: Sequence[Program], runs: int, advance: Callable[[int], None]
) -> tuple[list[Row], list[str]]:
    """A row for each program; of those that are not installed, a note."""
    rows: list[Row] = []
    missing: list[str] = []
    for program in programs:
        done = _started(program, runs)
        if done is None:
            missing.append(f"{program.name} is not installed here.")
        else:
            rows.append(Row(program.name, program.kind, {"seconds": Figure(done.seconds), **_peak(done)}))
        advance(runs + 1)
    return rows, missing


def _started(program: Program, runs: int) -> Run | None:
    """The median run; None for a program that may be missing and is."""
    if program.module is not None and find_spec(program.module) is None:
        return None
    try:
        return median_run(program.command, runs, program.accept)
    except ProcessFailedError:
        if program.needed:
            raise
        return None


def _warm_runs(context: Context) -> Iterator[tuple[int, int]]:
    """Words and cores of each warm run."""
    cores = context.jobs or available_cores()
    for words in context.speed_words[:1] if context.limit else context.speed_words:
        for count in sorted({1, cores}):
            if count == cores or words <= _ONE_CORE_WORDS:
                yield words, count


def _warm(context: Context, article: Path, folder: Path, words: int, cores: int) -> Row:
    path = folder / f"{words}.txt"
    path.write_text(text_of(article.read_text(encoding="utf-8"), words), encoding="utf-8")
    repeats = max(1, _REPEATED_WORDS // words)
    scorer, corrector = (name or "" for name in context.models)
    command = [sys.executable, "-m", "mtqa.evaluation.warm", str(path), str(cores), str(repeats), scorer]
    done = run([*command, corrector if context.corrector else "-"])
    # A library may have its say before or after.
    figures = json.loads(next(line for line in done.output.splitlines() if line.startswith("{")))
    rates = {f"{name}_rate": Figure(figures[name]) for name in ("score", "check")}
    return Row(f"{words:,} words", "mtqa", rates | _peak(done))


def text_of(article: str, words: int) -> str:
    """The article's lines, over and over, until there are so many words.

    From the second round on every sentence begins with the number of the round: equal ones are judged once.
    """
    lines: list[str] = []
    count = round_ = 0
    while count < words:
        for line in article.splitlines():
            line = _SENTENCE.sub(rf"\g<0>{round_}, ", line) if round_ else line
            lines.append(line)
            count += len(line.split())
            if count >= words:
                break
        round_ += 1
    return "\n".join(lines)


def _peak(done: Run) -> dict[str, Figure]:
    return {} if done.memory is None else {"peak_mb": Figure(done.memory / 1e6)}


def _sizes(context: Context) -> Iterator[Row]:
    parts = {"scorer": context.scorer, "corrector": context.corrector}
    for (part, model), name in zip(parts.items(), context.models, strict=True):
        folder = Path(name) if name else shipped_folder(part)
        # A hub id is no folder; its size is not ours to find.
        if model is not None and folder.is_dir():
            size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            yield Row(f"{part} {model.signature}", "mtqa", {"disk_mb": Figure(size / 1e6)})


SPEED = Section("speed", "Speed and size", STATISTICS, measure)
