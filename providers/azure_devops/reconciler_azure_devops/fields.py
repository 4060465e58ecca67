"""What kind of value a field holds, and how values look in Azure DevOps' JSON (FACTS B6 to B8, F)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final

from reconciler.sdk import Kind, Link, Opaque, Ref, Rich, Value
from reconciler.sdk.shapes import flag_in, in_order, moment_in, number_in, opaque, text_in
from reconciler_azure_devops.html import from_markdown, rich_of
from reconciler_azure_devops.links import (
    COMMITS,
    DOCUMENTS,
    LINKS,
    PARENT,
    PULL_REQUESTS,
    RELATIONS,
    link_from,
    parent_in,
    pseudo_field,
)
from reconciler_azure_devops.markdown import rich_of_markdown, unescaped

__all__ = [
    "AREA",
    "ASSIGNEE",
    "LABELS",
    "MARKER_LABEL",
    "PROJECT",
    "SPRINT",
    "STATUS",
    "TITLE",
    "TYPE",
    "FieldType",
    "from_json",
    "ref_of",
    "tags_in",
    "to_json",
    "type_of",
    "values_of",
]

TITLE: Final = "System.Title"
STATUS: Final = "System.State"
TYPE: Final = "System.WorkItemType"
PROJECT: Final = "System.TeamProject"
ASSIGNEE: Final = "System.AssignedTo"
LABELS: Final = "System.Tags"
AREA: Final = "System.AreaPath"
SPRINT: Final = "System.IterationPath"
MARKER_LABEL: Final = re.compile(r"rc-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field's kind.

    Attributes:
        many: it is a set of them.
        why: it is unsupported.
        number: its options are numbers.
        zone: of a date: whose midnight it is.
    """

    kind: Kind
    many: bool = False
    why: str = ""
    number: bool = False
    zone: tzinfo = UTC


_KNOWN: Final[Mapping[str, FieldType]] = {
    TITLE: FieldType("text"),
    STATUS: FieldType("status"),
    TYPE: FieldType("option"),
    LABELS: FieldType("label", many=True),
    AREA: FieldType("path"),
    SPRINT: FieldType("sprint"),
    PARENT: FieldType("item"),
    LINKS: FieldType("link", many=True),
    DOCUMENTS: FieldType("link", many=True),
    COMMITS: FieldType("link", many=True),
    PULL_REQUESTS: FieldType("link", many=True),
}

_KINDS: Final[Mapping[str, Kind]] = {
    "string": "text",
    "plainText": "text",
    "html": "rich",
    "integer": "number",
    "double": "number",
    "dateTime": "datetime",
    "boolean": "flag",
    "identity": "user",
    "picklistString": "option",
    "picklistInteger": "option",
    "picklistDouble": "option",
}
_NUMBERS: Final = frozenset({"integer", "double", "picklistInteger", "picklistDouble"})
_DATES: Final = re.compile(r"Microsoft\.VSTS\.Scheduling\.\w+Date")
"""Fields that the forms show without a time."""


def type_of(field: str, schema: Mapping[str, Any] | None, *, listed: bool = False, zone: tzinfo = UTC) -> FieldType:
    """Find a field's type.

    Args:
        field: its reference name.
        schema: what `_apis/wit/fields` says of it: `{type, isIdentity, isPicklist, isPicklistSuggested}`.
        listed: its type of work item lists the values that it takes.
        zone: whose midnights dates are.
    """
    known = _KNOWN.get(field)
    if known is not None:
        return known
    schema = schema or {}
    said = str(schema.get("type", ""))
    kind = _KINDS.get(said)
    if kind is None:
        return FieldType("unsupported", why=f"fields of Azure DevOps' type {said or 'unknown'!r} are not supported")
    if schema.get("isIdentity"):
        return FieldType("user")
    if kind == "datetime" and _DATES.fullmatch(field):
        return FieldType("date", zone=zone)
    choice = listed and kind in {"text", "number"}
    if schema.get("isPicklistSuggested"):
        return FieldType("number" if said in _NUMBERS else "text")
    if choice or kind == "option" or schema.get("isPicklist"):
        return FieldType("option", number=said in _NUMBERS)
    return FieldType(kind)


def from_json(type: FieldType, data: Any, *, markdown: bool = False) -> Value:
    """Read a field as Azure DevOps gives it. A shape that its type does not have is kept as `Opaque`, never guessed at.

    Args:
        type: the field's.
        data: its JSON; `None` where it is absent, as empty fields are.
        markdown: a text is in Markdown, as the item's `multilineFieldsFormat` says.
    """
    if type.kind == "label":
        return tags_in(data) if data is None or isinstance(data, str) else opaque(data)
    if data is None or data == "":
        return None
    if type.kind == "rich" and isinstance(data, str):
        return rich_of_markdown(unescaped(data)) if markdown else rich_of(data)
    read = _READERS.get(type.kind)
    value = read(type, data) if read else None
    return opaque(data) if value is None else value


def to_json(type: FieldType, value: Value) -> Any:
    """Write a value as Azure DevOps takes it in a patch; sets of tags whole, texts as HTML. Empty is an empty text."""
    match value:
        case None:
            return ""
        case tuple():
            return "; ".join(str(to_json(type, each)) for each in value)
        case Ref() if type.kind == "label":
            return value.name or value.id
        case Ref() if type.number:
            return _as_number(value.id)
        case Ref():
            return value.id
        case Rich():
            return from_markdown(value.markdown)
        case datetime():
            return _moment(value)
        case date():
            return _moment(datetime.combine(value, time(), type.zone))
        case Link() | Opaque():
            raise TypeError(f"a {type.kind} has no place among an item's fields")
    return value


def values_of(fields: Mapping[str, FieldType], item: Mapping[str, Any]) -> dict[str, Value]:
    """Read these fields of a work item as `Client.items` gives it; those that are relations too."""
    data = item.get("fields") or {}
    formats = item.get("multilineFieldsFormat") or {}
    links = _by_field(item.get("relations") or ())
    values: dict[str, Value] = {}
    for field, type in fields.items():
        if field == PARENT:
            values[field] = parent_in(item)
        elif field in RELATIONS:
            values[field] = in_order(links.get(field, ()))
        else:
            markdown = str(formats.get(field, "")).casefold() == "markdown"
            values[field] = from_json(type, data.get(field), markdown=markdown)
    return values


def tags_in(data: str | None) -> tuple[Value, ...]:
    """Read tags from `a; b`, without markers'. Their case does not count, so an id is a tag in lower case."""
    names = (each.strip() for each in (data or "").split(";"))
    return in_order(Ref(each.casefold(), each) for each in names if each and not MARKER_LABEL.fullmatch(each))


def ref_of(identity: Any) -> Ref | None:
    """Read a person: by unique name without case, or by id where there is none (FACTS B8)."""
    if isinstance(identity, str):
        named = re.fullmatch(r"(?P<name>.*?)\s*<(?P<unique>[^<>]+)>", identity)
        return Ref(named["unique"].casefold(), named["name"]) if named else None
    if not isinstance(identity, dict):
        return None
    unique = identity.get("uniqueName") or identity.get("id") or identity.get("descriptor")
    return Ref(str(unique).casefold(), str(identity.get("displayName") or unique)) if unique else None


def _by_field(relations: Iterable[Mapping[str, Any]]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for relation in relations:
        link = link_from(relation)
        if link is not None:
            found.setdefault(pseudo_field(link), []).append(link)
    return found


def _date(type: FieldType, data: Any) -> Value:
    moment = moment_in(data)
    try:
        return moment.astimezone(type.zone).date() if moment else None
    except OverflowError:  # the last day that there is, in a zone where it is over
        return None


def _option(type: FieldType, data: Any) -> Value:
    value = number_in(data) if type.number else data
    if value is None or isinstance(value, (bool, dict, list)):
        return None
    return Ref(str(value), str(value))


def _path(data: Any) -> Value:
    return Ref(data, data.replace("\\", "/")) if isinstance(data, str) else None


_READERS: Final[Mapping[Kind, Callable[[FieldType, Any], Value]]] = {
    "text": lambda _, data: text_in(data),
    "number": lambda _, data: number_in(data),
    "flag": lambda _, data: flag_in(data),
    "date": _date,
    "datetime": lambda _, data: moment_in(data),
    "option": _option,
    "status": _option,
    "user": lambda _, data: ref_of(data),
    "path": lambda _, data: _path(data),
    "sprint": lambda _, data: _path(data),
}


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number
