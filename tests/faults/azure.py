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

__all__ = ["AZURE_DEVOPS", "AzureFieldLine", "AzureLine"]

_HEAD = """\
workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {azure_devops: {project: INVEST}}
"""
_FIELD = "Microsoft.VSTS.Common.AcceptanceCriteria"
_PAGES = "https://people.example/"
_CLOSED = frozenset({"Removed"})
_REFUSED = {"$id": "1", "message": "Not now.", "typeKey": "SandboxException"}

_MARK = Sent("PATCH", r"/workitems/\d+$")
_EDIT = replace(_MARK, asked=1)
"""Before an item is changed, the platform is asked whether it may be: by the same request, with `validateOnly`."""
_WRITES = {
    "create": Sent("POST", r"/workitems/\$[^/]+$", requests=3, commits=3, adds=True),
    "update": _EDIT,
    "transition": _EDIT,
    "link": _EDIT,
    "remote_link": _EDIT,
    "close": replace(_EDIT, requests=2, commits=2),
    "reopen": replace(_EDIT, requests=2, commits=2),
    "comment": replace(_EDIT, requests=2, commits=2),
    "delete": Sent("DELETE", r"/workitems/\d+$"),
    "adopt": _EDIT,
    "move": _MARK,
    "marker_repair": replace(_MARK, requests=4, commits=2),
    "restore": Sent("PATCH", r"/recyclebin/\d+$"),
    "place": Sent("POST", "/classificationnodes/areas", requests=2),
    "placed": Sent("POST", r"/workitems/\$[^/]+$", adds=True),
    "sprint": Sent("POST", "/classificationnodes/iterations$"),
    "cross_site_link": replace(_EDIT, commits=2),
}
"""The plugin changes no types: that scenario does not happen here."""


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
    statuses: ClassVar = {"": "New", "in_progress": "Active", "done": "Closed"}
    closed: ClassVar = _CLOSED
    over: ClassVar = _CLOSED | {"Closed"}
    refused: ClassVar = _REFUSED
    circles: ClassVar = False
    whole_markers: ClassVar = False
    writes: ClassVar = (_WRITES["create"], _MARK)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._site = Asker(self.platform.application, "/azure", ("anybody", "sandbox"))

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        asks = re.search("/(wiql|workitemsbatch)$", request.url.path) or b"validateOnly=true" in request.url.query
        return request.method == "GET" or bool(asks)

    def read_fields(self, key: str) -> dict[str, Any]:
        """What people see of an item: its title, description and tags."""
        return _shown(self._item(key)["fields"])

    def put(self, kind: str, key: str, name: str) -> None:
        """Somebody adds a tag, a link to the item of this key, a page or a comment."""
        match kind:
            case "label":
                self.person("edit", item=key, add_labels=[name])
            case "comment":
                self.person("comment", item=key, text=name)
            case _:
                self.person("edit", item=key, add_relations=[_relation(kind, name)])

    def take(self, kind: str, key: str, name: str) -> None:
        """Somebody takes a tag, a link or a page away that is there."""
        if kind == "label":
            self.person("edit", item=key, remove_labels=[name])
        else:
            self.person("edit", item=key, remove_relations=[_relation(kind, name)])

    def there(self, key: str) -> dict[str, set[str]]:
        """What is on an item, by kind; comments are their texts."""
        item = self._item(key)
        urls = [each["url"] for each in item.get("relations", ())]
        said = self._read(f"INVEST/_apis/wit/workItems/{key}/comments", "7.1-preview.4")["comments"]
        return {
            "label": _shown(item["fields"])["labels"],
            "link": {each.rpartition("/")[2] for each in urls if "/_apis/wit/workItems/" in each},
            "page": {each.rpartition("/")[2] for each in urls if each.startswith(_PAGES)},
            "comment": {each["text"] for each in said},
        }

    def _item(self, key: str) -> dict[str, Any]:
        return self._read(f"_apis/wit/workitems/{key}", "7.1", **{"$expand": "all"})

    def _read(self, path: str, version: str, **query: str) -> dict[str, Any]:
        answer = self._site.get(f"/sandbox/{path}", **{"api-version": version, **query})
        assert answer.status == 200, answer.content
        data: dict[str, Any] = answer.json
        return data


def _relation(kind: str, name: str) -> dict[str, Any]:
    if kind == "link":
        return {"rel": "System.LinkTypes.Related", "item": name}
    return {"rel": "Hyperlink", "url": _PAGES + name, "attributes": {"comment": name}}


class AzureFieldLine(AzureLine):
    """The same, where a field has the markers; one that every story has."""

    head: ClassVar = _HEAD.replace("INVEST", f"INVEST, marker_field: {_FIELD}")
    whole_markers: ClassVar = True


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
_in_its_area = _seen("Task", "area", "INVEST\\Funds\\North", lambda item: item["fields"]["System.AreaPath"])

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
        "reopen": _seen("Task", "state", "New", lambda item: item["fields"]["System.State"]),
        "comment": _seen("Task", "comments", None, lambda item: item["fields"]["System.CommentCount"]),
        "delete": gone,
        "adopt": _seen("Task", "our tag", True, lambda item: "ours" in _shown(item["fields"])["labels"]),
        "marker_repair": _unmarked,
        "place": _in_its_area,
        "placed": _in_its_area,
        "sprint": _seen("Task", "sprint", "INVEST\\Sprint 9", lambda item: item["fields"]["System.IterationPath"]),
        "cross_site_link": _seen("Task", "pages", 1, lambda item: _relations(item, "Hyperlink")),
    },
    unmark=_unmark,
    written_to=_written_to,
    person_fields=_person_fields,
    makes="area, sprint",
    place="area: Funds/North",
)
