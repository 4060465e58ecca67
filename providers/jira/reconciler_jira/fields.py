"""What kind of value a Jira field holds, by its schema, and how values look in Jira's JSON (FACTS A9)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from reconciler.sdk import Kind, Link, Opaque, Ref, Rich, Value
from reconciler_jira.adf import from_markdown, rich_of, sendable

__all__ = [
    "AREA",
    "COMMIT",
    "COMMITS",
    "DOCUMENT",
    "DOCUMENTS",
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
    "in_order",
    "ref_of",
    "to_json",
    "type_of",
]

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
MARKER_LABEL = re.compile(r"rc-[0-9a-f]{12}")


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
    "priority": "option",
}

_SETS: Mapping[str, Kind] = {"option": "option", "user": "user", "component": "component", "string": "label"}


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
            return _opaque(data)
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
            if type.kind == "sprint":
                return int(value.id)
            return {"accountId": value.id} if type.kind == "user" else {"id": value.id}
        case Rich():
            return sendable(from_markdown(value.markdown))
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        case date():
            return value.isoformat()
        case Link() | Opaque():
            raise TypeError(f"a {type.kind} has no place among an issue's fields")
    return value


def in_order(elements: Iterable[Value]) -> tuple[Value, ...]:
    """Make a set: each element once, in an order that depends on nothing but the elements."""
    unique: dict[str, Value] = {}
    for each in elements:
        unique.setdefault(repr(_rank(each)), each)
    return tuple(unique[key] for key in sorted(unique))


def ref_of(data: Any) -> Ref | None:
    """Read any of Jira's references: a user, an option, a status, an issue."""
    if not isinstance(data, dict):
        return None
    identity = data.get("accountId") or data.get("id")
    if identity is None:
        return None
    name = data.get("displayName") or data.get("name") or data.get("value") or data.get("key") or ""
    return Ref(str(identity), str(name))


def _rank(value: Value) -> tuple[object, ...]:
    match value:
        case Ref():
            return (value.id,)
        case Link():
            return (value.type, value.target, value.outward)
        case Rich() | Opaque():
            return (value.digest,)
    return (value,)


def _one(kind: Kind, data: Any) -> Value:
    read = _READERS.get(kind)
    try:
        value = read(data) if read else None
    except ValueError:
        value = None
    return _opaque(data) if value is None and not _is_empty(data) else value


def _is_empty(data: Any) -> bool:
    return data == "" or (isinstance(data, dict) and data.get("type") == "doc" and not data.get("content"))


def _text(data: Any) -> Value:
    return data or None if isinstance(data, str) else None


def _number(data: Any) -> Value:
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return None
    return int(data) if isinstance(data, float) and data.is_integer() else data


def _date(data: Any) -> Value:
    return date.fromisoformat(data) if isinstance(data, str) else None


def _datetime(data: Any) -> Value:
    if not isinstance(data, str):
        return None
    moment = datetime.fromisoformat(data)
    return moment.astimezone(UTC) if moment.tzinfo else None


def _is_over(data: Any) -> bool:
    """Whether an issue is in no open sprint: the closed ones that it was in stay on it (FACTS A11)."""
    return isinstance(data, list) and all(isinstance(each, dict) and each.get("state") == "closed" for each in data)


def _sprint(data: Any) -> Value:
    known = isinstance(data, list) and all(isinstance(each, dict) for each in data)
    current = [each for each in data if each.get("state") != "closed"] if known else []
    return ref_of(current[-1]) if current else None


def _rich(data: Any) -> Value:
    return rich_of(data) if isinstance(data, dict) else None


_READERS: Mapping[Kind, Callable[[Any], Value]] = {
    "text": _text,
    "url": _text,
    "label": _text,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "rich": _rich,
    "user": ref_of,
    "option": ref_of,
    "status": ref_of,
    "component": ref_of,
    "version": ref_of,
    "sprint": _sprint,
    "item": ref_of,
}


def _opaque(data: Any) -> Opaque:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    shown = text if len(text) <= 200 else text[:199] + "…"
    return Opaque(shown, hashlib.sha256(text.encode()).hexdigest()[:16])
