"""A command beside plan and apply that is safe to repeat, and the stage that it is played on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
from acceptance.harness import Site
from faults.scenarios import Platform, Sent
from faults.workspace import FaultWorkspace

__all__ = ["Check", "Stage", "Verb", "plan_is_empty", "read", "two_items"]


@dataclass(frozen=True)
class Stage:
    """A platform, its sandbox, and a workspace of its own."""

    platform: Platform
    site: Site
    workspace: FaultWorkspace

    @property
    def is_azure(self) -> bool:
        """Whether this is Azure DevOps."""
        return self.platform.name == "azure_devops"


Check: TypeAlias = Callable[[Stage, int, int], list[str]]
"""What is wrong, in words. It gets how often the command came to its end, and how often its write was carried out."""


def _nothing(_stage: Stage) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Verb:
    """A command that is safe to repeat.

    Attributes:
        arguments: of the command.
        sent: by platform, how its writes go out. It is not played on a platform that is not named.
        wrong: what is wrong once it was repeated.
        prepare: what happens before it.
        meanwhile: what somebody does between the command that was struck and its repetition; what is wrong then.
        local: it writes into the state alone.
        journals: it journals what it sends.
        spent: done a second time, it says that there is nothing to do, with exit 1.
    """

    name: str
    arguments: Callable[[Stage], tuple[str, ...]]
    sent: Mapping[str, Sent]
    wrong: Check
    prepare: Callable[[Stage], None] = _nothing
    meanwhile: Callable[[Stage], list[str]] = lambda _stage: []
    local: bool = False
    journals: bool = False
    spent: bool = False


_ITEMS = "  task: {type: task, title: Task}\n  other: {type: task, title: Other}\n"
_AZURE = ("anybody", "sandbox")
_JIRA = ("sandbox@example.com", "sandbox")


def read(stage: Stage, path: str, version: str = "7.1", **query: str) -> Any:
    """What the platform answers; the version is of Azure DevOps' interface."""
    if stage.is_azure:
        base, auth, query = stage.site.endpoints.sites["azure_devops"], _AZURE, {"api-version": version, **query}
    else:
        base, auth = stage.site.endpoints.sites["jira"], _JIRA
    answer = httpx.get(base + path, params=query, auth=auth)
    assert answer.status_code == 200, answer.text
    return answer.json()


def two_items(stage: Stage) -> None:
    """Apply a spec of two items."""
    stage.workspace.items(_ITEMS)
    stage.workspace.apply()


def plan_is_empty(stage: Stage) -> list[str]:
    """What is wrong with the next plan: it has nothing to do."""
    plan = stage.workspace.run("plan", "--detailed-exitcode")
    return [] if plan.code == 0 else [f"the plan afterwards ended with {plan.code}: {plan.text}"]
