"""Jira Cloud and Jira Data Center in memory, written from the published facts and nothing of the plugin.

`sandbox` is the factory that the entry-point group `reconciler.sandboxes` names. The rules that it keeps, each with
its source and how sure it is, stand in `behaviour`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sdk import Clock
from reconciler_jira_sandbox.jira import Jira

__all__ = ["sandbox"]


def sandbox(clock: Clock, journal: Callable[[Mapping[str, Any]], None]) -> Jira:
    """Make a site. `journal` is told each event; `Jira.replay` takes them back in."""
    return Jira(clock, journal)
