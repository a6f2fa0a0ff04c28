"""One run of ``mtqa fix``: files in; a diff, or the files with their fixes, out."""

from __future__ import annotations

import enum
import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mtqa.cache import VerdictCache
from mtqa.cli.checking import checked
from mtqa.cli.fix_keys import Page, ask
from mtqa.cli.inputs import STDIN, Inputs
from mtqa.cli.loading import Checkers
from mtqa.cli.messages import error, note
from mtqa.cli.output import page_width, wants_color
from mtqa.config import Config, Configs
from mtqa.config.messages import display
from mtqa.errors import InputError, OutputError
from mtqa.report import drop_below
from mtqa.report.base import RenderOptions, counted, one_line, printable, prose_span
from mtqa.report.signs import can_encode
from mtqa.types import Document, Report

if TYPE_CHECKING:
    from mtqa.fixing import Choice, Diff, Manuscript, Memory, Original, Plan, Refusal


#: How a line of a diff is coloured, by its beginning; the first that fits.
_DIFF_STYLES: dict[str, dict[str, Any]] = {
    "---": {"bold": True},
    "+++": {"bold": True},
    "@@": {"fg": "cyan"},
    "-": {"fg": "red"},
    "+": {"fg": "green"},
}


class Mode(enum.Enum):
    """Ask for every fix, show them, or write them."""

    ASK = "ask"
    DIFF = "diff"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class FixOptions:
    """The options of a run that are no keys of a configuration."""

    mode: Mode
    min_score: float | None = None
    color: bool | None = None
    quiet: bool = False
    verbose: bool = False


class _Originals(Inputs):
    """The documents, with the bytes that each was read from."""

    def __init__(self, paths: tuple[str, ...], stdin_name: str, quiet: bool, configs: Configs) -> None:
        super().__init__(paths, stdin_name, quiet, configs)
        self.held: dict[str, Original] = {}

    def _read(self, path: str) -> Document:
        from mtqa.fixing import Original, read_original  # delayed: it brings the readers
        from mtqa.text import read_bytes

        if path == STDIN:
            data = sys.stdin.buffer.read()
            original = Original(read_bytes(data, self.stdin_name), data)
        else:
            original = read_original(Path(path))
        self.held[original.document.path] = original
        return original.document


class FixRun:
    """Fixes the inputs. A file that cannot be written is told, and the others are fixed all the same."""

    def __init__(self, paths: tuple[str, ...], stdin_name: str, configs: Configs, asked: FixOptions) -> None:
        self.inputs = _Originals(paths, stdin_name, asked.quiet, configs)
        self.configs = configs
        self.asked = asked
        self.failed = self.unfinished = False
        self.fixes = self.files = 0

    def run(self) -> int:
        """Do it; the exit status."""
        documents = iter(self.inputs)
        # The first document is read before the models are loaded: a misspelled name is answered at once.
        first = next(documents, None)
        if first is not None:
            config = self.configs.for_path(first.path)
            with VerdictCache(note=self._tell) as cache:
                self.checkers = Checkers(
                    self.asked.quiet, self.asked.verbose, cache if config.cache else None
                )
                pairs = self._pairs(itertools.chain([first], documents))
                self._ask(pairs) if self.asked.mode is Mode.ASK else self._fix(pairs)
            self._sum_up()
        elif not self.inputs.failed:
            self._tell("nothing to fix: all files are left out.")
        return 2 if self.failed or self.inputs.failed else int(self.unfinished)

    def _pairs(self, documents: Iterator[Document]) -> Iterator[tuple[Original, Manuscript, Report]]:
        """The originals with their reports, as they are checked."""
        from mtqa.fixing import open_manuscript

        # Who is asked for minutes should not find then that the next file changed meanwhile.
        hold = 0 if self.asked.mode is Mode.ASK else None
        for config, group in itertools.groupby(documents, lambda d: self.configs.for_path(d.path)):
            self.config = config
            for report in checked(self.checkers(config), group, self.asked.quiet, hold):
                original = self.inputs.held.pop(report.path)
                for notice in report.notices[len(report.document.notices) :]:
                    self._tell(f"{report.path}: {notice}")
                try:
                    yield original, open_manuscript(original), drop_below(report, config.min_level)
                except InputError as problem:
                    self._fail(problem)

    def _fix(self, pairs: Iterator[tuple[Original, Manuscript, Report]]) -> None:
        from mtqa.fixing import first_choices, make_diff, plan_fixes

        for original, manuscript, report in pairs:
            plan = plan_fixes(manuscript, first_choices(report, self._min_score(self.config)))
            for refusal in plan.refused:
                self._tell_refusal(report.path, refusal)
            if self.asked.mode is Mode.DIFF:
                diff = make_diff(original, manuscript, plan.edits)
                if diff is not None:
                    self.unfinished = True
                    self._show(diff)
                    if not diff.is_patch and not self._wants_color():
                        self._tell(f"{report.path}: shown as text, which no program can apply; use --write.")
                    self._count(plan)
            else:
                self.unfinished = self.unfinished or bool(plan.refused)
                self._write(original, manuscript, plan)

    def _ask(self, pairs: Iterator[tuple[Original, Manuscript, Report]]) -> None:
        from mtqa.fixing import Memory, Session

        memory = Memory()
        for original, manuscript, report in pairs:
            session = Session(report, manuscript, memory, self.asked.min_score)
            try:
                going_on = ask(session, Page(report.path, self._render_options()))
            except (KeyboardInterrupt, click.Abort):
                click.echo()
                if session.plan.edits:
                    note(f"{report.path} is left as it was: its last flag was not decided.")
                raise KeyboardInterrupt from None
            self._write(original, manuscript, session.plan)
            self._accept(report.path, memory, session.memory)
            memory = session.memory
            if not going_on:
                return

    def _write(self, original: Original, manuscript: Manuscript, plan: Plan) -> None:
        """Write the file, or what came from standard input to standard output."""
        from mtqa.fixing import write_original

        path = original.document.path
        if original.path is None:
            sys.stdout.buffer.write(manuscript.write(plan.edits))
            sys.stdout.buffer.flush()
        elif plan.edits:
            try:
                write_original(original, manuscript.write(plan.edits))
            except OutputError as problem:
                self._fail(problem)
                return
        if plan.edits:
            self._count(plan)
            for choice in plan.done if self.asked.verbose else ():
                self._tell(f"{path}:{choice.flag.line}: {_described(choice)}")

    def _accept(self, path: str, before: Memory, after: Memory) -> None:
        """Write the entries that are new to the project's accept list."""
        from mtqa.house.wordlist import WordList

        new = after.accepted[len(before.accepted) :]
        if new:
            file = Path(display(self.configs.accept_file(path)))
            WordList.read(file, missing_ok=True).add(new).write(file)
            self._tell(f"added to {file}: {', '.join(new)}")

    def _min_score(self, config: Config) -> float:
        corrector = self.checkers(config).corrector
        if self.asked.min_score is not None or corrector is None:
            return self.asked.min_score or 0.0
        return corrector.min_score

    def _show(self, diff: Diff) -> None:
        """For a program the bytes of the file; for a person in colour, or what is safe in a terminal."""
        if not (self._wants_color() or sys.stdout.isatty()):
            sys.stdout.buffer.write(diff.data)
            sys.stdout.buffer.flush()
            return
        from mtqa.fixing import mark_changes

        encoding = sys.stdout.encoding or "utf-8"
        for parts in mark_changes(diff.lines):
            styles = (style for start, style in _DIFF_STYLES.items() if parts[0][0].startswith(start))
            style = next(styles, {}) if self._wants_color() else {}
            shown = ((printable(text.removesuffix("\n")), changed) for text, changed in parts)
            line = "".join(
                click.style(text, **style, reverse=changed or None) if style else text
                for text, changed in shown
                if text
            )
            click.echo(line.encode(encoding, "replace").decode(encoding), color=self._wants_color())

    def _sum_up(self) -> None:
        fixes = f"{self.fixes:,} fix" + ("" if self.fixes == 1 else "es")
        if self.asked.mode is Mode.DIFF:
            self._tell(f"{fixes} would be written to {counted(self.files, 'file')}.")
        else:
            self._tell(f"{fixes} written to {counted(self.files, 'file')}.")

    def _count(self, plan: Plan) -> None:
        self.fixes += len(plan.done)
        self.files += 1

    def _wants_color(self) -> bool:
        return wants_color(self.asked.color, sys.stdout, os.environ)

    def _render_options(self) -> RenderOptions:
        return RenderOptions(
            width=page_width(sys.stdout, os.environ),
            color=self._wants_color(),
            unicode=can_encode(sys.stdout.encoding),
        )

    def _tell(self, message: str) -> None:
        if not self.asked.quiet:
            note(message)

    def _tell_refusal(self, path: str, refusal: Refusal) -> None:
        choice = refusal.choice
        self._tell(f"{path}:{choice.flag.line}: {_described(choice)}: not possible: {refusal.reason}.")

    def _fail(self, problem: Exception) -> None:
        self.failed = True
        error(str(problem))


def _described(choice: Choice) -> str:
    start, end = prose_span(choice.sentence.source, choice.flag)
    phrase = one_line(choice.sentence.text[start:end]) or "(a missing word)"
    return f"{phrase} -> {one_line(choice.wording) or '(delete)'}"
