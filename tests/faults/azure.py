"""All that the crash suite and the random histories know of Azure DevOps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import httpx
from acceptance.harness import Site, Workspace, writes
from asgi_client import Asker
from azure_in_process import AzureInProcess
from faults.late_clock import LateClock
from faults.late_line import LateLine
from faults.scenarios import Platform, Sent, gone, seen

__all__ = ["AZURE_DEVOPS", "AzureLine"]

_HEAD = """\
workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {azure_devops: {project: INVEST}}
"""
_CLOSED = frozenset({"Removed"})
_REFUSED = {"$id": "1", "message": "Not now.", "typeKey": "SandboxException"}

_MARK = Sent("PATCH", r"/workitems/\d+$")
_EDIT = replace(_MARK, asked=1)
"""Before an item is changed, the platform is asked whether it may be: by the same request, with `validateOnly`."""
_WRITES = {
    "create": Sent("POST", r"/workitems/\$\w+$", requests=3, commits=3),
    "update": _EDIT,
    "transition": _EDIT,
    "link": _EDIT,
    "remote_link": _EDIT,
    "close": replace(_EDIT, requests=2, commits=2),
    "comment": replace(_EDIT, requests=2, commits=2),
    "delete": Sent("DELETE", r"/workitems/\d+$"),
    "adopt": replace(_EDIT, requests=2, commits=2),
    "move": _MARK,
    "marker_repair": replace(_MARK, requests=4, commits=2),
}
"""An item can't get another type: that scenario does not happen here."""


@dataclass
class AzureLine(LateLine, AzureInProcess):
    """Azure DevOps in this process."""

    clock: LateClock = field(default_factory=LateClock)

    environment: ClassVar = {
        "AZURE_DEVOPS_ORG_URL": "http://127.0.0.1/azure/sandbox",
        "AZURE_DEVOPS_PAT": "sandbox",
    }
    head: ClassVar = _HEAD
    type: ClassVar = "story"
    names: ClassVar = {"title": "title", "points": "points"}
    closed: ClassVar = _CLOSED
    over: ClassVar = _CLOSED | {"Closed"}
    refused: ClassVar = _REFUSED
    writes: ClassVar = (_WRITES["create"], _WRITES["update"], _MARK)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._site = Asker(self.platform.application, "/azure", ("anybody", "sandbox"))

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        asks = re.search("/(wiql|workitemsbatch)$", request.url.path) or b"validateOnly=true" in request.url.query
        return request.method == "GET" or bool(asks)

    def read_fields(self, key: str) -> dict[str, Any]:
        """What people see of an item: its title, description and tags."""
        query = {"api-version": "7.1"}
        answer = self._site.get(f"/sandbox/_apis/wit/workitems/{key}", **query)
        assert answer.status == 200, answer.content
        return _shown(answer.json["fields"])


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": fields["System.Title"],
        "description": fields.get("System.Description", ""),
        "labels": {each for each in fields.get("System.Tags", "").split("; ") if each},
    }


def _item(site: Site, key: str) -> dict[str, Any]:
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    query = {"api-version": "7.1", "$expand": "all"}
    answer = httpx.get(url, params=query, auth=("anybody", "sandbox"))
    assert answer.status_code == 200, answer.text
    item: dict[str, Any] = answer.json()
    return item


def _written_to(site: Site, key: str) -> bool:
    return any(each["path"].endswith(f"/workitems/{key}") for each in writes(site.requests()))


def _unmark(site: Site, workspace: Workspace) -> None:
    for key in site.cards():
        ours = [each for each in _shown(_item(site, key)["fields"])["labels"] if each.startswith("rc-")]
        site.edit("Lena Gray", key, remove_labels=ours)


def _person_fields(site: Site, key: str) -> dict[str, str]:
    shown = _shown(_item(site, key)["fields"])
    return {"description": shown["description"], "labels": " ".join(shown["labels"])}


def _unmarked(site: Site, _times: int) -> list[str]:
    return [
        f"{key} has no tag to be found by"
        for key in site.cards()
        if not any(each.startswith("rc-") for each in _shown(_item(site, key)["fields"])["labels"])
    ]


def _relations(item: dict[str, Any], rel: str) -> int:
    """How many relations of a type an item has; proofs of ours are no pages."""
    found = (each for each in item.get("relations", ()) if each["rel"].startswith(rel))
    return sum("reconciler.invalid" not in each["url"] for each in found)


_seen = partial(seen, _item)

AZURE_DEVOPS = Platform(
    name="azure_devops",
    head=_HEAD,
    closed=_CLOSED,
    refused=_REFUSED,
    writes=_WRITES,
    wrong={
        "create": _seen("Task", "parents", 1, lambda item: _relations(item, "System.LinkTypes.Hierarchy-Reverse")),
        "update": _seen("Task renamed", "our tag", True, lambda item: "ours" in _shown(item["fields"])["labels"]),
        "transition": _seen("Task", "state", "Active", lambda item: item["fields"]["System.State"]),
        "link": _seen("Task", "links", 1, lambda item: _relations(item, "System.LinkTypes.Dependency")),
        "remote_link": _seen("Task", "pages", 1, lambda item: _relations(item, "Hyperlink")),
        "close": _seen("Task", "state", "Removed", lambda item: item["fields"]["System.State"]),
        "comment": _seen("Task", "comments", None, lambda item: item["fields"]["System.CommentCount"]),
        "delete": gone,
        "adopt": _seen("Task", "our tag", True, lambda item: "ours" in _shown(item["fields"])["labels"]),
        "marker_repair": _unmarked,
    },
    unmark=_unmark,
    written_to=_written_to,
    person_fields=_person_fields,
)
