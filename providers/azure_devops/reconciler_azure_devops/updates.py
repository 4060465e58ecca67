"""What happened to items, as their updates say it: who changed what, and which comments are ours (FACTS B4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.sdk import History, NotFoundError, Opaque, Ref, Rich, Value, as_completed
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import FieldType, from_json, ref_of
from reconciler_azure_devops.links import PARENT, RELATIONS, link_from, parent_in, pseudo_field
from reconciler_azure_devops.patches import OPERATION_URL
from reconciler_azure_devops.reading import FieldTypes

__all__ = ["has_comment", "histories", "named_comment"]

_NEVER: Final = 9999
"""The year in which the newest update says that it is revised."""

_Edit = tuple[str, datetime, Ref, str, str]


def histories(client: Client, types: FieldTypes, items: Collection[str], fields: Collection[str]) -> Iterator[History]:
    """Read who changed these fields of these items, by id, oldest first: one request for 200 updates of an item.

    One that can't be read is not complete.
    """
    known = types.of(fields)

    def history(item: str) -> History:
        try:
            edits = tuple(edit for update, at in _dated(client.updates(item)) for edit in _edits(update, at, known))
        except NotFoundError:
            return History(item, False, ())
        return History(item, True, tuple(sorted(edits, key=lambda each: each[1])))

    yield from as_completed(history, dict.fromkeys(items))


def has_comment(client: Client, item: str, operation: str) -> bool:
    """Whether an operation's comment is among an item's updates; one that was written anew is among its comments."""
    ours = f"{OPERATION_URL}{operation}"
    if any(ours in str(_changed(update, "System.History").get("newValue")) for update in client.updates(item)):
        return True
    return any(ours in str(each.get("text")) for each in client.comments(_project(client, item), item))


def named_comment(client: Client, item: str, name: str) -> tuple[str, str, str] | None:
    """The project, the item and the id of the item's comment of this name; `None` where there is none."""
    ours = re.compile(rf"{re.escape(OPERATION_URL)}[0-9a-f]+#{re.escape(name)}\b")
    project = _project(client, item)
    for each in client.comments(project, item):
        if ours.search(str(each.get("text"))):
            return project, item, str(each.get("id"))
    return None


def _project(client: Client, item: str) -> str:
    return str(client.item(item)["fields"]["System.TeamProject"])


def _dated(updates: Iterable[Json]) -> Iterator[tuple[Json, datetime]]:
    """Each update with its time: as its fields say. One of links alone may not have any, and says it otherwise.

    `revisedDate` is when an update was followed by the next, and far away for the newest.
    """
    last = datetime.min.replace(tzinfo=UTC)
    for update in updates:
        said = [_changed(update, field).get("newValue") for field in ("System.ChangedDate", "System.CreatedDate")]
        ended = _read(update.get("revisedDate"))
        at = next((at for each in said if (at := _read(each))), last)
        yield update, at
        last = ended if ended is not None and ended.year < _NEVER else at


def _edits(update: Json, at: datetime, known: Mapping[str, FieldType]) -> Iterator[_Edit]:
    by = ref_of(update.get("revisedBy")) or Ref("", "somebody")
    linked = _links(update)
    for field, type in known.items():
        if field in RELATIONS:
            before, after = linked.get(field, ("", ""))
        else:
            change = _changed(update, field)
            before, after = (_shown(type, change.get(key)) for key in ("oldValue", "newValue"))
        if before != after:
            yield (field, at, by, before, after)


def _changed(update: Json, field: str) -> Json:
    change = (update.get("fields") or {}).get(field)
    return change if isinstance(change, dict) else {}


def _read(data: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(data)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _links(update: Json) -> dict[str, tuple[str, str]]:
    """By pseudo-field, what was taken away and what was added."""
    shown: dict[str, tuple[list[str], list[str]]] = {}
    changes = update.get("relations") or {}
    for place, key in enumerate(("removed", "added")):
        for relation in changes.get(key) or ():
            link, parent = link_from(relation), parent_in({"relations": [relation]})
            if parent is not None:
                shown.setdefault(PARENT, ([], []))[place].append(parent.id)
            elif link is not None:
                shown.setdefault(pseudo_field(link), ([], []))[place].append(link.title or link.target)
    return {field: (", ".join(before), ", ".join(after)) for field, (before, after) in shown.items()}


def _shown(type: FieldType, data: Any) -> str:
    return _text(from_json(type, data))


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return ", ".join(map(_text, value))
        case Ref():
            return value.name or value.id
        case Rich():
            return value.markdown
        case Opaque():
            return value.shown
    return str(value)
