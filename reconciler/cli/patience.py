"""How long a command that writes waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

__all__ = ["settle_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_DAY: Final = 86_400
"""In seconds."""


def settle_option(command: _Command) -> _Command:
    """`--settle SECONDS`, of the commands that write."""
    return click.option(
        "--settle",
        type=click.FloatRange(min=0),
        default=120.0,
        metavar="SECONDS",
        callback=_checked_seconds,
        help="Wait so long for writes whose answer was lost; 120 by default, a day at most.",
    )(command)


def _checked_seconds(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not value <= _DAY:  # nor is a number that is none
        raise click.BadParameter(f"a day at most, which has {_DAY:,} seconds", context, parameter)
    return value
