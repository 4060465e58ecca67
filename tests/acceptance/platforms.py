"""What one fact looks like on each platform: names of fields, statuses and priorities, and how writes are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx
import pytest
from acceptance.harness import HEAD, Site

__all__ = [
    "AZURE_DEVOPS",
    "JIRA",
    "JIRA_DATACENTER",
    "PLATFORMS",
    "Platform",
    "on_azure_devops",
    "on_each_platform",
    "on_jira",
    "platform_of",
]


@dataclass(frozen=True)
class Platform:
    """One platform, or another edition of one.

    Attributes:
        name: what tests are called by.
        plugin: its plugin's name, which is the example's provider's and the sandbox's too.
        head: the beginning of a spec, in two lines.
        statuses: by the spec's word.
        priorities: by the spec's word, as the platform shows them.
        title, due, description: the ids of the fields, for what a person edits.
        creation: the requests that create items, for `Site.fault`: several at once, or each by itself.
        edit: likewise, the requests that change an item's fields.
        refusal: the body of an answer that says no, with these words.
        fields_sent: the ids of the fields in an exchange that writes an item's fields; empty for any other.
        custom: of an item, amount, sector and risk level.
        knobs: what is turned in the sandbox from the beginning.
        api: where its interface begins, for what Jira's sandbox shows.
    """

    name: str
    plugin: str
    head: str
    statuses: Mapping[str, str]
    priorities: Mapping[str, object]
    title: str
    due: str
    description: str
    creation: Mapping[str, Any]
    edit: Mapping[str, Any]
    refusal: Callable[[str], Mapping[str, Any]]
    fields_sent: Callable[[Mapping[str, Any]], set[str]]
    custom: Callable[[Site, str], tuple[object, object, object]]
    knobs: Mapping[str, Any] = field(default_factory=dict)
    api: str = "/rest/api/3"

    def key(self, number: int) -> str:
        """The key of the item that was created as the `number`th of a sandbox, from 1.

        Azure DevOps gets items that don't need each other at once, in any order: of those, `Workspace.keys` tells.
        """
        return f"INVEST-{number}" if self.plugin == "jira" else str(number)

    def keys(self, *numbers: int) -> list[str]:
        """The keys of these items."""
        return [self.key(each) for each in numbers]

    def fields_written(self, exchanges: Iterable[Mapping[str, Any]]) -> list[set[str]]:
        """The ids of the fields of each request that writes some."""
        return [sent for each in exchanges if (sent := self.fields_sent(each))]


def _sent_to_jira(exchange: Mapping[str, Any]) -> set[str]:
    body = exchange["request"] if exchange["method"] == "PUT" and "/issue/" in exchange["path"] else None
    return {*body.get("fields", {}), *body.get("update", {})} if isinstance(body, dict) and "fields" in body else set()


def _sent_to_azure(exchange: Mapping[str, Any]) -> set[str]:
    if exchange["method"] != "PATCH" or "validateOnly=true" in exchange["query"]:
        return set()
    paths = (each["path"] for each in exchange["request"])
    return {path.removeprefix("/fields/") for path in paths if path.startswith("/fields/")}


def _custom_on_jira(site: Site, key: str) -> tuple[object, object, object]:
    fields = site.issue(key)
    return fields["customfield_10050"], fields["customfield_10051"], fields["customfield_10052"]["value"]


def _custom_on_azure(site: Site, key: str) -> tuple[object, object, object]:
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    answer = httpx.get(url, params={"api-version": "7.1"}, auth=("anybody", "sandbox"))
    fields = answer.json()["fields"]
    return fields.get("Custom.InvestmentAmount"), fields["Custom.Sector"], fields["Custom.RiskLevel"]


def _jira_says(words: str) -> dict[str, Any]:
    return {"errorMessages": [words], "errors": {}}


def _azure_says(words: str) -> dict[str, Any]:
    return {"$id": "1", "message": words, "typeKey": "SandboxException"}


JIRA: Final = Platform(
    name="jira",
    plugin="jira",
    head=HEAD,
    statuses={"todo": "To Do", "in_progress": "In Progress", "done": "Done", "cancelled": "Cancelled"},
    priorities={"critical": "Highest", "high": "High", "medium": "Medium", "low": "Low"},
    title="summary",
    due="duedate",
    description="description",
    creation={"method": "POST", "path": "/issue/bulk$"},
    edit={"method": "PUT", "path": r"/issue/\d+$"},
    refusal=_jira_says,
    fields_sent=_sent_to_jira,
    custom=_custom_on_jira,
)
JIRA_DATACENTER: Final = replace(
    JIRA,
    name="jira_datacenter",
    creation={"method": "POST", "path": "/issue(/bulk)?$"},
    knobs={"jira_deployment": "datacenter"},
    api="/rest/api/2",
)
AZURE_DEVOPS: Final = Platform(
    name="azure_devops",
    plugin="azure_devops",
    head=HEAD.replace("jira", "azure_devops"),
    statuses={"todo": "New", "in_progress": "Active", "done": "Closed", "cancelled": "Removed"},
    priorities={"critical": 1, "high": 2, "medium": 3, "low": 4},
    title="System.Title",
    due="Microsoft.VSTS.Scheduling.DueDate",
    description="System.Description",
    creation={"method": "POST", "path": r"/workitems/\$[^/]+$"},
    edit={"method": "PATCH", "path": r"/workitems/\d+$", "skip": 1},
    refusal=_azure_says,
    fields_sent=_sent_to_azure,
    custom=_custom_on_azure,
)
"""Before an item is changed, Azure DevOps is asked by the same request whether it may be: a fault skips that."""
PLATFORMS: Final = (JIRA, AZURE_DEVOPS)
_EACH: Final = (JIRA, JIRA_DATACENTER, AZURE_DEVOPS)

on_each_platform: Final = pytest.mark.parametrize("site", _EACH, ids=lambda each: each.name, indirect=True)
"""Runs a test, or as a module's `pytestmark` all of its tests, on each platform and edition: `site`, `workspace` and
what is made of them are that platform's, and `platform` says which it is.
"""
on_jira: Final = pytest.mark.parametrize("site", _EACH[:2], ids=lambda each: each.name, indirect=True)
"""Likewise on both editions of Jira, for what Azure DevOps has nothing like."""
on_azure_devops: Final = pytest.mark.parametrize("site", [AZURE_DEVOPS], ids=lambda each: each.name, indirect=True)
"""Likewise on Azure DevOps, for what it has in Jira's place."""


def platform_of(site: Site) -> Platform:
    """What a site is."""
    return next(each for each in _EACH if (each.plugin, each.api) == (site.platform, site.api))
