"""Data Center's JSON in the shapes of Cloud's, and back: people, texts, epics, sprints, histories (FACTS A17). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler_jira.calls import Json
from reconciler_jira.fields import LINKS, VERSIONS, type_of
from reconciler_jira.wiki import WIKI, from_wiki, to_wiki

__all__ = ["PARENT", "Schema", "history_in", "in_server_shape", "issue_in", "screen_in", "seen"]

PARENT: Final = "parent"
_EPIC_LINK, _EPIC_NAME = "gh-epic-link", "gh-epic-label"
"""The ends of the keys of the two custom field types."""
_OURS: Final = frozenset({"properties", "value"})
"""Members whose JSON is nobody's but its writer's."""
_SPRINT: Final = re.compile(r"[\w.]*Sprint@[0-9a-f]+\[(?P<members>.*)\]", re.DOTALL)
_MEMBER: Final = re.compile(r"(?:^|,)(?P<name>[A-Za-z]+)=(?P<text>.*?)(?=,[A-Za-z]+=|$)", re.DOTALL)
_HISTORY_NAMES: Final[Mapping[str, str]] = {
    "component": "components",
    "epic link": PARENT,
    "fix version": VERSIONS,
    "issueparentassociation": PARENT,
    "issuetype": "issuetype",
    "link": LINKS,
    "parent": PARENT,
    "parent issue": PARENT,
}
"""By what a history calls a field (casefolded), its id, where it is neither its id nor its name."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What the site's fields are.

    Attributes:
        epic_link: the id of the field that holds the key of an issue's epic; `None` without Jira Software.
        epic_name: the id of the field that epics have beside their titles.
        rich: the ids of the fields whose texts are in wiki markup.
        ids: by name (casefolded), the ids of the fields of that name.
        fields: all of them, those in wiki markup marked as such.
    """

    epic_link: str | None
    epic_name: str | None
    rich: frozenset[str]
    ids: Mapping[str, tuple[str, ...]]
    fields: tuple[Json, ...]

    @classmethod
    def of(cls, fields: Iterable[Json]) -> Schema:
        """Read all fields of a site."""
        ids: dict[str, tuple[str, ...]] = {}
        customs: dict[str, str] = {}
        rich: set[str] = set()
        told: list[Json] = []
        for each in fields:
            identity, schema = str(each.get("id")), each.get("schema")
            name = str(each.get("name", "")).casefold()
            ids[name] = (*ids.get(name, ()), identity)
            custom = str(schema.get("custom", "")) if isinstance(schema, dict) else ""
            customs.setdefault(custom.rpartition(":")[2], identity)
            in_wiki = type_of(identity, schema if isinstance(schema, dict) else None).kind == "rich"
            rich |= {identity} if in_wiki else set()
            told.append(_marked(each) if in_wiki else each)
        return cls(customs.get(_EPIC_LINK), customs.get(_EPIC_NAME), frozenset(rich), ids, tuple(told))

    def asked(self, fields: Iterable[str]) -> list[str]:
        """The fields to ask for, to tell these: a parent is in one of two."""
        wanted = list(dict.fromkeys(fields))
        return [*wanted, self.epic_link] if PARENT in wanted and self.epic_link else wanted

    def field_in(self, entry: Mapping[str, Any]) -> str:
        """The id of the field that an entry of a history is about."""
        if entry.get("fieldId"):
            return PARENT if entry["fieldId"] == self.epic_link else str(entry["fieldId"])
        name = str(entry.get("field", ""))
        known = _HISTORY_NAMES.get(name.casefold())
        ids = self.ids.get(name.casefold(), ())
        found = known or (ids[0] if len(ids) == 1 and entry.get("fieldtype") == "custom" else name)
        return PARENT if found == self.epic_link else found


def seen(data: Any) -> Any:
    """Any answer, with accounts that have an `accountId` and sprints that are objects."""
    if isinstance(data, list):
        return [_sprint(each) if isinstance(each, str) else seen(each) for each in data]
    if not isinstance(data, dict):
        return data
    shown = {name: each if name in _OURS else seen(each) for name, each in data.items()}
    if "displayName" in shown and "accountId" not in shown and (shown.get("name") or shown.get("key")):
        shown["accountId"] = shown.get("name") or shown["key"]
    return shown


def issue_in(schema: Schema, issue: Json, parent_of: Callable[[str], Json]) -> Json:
    """An issue with documents for texts, and with its epic for a parent where it has no other.

    Args:
        schema: of the site.
        issue: as the site tells it.
        parent_of: finds `{id, key}` by the key of an epic.
    """
    fields = dict(issue.get("fields") or {})
    for name in schema.rich & fields.keys():
        if isinstance(fields[name], str):
            fields[name] = from_wiki(fields[name])
    epic = fields.pop(schema.epic_link, None) if schema.epic_link else None
    if epic and not fields.get(PARENT):
        fields[PARENT] = parent_of(str(epic))
    return {**issue, "fields": fields}


def screen_in(schema: Schema, fields: Iterable[Json]) -> list[Json]:
    """A create screen as `Screens` reads it, on which the epic is the parent, and an epic's name is asked of nobody."""
    shown: list[Json] = []
    for each in fields:
        identity = each["fieldId"]
        if identity == schema.epic_link:
            shown.append({**each, "fieldId": PARENT, "key": PARENT, "schema": {"type": "issuelink", "system": PARENT}})
        elif identity == schema.epic_name:
            shown.append({**each, "hasDefaultValue": True})
        else:
            shown.append(each)
    return [_marked(each) if each["fieldId"] in schema.rich else each for each in shown]


def history_in(schema: Schema, issue: Json) -> Json:
    """An issue's history as Cloud tells those of many."""
    histories = (issue.get("changelog") or {}).get("histories") or ()
    entries = [
        {**each, "items": [{**item, "fieldId": schema.field_in(item)} for item in each.get("items") or ()]}
        for each in histories
    ]
    return {"issueId": str(issue.get("id")), "changeHistories": entries}


def in_server_shape(body: Any) -> Any:
    """A body with names for accounts and wiki markup for documents."""
    if isinstance(body, list):
        return [in_server_shape(each) for each in body]
    if not isinstance(body, dict):
        return body
    if body.keys() == {"accountId"}:
        return {"name": body["accountId"]}
    if body.get("type") == "doc" and "content" in body:
        return to_wiki(body)
    return {name: each if name in _OURS else in_server_shape(each) for name, each in body.items()}


def _sprint(text: str) -> Any:
    """A sprint in a list, which Data Center writes as Java shows its objects; any other text is itself."""
    found = _SPRINT.fullmatch(text)
    if found is None:
        return text
    members = {each["name"]: each["text"] for each in _MEMBER.finditer(found["members"])}
    shown = {"id": members.get("id", ""), "name": members.get("name", ""), "state": members.get("state", "").lower()}
    return {**shown, "id": int(shown["id"])} if shown["id"].isdigit() else text


def _marked(field: Json) -> Json:
    """A field, which says that its texts are in wiki markup."""
    return {**field, "markup": WIKI}
