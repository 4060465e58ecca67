"""What the site has as Jira's JSON: people, statuses, types, options, fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler_jira_sandbox.site import (
    BOARD,
    PROJECT,
    USERS,
    Field,
    IssueType,
    LinkType,
    Named,
    Sprint,
    Status,
    User,
    Version,
)  # fmt: skip

__all__ = ["SiteRendering", "field_schema"]

_CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
_SCHEMA_TYPES = {
    "text": "string", "rich": "string", "number": "number", "date": "date", "option": "option", "user": "user",
    "url": "string", "datetime": "datetime", "options": "array", "cascade": "option-with-child", "users": "array",
    "group": "group", "groups": "array", "version": "version",
    "labels": "array", "priority": "priority", "components": "array", "versions": "array", "sprint": "array",
    "parent": "issuelink", "type": "issuetype",
    "project": "project", "status": "status", "resolution": "resolution", "moment": "datetime", "links": "array",
    "comments": "comments-page",
}  # fmt: skip
_ITEMS = {
    "options": "option", "users": "user", "groups": "group", "labels": "string", "components": "component",
    "versions": "version", "sprint": "json", "links": "issuelinks",
}  # fmt: skip


class SiteRendering:
    """Writes JSON with links to one base URL."""

    def __init__(self, base: str) -> None:
        self._api = f"{base}/rest/api/3"
        self._base = base

    def user(self, user: User) -> dict[str, Any]:
        """A User."""
        sizes = ("16x16", "24x24", "32x32", "48x48")
        shown = {
            "self": f"{self._api}/user?accountId={user.account_id}",
            "accountId": user.account_id,
            "accountType": "atlassian",
            "displayName": user.name,
            "active": user.active,
            "timeZone": "Etc/UTC",
            "avatarUrls": {size: f"{self._base}/avatar/{user.account_id}?size={size}" for size in sizes},
        }
        return {**shown, "emailAddress": user.email} if user.email_shown else shown

    def author(self, account_id: str) -> dict[str, Any]:
        """The UserDetails of an account."""
        return self.user(next(each for each in USERS if each.account_id == account_id))

    def status(self, status: Status) -> dict[str, Any]:
        """A StatusDetails."""
        number, name, color = _CATEGORIES[status.category]
        return {
            "self": f"{self._api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self._base}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": {
                "self": f"{self._api}/statuscategory/{number}",
                "id": number,
                "key": status.category,
                "colorName": color,
                "name": name,
            },
        }

    def type(self, kind: IssueType) -> dict[str, Any]:
        """An IssueTypeDetails."""
        return {
            "self": f"{self._api}/issuetype/{kind.id}",
            "id": kind.id,
            "description": "",
            "iconUrl": f"{self._base}/images/icons/issuetypes/{kind.id}.png",
            "name": kind.name,
            "subtask": kind.level < 0,
            "hierarchyLevel": kind.level,
        }

    def priority(self, priority: Named) -> dict[str, Any]:
        """A Priority."""
        return {
            "self": f"{self._api}/priority/{priority.id}",
            "iconUrl": f"{self._base}/images/icons/priorities/{priority.name.lower()}.svg",
            "name": priority.name,
            "id": priority.id,
        }

    def resolution(self, resolution: Named) -> dict[str, Any]:
        """A Resolution."""
        where = f"{self._api}/resolution/{resolution.id}"
        return {"self": where, "id": resolution.id, "name": resolution.name, "description": ""}

    def component(self, component: Named) -> dict[str, Any]:
        """A component, short as in an issue."""
        return {"self": f"{self._api}/component/{component.id}", "id": component.id, "name": component.name}

    def version(self, version: Version) -> dict[str, Any]:
        """A version, short as in an issue."""
        return {
            "self": f"{self._api}/version/{version.id}",
            "id": version.id,
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
        }

    def sprint_value(self, sprint: Sprint) -> dict[str, Any]:
        """A sprint as an issue shows it."""
        shown = {"id": sprint.id, "name": sprint.name, "state": sprint.state, "boardId": BOARD.id, "goal": sprint.goal}
        times = {"startDate": sprint.start, "endDate": sprint.end, "completeDate": sprint.completed}
        return shown | {name: time for name, time in times.items() if time}

    def option(self, option: Named) -> dict[str, Any]:
        """An option of a select field."""
        return {"self": f"{self._api}/customFieldOption/{option.id}", "value": option.name, "id": option.id}

    def cascade(self, options: Sequence[Named], chosen: Sequence[str]) -> dict[str, Any]:
        """The value of a cascade, with the option of its second list as its child."""
        option = next(each for each in options if each.id == chosen[0])
        shown = self.option(option)
        return {**shown, "child": self.cascade(option.below, chosen[1:])} if chosen[1:] else shown

    def group(self, group: Named) -> dict[str, Any]:
        """A group, short as in an issue."""
        return {"name": group.name, "groupId": group.id, "self": f"{self._api}/group?groupId={group.id}"}

    def project(self) -> dict[str, Any]:
        """The project, short as in an issue."""
        return {
            "self": f"{self._api}/project/{PROJECT.id}",
            "id": PROJECT.id,
            "key": PROJECT.key,
            "name": PROJECT.name,
            "projectTypeKey": "software",
            "simplified": False,
        }

    def link_type(self, kind: LinkType) -> dict[str, Any]:
        """An IssueLinkType."""
        return {
            "id": kind.id,
            "name": kind.name,
            "inward": kind.inward,
            "outward": kind.outward,
            "self": f"{self._api}/issueLinkType/{kind.id}",
        }


def field_schema(field: Field) -> dict[str, Any]:
    """The JsonType of a field."""
    schema: dict[str, Any] = {"type": _SCHEMA_TYPES[field.kind]}
    if field.kind in _ITEMS:
        schema["items"] = _ITEMS[field.kind]
    if field.custom:
        return {**schema, "custom": field.custom, "customId": int(field.id.rpartition("_")[2])}
    return {**schema, "system": field.id}
