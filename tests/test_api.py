"""``import mtqa`` and what it promises."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mtqa


@pytest.mark.parametrize("name", mtqa.__all__)
def test_public_name(name: str) -> None:
    assert hasattr(mtqa, name)


@pytest.mark.parametrize("name", ["InputError", "ModelError", "ConfigError", "OutputError"])
def test_errors_are_mtqa_errors(name: str) -> None:
    assert issubclass(getattr(mtqa, name), mtqa.MtqaError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0.5, "precision": 0.7}, "exclude each other"),
        ({"threshold": 1.5}, "between 0 and 1"),
        ({"threshold": -0.1}, "between 0 and 1"),
    ],
)
def test_load_bad_option(options: dict[str, float], message: str) -> None:
    with pytest.raises(mtqa.ConfigError, match=message):
        mtqa.load(**options)


def test_load_missing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(mtqa.ModelError):
        mtqa.load(scorer="no/such/folder/here")


def test_import_is_light() -> None:
    """Importing the package must not bring torch: a script may never check anything."""
    code = "import sys, mtqa; print(sorted({'torch', 'transformers', 'numpy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
