"""``mtqa models`` on a folder written by hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mtqa.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    values = {
        "name": "tiny-v1",
        "kind": "mtqa-scorer",
        "thresholds": {"default": 0.5, "precision": {"0.9": 0.8125}},
    }
    (tmp_path / "mtqa.json").write_text(json.dumps(values), encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(bytes(100_000))
    (tmp_path / "README.md").write_text("# tiny-v1\n\nKnows “nothing”.\n", encoding="utf-8")
    return tmp_path


def models(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["models", *map(str, arguments)])
    return result.exit_code, result.output


def test_describes(folder: Path) -> None:
    digest = hashlib.sha256(bytes(100_000)).hexdigest()[:8]
    described = f"""\
 tiny-v1@{digest}
  0.1 MB in {folder}
  threshold: 0.500 by default, 0.812 for precision 0.9
"""
    assert models("--scorer", folder, "--corrector", folder) == (0, f"scorer{described}corrector{described}")


def test_says_that_documents_move_the_default(folder: Path) -> None:
    values = json.loads((folder / "mtqa.json").read_text(encoding="utf-8"))
    values["thresholds"]["document"] = {"weight": 0.8, "rate": 0.02}
    (folder / "mtqa.json").write_text(json.dumps(values), encoding="utf-8")
    status, output = models("--scorer", folder, "--corrector", folder)
    assert status == 0
    assert (
        "  the default one is lower in a document that reads badly, higher in one that reads well\n" in output
    )


def test_card(folder: Path) -> None:
    assert models("--card", "scorer", "--scorer", folder) == (0, "# tiny-v1\n\nKnows “nothing”.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "is not a model folder"), ("{", "mtqa.json is damaged"), ("[]", "is damaged")],
)
def test_bad_folder(tmp_path: Path, content: str | None, message: str) -> None:
    folder = tmp_path / "model"
    if content is not None:
        folder.mkdir()
        (folder / "mtqa.json").write_text(content, encoding="utf-8")
    status, output = models("--scorer", folder)
    assert status == 2
    assert message in output
