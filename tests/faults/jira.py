"""All that the crash suite and the random histories know of Jira."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from acceptance.harness import HEAD, Site, Workspace, writes
from asgi_client import Asker
from faults.late_clock import LateClock
from faults.scenarios import Check, Platform
from jira_in_process import InProcess

__all__ = ["JIRA", "JiraLine"]

_CLONE = "CLONE - "

_EDIT = Sent("PUT", r"/issue/\d+$")
_MOVE = Sent("POST", "/transitions$")
_WRITES = {
    "create": Sent("POST", "/issue/bulk$", requests=2, commits=2),
    "update": _EDIT,
    "type": _EDIT,
    "transition": _MOVE,
    "link": Sent("POST", "/issueLink$"),
    "remote_link": Sent("POST", "/remotelink$"),
    "close": _MOVE,
    "comment": _MOVE,
    "delete": Sent("DELETE", r"/issue/\d+$"),
    "adopt": _EDIT,
    "move": Sent("PUT", "/properties/reconciler$"),
    "marker_repair": replace(_EDIT, requests=2, commits=2),
}


@dataclass
class JiraLine(InProcess):
    """The platform takes one request at a time, as the sandbox does; some of them late.

    Attributes:
        environment: what a command needs to sign in.
        head: the beginning of a spec.
        writes: method and path of the requests whose answers get lost, the create first.
    """

    clock: LateClock = field(default_factory=LateClock)

    environment: ClassVar = {
        "JIRA_URL": "http://127.0.0.1/jira",
        "JIRA_EMAIL": "sandbox@example.com",
        "JIRA_API_TOKEN": "sandbox",
    }
    head: ClassVar = HEAD
    writes: ClassVar = tuple(_WRITES[each] for each in ("create", "update", "transition", "link", "remote_link"))

    def __post_init__(self) -> None:
        super().__post_init__()
        self._site = Asker(self.platform.application, "/jira", ("sandbox@example.com", "sandbox"))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Beside what its parent does: a fault is `late`, or `later`, which is late after a 429."""
        with self.clock.lock:
            fault = next((each for each in self.faults if _fits(request, each) and each[2].startswith("late")), None)
            if fault is None:
                return super().handle_request(request)
            self.faults.remove(fault)
            if fault[2] == "later":
                self.faults.insert(0, (fault[0], fault[1], "late"))
                return httpx.Response(429, headers={"Retry-After": "20"}, json=JIRA.refused)
            self.delay(request)
            raise httpx.ReadTimeout("no answer", request=request)

    def delay(self, request: httpx.Request) -> None:
        """Have a request arrive as late as it may, and no other fault strike it then."""
        self.clock.due.append((self.clock.now() + timedelta(seconds=_IN_THE_AIR), lambda: self._arrive(request)))

    def land(self) -> None:
        """Wait until nothing is on its way."""
        self.wait(_IN_THE_AIR)

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        return request.method == "GET" or bool(re.search("/(search/jql|bulkfetch|check|workflows)$", request.url.path))

    def cards(self) -> list[dict[str, Any]]:
        """What the board shows."""
        cards: list[dict[str, Any]] = self.platform.board()["cards"]
        return cards

    def read_fields(self, key: str) -> dict[str, Any]:
        """What people see of an item: its title, description and labels."""
        answer = self._site.get(f"/rest/api/3/issue/{key}", fields="*all")
        assert answer.status == 200, answer.content
        fields = answer.json["fields"]
        return {"title": fields["summary"], "description": fields["description"], "labels": {*fields["labels"]}}

    def is_clone(self, card: dict[str, Any]) -> bool:
        """Whether a card's title is the one that a clone gets."""
        return str(card["title"]).startswith(_CLONE)

    def _arrive(self, request: httpx.Request) -> None:
        faults, self.faults = self.faults, []
        super().handle_request(request)
        self.faults = faults


def _fits(request: httpx.Request, fault: tuple[str, str, str]) -> bool:
    return fault[0] == request.method and bool(re.search(fault[1], request.url.path))


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


def _issue(site: Site, title: str) -> dict[str, Any]:
    key = min((key for key, card in site.cards().items() if card["title"] == title), key=lambda key: (len(key), key))
    return site.issue(key)


def _seen(title: str, what: str, wanted: object, look: Callable[[dict[str, Any]], object]) -> Check:
    """A check that an issue shows a value; where `wanted` is None, as many as the write was carried out."""

    def check(site: Site, times: int) -> list[str]:
        found, due = look(_issue(site, title)), times if wanted is None else wanted
        return [] if found == due else [f"{what} of {title}: {found!r}, not {due!r}"]

    return check


def _unmarked(site: Site, _times: int) -> list[str]:
    return [
        f"{key} has no label to be found by"
        for key in site.cards()
        if not any(each.startswith("rc-") for each in site.issue(key)["labels"])
    ]


def _there(site: Site, _times: int) -> list[str]:
    return ["Task is there" for card in site.cards().values() if card["title"] == "Task"]


JIRA = Platform(
    name="jira",
    closed=frozenset({"Cancelled"}),
    refused={"errorMessages": ["Not now."], "errors": {}},
    requests=_WRITES,
    wrong={
        "create": _seen("Task", "parent", "Deal", lambda issue: issue["parent"]["fields"]["summary"]),
        "update": _seen("Task renamed", "our label", True, lambda issue: "ours" in issue["labels"]),
        "type": _seen("Task renamed", "type", "Bug", lambda issue: issue["issuetype"]["name"]),
        "transition": _seen("Task", "status", "In Progress", lambda issue: issue["status"]["name"]),
        "link": _seen("Task", "links", 1, lambda issue: len(issue["issuelinks"])),
        "close": _seen("Task", "status", "Cancelled", lambda issue: issue["status"]["name"]),
        "comment": _seen("Task", "comments", None, lambda issue: len(issue["comment"]["comments"])),
        "delete": _there,
        "adopt": _seen("Task", "our label", True, lambda issue: "ours" in issue["labels"]),
        "marker_repair": _unmarked,
    },
    unmark=_unmark,
    written_to=_written_to,
    person_fields=_person_fields,
)
