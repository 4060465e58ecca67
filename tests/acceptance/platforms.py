"""What one fact looks like on each platform: names of items, statuses and priorities, and how writes are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from acceptance.harness import Site

__all__ = ["AZURE_DEVOPS", "JIRA", "PLATFORMS", "Platform"]


@dataclass(frozen=True)
class Platform:
    """One platform.

    Attributes:
        name: the plugin's, and the example's provider's.
        statuses: by the spec's word.
        priorities: by the spec's word, as the platform shows them.
        title: the id of the field for titles.
        fields_sent: the ids of the fields in an exchange that writes an item's fields; empty for any other.
        custom: of an item, amount, sector and risk level.
    """

    name: str
    statuses: Mapping[str, str]
    priorities: Mapping[str, object]
    title: str
    fields_sent: Callable[[Mapping[str, Any]], set[str]]
    custom: Callable[[Site, str], tuple[object, object, object]]

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
    return fields["Custom.InvestmentAmount"], fields["Custom.Sector"], fields["Custom.RiskLevel"]


JIRA: Final = Platform(
    name="jira",
    statuses={"todo": "To Do", "in_progress": "In Progress", "cancelled": "Cancelled"},
    priorities={"critical": "Highest", "high": "High", "medium": "Medium", "low": "Low"},
    title="summary",
    fields_sent=_sent_to_jira,
    custom=_custom_on_jira,
)
AZURE_DEVOPS: Final = Platform(
    name="azure_devops",
    statuses={"todo": "New", "in_progress": "Active", "cancelled": "Removed"},
    priorities={"critical": 1, "high": 2, "medium": 3, "low": 4},
    title="System.Title",
    fields_sent=_sent_to_azure,
    custom=_custom_on_azure,
)
PLATFORMS: Final = (JIRA, AZURE_DEVOPS)
