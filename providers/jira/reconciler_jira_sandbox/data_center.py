"""Jira Data Center: version 2 of the API with names for account ids, and epics for parents (FACTS A17).

The site is the same as Cloud's; this tells it otherwise. What a client sends is turned into what Cloud's endpoints
take, and what they answer is turned back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler_jira_sandbox.answers import Answer
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Request
from reconciler_jira_sandbox.site import FIELDS, TYPES, USERS, User
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["EPIC_LINK", "creation", "limits", "missing", "name_of", "remember_name", "shown", "taken"]

EPIC_LINK, EPIC_NAME = "customfield_10008", "customfield_10009"
_OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
_OWN = frozenset({"properties", "value"})
_OF_PEOPLE = frozenset(each.id for each in FIELDS.values() if each.kind in ("user", "users"))
_OF_SPRINTS = frozenset(each.id for each in FIELDS.values() if each.kind == "sprint")
_CLOUDS = frozenset({"hierarchyLevel", "jsdPublic"})
_LEVELS = {each.id: each.level for each in TYPES}
_HISTORY = {"components": "Component", "fixVersions": "Fix Version", "issuelinks": "Link", "parent": "Epic Link"}
_CUSTOM = "com.pyxis.greenhopper.jira:"
_EPIC_FIELDS = {
    EPIC_LINK: ("Epic Link", {"type": "any", "custom": f"{_CUSTOM}gh-epic-link", "customId": 10008}),
    EPIC_NAME: ("Epic Name", {"type": "string", "custom": f"{_CUSTOM}gh-epic-label", "customId": 10009}),
}


def name_of(user: User) -> str:
    """A person's user name."""
    return user.email.partition("@")[0]


def account_of(name: object) -> str:
    """The account id behind a user name; the name itself where nobody has it, which no account is called."""
    return next((each.account_id for each in USERS if name_of(each) == name), str(name))


def taken(operation: str, request: Request) -> Request:
    """A request as Cloud's endpoint takes it.

    Raises:
        Refusal: 400: it names what Data Center does not have.
    """
    query, body = {name: list(values) for name, values in request.query.items()}, request.body
    match operation:
        case "getUser" | "removeWatcher":
            query["accountId"] = [account_of(each) for each in query.pop("username", ())]
        case "findUsers" | "findAssignableUsers":
            query["query"] = query.pop("username", query.get("query", []))
        case "getMyPermissions":
            query["permissions"] = []
        case "getIssue" if EPIC_LINK in request.listed("fields"):
            query["fields"] = [*request.listed("fields"), "parent"]
        case "addWatcher" if isinstance(body, str):
            body = account_of(body)
        case "assignIssue" if isinstance(body, Mapping):
            body = {"accountId": account_of(body["name"]) if body.get("name") else None}
        case "editIssue" if isinstance(body, Mapping):
            body = _edit(body)
        case "doTransition" if isinstance(body, Mapping):
            body = _with_accounts(body)
    return replace(request, query=query, body=body)


def creation(body: Any, *, keeps_properties: bool) -> tuple[Any, str | None]:
    """The body of a creation as Cloud takes it, and the name of an epic.

    Raises:
        Refusal: 400: a parent of what is no sub-task, or an epic without a name.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("fields"), Mapping):
        return body, None
    fields = dict(body["fields"])
    kind = fields.get("issuetype")
    wanted = [str(kind.get(each)) for each in ("id", "name")] if isinstance(kind, Mapping) else []
    level = next((each.level for each in TYPES if each.id in wanted or each.name in wanted), 0)
    name = fields.pop(EPIC_NAME, None)
    if level > 0 and not name:
        raise Refusal(400, errors={EPIC_NAME: "Epic Name is required."})
    if level >= 0 and "parent" in fields:
        raise Refusal(400, errors={"parent": _OFF_SCREEN.format("parent")})
    if level != 0 and (EPIC_LINK in fields or (level < 0 and name)):
        raise Refusal(400, errors={EPIC_LINK: _OFF_SCREEN.format(EPIC_LINK)})
    made = {**_with_accounts(body), "fields": _people(_epic(fields))}
    return made if keeps_properties else {**made, "properties": []}, name


def remember_name(tenant: Tenant, issue: Issue, name: str | None, by: str) -> None:
    """Keep an epic's name."""
    if name:
        item = {"field": "Epic Name", "fieldtype": "custom", "fieldId": EPIC_NAME, "toString": name}
        event = {"event": "edited", "issue": issue.id, "at": tenant.now(), "by": by}
        tenant.store.record({**event, "values": {EPIC_NAME: name}, "items": [item]})


def shown(tenant: Tenant, operation: str, request: Request, answer: Answer) -> Answer:
    """An answer of Cloud's version 2 as Data Center gives it."""
    body = _Showing(tenant, request).of(answer.body)
    match operation:
        case "getServerInfo":
            numbers = [int(each) for each in str(tenant.knobs["datacenter_version"]).split(".")]
            body = {**body, "version": ".".join(map(str, numbers)), "versionNumbers": numbers, "scmInfo": "0" * 40}
            body = {name: each for name, each in body.items() if name != "serverTimeZone"}
            body |= {"deploymentType": "Server"}
        case "getFields":
            body = [*body, *(_field(id) for id in _EPIC_FIELDS)]
        case "getEditIssueMeta":
            issue = tenant.issue(request.path["issue"])
            body = {"fields": dict(_screen(_LEVELS[issue.type], body["fields"].items(), creating=False))}
        case "getCreateIssueMetaIssueTypeId" if "fields" in body:
            fields = [(each["fieldId"], each) for each in body.pop("fields")]
            values = [each for _, each in _screen(_LEVELS[request.path["type"]], fields, creating=True)]
            body |= {"values": values, "total": len(values), "isLast": True}
        case "getCreateIssueMeta":
            for each in (kind for project in body["projects"] for kind in project["issuetypes"] if "fields" in kind):
                each["fields"] = dict(_screen(_LEVELS[each["id"]], each["fields"].items(), creating=True))
    return Answer(answer.status, body, answer.headers)


def missing(tenant: Tenant) -> frozenset[str]:
    """The endpoints that the server's version does not have: create screens by type began with 8.4, and are alone
    since 9.0.
    """
    version = tuple(map(int, str(tenant.knobs["datacenter_version"]).split(".")))
    bulk = {"createIssues"} if tenant.knobs["datacenter_bulk"] == "missing" else set()
    by_type = {"getCreateIssueMetaIssueTypes", "getCreateIssueMetaIssueTypeId"} if version < (8, 4) else set()
    return frozenset(bulk | by_type | ({"getCreateIssueMeta"} if version >= (9,) else set()))


def limits(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of Data Center's rate limiting, in place of Cloud's: `retry-after` is 0 while tokens are left."""
    if not any(name.startswith("x-ratelimit") for name in headers):
        return dict(headers)
    kept = {name: headers[name] for name in ("x-ratelimit-limit", "x-ratelimit-remaining") if name in headers}
    rate = {"x-ratelimit-interval-seconds": "1", "x-ratelimit-fillrate": headers.get("x-ratelimit-limit", "1")}
    return {**kept, **rate, "retry-after": headers.get("retry-after", "0")}


def _edit(body: Mapping[str, Any]) -> dict[str, Any]:
    fields, update = body.get("fields") or {}, body.get("update") or {}
    for name in ("parent", EPIC_NAME):
        if name in fields or name in update:
            raise Refusal(400, errors={name: _OFF_SCREEN.format(name)})
    return {**_with_accounts(body), "fields": _people(_epic(fields))}


def _with_accounts(body: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(body)
    if isinstance(fields := body.get("fields"), Mapping):
        changed["fields"] = _people(fields)
    if isinstance(update := body.get("update"), Mapping):
        changed["update"] = {
            name: [{verb: _person(raw) for verb, raw in each.items()} for each in operations]
            if name in _OF_PEOPLE
            else operations
            for name, operations in update.items()
        }
    return changed


def _people(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _person(raw) if name in _OF_PEOPLE else raw for name, raw in fields.items()}


def _person(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_person(each) for each in raw]
    if not isinstance(raw, Mapping):
        return raw
    return {"accountId": account_of(raw["name"]) if raw.get("name") else None} if "name" in raw else {"unknown": raw}


def _epic(fields: Mapping[str, Any]) -> dict[str, Any]:
    changed = {name: raw for name, raw in fields.items() if name != EPIC_LINK}
    if EPIC_LINK in fields:
        changed["parent"] = {"key": fields[EPIC_LINK]} if fields[EPIC_LINK] else None
    return changed


def _field(id: str) -> dict[str, Any]:
    name, schema = _EPIC_FIELDS[id]
    number = id.rpartition("_")[2]
    shown = {"id": id, "name": name, "custom": True, "orderable": True, "navigable": True, "searchable": True}
    return {**shown, "clauseNames": [f"cf[{number}]", name], "schema": schema}


def _screen(
    level: int, fields: Iterable[tuple[str, dict[str, Any]]], *, creating: bool
) -> Iterable[tuple[str, dict[str, Any]]]:
    """A screen of a type: its epic where Cloud has its parent, which sub-tasks get once and for all."""
    for id, field in fields:
        if id != "parent" or (level < 0 and creating):
            yield id, field
    own = {0: EPIC_LINK, 1: EPIC_NAME}.get(level)
    if own is not None and (creating or own == EPIC_LINK):
        name, schema = _EPIC_FIELDS[own]
        shown = {"required": own == EPIC_NAME, "schema": schema, "name": name, "hasDefaultValue": False}
        yield own, {**shown, "fieldId": own, "operations": ["set"]}


class _Showing:
    """Writes one answer anew: no version 3, no account ids, no levels, and epics for parents."""

    def __init__(self, tenant: Tenant, request: Request) -> None:
        self._tenant = tenant
        body = request.body if isinstance(request.body, Mapping) else {}
        self._asked: Collection[str] = request.listed("fields") or body.get("fields") or ("*all",)

    def of(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.of(each) for each in value]
        if not isinstance(value, Mapping):
            return value
        if "accountId" in value:
            return _named(value)
        if "fieldtype" in value:
            return self._history(value)
        shown = {name: raw if name in _OWN else self.of(raw) for name, raw in value.items() if name not in _CLOUDS}
        if isinstance(shown.get("fields"), dict) and "key" in shown and (issue := self._tenant.store.find(shown["id"])):
            shown["fields"] = self._fields(issue, shown["fields"])
        return shown

    def _fields(self, issue: Issue, fields: dict[str, Any]) -> dict[str, Any]:
        level = _LEVELS[issue.type]
        for name in _OF_SPRINTS & fields.keys():
            if fields[name]:
                fields[name] = [_sprint(each) for each in fields[name]]
        if level >= 0:
            fields.pop("parent", None)
        if level == 0 and self._asks(EPIC_LINK):
            epic = self._tenant.store.issues.get(issue.values.get("parent", ""))
            fields[EPIC_LINK] = epic.key if epic else None
        if level > 0 and self._asks(EPIC_NAME):
            fields[EPIC_NAME] = issue.values.get(EPIC_NAME)
        return fields

    def _asks(self, name: str) -> bool:
        return not {name, "*all", "*navigable"}.isdisjoint(self._asked)

    def _history(self, item: Mapping[str, Any]) -> dict[str, Any]:
        field = _HISTORY.get(str(item["field"]), str(item["field"]))
        return {"from": None, "fromString": None, "to": None, "toString": None} | {
            **{name: each for name, each in item.items() if name != "fieldId"},
            "field": field,
            "fieldtype": "custom" if field == "Epic Link" else item["fieldtype"],
        }


def _named(user: Mapping[str, Any]) -> dict[str, Any]:
    known = next(each for each in USERS if each.account_id == user["accountId"])
    number = 10_000 + USERS.index(known)
    kept = {name: user[name] for name in ("displayName", "active", "timeZone", "locale") if name in user}
    return {"name": name_of(known), "key": f"JIRAUSER{number}", "emailAddress": known.email, **kept}


def _sprint(sprint: Mapping[str, Any]) -> str:
    told = {
        "completeDate": sprint.get("completeDate", "<null>"),
        "endDate": sprint.get("endDate", "<null>"),
        "goal": sprint.get("goal") or "",
        "id": sprint["id"],
        "name": sprint["name"],
        "rapidViewId": sprint["boardId"],
        "sequence": sprint["id"],
        "startDate": sprint.get("startDate", "<null>"),
        "state": str(sprint["state"]).upper(),
    }
    members = ",".join(f"{name}={value}" for name, value in told.items())
    return f"com.atlassian.greenhopper.service.sprint.Sprint@1f2e3d[{members}]"
