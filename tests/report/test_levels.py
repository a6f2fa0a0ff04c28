"""What is shown, and what fails."""

from __future__ import annotations

import pytest

from mtqa.report import drop_below, is_failure
from mtqa.types import CheckedSentence, Document, Flag, Level, Report, Sentence, Severity


def report(*severities: Severity, confidence: float = 0.5) -> Report:
    source = Sentence("It is fine.", 0, 11, 1, 1)
    flags = tuple(
        Flag(i, i + 1, 1, i + 1, "I", 0.9, severity, "other", "") for i, severity in enumerate(severities)
    )
    sentence = CheckedSentence(source, confidence, 0.1, flags)
    return Report(Document("a.txt", source.text, (source,)), (sentence,), confidence, 3, "")


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        ("suggestion", ["minor", "critical", "major"]),
        ("warning", ["critical", "major"]),
        ("error", ["critical"]),
    ],
)
def test_drop_below(level: Level, kept: list[Severity]) -> None:
    shown = drop_below(report("minor", "critical", "major"), level)
    assert [flag.severity for flag in shown.flags] == kept
    assert shown.confidence == 0.5


@pytest.mark.parametrize(
    ("severities", "fail_on", "fail_under", "expected"),
    [
        (["critical"], "error", None, True),
        (["major"], "error", None, False),
        (["major"], "warning", None, True),
        (["minor"], "warning", None, False),
        (["minor"], "suggestion", None, True),
        (["critical"], None, None, False),
        ([], "suggestion", None, False),
        ([], "error", 0.6, True),
        ([], "error", 0.5, False),
        ([], None, 0.6, True),
    ],
)
def test_is_failure(
    severities: list[Severity], fail_on: Level | None, fail_under: float | None, expected: bool
) -> None:
    assert is_failure(report(*severities), fail_on, fail_under) is expected
