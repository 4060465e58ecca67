"""JSON Patch documents: only what changes, after the revision that was read (FACTS B2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from reconciler.sdk import Change, Ref, Rich, Value
from reconciler_azure_devops.client import Json
from reconciler_azure_devops.fields import LABELS, STATUS, FieldType, to_json
from reconciler_azure_devops.html import from_markdown
from reconciler_azure_devops.links import RELATIONS
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import tags_of

__all__ = [
    "OPERATION_URL",
    "add_relations",
    "at_revision",
    "comment",
    "comment_text",
    "fields_patch",
    "format_patch",
    "removes_tags",
    "status_patch",
    "tags_patch",
]

OPERATION_URL: Final = "https://reconciler.invalid/?op="
"""What the link in a comment of ours goes to. Comments have no properties that could carry the operation."""


def at_revision(revision: str) -> list[Json]:
    """The operation that refuses the document where the item is not at this revision; none where it is unknown."""
    return [{"op": "test", "path": "/rev", "value": int(revision)}] if revision.isdecimal() else []


def fields_patch(
    values: Mapping[str, Value], known: Mapping[str, FieldType], markdown: Iterable[str] = ()
) -> list[Json]:
    """Write fields whole; those that are relations, and sets, are others' matter.

    Args:
        values: by reference name; `None` clears.
        known: their types.
        markdown: fields whose text is Markdown on the site.
    """
    raw = frozenset(markdown)
    return [
        _field(id, value.markdown if isinstance(value, Rich) and id in raw else to_json(known[id], value))
        for id, value in values.items()
        if id not in RELATIONS and id != LABELS
    ]


def format_patch(values: Mapping[str, Value]) -> list[Json]:
    """Have the texts among a new item's fields kept as Markdown (FACTS B8)."""
    texts = (id for id, value in values.items() if isinstance(value, Rich))
    return [{"op": "add", "path": f"/multilineFieldsFormat/{id}", "value": "Markdown"} for id in texts]


def status_patch(status: Ref) -> list[Json]:
    """Write a status."""
    return [_field(STATUS, status.id)]


def comment(markdown: str, operation: str, name: str = "") -> list[Json]:
    """Write a comment."""
    return [_field("System.History", comment_text(markdown, operation, name))]


def comment_text(markdown: str, operation: str, name: str = "") -> str:
    """A comment's HTML. It ends in a small link that names the operation, so that settling can find it.

    Args:
        name: by which it is found again, to be rewritten.
    """
    url = f"{OPERATION_URL}{operation}{f'#{name}' if name else ''}"
    return f'{from_markdown(markdown)}<p><a href="{url}">&middot;</a></p>'


def add_relations(relations: Iterable[Json]) -> list[Json]:
    """Add relations."""
    return [{"op": "add", "path": "/relations/-", "value": each} for each in relations]


def removes_tags(change: Change) -> bool:
    """Whether a change takes tags away: then the whole set is written, and what is there has to be known."""
    return bool(change.remove.get(LABELS)) or LABELS in change.set or change.marker == "drop"


def tags_patch(change: Change, added: Iterable[str], live: Json | None) -> list[Json]:
    """Write tags: additions alone are merged with what is there; else the whole set, without ours that go.

    Args:
        change: what it adds and removes.
        added: further tags to add: a marker's.
        live: the item as it is, where tags go.
    """
    new = [*_names(change.add.get(LABELS)), *added]
    if not removes_tags(change):
        return [_field(LABELS, "; ".join(new))] if new else []
    gone = {each.casefold() for each in _names(change.remove.get(LABELS))}
    if change.marker == "drop" and change.item.marker is not None:
        gone.add(label_of(change.item.marker).casefold())
    before = tags_of(live or {})
    if LABELS in change.set:  # whole for the spec, by element for the site: a marker's tag stays
        wanted = {each.casefold() for each in _names(change.set[LABELS])}
        new += _names(change.set[LABELS])
        gone |= {each.casefold() for each in _names(change.item.fields.get(LABELS))} - wanted
    gone -= {each.casefold() for each in new}
    kept = [each for each in before if each.casefold() not in gone]
    there = {each.casefold() for each in kept}
    after = kept + [each for each in dict.fromkeys(new) if each.casefold() not in there]
    if {each.casefold() for each in after} == {each.casefold() for each in before}:
        return []
    return [_field(LABELS, "; ".join(after), "replace" if before else "add")]


def _names(value: Value) -> list[str]:
    elements = value if isinstance(value, tuple) else ()
    return [each.name or each.id for each in elements if isinstance(each, Ref)]


def _field(id: str, value: Any, verb: Literal["add", "replace"] = "add") -> Json:
    return {"op": verb, "path": f"/fields/{id}", "value": value}
