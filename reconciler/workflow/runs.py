"""Runs: who does what, as the state keeps it."""

from __future__ import annotations

import getpass
import uuid

from reconciler.sdk import Clock
from reconciler.state.records import RunRecord

__all__ = ["keeping_run", "who"]


def who() -> str:
    """The account that this process works for."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def keeping_run(clock: Clock, command: str, commit: str | None, **counts: int) -> RunRecord:
    """The record of a command that writes into the state and to no platform; it is over when it is recorded."""
    now = clock.now()
    return RunRecord(
        id=uuid.uuid4().hex,
        started_at=now,
        who=who(),
        commit=commit,
        plan_digest="",
        finished_at=now,
        counts=counts,
        command=command,
    )
