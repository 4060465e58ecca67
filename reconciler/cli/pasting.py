"""Commands in messages, so that they can be pasted wherever the message was read."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

__all__ = ["applying", "for_workspace"]

_ABOUT_A_WORKSPACE: Final = re.compile(r"`reconciler (?=[a-z])(?!demo\b|[^`]*\bDIR\b)")
"""A command in a message, up to its name, that says nothing of the directory that it is for."""


def for_workspace(text: str, workspace: Path) -> str:
    """A message whose commands name the directory that they are for, unless that is the current one.

    Args:
        text: with commands as `reconciler plan`, in backticks.
        workspace: its directory, or its one spec file, as the user gave it.
    """
    if workspace == Path():
        return text
    return _ABOUT_A_WORKSPACE.sub(lambda _: f"`reconciler -C {shlex.quote(str(workspace))} ", text)


def applying(plan: Path, workspace: Path) -> str:
    """The command that carries out a saved plan. It names the workspace where that is not at or below here."""
    if workspace.resolve().is_relative_to(Path.cwd()):
        return f"reconciler apply {shlex.quote(str(plan))}"
    return f"reconciler -C {shlex.quote(str(workspace))} apply {shlex.quote(str(plan.absolute()))}"
