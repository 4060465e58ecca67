"""Work items, revisions and updates in the platform's JSON (FACTS B4, F)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from reconciler_azure_devops_sandbox.fields import FIELDS, RELATION_TYPES
from reconciler_azure_devops_sandbox.identities import identity_ref, identity_reference, signature
from reconciler_azure_devops_sandbox.organisation import PROJECTS
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.store import Item, Relation, Store, Version, moment

__all__ = ["Expand", "Rendering"]

Expand: TypeAlias = Literal["none", "relations", "fields", "links", "all"]

_DEFAULT = (
    "System.AreaPath", "System.TeamProject", "System.IterationPath", "System.WorkItemType", "System.State",
    "System.Reason", "System.AssignedTo", "System.CreatedDate", "System.CreatedBy", "System.ChangedDate",
    "System.ChangedBy", "System.CommentCount", "System.Title", "System.BoardColumn", "System.BoardColumnDone",
    "Microsoft.VSTS.Common.StateChangeDate", "System.Description", "System.History", "System.Tags", "System.Parent",
)  # fmt: skip
_FURTHER = (
    "System.Id", "System.AreaId", "System.NodeName", "System.AreaLevel1", "System.AreaLevel2", "System.AreaLevel3",
    "System.Rev", "System.AuthorizedDate", "System.RevisedDate", "System.IterationId", "System.IterationLevel1",
    "System.IterationLevel2", "System.IterationLevel3", "System.AuthorizedAs", "System.PersonId", "System.Watermark",
)  # fmt: skip
_KNOWN = frozenset((*_DEFAULT, *_FURTHER))
_UPDATED = (*_FURTHER, *_DEFAULT)
_PROJECTS = {each.id: each for each in PROJECTS}


class Rendering:
    """JSON of one store's items.

    Args:
        base: the organisation's URL.
        scope: the base, with the project's id in project-scoped calls: what URLs of items start with.
        formats: whether answers say in which format long texts are.
    """

    def __init__(self, store: Store, reader: FieldReader, base: str, scope: str, *, formats: bool) -> None:
        self._store = store
        self._reader = reader
        self._base = base
        self._scope = scope
        self._formats = formats

    def item(
        self, item: Item, version: Version, expand: Expand = "none", *, relations: bool = False, links: bool = True
    ) -> dict[str, Any]:
        """A work item.

        Args:
            relations: whether they are shown without being asked for; they are in answers to writes.
            links: whether `_links` are; they are in answers about a single item.
        """
        names = (*_FURTHER, *_DEFAULT) if expand in ("all", "fields") else _DEFAULT
        shown: dict[str, Any] = {"id": item.id, "rev": version.rev, "fields": self._fields(item, version, names)}
        if self._formats:
            shown["multilineFieldsFormat"] = self._field_formats(version)
        if relations or expand in ("all", "relations"):
            found = [self.relation(each) for each in self._store.relations(version)]
            if found:
                shown["relations"] = found
        if version.history and version is item.now:
            shown["commentVersionRef"] = self._comment_ref(item)
        if links or expand in ("all", "links"):
            shown["_links"] = self.links(item, version)
        return {**shown, "url": self._url(item)}

    def chosen(self, item: Item, version: Version, references: Sequence[str]) -> dict[str, Any]:
        """A work item with these fields alone; empty ones are left out."""
        fields = {each: value for each in references if (value := self.field(item, version, each)) is not None}
        return {"id": item.id, "rev": version.rev, "fields": fields, "url": self._url(item)}

    def revision(self, item: Item, version: Version, expand: Expand) -> dict[str, Any]:
        """A revision: the item as it was, at an address of its own."""
        shown = self.item(item, version, expand, links=False)
        return {**shown, "url": f"{self._url(item)}/revisions/{version.rev}"}

    def field(self, item: Item, version: Version, reference: str) -> Any:
        """A field's value; `None` where it is empty."""
        value = self._reader.value(item, version, reference)
        if value is None:
            return None
        if FIELDS[reference].identity:
            return identity_ref(value, self._base)
        return "; ".join(value) if isinstance(value, list | tuple) else value

    def relation(self, relation: Relation) -> dict[str, Any]:
        """A relation."""
        attributes = dict(relation.attributes)
        if relation.target is not None:
            attributes = {"isLocked": False, **attributes, "name": RELATION_TYPES[relation.rel].name}
        url = relation.url or f"{self._scope}/_apis/wit/workItems/{relation.target}"
        return {"rel": relation.rel, "url": url, "attributes": attributes}

    def update(self, item: Item, number: int) -> dict[str, Any]:
        """An update, by its number from 1."""
        version = item.versions[number - 1]
        before = item.versions[number - 2] if number > 1 else None
        bumped = before is None or version.rev > before.rev
        shown: dict[str, Any] = {
            "id": number,
            "workItemId": item.id,
            "rev": version.rev,
            "revisedBy": identity_reference(version.by, self._base),
            "revisedDate": self._reader.value(item, version, "System.RevisedDate") if bumped else moment(version.at),
        }
        if bumped:
            shown["fields"] = self._changes(item, before, version)
        if relations := self._relation_changes(before, version):
            shown["relations"] = relations
        project = f"{self._base}/{item.project}"
        return {**shown, "url": f"{project}/_apis/wit/workItems/{item.id}/updates/{number}"}

    def in_bin(self, item: Item) -> dict[str, Any]:
        """What the recycle bin says of an item."""
        version = item.now
        return {
            "id": item.id,
            "code": 200,
            "type": item.type,
            "name": version.fields["System.Title"],
            "project": _PROJECTS[item.project].name,
            "deletedDate": moment(version.at),
            "deletedBy": signature(version.by),
            "url": f"{self._scope}/_apis/wit/recycleBin/{item.id}",
        }

    def deleted(self, item: Item) -> dict[str, Any]:
        """An item in the recycle bin, with what it was."""
        return {**self.in_bin(item), "resource": self.item(item, item.now)}

    def links(self, item: Item, version: Version) -> dict[str, Any]:
        """The `_links` of an item."""
        url = self._url(item)
        kind = quote(str(version.fields["System.WorkItemType"]))
        project = f"{self._base}/{item.project}"
        targets = {
            "self": url,
            "workItemUpdates": f"{url}/updates",
            "workItemRevisions": f"{url}/revisions",
            "workItemComments": f"{url}/comments",
            "html": f"{project}/_workitems/edit/{item.id}",
            "workItemType": f"{project}/_apis/wit/workItemTypes/{kind}",
            "fields": f"{project}/_apis/wit/fields",
        }
        return {name: {"href": target} for name, target in targets.items()}

    def _fields(self, item: Item, version: Version, computed: Sequence[str]) -> dict[str, Any]:
        """These fields and all stored ones, as far as they are not empty."""
        names = (*computed, *sorted(each for each in version.fields if each not in _KNOWN))
        return {each: value for each in names if (value := self.field(item, version, each)) is not None}

    def _url(self, item: Item) -> str:
        return f"{self._scope}/_apis/wit/workItems/{item.id}"

    def _field_formats(self, version: Version) -> dict[str, str]:
        texts = (each for each in version.fields if each in FIELDS and FIELDS[each].type == "html")
        return {each: version.formats.get(each, "html") for each in texts}

    def _comment_ref(self, item: Item) -> dict[str, Any]:
        identity = max(item.comments)
        url = f"{self._base}/{item.project}/_apis/wit/workItems/{item.id}/comments/{identity}/versions/1"
        return {"commentId": identity, "version": 1, "url": url}

    def _changes(self, item: Item, before: Version | None, version: Version) -> dict[str, Any]:
        references = [each for each in _UPDATED if each not in ("System.CommentCount", "System.Parent")]
        stored = {*version.fields, *(before.fields if before else ())}
        references += sorted(each for each in stored if each not in _KNOWN)
        changes: dict[str, Any] = {}
        for each in references:
            old = self.field(item, before, each) if before and each != "System.History" else None
            new = self.field(item, version, each)
            if old != new:
                sides: Mapping[str, Any] = {"oldValue": old, "newValue": new}
                changes[each] = {name: value for name, value in sides.items() if value is not None}
        return changes

    def _relation_changes(self, before: Version | None, version: Version) -> dict[str, Any]:
        old = {each.id: each for each in before.relations} if before else {}
        new = {each.id: each for each in version.relations}
        if old == new:
            return {}
        changes = {
            "added": [each for key, each in new.items() if key not in old],
            "removed": [each for key, each in old.items() if key not in new],
            "updated": [each for key, each in new.items() if key in old and old[key] != each],
        }
        return {name: [self.relation(each) for each in found] for name, found in changes.items() if found}
