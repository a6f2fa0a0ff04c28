"""docs/fix.md: its programs run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

if TYPE_CHECKING:
    from fakes import Loader

PAGE = Path(__file__).parents[2] / "docs" / "fix.md"


def test_programs(
    fake_models: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One after the other, as a reader types them."""
    monkeypatch.chdir(tmp_path)
    document = docx.Document()
    document.add_paragraph("The energy roast stopped.")
    document.save("article.docx")
    names: dict[str, object] = {}
    for code in re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        exec(compile(code, "fix.md", "exec"), names)
    assert capsys.readouterr().out == "The strikes on Ukraine’s energy grid stopped.\n"
    assert docx.Document("article.docx").paragraphs[0].text == "The energy grid stopped."
