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

__all__ = [
    "JIRA",
    "JIRA_DATACENTER",
    "DataCenterLine",
    "JiraLine",
    "OlderDataCenterLine",
    "ShownPropertiesLine",
    "WithoutPropertiesLine",
]

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
    "reopen": _MOVE,
    "comment": replace(_MOVE, adds=True),
    "delete": Sent("DELETE", r"/issue/\d+$"),
    "adopt": _EDIT,
    "move": Sent("PUT", "/properties/reconciler$"),
    "marker_repair": replace(_EDIT, requests=2, commits=2),
    "place": Sent("POST", "/(component|version)$", requests=2),
    "placed": Sent("POST", "/issue/bulk$", adds=True),
    "sprint": Sent("POST", "/sprint$", clashes=True),
    "cross_site_link": Sent("POST", "/remotelink$", commits=2),
}
_DATACENTER_WRITES = _WRITES | {
    "create": Sent("POST", "/issue(/bulk)?$", requests=2, commits=2, adds=True),
    "placed": Sent("POST", "/issue$", adds=True),
}
"""The first item goes alone: it shows what becomes of properties at creation."""


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
    statuses: ClassVar = {"": "To Do", "in_progress": "In Progress", "done": "Done"}
    closed: ClassVar = _CLOSED
    over: ClassVar = _CLOSED | {"Done"}
    refused: ClassVar = _REFUSED
    circles: ClassVar = True
    whole_markers: ClassVar = True
    api: ClassVar = "/rest/api/3"
    writes: ClassVar = tuple(_WRITES[each] for each in ("create", "update", "transition", "link", "remote_link"))

    def __post_init__(self) -> None:
        super().__post_init__()
        self._site = Asker(self.platform.application, "/jira", ("sandbox@example.com", "sandbox"))

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        reads = "/(search|search/jql|bulkfetch|check|workflows)$"
        return request.method == "GET" or bool(re.search(reads, request.url.path))

    def read_fields(self, key: str) -> dict[str, Any]:
        """What people see of an item: its title, description and labels."""
        answer = self._site.get(f"{self.api}/issue/{key}", fields="*all")
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
                assert self._site.post(f"{self.api}/issueLink", ends).status == 201
            case "page":
                page = {"object": {"title": name, "url": f"https://people.example/{name}"}}
                assert self._site.post(f"{self.api}/issue/{key}/remotelink", page).status == 201
            case "comment":
                self.person("comment", item=key, text=name)

    def take(self, kind: str, key: str, name: str) -> None:
        """Somebody takes a label, a link or a page away that is there."""
        if kind == "label":
            self.person("edit", item=key, remove_labels=[name])
            return
        there = self._links(key) if kind == "link" else self._pages(key)
        path = "issueLink" if kind == "link" else f"issue/{key}/remotelink"
        assert self._site.delete(f"{self.api}/{path}/{there[name]}").status == 204

    def there(self, key: str) -> dict[str, set[str]]:
        """What is on an item, by kind; comments are their texts."""
        answer = self._site.get(f"{self.api}/issue/{key}/comment").json
        return {
            "label": self.read_fields(key)["labels"],
            "link": {*self._links(key)},
            "page": {*self._pages(key)},
            "comment": {each["body"]["content"][0]["content"][0]["text"] for each in answer["comments"]},
        }

    def _links(self, key: str) -> dict[str, str]:
        fields = self._site.get(f"{self.api}/issue/{key}", fields="issuelinks").json["fields"]
        return {(each.get("outwardIssue") or each["inwardIssue"])["key"]: each["id"] for each in fields["issuelinks"]}

    def _pages(self, key: str) -> dict[str, str]:
        pages = self._site.get(f"{self.api}/issue/{key}/remotelink").json
        return {each["object"]["title"]: str(each["id"]) for each in pages}


@dataclass
class DataCenterLine(JiraLine):
    """Jira Data Center in this process."""

    api: ClassVar = "/rest/api/2"
    writes: ClassVar = tuple(_DATACENTER_WRITES[each] for each in ("create", "update", "transition", "link"))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turn(jira_deployment="datacenter")

    def there(self, key: str) -> dict[str, set[str]]:
        """What is on an item, by kind; comments are their texts."""
        comments = self._site.get(f"{self.api}/issue/{key}/comment").json["comments"]
        return {
            "label": self.read_fields(key)["labels"],
            "link": {*self._links(key)},
            "page": {*self._pages(key)},
            "comment": {each["body"] for each in comments},
        }


@dataclass
class OlderDataCenterLine(DataCenterLine):
    """An older Jira Data Center, which drops properties at creation."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turn(datacenter_version="8.3.0", datacenter_creation="drops_properties")


@dataclass
class WithoutPropertiesLine(DataCenterLine):
    """Jira Data Center that refuses properties: labels are the markers, and have no room for digests."""

    whole_markers: ClassVar = False
    recalls: ClassVar = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turn(datacenter_properties="404")


@dataclass
class ShownPropertiesLine(DataCenterLine):
    """One that shows properties, and lets none be written but with a creation."""

    whole_markers: ClassVar = False
    recalls: ClassVar = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turn(datacenter_properties="read_only")


def _written_to(site: Site, key: str) -> bool:
    names = re.compile(rf"\b({site.id_of(key)}|{key})\b")
    sent = [each for each in writes(site.requests()) if not each["path"].endswith(("/issue/bulk", "/issue"))]
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


def _pages_of(site: Site, title: str) -> list[str]:
    """What is wrong with the pages of the item of this title: it has one."""
    [key] = [key for key, card in site.cards().items() if card["title"] == title]
    pages = site.pages(key)
    return [] if len(pages) == 1 else [f"pages of {title}: {len(pages)}, not 1"]


def _without_epic(site: Site, _times: int) -> list[str]:
    keys = [key for key, card in site.cards().items() if card["title"] in ("Task", "More")]
    epics = {key: site.issue(key)["customfield_10008"] for key in keys}
    return [f"{key} is in no deal" for key, epic in epics.items() if not epic or site.issue(epic)["summary"] != "Deal"]


def _placed(site: Site, _times: int) -> list[str]:
    """What is wrong with the component and the version that the item of this title needs: each is there once."""
    wrong = []
    for shown, path, name in (("components", "components", "Tax"), ("fixVersions", "versions", "3.0")):
        ids = {each["id"] for each in _get(site, f"{site.api}/project/INVEST/{path}") if each["name"] == name}
        keys = (key for key, card in site.cards().items() if card["title"] == "Task")
        used = {each["id"] for key in keys for each in site.issue(key)[shown]}
        wrong += [] if ids == used and len(ids) == 1 else [f"{name}: there are {sorted(ids)}, used {sorted(used)}"]
    return wrong


def _in_a_sprint(site: Site, _times: int) -> list[str]:
    """What is wrong with the sprint of Task: it is there once."""
    boards = _get(site, "/rest/agile/1.0/board?projectKeyOrId=INVEST")["values"]
    sprints = {
        each["id"]
        for board in boards
        if board["type"] != "kanban"
        for each in _get(site, f"/rest/agile/1.0/board/{board['id']}/sprint")["values"]
        if each["name"] == "Sprint 9"
    }
    [key] = [key for key, card in site.cards().items() if card["title"] == "Task"]
    used = sum("Sprint 9" in str(each) for each in site.issue(key)["customfield_10020"] or ())  # text on Data Center
    return [] if (len(sprints), used) == (1, 1) else [f"Sprint 9 is {sorted(sprints)}; Task is in {used}"]


def _get(site: Site, path: str) -> Any:
    answer = httpx.get(site.endpoints.sites["jira"] + path, auth=("sandbox@example.com", "sandbox"))
    assert answer.status_code == 200, answer.text
    return answer.json()


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
        "reopen": _seen("Task", "status", "To Do", lambda issue: issue["status"]["name"]),
        "comment": _seen("Task", "comments", None, lambda issue: len(issue["comment"]["comments"])),
        "delete": gone,
        "adopt": _seen("Task", "our label", True, lambda issue: "ours" in issue["labels"]),
        "marker_repair": _unmarked,
        "place": _placed,
        "placed": _placed,
        "sprint": _in_a_sprint,
        "cross_site_link": lambda site, _times: _pages_of(site, "Task"),
    },
    unmark=_unmark,
    written_to=_written_to,
    person_fields=_person_fields,
    makes="component, version, sprint",
    place='components: [Tax], fix_versions: ["3.0"]',
)
JIRA_DATACENTER = replace(
    JIRA,
    name="jira_datacenter",
    sandbox="jira",
    knobs={"jira_deployment": "datacenter"},
    api="/rest/api/2",
    writes=_DATACENTER_WRITES,
    wrong=JIRA.wrong | {"create": _without_epic},
)
