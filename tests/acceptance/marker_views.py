"""What proves whose an item is, as each platform keeps it, and people who write there or take it off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, quote, unquote, urlencode

import httpx
import pytest
from acceptance.harness import Site
from acceptance.platforms import AZURE_DEVOPS, JIRA, JIRA_DATACENTER

__all__ = ["FIELD", "MarkerView", "marker_view_of", "on_each_marker", "on_each_whole_marker", "with_option"]

FIELD: Final = "marker_field: Reconciler"
"""The option of Azure DevOps that puts markers into a field, where they are whole: a hyperlink holds no digests."""

_WHOLE: Final = (
    pytest.param(JIRA, "", id="jira"),
    pytest.param(JIRA_DATACENTER, "", id="jira_datacenter"),
    pytest.param(AZURE_DEVOPS, FIELD, id="azure_devops_field"),
)
_PLACES: Final = (*_WHOLE, pytest.param(AZURE_DEVOPS, "", id="azure_devops"))
_HYPERLINK: Final = "https://reconciler.invalid/"
_TEXT: Final = "Custom.Reconciler"

on_each_whole_marker: Final = pytest.mark.parametrize(("site", "option"), _WHOLE, indirect=["site"])
"""Runs a test on each platform; `option` is the option of the provider with which its markers hold digests."""

on_each_marker: Final = pytest.mark.parametrize(("site", "option"), _PLACES, indirect=["site"])
"""Likewise wherever a platform keeps markers: in a property, in a field, in a hyperlink."""


def with_option(head: str, option: str) -> str:
    """The beginning of a spec whose provider has an option, `""` for none."""
    return head.replace("project: INVEST", f"project: INVEST, {option}") if option else head


class MarkerView(Protocol):
    """The markers of a site. Items go by key; a marker is JSON as a property has it, of a hyperlink what that says."""

    def read(self, key: str) -> dict[str, Any]:
        """What proves whose an item is; empty where nothing does."""
        ...

    def write(self, key: str, marker: Mapping[str, Any]) -> None:
        """Somebody writes a marker of their own in its place."""
        ...

    def take_off(self, key: str) -> None:
        """Somebody removes it."""
        ...

    def labels(self, key: str) -> list[str]:
        """All labels of an item, those that find it among them."""
        ...


def marker_view_of(site: Site) -> MarkerView:
    """The markers of a site's platform."""
    return _Azure(site) if site.platform == "azure_devops" else _Jira(site)


@dataclass(frozen=True)
class _Jira:
    site: Site

    def read(self, key: str) -> dict[str, Any]:
        answer = self._ask("GET", key)
        value: dict[str, Any] = {} if answer.status_code == 404 else answer.json()["value"]
        return value

    def write(self, key: str, marker: Mapping[str, Any]) -> None:
        assert self._ask("PUT", key, json=dict(marker)).is_success

    def take_off(self, key: str) -> None:
        assert self._ask("DELETE", key).is_success

    def labels(self, key: str) -> list[str]:
        labels: list[str] = self.site.issue(key)["labels"]
        return labels

    def _ask(self, method: str, key: str, **more: Any) -> httpx.Response:
        url = f"{self.site.endpoints.sites['jira']}{self.site.api}/issue/{key}/properties/reconciler"
        return httpx.request(method, url, auth=("sandbox@example.com", "sandbox"), **more)


@dataclass(frozen=True)
class _Azure:
    site: Site

    def read(self, key: str) -> dict[str, Any]:
        item = self._item(key)
        if text := item["fields"].get(_TEXT):
            value: dict[str, Any] = json.loads(text)
            return value
        url = _hyperlink(item)
        return _read(url) if url else {}

    def write(self, key: str, marker: Mapping[str, Any]) -> None:
        item = self._item(key)
        if _TEXT in item["fields"]:
            self.site.edit("Lena Gray", key, set={_TEXT: json.dumps(marker)})
            return
        url = _written(marker)
        self.site.edit("Lena Gray", key, remove_relations=[_relation(_hyperlink(item))], add_relations=[_relation(url)])

    def take_off(self, key: str) -> None:
        item = self._item(key)
        if _TEXT in item["fields"]:
            self.site.edit("Lena Gray", key, set={_TEXT: ""})
        else:
            self.site.edit("Lena Gray", key, remove_relations=[_relation(_hyperlink(item))])

    def labels(self, key: str) -> list[str]:
        return [each.strip() for each in self._item(key)["fields"].get("System.Tags", "").split(";")]

    def _item(self, key: str) -> dict[str, Any]:
        url = f"{self.site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
        answer = httpx.get(url, params={"$expand": "all", "api-version": "7.1"}, auth=("anybody", "sandbox"))
        assert answer.status_code == 200, answer.text
        item: dict[str, Any] = answer.json()
        return item


def _hyperlink(item: Mapping[str, Any]) -> str:
    ours = [each["url"] for each in item.get("relations", ()) if each["url"].startswith(_HYPERLINK)]
    assert len(ours) <= 1, "no hyperlink of ours outlives another"
    return ours[0] if ours else ""


def _relation(url: str) -> dict[str, Any]:
    return {"rel": "Hyperlink", "url": url}


def _read(url: str) -> dict[str, Any]:
    path, _, query = url.removeprefix(_HYPERLINK).partition("?")
    workspace, instance, address = map(unquote, path.split("/"))
    said = {name: value for name, [value] in parse_qs(query).items()}
    return {
        "version": int(said["v"]),
        "workspace": workspace,
        "name": said["name"],
        "instance": instance,
        "address": address,
        "item": said.get("item"),
        "operation": said["op"],
        "protect": "protect" in said,
        "closed": "closed" in said,
    }


def _written(marker: Mapping[str, Any]) -> str:
    path = "/".join(quote(marker[each], safe="") for each in ("workspace", "instance", "address"))
    said = {"op": marker["operation"], "item": marker["item"], "name": marker["name"], "v": marker["version"]}
    return f"{_HYPERLINK}{path}?{urlencode(said)}"
