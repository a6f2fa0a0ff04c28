"""Run the examples of docs/ anew with the shipped models, and put what comes out into the pages.

    make readme    # runs this, too

An example stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->`` of its page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import click
from readme import ROOT, Session, replace_blocks, run_session

SEED = "seeds/ceasefire-call.txt"
_ARTICLE = {SEED: (ROOT / SEED).read_text(encoding="utf-8")}
_POST = '{"id": 7, "title": "A call", "html": "<p>The strikes on Ukraine’s energy roast stopped.</p>"}\n'
_HIDDEN = """\
# The call

The strikes on Ukraine’s energy roast will stop for 30 days.

<!-- mtqa off -->

“His citizens have not the great upside down.”

<!-- mtqa on -->

He wrote it on his truth social platform.
<!-- mtqa ignore-next mistranslation -->
The energy roast of the stadium is closed.
"""
_WIRE = {
    "mtqa.toml": 'accept = ["Truth Social"]\n\n[reject]\n"percent" = "per cent"\n',
    "wire/call.md": "The voters decried the energy roast of the ministry at 18 percent.\n",
}


def whole(output: str) -> str:
    """The output as it is."""
    return output


def first(lines: int, then: str = "") -> Callable[[str], str]:
    """The first lines, and what stands for the others."""
    return lambda output: "".join(output.splitlines(keepends=True)[:lines]) + then


def columns(count: int, lines: int) -> Callable[[str], str]:
    """The first columns of the first lines of a table."""

    def shape(output: str) -> str:
        rows = output.splitlines()[:lines]
        return "".join("\t".join(row.split("\t")[:count]) + "\n" for row in rows)

    return shape


def entry(*path: str | int) -> Callable[[str], str]:
    """A part of a JSON object, a line for each of its fields."""

    def shape(output: str) -> str:
        value = json.loads(output)
        for step in path:
            value = value[step]
        plain = partial(json.dumps, ensure_ascii=False)
        fields = ",\n".join(f" {plain(name)}: {plain(field)}" for name, field in value.items())
        return f"{{\n{fields}\n}}\n"

    return shape


def with_proposal(output: str) -> str:
    """The first line that has a proposal."""
    return next(line for line in output.splitlines() if '"suggestions"' in line) + "\n"


def cut(*parts: tuple[int, int | None]) -> Callable[[str], str]:
    """Some stretches of lines, with a sign between them."""

    def shape(output: str) -> str:
        lines = output.splitlines()
        return "\n…\n".join("\n".join(lines[start:end]) for start, end in parts) + "\n"

    return shape


def test_cases(output: str) -> str:
    """The head of a JUnit report, its first failing sentence, and its end."""
    lines = output.splitlines()
    failure = next(index for index, line in enumerate(lines) if "<failure" in line)
    end = next(index for index, line in enumerate(lines) if "</testcase>" in line and index >= failure)
    body = next(index for index, line in enumerate(lines) if "<testcase" in line)
    return "\n".join([*lines[:body], *lines[failure - 1 : end + 1], "    …", *lines[-2:]]) + "\n"


@dataclass(frozen=True, slots=True)
class Example:
    """What a block of a page shows: the commands typed where the files lie, and what comes out."""

    page: str
    name: str
    files: Mapping[str, str]
    commands: Sequence[str]
    language: str = "console"
    shape: Callable[[str], str] = whole

    def block(self) -> str:
        """The fenced block; with its commands if it is a console's."""
        steps = run_session(Session(self.files, tuple(self.commands)))
        if self.language == "console":
            text = "".join(f"$ {command}\n{self.shape(output)}" for command, output in steps)
        else:
            text = self.shape(steps[-1][1])
        return f"```{self.language}\n{text}```\n"


def _report(name: str, language: str, shape: Callable[[str], str], options: str = "") -> Example:
    command = f"mtqa check --format {name} {options}{SEED}"
    return Example("formats", name, _ARTICLE, [command], language, shape)


EXAMPLES = [
    _report("line", "console", whole),
    _report("tsv", "", columns(10, 4)),
    _report("json", "json", entry("documents", 0, "sentences", 0)),
    _report("sarif", "json", entry("runs", 0, "results", 0)),
    _report("github", "console", first(3)),
    _report("rdjsonl", "json", with_proposal),
    _report("checkstyle", "xml", cut((0, 5), (-2, None))),
    _report("junit", "xml", test_cases),
    _report("markdown", "markdown", cut((0, 12), (-12, -6), (-4, None))),
    Example(
        "hooks",
        "article",
        {"article.json": _POST},
        ["cat article.json", "mtqa hook < article.json | python -m json.tool --no-ensure-ascii"],
    ),
    Example(
        "suppression",
        "comments",
        {"drafts/call.md": _HIDDEN},
        ["mtqa check --format line drafts/call.md"],
    ),
    Example(
        "configuration",
        "accept",
        _WIRE,
        [
            "mtqa check --format line wire/call.md",
            'mtqa accept "energy roast"',
            "mtqa check --format line wire/call.md",
        ],
    ),
]


@click.command()
def main() -> None:
    """Bring the pages below docs/ up to date."""
    for page in sorted({example.page for example in EXAMPLES}):
        path = ROOT / "docs" / f"{page}.md"
        blocks = {example.name: example.block() for example in EXAMPLES if example.page == page}
        path.write_text(replace_blocks(path.read_text(encoding="utf-8"), blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
