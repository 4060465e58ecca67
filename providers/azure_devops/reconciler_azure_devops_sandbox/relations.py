"""Relations under a patch: both ends of a link, one parent, no circles (FACTS B6, F)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler_azure_devops_sandbox.definitions import RelationType
from reconciler_azure_devops_sandbox.fields import RELATION_TYPES, relation_type
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.organisation import ORGANISATION
from reconciler_azure_devops_sandbox.patching import Operation
from reconciler_azure_devops_sandbox.reading import FAR
from reconciler_azure_devops_sandbox.refusal import Refusal, missing_item
from reconciler_azure_devops_sandbox.store import Relation, Store, Version

__all__ = ["LinkChanges", "Links"]

_ITEM_URL = re.compile(rf".*/{ORGANISATION}(?:/[^/]+)?/_apis/wit/workItems/(?P<id>\d+)", re.IGNORECASE)
_LINKS_MAX = 1000


@dataclass(slots=True)
class LinkChanges:
    """What a patch does to an item's relations; `edited` has the new attributes by relation id."""

    removed: dict[int, Relation] = field(default_factory=dict)
    added: list[Relation] = field(default_factory=list)
    edited: dict[int, tuple[Relation, Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def all(self) -> list[Relation]:
        """Each relation that is touched."""
        return [*self.removed.values(), *self.added, *(each for each, _attributes in self.edited.values())]

    def own(self) -> dict[str, Any]:
        """The item's own part of the event."""
        return _change(self.removed, self.added, {key: new for key, (_old, new) in self.edited.items()})

    def of_others(self, item: int, *, bump: bool) -> list[dict[str, Any]]:
        """The changes at the other ends."""
        targets = dict.fromkeys(each.target for each in self.all if each.target is not None)
        changes = []
        for target in targets:
            removed = {key: each for key, each in self.removed.items() if each.target == target}
            added = [_reverse(each, item) for each in self.added if each.target == target]
            edited = {key: new for key, (old, new) in self.edited.items() if old.target == target}
            changes.append({"item": target, "bump": bump, **_change(removed, added, edited)})
        return changes


class Links:
    """Reads a patch's relation operations against the item as it is."""

    def __init__(self, store: Store, knobs: Knobs) -> None:
        self._store = store
        self._knobs = knobs

    def read(self, item: int, current: Version | None, operations: list[Operation], at: str) -> LinkChanges:
        """What the operations do. Indexes count in the list as the platform shows it now.

        Raises:
            Refusal: 400: there is no such relation or type, or the links would not be sound; 404: no such item.
        """
        changes = LinkChanges()
        shown = self._store.relations(current) if current else []
        for each in operations:
            if each.verb == "add" and each.part == "relation":
                changes.added.append(self._new(each.value, at))
                continue
            if int(each.name) >= len(shown):
                raise _unsound(f"Index out of range for value {each.name}.", "ArgumentOutOfRangeException")
            relation = shown[int(each.name)]
            if each.part == "relation":
                changes.removed[relation.id] = relation
            else:
                attributes = dict(changes.edited.get(relation.id, (relation, relation.attributes))[1])
                attributes.pop(each.attribute, None)
                if each.verb != "remove":
                    attributes[each.attribute] = each.value
                changes.edited[relation.id] = (relation, attributes)
        self._check(item, current, changes)
        return changes

    def _new(self, value: Any, at: str) -> Relation:
        if not isinstance(value, Mapping) or not isinstance(value.get("url"), str):
            raise _unsound("A relation has to have a rel and a url.", "VssPropertyValidationException")
        kind = relation_type(str(value.get("rel")))
        if kind is None:
            text = f"The relation type '{value.get('rel')}' does not exist."
            raise _unsound(text, "WorkItemLinkTypeNotFoundException")
        attributes = value.get("attributes") or {}
        if not isinstance(attributes, Mapping):
            raise _unsound("The attributes of a relation are an object.", "VssPropertyValidationException")
        identity = self._store.new_id("relation")
        if kind.usage == "resourceLink":
            shown = _resource(kind, value["url"], attributes, identity, at)
            return Relation(identity, kind.reference, None, value["url"], shown)
        match = _ITEM_URL.fullmatch(value["url"])
        if match is None:
            raise _unsound(f"'{value['url']}' is not the URL of a work item.", "WorkItemLinkInvalidException")
        target = int(match["id"])
        if self._store.find(target) is None:
            raise missing_item(target)
        comment = {"comment": attributes["comment"]} if attributes.get("comment") else {}
        return Relation(identity, kind.reference, target, "", comment)

    def _check(self, item: int, current: Version | None, changes: LinkChanges) -> None:
        kept = [each for each in (current.relations if current else ()) if each.id not in changes.removed]
        if len(kept) + len(changes.added) > _LINKS_MAX:
            text = f"A work item can't have more than {_LINKS_MAX} links."
            raise _unsound(text, "WorkItemLinkLimitExceededException")
        for each in changes.added:
            if each.target is not None:
                self._check_link(item, each, each.target, kept, changes)
            elif self._knobs["duplicate_hyperlinks"] == "refused" and any(
                (each.rel, each.url.casefold()) == (one.rel, one.url.casefold()) for one in kept
            ):
                raise _unsound("Relation already exists.", "WorkItemResourceLinkException")
            kept.append(each)

    def _check_link(self, item: int, link: Relation, target: int, kept: list[Relation], changes: LinkChanges) -> None:
        kind = RELATION_TYPES[link.rel]
        if target == item:
            raise _unsound("TF201035: A work item can't be linked to itself.")
        named = kind if kind.forward else RELATION_TYPES[kind.opposite]
        ends = (item, target) if kind.forward else (target, item)
        says = f"You cannot add a {named.name} link between work items {ends[0]} and {ends[1]} because"
        if any((each.rel, each.target) == (link.rel, target) for each in kept):
            raise _unsound(f"TF201036: {says} they are linked so already.")
        if kind.topology == "tree" and self._has_other_parent(kind, target, kept, changes):
            upper = RELATION_TYPES[named.opposite].name
            raise _unsound(f"TF201036: {says} a work item can have only one {upper} link.")
        if kind.topology in ("tree", "dependency") and self._circular(named, ends, item, kept):
            raise _unsound(f"TF201035: {says} a circular relationship would come of it.")

    def _has_other_parent(self, kind: RelationType, target: int, kept: list[Relation], changes: LinkChanges) -> bool:
        if not kind.forward:
            return any(each.rel == kind.reference for each in kept)
        below = self._store.items[target].now.relations
        return any(each.rel == kind.opposite and each.id not in changes.removed for each in below)

    def _circular(self, forward: RelationType, ends: tuple[int, int], item: int, kept: list[Relation]) -> bool:
        """Whether the first end can be reached from the second; `kept` are the item's own relations to be."""
        seen, queue = set[int](), [ends[1]]
        while queue:
            reached = queue.pop()
            if reached == ends[0]:
                return True
            if reached not in seen:
                seen.add(reached)
                known = kept if reached == item else self._relations_of(reached, item, kept)
                queue += [each.target for each in known if each.rel == forward.reference and each.target is not None]
        return False

    def _relations_of(self, other: int, item: int, kept: list[Relation]) -> list[Relation]:
        """What another item is linked to, without the links to the item that are on their way out."""
        stay = {each.id for each in kept}
        known = self._store.items.get(other)
        return [each for each in known.now.relations if each.target != item or each.id in stay] if known else []


def _resource(kind: RelationType, url: str, attributes: Mapping[str, Any], identity: int, at: str) -> dict[str, Any]:
    if kind.reference == "ArtifactLink" and not (attributes.get("name") and url.startswith("vstfs:///")):
        raise _unsound("An artifact link has to have a vstfs URL and a name.", "WorkItemResourceLinkException")
    kept = {name: attributes[name] for name in ("comment", "name") if attributes.get(name)}
    dates = {"resourceCreatedDate": at, "resourceModifiedDate": at, "revisedDate": FAR}
    return {"authorizedDate": at, "id": identity, **dates, **kept}


def _change(removed: Mapping[int, Relation], added: list[Relation], edited: Mapping[int, Any]) -> dict[str, Any]:
    shown = [
        {"id": each.id, "rel": each.rel, "target": each.target, "url": each.url, "attributes": dict(each.attributes)}
        for each in added
    ]
    return {"removed": list(removed), "added": shown, "edited": {str(key): dict(new) for key, new in edited.items()}}


def _reverse(relation: Relation, item: int) -> Relation:
    return Relation(relation.id, RELATION_TYPES[relation.rel].opposite, item, "", relation.attributes)


def _unsound(message: str, key: str = "WorkItemLinkInvalidException") -> Refusal:
    return Refusal(400, message, key)
