"""The whole path with networks: tiny random ones, and the shipped ones on the seed article."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mtqa.cli.main import main

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "ceasefire-call.txt"


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture(scope="module")
def tiny_scorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tiny import write_scorer

    return write_scorer(tmp_path_factory.mktemp("scorer"))


@pytest.mark.parametrize(
    ("options", "threshold"),
    [([], "0.50"), (["--threshold", "0.3"], "0.30"), (["--precision", "0.9"], "0.80")],
)
def test_tiny_scorer(tiny_scorer: Path, options: list[str], threshold: str) -> None:
    result = check("--scorer", tiny_scorer, "--no-suggest", "--format", "json", *options, SEED)
    assert result.exit_code in (0, 1), result.output
    report = json.loads(result.stdout)
    assert "|scorer:tiny@" in report["signature"]
    assert report["signature"].endswith(f"|corrector:none|threshold:{threshold}")
    assert report["documents"][0]["words"] == len(SEED.read_text(encoding="utf-8").split())


def test_libraries_are_silent(tiny_scorer: Path) -> None:
    """In a process of its own, as a library may write past a captured stderr."""
    command = [sys.executable, "-m", "mtqa", "check", "--no-suggest", "--scorer", str(tiny_scorer), str(SEED)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode in (0, 1)
    assert run.stderr == ""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_threads_change_nothing(tiny_scorer: Path, jobs: str) -> None:
    arguments = ["--scorer", tiny_scorer, "--no-suggest", "--format", "json", SEED]
    assert check("-j", jobs, *arguments).stdout == check(*arguments).stdout


@pytest.mark.parametrize("option", ["--scorer", "--corrector"])
@pytest.mark.parametrize("damage", ["missing", "empty folder", "wrong kind", "cut short"])
def test_bad_model(
    tiny_scorer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, damage: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "model"
    if damage != "missing":
        folder.mkdir()
    if damage == "wrong kind":
        (folder / "mtqa.json").write_text('{"kind": "a parrot"}', encoding="utf-8")
        (folder / "config.json").write_text(
            '{"model_type": "vit", "architectures": ["ViTModel"]}', encoding="utf-8"
        )
    if damage == "cut short":
        for file in tiny_scorer.iterdir():
            (folder / file.name).write_bytes(file.read_bytes()[:1000])
    models = {"--scorer": tiny_scorer, "--corrector": folder, option: folder}
    result = check(*(part for pair in models.items() for part in pair), SEED)
    assert result.exit_code == 2
    assert result.stdout == ""
    error = result.stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert str(folder) in error


def test_shipped_models_on_the_seed_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    result = check("--format", "json", SEED)
    assert result.exit_code in (0, 1), result.output
    (document,) = json.loads(result.stdout)["documents"]
    sentences = document["sentences"]
    flags = [flag for sentence in sentences for flag in sentence["flags"]]
    assert document["words"] == len(text.split())
    assert document["flags"] == len(flags) > 0
    assert all(sentence["text"] == text[sentence["start"] : sentence["end"]] for sentence in sentences)
    assert all(flag["text"] == text[flag["start"] : flag["end"]] for flag in flags)
    assert all(len(flag["suggestions"]) <= 3 for flag in flags)
    assert any(flag["suggestions"] for flag in flags)
    confidences = [sentence["confidence"] for sentence in sentences]
    assert max(confidences) - min(confidences) > 0.3, "sound and garbled sentences must be told apart"
