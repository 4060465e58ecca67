"""One item at a time, in a spec's words: read, create and change it over any provider."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping

from reconciler.errors import ConflictError, NotFoundError, UnknownOutcome, ValidationError
from reconciler.sdk.containers import MakesContainers, with_made
from reconciler.sdk.everyday import change_of, field_called, readable, said_by, type_called, work_item_of
from reconciler.sdk.items import Item
from reconciler.sdk.provider import Provider
from reconciler.sdk.site import SiteDescription, TypeInfo
from reconciler.sdk.values import Ref, Value
from reconciler.sdk.workitem import WorkItem
from reconciler.sdk.writes import Change, Draft, Outcome

__all__ = ["Editor", "new_operation"]


def new_operation() -> str:
    """An id for a write outside any plan."""
    return uuid.uuid4().hex


class Editor:
    """Reads and writes single items. What the site offers is read once for each question."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._described: dict[tuple[frozenset[str], frozenset[str]], SiteDescription] = {}

    def site(self, types: Collection[str] = (), users: Collection[str] = ()) -> SiteDescription:
        """The site's description, with the fields of these types."""
        asked = (frozenset(types), frozenset(users))
        if asked not in self._described:
            self._described[asked] = self.provider.describe_site(*asked)
        return self._described[asked]

    def whole_site(self) -> SiteDescription:
        """The site's description, with the fields of all types."""
        return self.site(tuple(each.ref.name for each in self.site().types.values()))

    def find(self, reference: str) -> tuple[SiteDescription, TypeInfo, Item]:
        """Look an item up by id, key or URL: without its fields, and with the description of its type.

        Raises:
            NotFoundError: this account sees none, or it lies in another project.
        """
        item = self._fetched(reference, reference, ())
        site = self.site((item.type.name,))
        kind = site.types.get(item.type.id)
        if kind is None:
            raise NotFoundError(f"{item.key} lies in another project than {site.project.name}")
        return site, kind, item

    def read(self, reference: str) -> tuple[SiteDescription, TypeInfo, Item]:
        """Read an item with all that a `WorkItem` shows.

        Raises:
            NotFoundError: as of `find`.
        """
        site, kind, item = self.find(reference)
        return site, kind, self._fetched(item.id, reference, readable(kind))

    def read_field(self, item: Item, field: str) -> Item:
        """Read an item again with one field alone.

        Raises:
            NotFoundError: it is not there any more.
        """
        return self._fetched(item.id, item.key, (field,))

    def shown(self, reference: str) -> WorkItem:
        """Read an item in a spec's words.

        Raises:
            NotFoundError: as of `find`.
        """
        site, _, item = self.read(reference)
        return work_item_of(self.provider, site, item)

    def search(self, query: str) -> Iterator[WorkItem]:
        """Items of the project that a query of the platform's own language finds, in a spec's words."""
        every = self.whole_site()
        fields = {field for kind in every.types.values() for field in readable(kind)}
        for item in self.provider.search(query, fields):
            if item.type.id in every.types:  # an issue of another project has types that nobody described
                yield work_item_of(self.provider, every, item)

    def create(self, item: WorkItem) -> WorkItem:
        """Create an item; a status is set by a transition afterwards.

        Raises:
            BadValue, NotFoundError, ValidationError, UnknownOutcome: as of `create_work_item`.
        """
        wanted = said_by(item)
        site = self.site((item.type,), _people(wanted))
        kind = type_called(site, item.type)
        values = self._normal(site, kind, wanted)
        at_once = {field: value for field, value in values.items() if "create" in kind.fields[field].writable}
        (outcome,) = self.provider.create((Draft(new_operation(), kind.ref, at_once, None),))
        created = _done(outcome)
        later = {field: value for field, value in values.items() if field not in at_once}
        if later:
            (found,) = self.provider.fetch({created.id: tuple(kind.fields)})
            if found.item is None:
                raise NotFoundError(f"{created.key} was created and can't be read")
            self.write(change_of(kind, found.item, later, new_operation()))
        return self.shown(created.id)

    def update(self, reference: str, changes: Mapping[str, object]) -> WorkItem:
        """Change fields of one item; what is equal already is not written.

        Raises:
            BadValue, NotFoundError, ValidationError, UnknownOutcome: as of `update_work_item`.
        """
        _, _, item = self.read(reference)
        site = self.site((item.type.name,), _people(changes))
        kind = site.types[item.type.id]
        values = self._normal(site, kind, changes)
        changed = {field: value for field, value in values.items() if item.fields.get(field) != value}
        if changed:
            self.write(change_of(kind, item, changed, new_operation()))
        return self.shown(item.id)

    def write(self, change: Change) -> None:
        """Make one change.

        Raises:
            NotFoundError: the item is gone.
            ConflictError: somebody changed it since it was read; nothing was written.
            ValidationError: the platform refused it, or part of it.
            UnknownOutcome: the answer was lost.
        """
        (outcome,) = self.provider.update((change,), quiet=False)
        _done(outcome)

    def _normal(self, site: SiteDescription, kind: TypeInfo, wanted: Mapping[str, object]) -> dict[str, Value]:
        normal: dict[str, Value] = {}
        for word, value in wanted.items():
            field = field_called(kind, word)
            if word == "parent" and isinstance(value, str):
                value = Ref(self.read(value)[2].id)
            normal[field.id] = self.provider.normalize(site, kind.ref.id, field.id, value)
        if isinstance(self.provider, MakesContainers):
            make = self.provider.make_container
            return {id: with_made(value, kind.fields[id].kind, make) for id, value in normal.items()}
        return normal

    def _fetched(self, asked: str, called: str, fields: Collection[str]) -> Item:
        (found,) = self.provider.fetch({asked: fields})
        if found.item is None:
            raise NotFoundError(f"there is no item {called!r} that this account can see")
        return found.item


def _done(outcome: Outcome) -> Item:
    reasons = tuple((each.field or "", each.message) for each in outcome.problems)
    detail = "\n".join(f"{field}: {text}" if field else text for field, text in reasons)
    if outcome.result == "unknown":
        raise UnknownOutcome(detail=detail, hint="look at the item before you try again")
    if outcome.result == "gone":
        raise NotFoundError(detail=detail)
    if outcome.result == "changed":
        raise ConflictError(detail=detail, hint="run it again")
    if outcome.result != "done":
        done = f"written all the same: {', '.join(sorted(outcome.applied))}\n" if outcome.applied else ""
        raise ValidationError("the platform refused the write", detail=done + detail, reasons=reasons)
    return outcome.item or Item("", "", "", Ref(""), {}, "")


def _people(wanted: Mapping[str, object]) -> tuple[str, ...]:
    assignee = wanted.get("assignee")
    return (assignee,) if isinstance(assignee, str) else ()
