"""One run of ``mtqa check``: documents in, each with what holds for it; a report and a verdict out."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mtqa.cache import VerdictCache
from mtqa.cli.checking import checked
from mtqa.cli.inputs import Inputs
from mtqa.cli.loading import Checkers
from mtqa.cli.messages import note
from mtqa.cli.output import Output, open_output, page_width, wants_color
from mtqa.config import Config, Configs
from mtqa.report import FORMATS, RenderOptions, drop_below, is_failure, render
from mtqa.report.signs import can_encode
from mtqa.types import CheckedSentence, Document, Report
from mtqa.version import __version__


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run that are no keys of a configuration; ``since`` is a git revision."""

    output: Path | None = None
    color: bool | None = None
    quiet: bool = False
    verbose: bool = False
    since: str | None = None


class CheckRun:
    """Checks the inputs and writes the report.

    What holds for a whole run (the format, the cache) is what holds for its first document.
    """

    def __init__(self, inputs: Inputs, configs: Configs, asked: RunOptions) -> None:
        self.inputs = inputs
        self.configs = configs
        self.asked = asked
        self.changes: dict[str, frozenset[int]] = {}
        self.failing = False

    def run(self) -> bool:
        """Write the report; whether it fails."""
        documents = self._documents()
        # The first document is read before the models are loaded: a misspelled name is answered at once.
        first = next(documents, None)
        if first is None and self.inputs.failed:
            return False
        since = time.monotonic()
        config = self.configs.for_path("." if first is None else first.path)
        with open_output(self.asked.output, FORMATS[config.format].for_machines) as output:
            if first is None:
                # A service that reads the report needs one of nothing, too.
                output.write(render(config.format, [], self._render_options(config, f"mtqa:{__version__}")))
                self._tell("nothing to check: all files are left out or have no changed line.")
            else:
                self._write(output, itertools.chain([first], documents), config)
        if self.asked.verbose:
            note(f"it took {time.monotonic() - since:.1f} s.")
        return self.failing

    def _write(self, output: Output, documents: Iterable[Document], config: Config) -> None:
        with VerdictCache(note=self._tell) as cache:
            checkers = Checkers(self.asked.quiet, self.asked.verbose, cache if config.cache else None)
            options = self._render_options(config, checkers(config).signature)
            output.write(render(config.format, self._reports(checkers, documents), options))

    def _documents(self) -> Iterator[Document]:
        """The documents; with ``since``, those that have changed lines, which are kept for the report."""
        from mtqa.house.changes import changed_lines

        for document in self.inputs:
            if self.asked.since is not None:
                lines = changed_lines(Path(document.path), self.asked.since)
                if lines is not None:
                    if not lines:
                        continue
                    self.changes[document.path] = lines
            yield document

    def _reports(self, checkers: Checkers, documents: Iterable[Document]) -> Iterator[Report]:
        """The reports as they are shown; tells notes and whether one fails."""
        by_config = itertools.groupby(documents, lambda document: self.configs.for_path(document.path))
        for config, group in by_config:
            for report in checked(checkers(config), group, self.asked.quiet):
                yield self._finished(report, config)

    def _finished(self, report: Report, config: Config) -> Report:
        from mtqa.house.changes import only_lines

        lines = self.changes.pop(report.path, None)
        report = only_lines(report, lines)
        judged = _judged(report, lines)
        self.failing = is_failure(judged, config.fail_level, config.fail_under) or self.failing
        for notice in report.notices[len(report.document.notices) :]:
            self._tell(f"{report.path}: {notice}")
        return drop_below(report, config.min_level)

    def _tell(self, message: str) -> None:
        if not self.asked.quiet:
            note(message)

    def _render_options(self, config: Config, signature: str) -> RenderOptions:
        stream = sys.stdout if self.asked.output is None else None
        return RenderOptions(
            signature=signature,
            width=page_width(stream, os.environ),
            color=wants_color(self.asked.color, stream, os.environ),
            unicode=stream is None or can_encode(stream.encoding),
            verbose=self.asked.verbose,
            fail_on=config.fail_level,
            fail_under=config.fail_under,
        )


def _judged(report: Report, lines: frozenset[int] | None) -> Report:
    """The report with the sentences that stand on these lines: no other fails for its confidence."""
    if lines is None:
        return report
    text = report.document.text

    def changed(sentence: CheckedSentence) -> bool:
        first = 1 + text.count("\n", 0, sentence.source.start)
        last = first + text.count("\n", sentence.source.start, sentence.source.end)
        # A .docx has no lines: git tells only that it changed.
        return sentence.source.paragraph is not None or not lines.isdisjoint(range(first, last + 1))

    return replace(report, sentences=tuple(filter(changed, report.sentences)))
