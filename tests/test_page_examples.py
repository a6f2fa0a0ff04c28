"""The examples of docs/ are those of the script; their output is of real models, and not made here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """scripts/examples.py, which imports its neighbour."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import examples

        yield examples
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def shown(example: object) -> str:
    """What stands between the marks of an example."""
    text = (ROOT / "docs" / f"{example.page}.md").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    name = example.name  # type: ignore[attr-defined]
    assert text.count(f"<!-- {name}:begin -->") == text.count(f"<!-- {name}:end -->") == 1
    return text.split(f"<!-- {name}:begin -->\n")[1].split(f"<!-- {name}:end -->")[0]


def test_every_example_is_in_its_page(script: ModuleType) -> None:
    """If this fails, run ``make readme``."""
    assert len(script.EXAMPLES) > 10
    for example in script.EXAMPLES:
        block = shown(example)
        assert block.startswith(f"```{example.language}\n") and block.endswith("```\n"), example.name
        typed = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
        assert typed == (list(example.commands) if example.language == "console" else []), example.name
        assert len(block.splitlines()) > 2 + len(typed), f"{example.name} shows no output"


def test_signatures_are_of_the_shipped_models(script: ModuleType) -> None:
    """Pages that name the models name those in models/."""
    names = [
        json.loads((ROOT / "models" / part / "mtqa.json").read_text(encoding="utf-8"))["name"]
        for part in ("scorer", "corrector")
    ]
    named = [shown(example) for example in script.EXAMPLES if "|scorer:" in shown(example)]
    assert named
    for block in named:
        assert f"|scorer:{names[0]}@" in block and f"|corrector:{names[1]}@" in block


def test_shapes(script: ModuleType) -> None:
    """What the shapes leave of an output."""
    lines = "".join(f"{index}\tb\tc\n" for index in range(9))
    assert script.first(2)(lines) == "0\tb\tc\n1\tb\tc\n"
    assert script.columns(2, 3)(lines) == "0\tb\n1\tb\n2\tb\n"
    assert script.cut((0, 1), (-1, None))(lines) == "0\tb\tc\n…\n8\tb\tc\n"
    assert script.entry("a", 1)('{"a": [0, {"é": "ü", "n": [1]}]}') == '{\n "é": "ü",\n "n": [1]\n}\n'
    assert script.with_proposal('{"x": 1}\n{"suggestions": []}\n') == '{"suggestions": []}\n'


def test_the_article_with_comments_is_that_of_the_page(script: ModuleType) -> None:
    page = (ROOT / "docs" / "suppression.md").read_text(encoding="utf-8")
    (example,) = (example for example in script.EXAMPLES if example.name == "comments")
    assert f"```markdown\n{example.files['drafts/call.md']}```\n" in page
