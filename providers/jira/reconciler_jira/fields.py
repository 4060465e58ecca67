"""What kind of value a Jira field holds, by its schema, and how values look in Jira's JSON (FACTS A9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from reconciler.sdk import Kind, Link, Opaque, Ref, Rich, Value, is_unmade
from reconciler.sdk.shapes import date_in, in_order, moment_in, number_in, opaque, text_in
from reconciler_jira.adf import from_markdown, rich_of, sendable

__all__ = [
    "AREA",
    "COMMIT",
    "COMMITS",
    "DOCUMENT",
    "DOCUMENTS",
    "LABELS",
    "LINKS",
    "MARKER_LABEL",
    "PAGES",
    "PRIORITY",
    "PULL_REQUEST",
    "PULL_REQUESTS",
    "SEPARATE",
    "SPRINT",
    "STATUS",
    "TYPE",
    "VERSIONS",
    "WATCHERS",
    "FieldType",
    "from_json",
    "options_in",
    "ref_of",
    "to_json",
    "type_of",
]

LABELS = "labels"
LINKS = "issuelinks"
DOCUMENTS = "remotelinks"
"""Not a field of Jira's: remote links have an endpoint of their own."""
STATUS = "status"
PRIORITY = "priority"
VERSIONS = "fixVersions"
TYPE = "issuetype"
COMMITS = "commits"
PULL_REQUESTS = "pull_requests"
WATCHERS = "watchers"
"""No fields of Jira's either: they have endpoints of their own."""
AREA = "area"
SPRINT = "sprint"
"""What Jira does not have, and what a type's screens may lack: the sprint field itself is a custom one."""
DOCUMENT, COMMIT, PULL_REQUEST = "remote", "commit", "pull_request"
"""The ids that we give the link types of pages; Jira's own are numbers."""
PAGES: Mapping[str, str] = {DOCUMENTS: DOCUMENT, COMMITS: COMMIT, PULL_REQUESTS: PULL_REQUEST}
"""By field, the link type of what it holds: remote links all."""
SEPARATE = frozenset({*PAGES, WATCHERS})
"""Fields that cost a request of their own for each issue, and that no changelog tells of."""
MARKER_LABEL = re.compile(r"rc-[0-9a-f]{12}(:\S*)?")


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field's kind; `many` where it is a set of them; `why` it is unsupported."""

    kind: Kind
    many: bool = False
    why: str = ""


_SYSTEM: Mapping[str, FieldType] = {
    "summary": FieldType("text"),
    "description": FieldType("rich"),
    "environment": FieldType("rich"),
    STATUS: FieldType("status"),
    TYPE: FieldType("option"),
    PRIORITY: FieldType("option"),
    "assignee": FieldType("user"),
    "reporter": FieldType("user"),
    "labels": FieldType("label", many=True),
    "parent": FieldType("item"),
    LINKS: FieldType("link", many=True),
    DOCUMENTS: FieldType("link", many=True),
    COMMITS: FieldType("link", many=True),
    PULL_REQUESTS: FieldType("link", many=True),
    WATCHERS: FieldType("user", many=True),
    "duedate": FieldType("date"),
    "components": FieldType("component", many=True),
    VERSIONS: FieldType("version", many=True),
}

_CUSTOM: Mapping[str, FieldType] = {
    "textarea": FieldType("rich"),
    "url": FieldType("url"),
    "gh-sprint": FieldType("sprint"),
}

_SINGLE: Mapping[str, Kind] = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "user": "user",
    "option": "option",
    "option-with-child": "cascade",
    "priority": "option",
    "group": "group",
    "version": "version",
}

_SETS: Mapping[str, Kind] = {
    "option": "option",
    "user": "user",
    "group": "group",
    "component": "component",
    "version": "version",
    "string": "label",
}
_BETWEEN = "/"
"""Stands between the two ids of a cascade's value, and between their names."""


def type_of(field: str, schema: Mapping[str, Any] | None) -> FieldType:
    """Find a field's type by its id and schema (`{type, items, system, custom}`)."""
    known = _SYSTEM.get(field)
    if known is not None:
        return known
    schema = schema or {}
    custom = _CUSTOM.get(str(schema.get("custom", "")).rpartition(":")[2])
    if custom is not None:
        return custom
    kind, items = str(schema.get("type", "")), str(schema.get("items", ""))
    if kind == "array" and items in _SETS:
        return FieldType(_SETS[items], many=True)
    if kind in _SINGLE:
        return FieldType(_SINGLE[kind])
    said = f"array of {items}" if kind == "array" else kind or "no schema"
    return FieldType("unsupported", why=f"fields of Jira's type {said!r} are not supported")


def from_json(type: FieldType, data: Any) -> Value:
    """Read a value as Jira gives it. A shape that its type does not have is kept as `Opaque`, never guessed at."""
    if data is None or (type.kind == "sprint" and _is_over(data)):
        return () if type.many else None
    if type.many:
        if not isinstance(data, list):
            return opaque(data)
        elements = [_one(type.kind, each) for each in data]
        if type.kind == "label":
            elements = [each for each in elements if not (isinstance(each, str) and MARKER_LABEL.fullmatch(each))]
        return in_order(elements)
    return _one(type.kind, data)


def to_json(type: FieldType, value: Value) -> Any:
    """Write a value as Jira takes it in `fields`; elements of sets one by one or whole."""
    if isinstance(value, tuple):
        return [to_json(type, each) for each in value]
    match value:
        case Ref():
            return _ref_to_json(type.kind, value)
        case Rich():
            return sendable(from_markdown(value.markdown))
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        case date():
            return value.isoformat()
        case Link() | Opaque():
            raise TypeError(f"a {type.kind} has no place among an issue's fields")
    return value


def options_in(kind: Kind, allowed: Iterable[Any]) -> tuple[Ref, ...]:
    """Read a field's allowed values; a cascade's with each option of the second list by its path, `EMEA/Germany`."""
    found: list[Ref] = []
    for data in allowed:
        outer = ref_of(data)
        if outer is None:
            continue
        found.append(outer)
        if kind == "cascade":
            found += [_below(outer, inner) for each in data.get("children") or () if (inner := ref_of(each))]
    return tuple(found)


def ref_of(data: Any) -> Ref | None:
    """Read any of Jira's references: a user, an option, a status, an issue."""
    if not isinstance(data, dict):
        return None
    identity = data.get("accountId") or data.get("id")
    if identity is None:
        return None
    name = data.get("displayName") or data.get("name") or data.get("value") or data.get("key") or ""
    return Ref(str(identity), str(name))


def _ref_to_json(kind: Kind, value: Ref) -> Any:
    if kind == "sprint":
        return value.name if is_unmade(value) else int(value.id)
    if kind == "user":
        return {"accountId": value.id}
    if kind == "group":
        return {"name": value.id}
    if kind == "cascade":
        outer, _, inner = value.id.partition(_BETWEEN)
        return {"id": outer, "child": {"id": inner}} if inner else {"id": outer}
    return {"id": value.id}


def _below(outer: Ref, inner: Ref) -> Ref:
    return Ref(f"{outer.id}{_BETWEEN}{inner.id}", f"{outer.name}{_BETWEEN}{inner.name}")


def _one(kind: Kind, data: Any) -> Value:
    read = _READERS.get(kind)
    value = read(data) if read else None
    return opaque(data) if value is None and not _is_empty(data) else value


def _is_empty(data: Any) -> bool:
    return data == "" or (isinstance(data, dict) and data.get("type") == "doc" and not data.get("content"))


def _is_over(data: Any) -> bool:
    """Whether an issue is in no open sprint: the closed ones that it was in stay on it (FACTS A11)."""
    return isinstance(data, list) and all(isinstance(each, dict) and each.get("state") == "closed" for each in data)


def _sprint(data: Any) -> Value:
    known = isinstance(data, list) and all(isinstance(each, dict) for each in data)
    current = [each for each in data if each.get("state") != "closed"] if known else []
    return ref_of(current[-1]) if current else None


def _rich(data: Any) -> Value:
    return rich_of(data) if isinstance(data, dict) else None


def _group(data: Any) -> Value:
    """A group goes by its name: Data Center has no ids, and fields take names everywhere."""
    name = data.get("name") if isinstance(data, dict) else None
    return Ref(str(name), str(name)) if name else None


def _cascade(data: Any) -> Value:
    outer = ref_of(data)
    inner = ref_of(data.get("child")) if outer else None
    return _below(outer, inner) if outer and inner else outer


_READERS: Mapping[Kind, Callable[[Any], Value]] = {
    "text": text_in,
    "url": text_in,
    "label": text_in,
    "number": number_in,
    "date": date_in,
    "datetime": moment_in,
    "rich": _rich,
    "user": ref_of,
    "group": _group,
    "option": ref_of,
    "cascade": _cascade,
    "status": ref_of,
    "component": ref_of,
    "version": ref_of,
    "sprint": _sprint,
    "item": ref_of,
}
