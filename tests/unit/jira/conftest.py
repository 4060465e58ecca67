"""A Jira of canned answers, and descriptions of a site to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from canned_site import CannedSite, StillClock
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, Item, Limiter, Marker, OpenGate, PluginConfig, Ref, Session, marker_label

API = "/rest/api/3"


@dataclass
class CannedJira(CannedSite):
    """Paths are below the API's root, or whole where they stand elsewhere."""

    @staticmethod
    def path_of(request: httpx.Request) -> str:
        return request.url.path.removeprefix("/jira").removeprefix(API)

    @staticmethod
    def refusal(message: str) -> dict[str, Any]:
        return {"errorMessages": [message]}

    @property
    def asked(self) -> list[httpx.Request]:
        """All requests but the one that asks which Jira it is."""
        return [each for each in self.requests if not each.url.path.endswith("/tenant_info")]

    @property
    def writes(self) -> list[str]:
        """The writes, in order, as method and path."""
        reads = {"bulkfetch", "jql"}
        return [
            f"{each.method} {self.path_of(each)}"
            for each in self.requests
            if each.method != "GET" and each.url.path.rpartition("/")[2] not in reads
        ]


def option(id: str, name: str) -> dict[str, str]:
    return {"id": id, "value": name}


def named(id: str, name: str) -> dict[str, str]:
    return {"id": id, "name": name}


def screen_field(id: str, name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"fieldId": id, "key": id, "name": name, "required": False, "operations": ["set"], "schema": schema, **more}


PRIORITIES = [named("1", "Highest"), named("2", "High"), named("3", "Medium"), named("4", "Low")]

SCREEN = [
    screen_field("project", "Project", {"type": "project", "system": "project"}, required=True),
    screen_field("summary", "Summary", {"type": "string", "system": "summary"}, required=True),
    screen_field("issuetype", "Issue Type", {"type": "issuetype", "system": "issuetype"}, required=True),
    screen_field("description", "Description", {"type": "string", "system": "description"}),
    screen_field("priority", "Priority", {"type": "priority", "system": "priority"}, allowedValues=PRIORITIES),
    screen_field("assignee", "Assignee", {"type": "user", "system": "assignee"}),
    screen_field("labels", "Labels", {"type": "array", "items": "string", "system": "labels"}),
    screen_field("parent", "Parent", {"type": "issuelink", "system": "parent"}),
    screen_field("duedate", "Due date", {"type": "date", "system": "duedate"}),
    screen_field("components", "Components", {"type": "array", "items": "component", "system": "components"}),
    screen_field("attachment", "Attachment", {"type": "array", "items": "attachment", "system": "attachment"}),
    screen_field("customfield_1", "Start date", {"type": "date", "custom": "x:datepicker"}),
    screen_field("customfield_2", "Story Points", {"type": "number", "custom": "x:float"}),
    screen_field("customfield_3", "Investment amount", {"type": "number", "custom": "x:float"}),
    screen_field("customfield_4", "Sector", {"type": "string", "custom": "x:textfield"}),
    screen_field(
        "customfield_5",
        "Risk level",
        {"type": "option", "custom": "x:select"},
        allowedValues=[option("50", "Low"), option("51", "Medium"), option("52", "High")],
    ),
    screen_field(
        "customfield_6",
        "Regions",
        {"type": "array", "items": "option", "custom": "x:multiselect"},
        allowedValues=[option("60", "Europe"), option("61", "Asia")],
    ),
    screen_field("customfield_7", "Memo", {"type": "string", "custom": "x:textarea"}),
    screen_field("customfield_8", "Signing", {"type": "datetime", "custom": "x:datetime"}),
    screen_field("customfield_9", "Page", {"type": "string", "custom": "x:url"}),
    screen_field("customfield_10", "Advisers", {"type": "array", "items": "user", "custom": "x:multiuserpicker"}),
]


def status(id: str, name: str, category: str) -> dict[str, Any]:
    return {"id": id, "name": name, "statusCategory": {"key": category}}


STATUSES = [
    status("1", "To Do", "new"),
    status("2", "In Progress", "indeterminate"),
    status("3", "Legal review", "indeterminate"),
    status("4", "Peer review", "indeterminate"),
    status("5", "Done", "done"),
    status("6", "Canceled", "done"),
]

TYPES = [
    {"id": "100", "name": "Opportunity", "hierarchyLevel": 1, "subtask": False},
    {"id": "101", "name": "Task", "hierarchyLevel": 0, "subtask": False},
    {"id": "102", "name": "Subtask", "hierarchyLevel": -1, "subtask": True},
]

LINK_TYPES = [
    {"id": "200", "name": "Blocks", "outward": "blocks", "inward": "is blocked by"},
    {"id": "201", "name": "Relates", "outward": "relates to", "inward": "relates to"},
    {"id": "202", "name": "Cause", "outward": "verursacht", "inward": "wird verursacht von"},
    {"id": "203", "name": "Order", "outward": "is followed by", "inward": "follows"},
    {"id": "204", "name": "Audit", "outward": "audits", "inward": "is audited by"},
    {"id": "205", "name": "Blocker", "outward": "blocks", "inward": "is stopped by"},
]

LEA = {"accountId": "5b10", "displayName": "Lea Gray", "emailAddress": "l.gray@fund.example", "active": True}
MAX = {"accountId": "5b11", "displayName": "Max Stone", "emailAddress": "m.stone@fund.example", "active": True}


def config(url: str = "https://site.example/jira", project: str = "INVEST", **more: Any) -> PluginConfig:
    return PluginConfig("jira", url, project, Credential("me@fund.example", "token"), **more)


MAPPED = {
    "types": {"epic": "Opportunity"},
    "statuses": {"in_review": ("Legal review", "Peer review")},
    "fields": {"amount": "Investment amount", "risk": "customfield_5"},
}


@pytest.fixture
def canned() -> SimpleNamespace:
    """The pieces that answers are made of."""
    return SimpleNamespace(API=API, SCREEN=SCREEN, LEA=LEA, MAX=MAX, config=config, screen_field=screen_field)


@pytest.fixture
def jira() -> CannedJira:
    """A project with three types, some custom fields and a token that may administer nothing."""
    canned = CannedJira()
    canned.on("GET", "/myself", {"accountId": "me", "displayName": "Me"})
    canned.on("GET", "/_edge/tenant_info", {"cloudId": "cloud-1"})
    components = [named("70", "Deals"), named("71", "Legal")]
    project = {"id": "10000", "key": "INVEST", "name": "Investments", "issueTypes": TYPES, "components": components}
    canned.on("GET", "/project/INVEST", project)
    canned.on("GET", "/project/INVEST/statuses", [{"id": each["id"], "statuses": STATUSES} for each in TYPES])
    canned.on("GET", "/mypermissions", {"permissions": {"EDIT_ISSUES": {"havePermission": True}}})
    canned.on("GET", "/issueLinkType", {"issueLinkTypes": LINK_TYPES})
    page = {"fields": SCREEN, "startAt": 0, "maxResults": 200, "total": len(SCREEN)}
    canned.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", page)
    return canned


@pytest.fixture
def plugin_of() -> Callable[..., JiraPlugin]:
    def made(canned: CannedJira, settings: PluginConfig | None = None) -> JiraPlugin:
        settings = settings or config(**MAPPED)
        clock = StillClock()
        session = Session(
            settings.url,
            authorization=JiraPlugin.authorization(settings),
            clock=clock,
            gate=OpenGate(),
            limiter=Limiter(clock),
            transport=httpx.MockTransport(canned.handle),
            jitter=lambda: 0.5,
        )
        return JiraPlugin(settings, session)

    return made


@pytest.fixture
def plugin(jira, plugin_of) -> JiraPlugin:
    return plugin_of(jira)


@pytest.fixture
def provider(plugin):
    return plugin.provider


@pytest.fixture
def site(provider, jira):
    """The site, described with its types' fields."""
    described = provider.describe_site(("epic", "task"), ())
    jira.requests.clear()
    return described


@pytest.fixture
def marker_of() -> Callable[..., Marker]:
    def made(operation: str = "op", address: str = "deal", item: str | None = None) -> Marker:
        return Marker(1, "ws", "deals", "acme", address, item, operation, False, False, {"summary": "0" * 16}, {})

    return made


@pytest.fixture
def live() -> Callable[..., Item]:
    def made(id: str = "1", marker: Marker | None = None, **fields: Any) -> Item:
        return Item(id, f"INVEST-{id}", f"https://x/browse/INVEST-{id}", Ref("101", "Task"), fields, "r", marker)

    return made


@pytest.fixture
def label() -> str:
    return marker_label("ws", "acme")
