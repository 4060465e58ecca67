"""What people do on their own: they edit, create, delete, clone, comment, and hide issues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.site import FIELDS, PROJECT, SANDBOX_USER, STATUSES, USERS, Field
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import moves_from

__all__ = ["People"]

_NEVER_CLONED = frozenset({"status", "resolution"})


class People:
    """Acts on a tenant as any of its people. What they do goes through the same rules as the API."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._actions: dict[str, Callable[[Mapping[str, Any], str], Issue | None]] = {
            "edit": self._edit,
            "create": self._create,
            "delete": self._delete,
            "clone": self._clone,
            "comment": self._comment,
            "hide": lambda details, _by: self._show(details, hidden=True),
            "show": lambda details, _by: self._show(details, hidden=False),
        }

    def act(self, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Do it. Gives the issue's id and key, empty where there is none any more.

        Raises:
            KeyError: there is no such action.
            ValueError: no such person, issue or field, or Jira refuses it.
        """
        if action not in self._actions:
            raise KeyError(f"people can't {action!r}, but {', '.join(self._actions)}")
        try:
            issue = self._actions[action](details, _person(details.get("by")))
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal
        return {"id": issue.id, "key": issue.key} if issue else {}

    def _edit(self, details: Mapping[str, Any], by: str) -> Issue:
        """`item`, `set` {field: value}, `status`, `add_labels`, `remove_labels`, `add_watchers`, `remove_watchers`; one
        history entry each for fields and status, as when a person edits a form and then moves the card.
        """
        issue = self._issue(details)
        fields = self._fields(details.get("set") or {})
        labels = [{"add": each} for each in details.get("add_labels") or ()]
        labels += [{"remove": each} for each in details.get("remove_labels") or ()]
        body = {"fields": fields, "update": {"labels": labels} if labels else {}}
        if fields or labels:
            self._tenant.edit(issue, body, by)
        if status := details.get("status"):
            self._move(issue, str(status), by)
        for each in details.get("add_watchers") or ():
            self._tenant.watch(issue, _person(each))
        for each in details.get("remove_watchers") or ():
            self._tenant.unwatch(issue, _person(each))
        return issue

    def _move(self, issue: Issue, status: str, by: str) -> None:
        wanted = next((each for each in STATUSES if status.casefold() in (each.name.casefold(), each.id)), None)
        if wanted is None:
            raise ValueError(f"there is no status {status!r}, but {', '.join(each.name for each in STATUSES)}")
        if issue.values["status"] == wanted.id:
            return
        for move in moves_from(self._tenant.knobs["workflows"], issue.type, issue.values):
            if move.to.id == wanted.id:
                self._tenant.move(issue, {"transition": {"id": move.id}}, by)
                return
        raise ValueError(f"the workflow leads from no transition of {issue.key} to {wanted.name}")

    def _create(self, details: Mapping[str, Any], by: str) -> Issue:
        """`type` (a name, Task by default) and `set`."""
        fields = self._fields(details.get("set") or {})
        named = {"project": {"key": PROJECT.key}, "issuetype": {"name": details.get("type", "Task")}}
        issue, _transition = self._tenant.create({"fields": {**named, **fields}}, by)
        return issue

    def _delete(self, details: Mapping[str, Any], _by: str) -> None:
        self._tenant.delete(self._issue(details), subtasks=True)

    def _clone(self, details: Mapping[str, Any], by: str) -> Issue:
        """A copy with labels, and with properties where the knob says so, as Jira's own "clone" makes it."""
        source = self._issue(details)
        store, at = self._tenant.store, self._tenant.now()
        values = {name: value for name, value in source.values.items() if name not in _NEVER_CLONED}
        identity = store.new_id()
        store.record(
            {
                "event": "created",
                "entity": identity,
                "key": store.new_key(PROJECT.key),
                "type": source.type,
                "at": at,
                "by": by,
                "values": {**values, "summary": f"CLONE - {values['summary']}"[:255], "status": STATUSES[0].id},
                "properties": dict(source.properties) if self._tenant.knobs["clone_properties"] else {},
            }
        )
        return store.issues[identity]

    def _comment(self, details: Mapping[str, Any], by: str) -> Issue:
        """`text`, plain."""
        issue = self._issue(details)
        self._tenant.comment(issue, {"body": adf.text_document(str(details.get("text") or ""))}, by)
        return issue

    def _show(self, details: Mapping[str, Any], *, hidden: bool) -> Issue:
        """Take the issue out of the API account's sight, or bring it back."""
        issue = self._issue(details)
        self._tenant.store.record({"event": "hidden", "issue": issue.id, "at": self._tenant.now(), "hidden": hidden})
        return issue

    def _fields(self, given: Mapping[str, Any]) -> dict[str, Any]:
        sprints = {each.name: each.id for each in self._tenant.store.sprints.values()}
        fields: dict[str, Any] = {}
        for name, value in given.items():
            field = _field(name)
            fields[field.id] = sprints.get(value, value) if field.kind == "sprint" else _raw(field, value)
        return fields

    def _issue(self, details: Mapping[str, Any]) -> Issue:
        issue = self._tenant.store.find(str(details.get("item") or ""))
        if issue is None:
            raise ValueError(f"there is no item {details.get('item')!r}")
        return issue


def _person(name: Any) -> str:
    if name is None:
        return SANDBOX_USER.account_id
    folded = str(name).casefold()
    for user in USERS:
        if folded in (user.account_id.casefold(), user.name.casefold(), user.email.casefold()):
            return user.account_id
    raise ValueError(f"nobody is called {name!r}, but {', '.join(each.name for each in USERS)}")


def _field(name: str) -> Field:
    for field in FIELDS.values():
        if name == field.id or name.casefold() == field.name.casefold():
            return field
    raise ValueError(f"there is no field {name!r}, but {', '.join(each.name for each in FIELDS.values())}")


def _raw(field: Field, value: Any) -> Any:
    """What the API takes, from what a person types: plain text, names, numbers."""
    if value is None or isinstance(value, dict):
        return value
    match field.kind:
        case "rich":
            return adf.text_document(str(value))
        case "option":
            return {"value": value}
        case "options":
            return [{"value": each} for each in value]
        case "cascade":
            outer, _, inner = str(value).partition("/")
            return {"value": outer, "child": {"value": inner}} if inner else {"value": outer}
        case "user":
            return {"accountId": _person(value)}
        case "users":
            return [{"accountId": _person(each)} for each in value]
        case "group" | "version":
            return {"name": value}
        case "priority" | "type":
            return {"name": value}
        case "parent":
            return {"key": value}
        case "components" | "versions" | "groups":
            return [{"name": each} for each in value]
    return value
