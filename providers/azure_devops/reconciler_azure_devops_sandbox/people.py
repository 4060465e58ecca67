"""What people do on their own: they edit, create, delete, clone, comment, and hide items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler_azure_devops_sandbox.board import CARD_FIELDS
from reconciler_azure_devops_sandbox.drafting import Author
from reconciler_azure_devops_sandbox.fields import FIELDS, field_named
from reconciler_azure_devops_sandbox.organisation import (
    INVEST,
    ORGANISATION,
    PEOPLE,
    SANDBOX_USER,
    project_named,
    type_named,
)
from reconciler_azure_devops_sandbox.patching import Operation, read_patch
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.store import Item, Relation
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["People"]


class People:
    """Acts on a tenant as any of its people. What they do goes through the same rules as the API."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._actions: dict[str, Callable[[Mapping[str, Any], str], Item | None]] = {
            "edit": self._edit,
            "create": self._create,
            "delete": self._delete,
            "restore": self._restore,
            "clone": self._clone,
            "comment": self._comment,
            "hide": lambda details, _by: self._show(details, hidden=True),
            "show": lambda details, _by: self._show(details, hidden=False),
        }

    def act(self, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Do it. Gives the item's id and key, which are the same text, empty where there is none any more.

        Raises:
            KeyError: there is no such action.
            ValueError: no such person, item or field, or the platform refuses it.
        """
        if action not in self._actions:
            raise KeyError(f"people can't {action!r}, but {', '.join(self._actions)}")
        try:
            item = self._actions[action](details, _person(details.get("by")))
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal
        return {"id": str(item.id), "key": str(item.id)} if item else {}

    def _edit(self, details: Mapping[str, Any], by: str) -> Item:
        """`item`, `set` {field: value}, `status`, `add_labels`, `remove_labels`, `add_relations` [{`rel`, and `item` or
        `url`}] and `remove_relations` like them; one update each for the form and the status, as when a person edits
        a form and then moves the card.
        """
        item = self._item(details)
        operations = _operations(details.get("set") or {})
        operations += self._relations(item, details)
        added, removed = details.get("add_labels") or (), details.get("remove_labels") or ()
        if added or removed:
            gone = {str(each).casefold() for each in removed}
            kept = [each for each in item.now.fields.get("System.Tags", ()) if each.casefold() not in gone]
            operations += _operations({"System.Tags": "; ".join([*kept, *map(str, added)])})
        if operations:
            self._tenant.edit(item, operations, self._author(by))
        if status := details.get("status"):
            self._tenant.edit(item, _operations({"System.State": status}), self._author(by))
        return item

    def _relations(self, item: Item, details: Mapping[str, Any]) -> list[Operation]:
        document = [
            {"op": "add", "path": "/relations/-", "value": {"attributes": {}, **each, "url": _url(each)}}
            for each in details.get("add_relations") or ()
        ]
        shown = self._tenant.store.relations(item.now)
        for each in details.get("remove_relations") or ():
            wanted = (str(each.get("rel")).casefold(), _url(each))
            found = [index for index, one in enumerate(shown) if (one.rel.casefold(), _place(one)) == wanted]
            if not found:
                raise ValueError(f"item {item.id} has no relation {each!r}")
            document.append({"op": "remove", "path": f"/relations/{found[0]}"})
        return list(read_patch(document)) if document else []

    def _create(self, details: Mapping[str, Any], by: str) -> Item:
        """`type` (a name, Task by default), `project` (INVEST by default) and `set`."""
        project = project_named(str(details.get("project") or INVEST.name))
        kind = type_named(project, str(details.get("type") or "Task")) if project else None
        if project is None or kind is None:
            raise ValueError(f"there is no type {details.get('type')!r} in {details.get('project') or INVEST.name}")
        return self._tenant.create(project, kind, _operations(details.get("set") or {}), self._author(by))

    def _delete(self, details: Mapping[str, Any], by: str) -> None:
        self._tenant.delete(self._item(details), by)

    def _restore(self, details: Mapping[str, Any], by: str) -> Item:
        """Out of the recycle bin."""
        item = self._tenant.store.items.get(int(str(details.get("item") or 0)))
        if item is None or not item.deleted:
            raise ValueError(f"there is no item {details.get('item')!r} in the recycle bin")
        self._tenant.restore(item, by)
        return item

    def _clone(self, details: Mapping[str, Any], by: str) -> Item:
        """A copy with tags, and with resource links where the knob says so, as "Copy work item" makes it."""
        return self._tenant.copy(self._item(details), self._author(by))

    def _comment(self, details: Mapping[str, Any], by: str) -> Item:
        """`text`, plain."""
        item = self._item(details)
        text = str(details.get("text") or "")
        if not text.strip():
            raise ValueError("a comment has to have a text")
        self._tenant.comment(item, text, "html", self._author(by))
        return item

    def _show(self, details: Mapping[str, Any], *, hidden: bool) -> Item:
        """Take the item out of the API account's sight, or bring it back."""
        item = self._item(details)
        self._tenant.store.record({"event": "hidden", "item": item.id, "at": self._tenant.now(), "hidden": hidden})
        return item

    def _item(self, details: Mapping[str, Any]) -> Item:
        text = str(details.get("item") or "")
        item = self._tenant.store.items.get(int(text)) if text.isdecimal() else None
        if item is None or item.deleted:
            raise ValueError(f"there is no item {details.get('item')!r}")
        return item

    def _author(self, by: str) -> Author:
        return Author(by, self._tenant.now())


def _person(name: Any) -> str:
    if name is None:
        return SANDBOX_USER.id
    folded = str(name).casefold()
    for person in PEOPLE:
        if folded in (person.id, person.name.casefold(), person.email.casefold()):
            return person.id
    raise ValueError(f"nobody is called {name!r}, but {', '.join(each.name for each in PEOPLE)}")


def _url(relation: Mapping[str, Any]) -> str:
    """Where a relation that a person names leads to."""
    return str(relation.get("url") or f"/{ORGANISATION}/_apis/wit/workItems/{relation.get('item')}")


def _place(relation: Relation) -> str:
    return relation.url or f"/{ORGANISATION}/_apis/wit/workItems/{relation.target}"


def _operations(given: Mapping[str, Any]) -> list[Operation]:
    document = []
    for name, value in given.items():
        field = field_named(CARD_FIELDS.get(name, name))
        if field is None:
            raise ValueError(f"there is no field {name!r}, but {', '.join(each.name for each in FIELDS.values())}")
        document.append({"op": "replace", "path": f"/fields/{field.reference}", "value": value})
    return list(read_patch(document)) if document else []
