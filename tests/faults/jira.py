"""All that the crash suite and the random histories know of Jira."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import httpx
from acceptance.harness import HEAD, Site, Workspace, writes
from asgi_client import Asker
from faults.late_clock import LateClock
from faults.late_line import LateLine
from faults.scenarios import Platform, Sent, gone, seen
from jira_in_process import InProcess

__all__ = ["JIRA", "JiraLine"]

_CLOSED = frozenset({"Cancelled"})
_REFUSED = {"errorMessages": ["Not now."], "errors": {}}

_EDIT = Sent("PUT", r"/issue/\d+$")
_MOVE = Sent("POST", "/transitions$")
_WRITES = {
    "create": Sent("POST", "/issue/bulk$", requests=2, commits=2, adds=True),
    "update": _EDIT,
    "type": _EDIT,
    "transition": _MOVE,
    "link": Sent("POST", "/issueLink$"),
    "remote_link": Sent("POST", "/remotelink$"),
    "close": _MOVE,
    "comment": replace(_MOVE, adds=True),
    "delete": Sent("DELETE", r"/issue/\d+$"),
    "adopt": _EDIT,
    "move": Sent("PUT", "/properties/reconciler$"),
    "marker_repair": replace(_EDIT, requests=2, commits=2),
}


@dataclass
class JiraLine(LateLine, InProcess):
    """Jira in this process."""

    clock: LateClock = field(default_factory=LateClock)

    environment: ClassVar = {
        "JIRA_URL": "http://127.0.0.1/jira",
        "JIRA_EMAIL": "sandbox@example.com",
        "JIRA_API_TOKEN": "sandbox",
    }
    head: ClassVar = HEAD
    type: ClassVar = "task"
    names: ClassVar = {"title": "Summary", "points": "Story Points"}
    closed: ClassVar = _CLOSED
    over: ClassVar = _CLOSED | {"Done"}
    refused: ClassVar = _REFUSED
    circles: ClassVar = True
    whole_markers: ClassVar = True
    writes: ClassVar = tuple(_WRITES[each] for each in ("create", "update", "transition", "link", "remote_link"))

    def __post_init__(self) -> None:
        super().__post_init__()
        self._site = Asker(self.platform.application, "/jira", ("sandbox@example.com", "sandbox"))

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        return request.method == "GET" or bool(re.search("/(search/jql|bulkfetch|check|workflows)$", request.url.path))

    def read_fields(self, key: str) -> dict[str, Any]:
        """What people see of an item: its title, description and labels."""
        answer = self._site.get(f"/rest/api/3/issue/{key}", fields="*all")
        assert answer.status == 200, answer.content
        fields = answer.json["fields"]
        return {"title": fields["summary"], "description": fields["description"], "labels": {*fields["labels"]}}

    def put(self, kind: str, key: str, name: str) -> None:
        """Somebody adds a label, a link to the item of this key, a page or a comment."""
        match kind:
            case "label":
                self.person("edit", item=key, add_labels=[name])
            case "link":
                ends = {"type": {"name": "Relates"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": name}}
                assert self._site.post("/rest/api/3/issueLink", ends).status == 201
            case "page":
                page = {"object": {"title": name, "url": f"https://people.example/{name}"}}
                assert self._site.post(f"/rest/api/3/issue/{key}/remotelink", page).status == 201
            case "comment":
                self.person("comment", item=key, text=name)

    def take(self, kind: str, key: str, name: str) -> None:
        """Somebody takes a label, a link or a page away that is there."""
        if kind == "label":
            self.person("edit", item=key, remove_labels=[name])
            return
        there = self._links(key) if kind == "link" else self._pages(key)
        path = "issueLink" if kind == "link" else f"issue/{key}/remotelink"
        assert self._site.delete(f"/rest/api/3/{path}/{there[name]}").status == 204

    def there(self, key: str) -> dict[str, set[str]]:
        """What is on an item, by kind; comments are their texts."""
        answer = self._site.get(f"/rest/api/3/issue/{key}/comment").json
        return {
            "label": self.read_fields(key)["labels"],
            "link": {*self._links(key)},
            "page": {*self._pages(key)},
            "comment": {each["body"]["content"][0]["content"][0]["text"] for each in answer["comments"]},
        }

    def _links(self, key: str) -> dict[str, str]:
        fields = self._site.get(f"/rest/api/3/issue/{key}", fields="issuelinks").json["fields"]
        return {(each.get("outwardIssue") or each["inwardIssue"])["key"]: each["id"] for each in fields["issuelinks"]}

    def _pages(self, key: str) -> dict[str, str]:
        pages = self._site.get(f"/rest/api/3/issue/{key}/remotelink").json
        return {each["object"]["title"]: str(each["id"]) for each in pages}


def _written_to(site: Site, key: str) -> bool:
    names = re.compile(rf"\b({site.id_of(key)}|{key})\b")
    sent = [each for each in writes(site.requests()) if not each["path"].endswith("/issue/bulk")]
    return any(names.search(f"{each['path']} {json.dumps(each['request'])}") for each in sent)


def _unmark(site: Site, workspace: Workspace) -> None:
    for key in site.cards():
        ours = [each for each in site.issue(key)["labels"] if each.startswith("rc-")]
        site.edit("Lena Gray", key, remove_labels=ours)


def _person_fields(site: Site, key: str) -> dict[str, str]:
    fields = site.issue(key)
    return {"description": json.dumps(fields["description"]), "labels": " ".join(fields["labels"])}


def _unmarked(site: Site, _times: int) -> list[str]:
    return [
        f"{key} has no label to be found by"
        for key in site.cards()
        if not any(each.startswith("rc-") for each in site.issue(key)["labels"])
    ]


_seen = partial(seen, Site.issue)

JIRA = Platform(
    name="jira",
    head=HEAD,
    closed=_CLOSED,
    refused=_REFUSED,
    writes=_WRITES,
    wrong={
        "create": _seen("Task", "parent", "Deal", lambda issue: issue["parent"]["fields"]["summary"]),
        "update": _seen("Task renamed", "our label", True, lambda issue: "ours" in issue["labels"]),
        "type": _seen("Task renamed", "type", "Bug", lambda issue: issue["issuetype"]["name"]),
        "transition": _seen("Task", "status", "In Progress", lambda issue: issue["status"]["name"]),
        "link": _seen("Task", "links", 1, lambda issue: len(issue["issuelinks"])),
        "close": _seen("Task", "status", "Cancelled", lambda issue: issue["status"]["name"]),
        "comment": _seen("Task", "comments", None, lambda issue: len(issue["comment"]["comments"])),
        "delete": gone,
        "adopt": _seen("Task", "our label", True, lambda issue: "ours" in issue["labels"]),
        "marker_repair": _unmarked,
    },
    unmark=_unmark,
    written_to=_written_to,
    person_fields=_person_fields,
)
