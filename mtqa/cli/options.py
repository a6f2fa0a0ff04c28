"""Options in groups, so that a long ``--help`` can be read; and those that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


class GroupedOption(click.Option):
    """An option under a heading of the help."""

    def __init__(self, *arguments: Any, group: str = "Options", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help has its options under the headings of their groups; ``Options`` is the last."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the groups in the order of their first options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                groups.setdefault(getattr(parameter, "group", "Options"), []).append(record)
        rest = groups.pop("Options", [])
        for heading, records in [*groups.items(), ("Options", rest)]:
            with formatter.section(heading):
                formatter.write_dl(records)


def grouped(group: str) -> Callable[..., Callable[[_Function], _Function]]:
    """What ``click.option`` is, for the options of a group."""

    def option(*names: str, **options: Any) -> Callable[[_Function], _Function]:
        return click.option(*names, cls=GroupedOption, group=group, **options)

    return option


PROBABILITY = click.FloatRange(0, 1)
_Decorator = Callable[[Any], Any]


def _together(*options: _Decorator) -> _Decorator:
    """One decorator for several options, in this order."""

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_flags = grouped("What is flagged")
_config = grouped("Configuration")
_models = grouped("Models and speed")

threshold_options = _together(
    _flags(
        "--threshold", type=PROBABILITY, metavar="P", help="What an editor would change with probability P."
    ),
    _flags(
        "--precision",
        type=click.Choice(["0.5", "0.7", "0.9"]),
        help="The model's threshold for this share of justified flags.",
    ),
)
config_options = _together(
    _config(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Use this configuration file instead of those found.",
    ),
    _config("--isolated", is_flag=True, help="Use no configuration file, accept list or .mtqaignore."),
)
model_options = _together(
    _models("--scorer", metavar="MODEL", help="A scorer's folder or hub id instead of the shipped one."),
    _models(
        "--corrector", metavar="MODEL", help="A corrector's folder or hub id instead of the shipped one."
    ),
    _models(
        "-j", "--jobs", type=click.IntRange(1), metavar="N", help="Threads, by default one for each core."
    ),
    _models(
        "--cache/--no-cache",
        default=None,
        help="Remember verdicts on sentences (the default), or judge all anew.",
    ),
)
