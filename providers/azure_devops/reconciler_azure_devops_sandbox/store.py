"""The organisation's memory: work items with their versions, nodes and comments, changed only by events.

Each event is JSON, is journalled once it is taken in, and can be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from reconciler_azure_devops_sandbox.trees import Node, first_nodes

__all__ = ["Event", "Item", "Relation", "Store", "Version", "moment"]

Event: TypeAlias = dict[str, Any]
"""What happened: `event` names it, `at` (as `moment` writes it) and `by` (a person's id) say when and who."""

Kind: TypeAlias = Literal["item", "node", "relation", "comment"]

_PARENT = "System.LinkTypes.Hierarchy-Reverse"


@dataclass(frozen=True, slots=True)
class Relation:
    """One end of a link.

    Attributes:
        id: the same at both ends.
        rel: the relation type's reference name, as seen from this end.
        target: the work item at the other end; `None` for a resource link.
        url: of a resource link; empty otherwise.
        attributes: `comment`, `name` and, for a resource link, its dates.
    """

    id: int
    rel: str
    target: int | None
    url: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """What an item was from one update to the next. A version without a revision of its own repeats its `rev`.

    Attributes:
        fields: by reference name, in the stored form: people, nodes and the project by id, tags as a list, times as
            the platform writes them; an absent key is empty.
        formats: the fields whose text is Markdown -> "markdown".
        history: the comment that came with it.
    """

    rev: int
    at: datetime
    by: str
    watermark: int
    fields: Mapping[str, Any]
    relations: tuple[Relation, ...]
    formats: Mapping[str, str]
    history: str | None = None


@dataclass(slots=True)
class Item:
    """A work item.

    Attributes:
        versions: one for each update, from its creation on.
        comments: by id: {`id`, `version`, `text`, `format` ("html" or "markdown"), `by`, `at`, `changed_by`,
            `changed_at`, `deleted`}.
    """

    id: int
    versions: list[Version]
    hidden: bool = False
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def now(self) -> Version:
        """What it is."""
        return self.versions[-1]

    @property
    def project(self) -> str:
        """The id of its project."""
        return str(self.now.fields["System.TeamProject"])

    @property
    def type(self) -> str:
        """The name of its type."""
        return str(self.now.fields["System.WorkItemType"])

    @property
    def deleted(self) -> bool:
        """Whether it lies in the recycle bin."""
        return bool(self.now.fields.get("System.IsDeleted"))

    def as_of(self, when: datetime) -> Version | None:
        """What it was at a moment; `None` before its creation."""
        return next((each for each in reversed(self.versions) if each.at <= when), None)


class Store:
    """All items and nodes. `journal` keeps each event."""

    def __init__(self, journal: Callable[[Event], None]) -> None:
        self._journal = journal
        self.items: dict[int, Item] = {}
        self.nodes: dict[int, Node] = {each.id: each for each in first_nodes()}
        self.tags: dict[str, dict[str, str]] = {}
        self._last: dict[str, int] = {"node": max(self.nodes)}
        self._watermark = 0
        self._appliers: dict[str, Callable[[Event], None]] = {
            "saved": self._saved,
            "destroyed": self._destroyed,
            "hidden": self._hidden,
            "commented": self._commented,
            "node_saved": self._node_saved,
            "node_dropped": self._node_dropped,
        }

    def extend(self, event: str, applier: Callable[[Event], None]) -> None:
        """Let another module keep events of its own here."""
        self._appliers[event] = applier

    def record(self, event: Event) -> None:
        """Take an event in and keep it.

        - `saved`: `changes`, a list of {`item`, `fields` {reference: value or null}, `formats`, `added` [relation],
          `removed` [relation id], `edited` {relation id: attributes}, `bump`, `comment`}; several are one transaction.
        - `commented`: `item` and the whole stored `comment`, new or changed, with its `id`.
        - `destroyed`: `item`. `hidden`: `item`, `hidden`.
        - `node_saved`: `node`, whole. `node_dropped`: `node`, an id.
        """
        self.replay(event)
        self._journal(event)

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take in an event that was kept before."""
        self._appliers[event["event"]](dict(event))

    def new_id(self, kind: Kind) -> int:
        """An id that nothing of this kind has."""
        self._last[kind] = self.next_id(kind)
        return self._last[kind]

    def next_id(self, kind: Kind) -> int:
        """The id that `new_id` would give; nobody has it until an event takes it."""
        return self._last.get(kind, 0) + 1

    def taken(self, kind: Kind, identity: int) -> None:
        """Say that an id is in use, so that `new_id` does not give it."""
        self._last[kind] = max(self._last.get(kind, 0), identity)

    def find(self, identity: int) -> Item | None:
        """An item that the account may see and that is not in the recycle bin."""
        item = self.items.get(identity)
        return None if item is None or item.hidden or item.deleted else item

    def visible(self) -> Iterator[Item]:
        """All items that the account may see, by ascending id, without the recycle bin."""
        return (each for _id, each in sorted(self.items.items()) if not each.hidden and not each.deleted)

    def relations(self, version: Version) -> list[Relation]:
        """A version's relations as the platform lists them: in an order of its own, and none to an unseen item."""
        shown = [each for each in version.relations if each.target is None or self.find(each.target)]
        return sorted(shown, key=lambda each: (each.id * 2654435761) % 4294967296)

    def parent(self, version: Version) -> int | None:
        """The id of the parent, where it can be seen."""
        return next((each.target for each in self.relations(version) if each.rel == _PARENT), None)

    def _saved(self, event: Event) -> None:
        at, by = datetime.fromisoformat(event["at"]), event["by"]
        for change in event["changes"]:
            self._watermark += 1
            item = self.items.get(change["item"])
            fresh = _next_version(item.now if item else None, change, at, by, self._watermark)
            if item:
                item.versions.append(fresh)
            else:
                self.taken("item", change["item"])
                self.items[change["item"]] = Item(change["item"], [fresh])
            for each in change.get("added", ()):
                self.taken("relation", each["id"])
            if comment := change.get("comment"):
                self._commented({"item": change["item"], "comment": comment})
            known = self.tags.setdefault(fresh.fields["System.TeamProject"], {})
            for tag in fresh.fields.get("System.Tags", ()):
                known.setdefault(tag.casefold(), tag)

    def _destroyed(self, event: Event) -> None:
        del self.items[event["item"]]

    def _hidden(self, event: Event) -> None:
        self.items[event["item"]].hidden = event["hidden"]

    def _commented(self, event: Event) -> None:
        comment = event["comment"]
        self.taken("comment", comment["id"])
        self.items[event["item"]].comments[comment["id"]] = comment

    def _node_saved(self, event: Event) -> None:
        node = Node(**event["node"])
        self.taken("node", node.id)
        self.nodes[node.id] = node

    def _node_dropped(self, event: Event) -> None:
        del self.nodes[event["node"]]


def _next_version(before: Version | None, change: Mapping[str, Any], at: datetime, by: str, watermark: int) -> Version:
    fields: Mapping[str, Any] = before.fields if before else {}
    if changed := change.get("fields"):
        merged = {**fields, **changed}
        fields = {name: value for name, value in merged.items() if value is not None}
    relations = before.relations if before else ()
    if gone := set(change.get("removed", ())):
        relations = tuple(each for each in relations if each.id not in gone)
    if edited := change.get("edited"):
        relations = tuple(
            Relation(each.id, each.rel, each.target, each.url, edited.get(str(each.id), each.attributes))
            for each in relations
        )
    relations += tuple(Relation(**each) for each in change.get("added", ()))
    formats: Mapping[str, str] = before.formats if before else {}
    if changed := change.get("formats"):
        formats = {name: value for name, value in {**formats, **changed}.items() if value is not None}
    rev = 1 if before is None else before.rev + bool(change["bump"])
    comment = change.get("comment")
    return Version(rev, at, by, watermark, fields, relations, formats, comment["text"] if comment else None)


def moment(when: datetime) -> str:
    """A time as the platform writes it: UTC, at most milliseconds, without trailing zeros."""
    text = when.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{when.microsecond // 1000:03d}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"
