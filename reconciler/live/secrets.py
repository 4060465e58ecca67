"""Secrets, from wherever the operator keeps them: a variable, a file, a command or the keyring.

Beside each variable that holds a secret there are three that say where it is: `JIRA_API_TOKEN_FILE`,
`JIRA_API_TOKEN_COMMAND` and `JIRA_API_TOKEN_KEYRING`. One of the four is given, never two. No message shows a secret,
nor what a command printed to its standard output.
"""

from __future__ import annotations

import importlib
import shlex
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.errors import ConfigurationError

__all__ = ["SOURCES", "Kept", "find_secret", "secret_of"]

SOURCES: Final = ("", "_FILE", "_COMMAND", "_KEYRING")
"""What follows a secret's variable, by where the secret is kept: in the variable itself, or elsewhere."""

_PATIENCE: Final = 60.0
"""Seconds that a command may take: a person may have to unlock a vault meanwhile."""

_SHOWN: Final = 2000
"""Characters of a command's complaint that are shown, the last ones."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a secret is kept: the variable that says so, how, and what it says. The secret shows in no representation.

    `source` is one of `SOURCES`.
    """

    variable: str
    source: str
    told: str = field(repr=False)

    @property
    def note(self) -> str:
        """What the operator should know about the place; empty where nothing."""
        if self.source != "_FILE":
            return ""
        try:
            mode = Path(self.told).expanduser().stat().st_mode
        except OSError:  # it was there to be read, as a pipe is
            return ""
        return f"{self.told} can be read by others: chmod 600" if mode & (stat.S_IRGRP | stat.S_IROTH) else ""


def find_secret(names: Sequence[str], environment: Mapping[str, str]) -> Kept | None:
    """Find where a secret is kept; `None` where nobody says.

    Args:
        names: the variables that may hold it, the first of which wins, in whichever of the four ways it is given.
        environment: the operator's.

    Raises:
        ConfigurationError: it is given in two ways at once.
    """
    for name in names:
        found = [Kept(name + source, source, told) for source in SOURCES if (told := environment.get(name + source))]
        if len(found) > 1:
            both = " and ".join(each.variable for each in found)
            raise ConfigurationError(
                f"{both} are all set" if len(found) > 2 else f"{both} are both set",
                detail="They may hold different secrets, and nothing says which is meant.",
                hint="unset all but one",
            )
        if found:
            return found[0]
    return None


def secret_of(kept: Kept, environment: Mapping[str, str]) -> str:
    """Fetch a secret from where it is kept.

    Args:
        kept: where that is.
        environment: what a command runs in.

    Raises:
        ConfigurationError: it is not there, or can't be had.
    """
    match kept.source:
        case "_FILE":
            secret = _from_file(kept)
        case "_COMMAND":
            secret = _from_command(kept, environment)
        case "_KEYRING":
            secret = _from_keyring(kept)
        case _:
            secret = kept.told
    if any(ord(each) < ord(" ") for each in secret):
        raise ConfigurationError(
            f"what {kept.variable} gives is no secret: it holds a line break or another control character",
            hint="give the secret alone",
        )
    return secret


def _from_file(kept: Kept) -> str:
    try:
        lines = Path(kept.told).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(
            f"the file that {kept.variable} names can't be read", detail=f"{kept.told}: {_said(problem)}"
        ) from problem
    return _first(lines, f"the file that {kept.variable} names, {kept.told}, is empty")


def _from_command(kept: Kept, environment: Mapping[str, str]) -> str:
    summary = f"the command of {kept.variable} gave no secret"
    hint = "run it by hand: the first line that it prints has to be the secret"
    try:
        words = shlex.split(kept.told)
        if not words:
            raise ValueError("it is empty")
        done = subprocess.run(  # noqa: S603  the operator's own command, run without a shell
            words,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise ConfigurationError(summary, detail=f"It did not end within {_PATIENCE:.0f} s.", hint=hint) from problem
    except (OSError, ValueError) as problem:
        raise ConfigurationError(summary, detail=f"It can't be run: {_said(problem)}", hint=hint) from problem
    complaint = done.stderr.decode(errors="replace").strip()[-_SHOWN:]
    if done.returncode != 0:
        ended = f"It ended with {done.returncode}."
        raise ConfigurationError(summary, detail=f"{ended}\n{complaint}".strip(), hint=hint)
    lines = done.stdout.decode(errors="replace").splitlines()
    return _first(lines, summary, f"It printed nothing.\n{complaint}".strip(), hint)


def _from_keyring(kept: Kept) -> str:
    service, _, user = kept.told.rpartition("/")
    if not service or not user:
        raise ConfigurationError(f"{kept.variable} names no entry", hint="it looks like SERVICE/USER")
    try:
        keyring = importlib.import_module("keyring")
        failures = importlib.import_module("keyring.errors")
    except ImportError as problem:
        raise ConfigurationError(
            f"{kept.variable} needs the package `keyring`, which is not installed",
            hint="pip install 'workitem-reconciler[keyring]'",
        ) from problem
    try:
        secret = keyring.get_password(service, user)
    except failures.KeyringError as problem:
        raise ConfigurationError(
            f"the keyring that {kept.variable} asks gave no answer",
            detail=f"{type(problem).__name__}: {problem}",
            hint="`python -m keyring diagnose` says which keyring is used",
        ) from problem
    missing = f"the keyring has no entry {service!r} for {user!r}, which {kept.variable} names"
    return _first([secret or ""], missing, hint=f"python -m keyring set {shlex.quote(service)} {shlex.quote(user)}")


def _first(lines: Sequence[str], missing: str, detail: str = "", hint: str = "") -> str:
    """The first line, without the white space around it."""
    secret = lines[0].strip() if lines else ""
    if not secret:
        raise ConfigurationError(missing, detail=detail, hint=hint)
    return secret


def _said(problem: Exception) -> str:
    """The system's words, without its number; what was to be decoded is not shown."""
    if isinstance(problem, OSError):
        return problem.strerror or type(problem).__name__
    return "it is not text" if isinstance(problem, UnicodeDecodeError) else str(problem)
