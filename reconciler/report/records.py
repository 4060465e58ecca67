"""What the state knows, for a person who looks into it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.report.text import columns, cut, safe
from reconciler.sdk import Value, encode
from reconciler.state.records import ItemRecord, Sightings

__all__ = ["ShownField", "ShownItem", "item_data", "render_item", "render_items", "reports", "shown_data"]


_LEAST_TITLE: Final = 20


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of an item: who owns it, what was last applied, and what was live then."""

    field: str
    ownership: str
    base: Value
    observed: Value


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of the state with its fields; `unsettled` are the kinds of its operations without an outcome."""

    record: ItemRecord
    fields: tuple[ShownField, ...]
    unsettled: tuple[str, ...]


def reports(sightings: Sightings) -> str:
    """How often an incident was reported, in words."""
    number = "once" if sightings.count == 1 else f"{sightings.count:,} times"
    return f"reported {number}" if sightings.exact else f"reported at least {number}"


def item_data(record: ItemRecord) -> dict[str, Any]:
    """An item as JSON says it in a list."""
    return {
        "address": record.address,
        "provider": record.provider,
        "id": record.id,
        "key": record.key,
        "url": record.url,
        "type": record.type.name,
        "title": record.title,
        "protect": record.protect,
        "closed": record.closed,
        "origin": record.origin,
        "reports": record.sightings.count if record.sightings else None,
    }


def shown_data(item: ShownItem) -> dict[str, Any]:
    """An item as JSON says it whole."""
    fields = [
        {"field": each.field, "ownership": each.ownership, "base": encode(each.base), "observed": encode(each.observed)}
        for each in item.fields
    ]
    return {**item_data(item.record), "fields": fields, "unsettled": list(item.unsettled)}


def render_items(records: Sequence[ItemRecord], *, width: int) -> str:
    """One line an item: address, key, title, and what is special about it.

    Args:
        records: in the order to show; one at least.
        width: of the terminal, in columns. Titles give way, up to a point; addresses and keys stay whole, to be copied.
    """
    first = max(columns(safe(each.address)) for each in records)
    second = max(columns(safe(each.key)) for each in records)
    return "\n".join(_line(each, first, second, width) for each in records)


def render_item(item: ShownItem, *, width: int) -> str:
    """An item with each field: who owns it, what was last applied, and what it was read back as."""
    record = item.record
    head = f"{safe(record.address)}  {safe(record.key)}  {safe(record.type.name)}{_notes(record)}"
    lines = [head, safe(record.url), ""]
    for kind in item.unsettled:
        lines += [f"unsettled: it is not known whether the {kind} arrived; the next apply finds out", ""]
    for each in item.fields:
        lines.append(f"{safe(each.field)}  (owner {each.ownership})")
        lines.append(cut(f"  applied  {_text(each.base)}", width))
        if not isinstance(each.base, tuple):
            lines.append(cut(f"  observed {_text(each.observed)}", width))
    return "\n".join(lines)


def _line(record: ItemRecord, first: int, second: int, width: int) -> str:
    address, key = safe(record.address), safe(record.key)
    padded = address + " " * (first - columns(address)) + "  " + key + " " * (second - columns(key))
    room = max(width - columns(padded) - 2, _LEAST_TITLE)
    return f"{padded}  {cut(f'{safe(record.title)}{_notes(record)}', room)}"


def _notes(record: ItemRecord) -> str:
    notes = [word for word, holds in (("protected", record.protect), ("closed", record.closed)) if holds]
    if record.sightings is not None:
        notes.append(f"incident, {reports(record.sightings)}")
    return f"  ({', '.join(notes)})" if notes else ""


def _text(value: Value) -> str:
    encoded = encode(value)
    match encoded:
        case {"name": str(name)} if name:
            return safe(name)
        case {"markdown": str(markdown)}:
            return safe(markdown.replace("\n", " "))
        case {"date": str(text)} | {"datetime": str(text)} | {"shown": str(text)}:
            return safe(text)
        case str():
            return safe(encoded.replace("\n", " "))
    return safe(json.dumps(encoded, ensure_ascii=False))
