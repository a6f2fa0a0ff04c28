"""The keys of a configuration: the one list from which files, environment and ``config show`` are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from mtqa.config import kinds
from mtqa.config.kinds import Kind
from mtqa.config.settings import Setting
from mtqa.report import FORMATS
from mtqa.types import CATEGORIES, LEVELS, SEVERITIES, Level, Severity

#: The table of sections for some files, and the key of a section that names them.
OVERRIDES = "overrides"
FILES = "files"


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its type, its default, and what it is for.

    Where it ``adds_up``, what the layers give is joined; else the last layer wins. One of a ``whole_run``
    cannot stand in a section for some files.
    """

    name: str
    kind: Kind
    default: Any
    about: str
    adds_up: bool = False
    whole_run: bool = False

    @property
    def field(self) -> str:
        """The name of the field of :class:`Config`."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return f"MTQA_{self.field.upper()}"


_KEYS = (
    Key("threshold", kinds.PROBABILITY, None, "Flag what an editor would change with this probability."),
    Key(
        "precision",
        kinds.one_of_numbers(0.5, 0.7, 0.9),
        None,
        "Flag at the model's threshold for this share of justified flags.",
    ),
    Key("suggest", kinds.FLAG, True, "Propose replacements."),
    Key("min-level", kinds.one_of(*LEVELS), LEVELS[0], "Show flags from this level on."),
    Key("fail-on", kinds.one_of(*LEVELS, "never"), LEVELS[-1], "A flag of this level or above fails."),
    Key("fail-under", kinds.PROBABILITY, None, "A sentence of less confidence fails."),
    Key("ignore-categories", kinds.some_of(*CATEGORIES), (), "Drop flags of these categories."),
    Key("accept", kinds.ENTRIES, (), "Never flag these words, phrases and /regexes/.", adds_up=True),
    Key("accept-files", kinds.PATHS, (), "Lists of more of them, one entry a line.", adds_up=True),
    Key("reject", kinds.RULES, (), "Always flag the phrase and propose the wording.", adds_up=True),
    Key("reject-level", kinds.one_of(*LEVELS), LEVELS[1], "The level of a flag on a rejected phrase."),
    Key("baseline", kinds.PATH, None, "Leave out the findings in this file.", whole_run=True),
    Key("exclude", kinds.PATTERNS, (), "Leave these files of a folder out.", whole_run=True),
    Key("force-exclude", kinds.FLAG, False, "Leave them out where they are named, too.", whole_run=True),
    Key("format", kinds.one_of(*FORMATS), "text", "How to report.", whole_run=True),
    Key("scorer", kinds.MODEL, None, "A scorer's folder or hub id.", whole_run=True),
    Key("corrector", kinds.MODEL, None, "A corrector's folder or hub id.", whole_run=True),
    Key("cache", kinds.FLAG, True, "Remember verdicts on sentences.", whole_run=True),
    Key("jobs", kinds.COUNT, None, "Threads; one for each core if not given.", whole_run=True),
)

#: All keys by name, in the order in which they are shown.
KEYS: dict[str, Key] = {key.name: key for key in _KEYS}

#: Either sets the other aside: they are two ways to say the same.
RIVALS = {"threshold": "precision", "precision": "threshold"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What holds for a file; the fields are the keys of the same names, paths are absolute or as typed.

    ``settings`` keeps for each key the values that made it, with their origins; two configurations are equal
    if their values are. ``base`` is the folder from which the patterns of ``exclude`` count.
    """

    threshold: float | None = None
    precision: float | None = None
    suggest: bool = True
    min_level: Level = "suggestion"
    fail_on: str = "error"
    fail_under: float | None = None
    ignore_categories: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    accept_files: tuple[str, ...] = ()
    reject: tuple[tuple[str, str], ...] = ()
    reject_level: Level = "warning"
    baseline: str | None = None
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    format: str = "text"
    scorer: str | None = None
    corrector: str | None = None
    cache: bool = True
    jobs: int | None = None
    base: Path = field(default=Path(), compare=False)
    settings: Mapping[str, tuple[Setting, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def fail_level(self) -> Level | None:
        """The level from which a flag fails; None for never."""
        return None if self.fail_on == "never" else cast(Level, self.fail_on)

    @property
    def reject_severity(self) -> Severity:
        """The severity of a flag on a rejected phrase."""
        return SEVERITIES[LEVELS.index(self.reject_level)]


#: The names of the keys' fields, as a check that the list and the class agree.
assert {key.field for key in _KEYS} == {f.name for f in fields(Config)} - {"base", "settings"}
