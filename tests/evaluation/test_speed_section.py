"""The section speed with programs of a line each: what is started, and what becomes of its figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from data_folder import make_context, write_jsonl

from mtqa.evaluation.processes import ProcessFailedError, Run
from mtqa.evaluation.sections import speed
from mtqa.evaluation.sections.base import Measurement


class Programs:
    """Stands for :func:`processes.run`: remembers the commands, and fails those that name ``missing``."""

    def __init__(self, missing: str = "") -> None:
        self.missing = missing
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str], accept: Sequence[int] = (0,)) -> Run:
        self.commands.append(list(command))
        if self.missing and any(self.missing in word for word in command):
            raise ProcessFailedError(f"no {self.missing}")
        if "mtqa.evaluation.warm" in command:
            return Run(9.0, 500_000_000, json.dumps({"score": 1200.0, "check": 600.0}) + "\nbye\n")
        return Run(2.5, 100_000_000, "")

    def median(self, command: Sequence[str], runs: int, accept: Sequence[int] = (0,)) -> Run:
        return self(command, accept)

    def warm(self) -> list[list[str]]:
        """Words of the text, threads and repeats of each warm run."""
        found = [c for c in self.commands if "mtqa.evaluation.warm" in c]
        return [[Path(c[3]).stem, *c[4:6]] for c in found]


def measure(
    programs: Programs, data: Path, monkeypatch: pytest.MonkeyPatch, **changes: object
) -> Measurement:
    monkeypatch.setattr(speed, "run", programs)
    monkeypatch.setattr(speed, "median_run", programs.median)
    monkeypatch.setattr(speed, "available_cores", lambda: 4)
    return speed.measure(make_context(data, **changes))


def figures(measurement: Measurement, group: str) -> dict[str, dict[str, float]]:
    return {
        row.system: {name: figure.value for name, figure in row.figures.items()}
        for row in measurement.rows[group]
    }


def test_cold_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = measure(Programs("proselint"), tmp_path, monkeypatch)
    rows = figures(found, "cold start")
    assert rows["mtqa check"] == {"seconds": 2.5, "peak_mb": 100.0}
    assert {"mtqa check --no-suggest", "mtqa --help", 'python -c "import torch"'} <= set(rows)
    assert "proselint" not in rows
    assert "proselint is not installed here." in found.notes


@pytest.mark.parametrize("there", [True, False])
def test_a_module_that_is_missing_is_not_run(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would end with a status that proselint has for a text in which it finds something."""
    monkeypatch.setattr(speed, "find_spec", lambda name: object() if there else None)
    programs = Programs()
    found = measure(programs, tmp_path, monkeypatch)
    assert any("proselint" in command for command in programs.commands) is there
    assert ("proselint" in figures(found, "cold start")) is there
    assert ("proselint is not installed here." in found.notes) is not there


def test_no_cache_and_no_configuration_help_the_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = Programs()
    measure(programs, tmp_path, monkeypatch, models=("here/scorer", "here/corrector"), jobs=2)
    checks = [command for command in programs.commands if "check" in command and "mtqa" in command]
    assert len(checks) == 2
    for command in checks:
        assert {"--isolated", "--no-cache"} <= set(command)
        assert command[command.index("--scorer") + 1] == "here/scorer"
        assert command[command.index("-j") + 1] == "2"
    assert ["--corrector" in command for command in checks] == [True, False]


def test_a_program_of_ours_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProcessFailedError):
        measure(Programs("check"), tmp_path, monkeypatch)


def test_warm_runs_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one and on all cores; the longest text on all alone. A short text is repeated."""
    programs = Programs()
    found = measure(programs, tmp_path, monkeypatch, speed_words=(1_000, 10_000, 100_000))
    assert programs.warm() == [
        ["1000", "1", "5"],
        ["1000", "4", "5"],
        ["10000", "1", "1"],
        ["10000", "4", "1"],
        ["100000", "4", "1"],
    ]
    rows = figures(found, "warm, 4 cores")
    assert list(rows) == ["1,000 words", "10,000 words", "100,000 words"]
    assert rows["1,000 words"] == {"score_rate": 1200.0, "check_rate": 600.0, "peak_mb": 500.0}
    assert list(figures(found, "warm, 1 core")) == ["1,000 words", "10,000 words"]


def test_a_limit_is_for_a_quick_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs()
    measure(programs, tmp_path, monkeypatch, limit=3, speed_words=(1_000, 10_000))
    assert {words for words, *_ in programs.warm()} == {"1000"}


def test_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part, size in (("scorer", 3_000_000), ("corrector", 2_000_000)):
        (tmp_path / part).mkdir()
        (tmp_path / part / "model.safetensors").write_bytes(bytes(size))
    found = measure(
        Programs(), tmp_path, monkeypatch, models=(str(tmp_path / "scorer"), str(tmp_path / "corrector"))
    )
    assert figures(found, "size of the models") == {
        "scorer fake-v1@00000000": {"disk_mb": 3.0},
        "corrector fake-v1@11111111": {"disk_mb": 2.0},
    }


def test_without_a_checkout_the_first_clean_article_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [{"text": f"Article {number} is here. It ends."} for number in range(9)]
    write_jsonl(tmp_path / "clean_news" / "dev.jsonl.xz", texts)
    monkeypatch.setattr(speed, "SEED", tmp_path / "nowhere.txt")
    found = measure(Programs(), tmp_path, monkeypatch)
    assert found.notes[0] == "The article is the first of clean_news, 6 words; longer texts repeat it."
    assert list(found.files) == [tmp_path / "clean_news" / "dev.jsonl.xz"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (1, "One two."),
        (2, "One two."),
        (3, "One two.\nThree. Four."),
        (5, "One two.\nThree. Four.\n1, One two."),
        (8, "One two.\nThree. Four.\n1, One two.\n1, Three. 1, Four."),
    ],
)
def test_text_of_so_many_words(words: int, text: str) -> None:
    """No sentence comes twice, as equal ones are judged once."""
    assert speed.text_of("One two.\nThree. Four.\n", words) == text


def test_warm_program_prints_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the fake models: words per second of scoring and of checking."""
    from fakes import Loader

    from mtqa.evaluation import warm

    loader = Loader()
    monkeypatch.setattr("mtqa.load", loader)
    monkeypatch.setattr("torch.set_num_threads", lambda threads: None)
    path = tmp_path / "text.txt"
    path.write_text("The energy roast stopped. All is well.\n", encoding="utf-8")
    warm.main([str(path), "1", "2", "here/scorer", "-"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["words"] == 7
    assert printed["score"] > 0 and printed["check"] > 0
    assert loader.options is not None and loader.options["scorer"] == "here/scorer"


def test_programs_are_run_by_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs()
    measure(programs, tmp_path, monkeypatch)
    assert all(
        Path(command[0]).name == "node" or command[0] == sys.executable for command in programs.commands
    )
