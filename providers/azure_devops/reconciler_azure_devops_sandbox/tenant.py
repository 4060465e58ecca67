"""One organisation at work: what the endpoints act on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from reconciler.sdk import Clock
from reconciler_azure_devops_sandbox.definitions import Project, WorkItemType
from reconciler_azure_devops_sandbox.deliveries import Hooks
from reconciler_azure_devops_sandbox.drafting import Author
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.organisation import PERMISSIONS
from reconciler_azure_devops_sandbox.patching import Operation
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.refusal import missing_item, not_permitted
from reconciler_azure_devops_sandbox.rendering import Rendering
from reconciler_azure_devops_sandbox.routing import Request
from reconciler_azure_devops_sandbox.store import Event, Item, Store, Version, moment
from reconciler_azure_devops_sandbox.team_iterations import TeamIterations
from reconciler_azure_devops_sandbox.writing import Writing

__all__ = ["Tenant"]

_NOBODY = -1  # the id of an item that is only validated; messages about new items use it too


class Tenant:
    """The store with everything that reads and writes it, and the clock.

    Attributes:
        searches: how many queries there were; the index flickers by it.
        hooks: told of each event of a work item (`workitem.updated` and the like) once it is kept.
    """

    def __init__(self, clock: Clock, journal: Callable[[Event], None]) -> None:
        self.clock = clock
        self.knobs = Knobs()
        self.store = Store(journal)
        self.reader = FieldReader(self.store)
        self.writing = Writing(self.store, self.knobs, self.reader)
        self.team_iterations = TeamIterations(self.store)
        self.searches = 0
        self.hooks = Hooks(self.store, self.reader, clock)

    def rendering(self, request: Request) -> Rendering:
        """JSON with the URLs of a request's scope."""
        return Rendering(self.store, self.reader, request.base, request.scope, formats=self.knobs["markdown"])

    def now(self) -> str:
        """The time as events carry it."""
        return moment(self.clock.now())

    def need(self, permission: str) -> None:
        """Refuse with 403 without a permission of the account's."""
        if permission in self.knobs["permissions_denied"]:
            raise not_permitted(PERMISSIONS[permission])

    def item(self, identity: object, project: Project | None = None) -> Item:
        """An item that the account may read; of a project, where one is named.

        Raises:
            Refusal: 404.
        """
        item = self.store.find(int(str(identity))) if str(identity).isdecimal() else None
        if item is None or (project is not None and item.project != project.id):
            raise missing_item(identity)
        return item

    def indexed(self, item: Item) -> Version | None:
        """What the index of queries holds of an item; `None` before it knows it.

        A change is invisible for the first half of the lag; in the second half every other query sees it.
        """
        lag = timedelta(seconds=float(self.knobs["lag"]))
        return item.as_of(self.clock.now() - (lag if self.searches % 2 == 0 else lag / 2)) if lag else item.now

    def create(self, project: Project, kind: WorkItemType, operations: Sequence[Operation], author: Author) -> Item:
        """Create an item.

        Raises:
            Refusal: it can't be created.
        """
        identity = self.store.next_id("item")
        return self._created(identity, self.writing.create(identity, project, kind, operations, author))

    def would_create(
        self, project: Project, kind: WorkItemType, operations: Sequence[Operation], author: Author
    ) -> Item:
        """What `create` would make; nothing is kept.

        Raises:
            Refusal: it can't be created.
        """
        event = self.writing.create(_NOBODY, project, kind, operations, author)
        elsewhere = Store(lambda _event: None)
        elsewhere.replay({**event, "changes": event["changes"][:1]})
        return elsewhere.items[_NOBODY]

    def edit(self, item: Item, operations: Sequence[Operation], author: Author) -> None:
        """Change an item; nothing is kept where nothing changes.

        Raises:
            Refusal: it can't be changed so.
        """
        event = self.writing.edit(item, operations, author)
        if event is not None:
            self.store.record(event)
            self.hooks.tell("workitem.updated", item)

    def copy(self, source: Item, author: Author) -> Item:
        """Make a copy as "Copy work item" does: its values and tags, and its resource links where the knob says so."""
        identity = self.store.next_id("item")
        return self._created(identity, self.writing.copy(identity, source, author))

    def comment(self, item: Item, text: str, form: str, author: Author) -> dict[str, Any]:
        """Add a comment, which makes a revision, and give its stored form."""
        comment = self.writing.comment(text, form, author)
        self._save(item, {"comment": comment}, author.by)
        self.hooks.tell("workitem.commented", item)
        return comment

    def delete(self, item: Item, by: str) -> None:
        """Move an item to the recycle bin."""
        self._save(item, {"fields": {"System.IsDeleted": True}}, by)
        self.hooks.tell("workitem.deleted", item)

    def restore(self, item: Item, by: str) -> None:
        """Take an item out of the recycle bin."""
        self._save(item, {"fields": {"System.IsDeleted": None}}, by)
        self.hooks.tell("workitem.restored", item)

    def destroy(self, item: Item) -> None:
        """Delete an item for good."""
        self.store.record({"event": "destroyed", "item": item.id, "at": self.now()})

    def _created(self, identity: int, event: Event) -> Item:
        self.store.record(event)
        item = self.store.items[identity]
        self.hooks.tell("workitem.created", item)
        return item

    def _save(self, item: Item, change: dict[str, Any], by: str) -> None:
        changes = [{"item": item.id, "bump": True, **change}]
        self.store.record({"event": "saved", "at": self.now(), "by": by, "changes": changes})
