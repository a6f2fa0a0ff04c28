"""The version names what a garbler is made of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mtqa.training.garble import garbler_version, version
from mtqa.training.garble.families import FAMILIES

PAGE = Path(__file__).parents[3] / "docs" / "garbling.md"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The garbler's folder, free to be changed."""
    folder = tmp_path / "garble"
    shutil.copytree(Path(version.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(version, "_FOLDER", folder)
    return folder


def test_it_has_a_generation_and_a_fingerprint(copy: Path) -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{8}", garbler_version())
    assert garbler_version().endswith(version.fingerprint())


@pytest.mark.parametrize("name", ["engine.py", "senses.py", "families/pivot.py", "data/idioms.tsv"])
def test_what_changes_the_errors_changes_it(copy: Path, name: str) -> None:
    before = version.fingerprint()
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert version.fingerprint() != before


@pytest.mark.parametrize("name", ["document.py", "listing.py", "loading.py"])
def test_what_only_shows_them_does_not(copy: Path, name: str) -> None:
    before = version.fingerprint()
    (copy / name).write_text("# nothing is left\n", encoding="utf-8")
    assert version.fingerprint() == before


def test_line_ends_do_not_matter(copy: Path) -> None:
    before = version.fingerprint()
    table = copy / "data" / "idioms.tsv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    assert version.fingerprint() == before


def test_the_page_shows_every_family_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, family in FAMILIES.items():
        assert f"| `{name}` | {family.summary} | {family.clean} | {family.garbled} |" in page
