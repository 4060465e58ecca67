"""A provider, a lease and a whole engine in memory, with faults on demand and one log of all that happens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from memory_site import MemoryDialect, rich, site_description

from reconciler.apply.execution import execute
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.running import Running
from reconciler.live.connections import Connection
from reconciler.plan.assemble import speeches
from reconciler.plan.document import PlanDocument
from reconciler.plan.results import ApplyResult
from reconciler.sdk import (
    Change,
    Draft,
    Found,
    History,
    Item,
    Link,
    Marker,
    Outcome,
    Pending,
    Preview,
    Problem,
    ProviderError,
    Ref,
    Rich,
    SiteDescription,
    Value,
    WriteGate,
)
from reconciler.spec.configuration import Configuration
from reconciler.state.records import ItemRecord, OperationRecord, OperationStatus, RunRecord, State, WorkspaceRecord
from reconciler.workflow.planning import PlanKind, plan_with

__all__ = ["Engine", "HandClock", "MemoryLease", "MemoryProvider"]


class HandClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class MemoryLease:
    """A state in memory. As the real one does, it refuses to end an operation that was never journalled."""

    def __init__(self, log: list[tuple[str, ...]]) -> None:
        self.log = log
        self.items: dict[str, ItemRecord] = {}
        self.operations: dict[str, OperationRecord] = {}
        self.last_run: str | None = None
        self.variables: Mapping[str, str] = {}
        self.fence = 1

    def begin_run(self, run: RunRecord, variables: Mapping[str, str]) -> None:
        self.last_run = run.id

    def finish_run(self, run: RunRecord) -> None:
        self.last_run = run.id

    def journal(self, operations: Iterable[OperationRecord]) -> None:
        for each in operations:
            self.operations[each.id] = each
            self.log.append(("journal", each.address))

    def record(
        self, item: ItemRecord | None, operation: tuple[str, OperationStatus] | None = None, forget: str | None = None
    ) -> None:
        if operation is not None:
            id, status = operation
            assert id in self.operations, "an operation is ended that was never journalled"
            self.operations[id] = replace(self.operations[id], status=status)
        if forget is not None:
            self.items.pop(forget, None)
            self.log.append(("forget", forget))
        if item is not None:
            self.items[item.address] = item
            self.log.append(("record", item.address))

    def check(self) -> None:
        return

    def state(self) -> State:
        identity = ("6f0c2f3e-0000-4000-8000-000000000001", "deals", "acme", "lineage-1")
        workspace = WorkspaceRecord(*identity, self.last_run, self.variables)
        still_open = tuple(each for each in self.operations.values() if each.status == "open")
        return State(workspace, dict(self.items), still_open)


class MemoryProvider(MemoryDialect):
    """Items in a dict. Faults go by an item's title.

    Attributes:
        answers: by title, the outcome that a write gets instead of being done.
        lost: titles whose write is done and whose answer is lost.
        broken: titles whose write ends the whole call, before it is sent.
        dropped: ids of fields that are written and not kept.
        hidden: ids of items that can't be read.
        unsearched: ids of items that a search does not know yet.
        meanwhile: called before each fetch, to change things under the hands of apply.
        calls: the calls, each with the number of its inputs.
    """

    def __init__(self, site: SiteDescription, log: list[tuple[str, ...]], gate: WriteGate, first: int = 1) -> None:
        self.site, self.log, self.gate = site, log, gate
        self.items: dict[str, Item] = {}
        self.edits: dict[str, list[tuple[str, datetime, Ref, str, str]]] = {}
        self.answers: dict[str, Outcome] = {}
        self.lost: set[str] = set()
        self.broken: set[str] = set()
        self.unreadable = False
        self.dropped: set[str] = set()
        self.hidden: set[str] = set()
        self.unsearched: set[str] = set()
        self.meanwhile: Callable[[], None] = lambda: None
        self.calls: list[tuple[str, int]] = []
        self.obstacles: dict[str, Preview] = {}
        self.comments: dict[str, list[str]] = {}
        self.walked: list[tuple[str, ...]] = []
        self.quiet = False
        self._next = first

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        self.calls.append(("describe", len(types)))
        return self.site

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        if markers and not any(wanted.values()):
            self.calls.append(("markers", len(wanted)))
        else:
            self.calls.append(("fetch", len(wanted)))
            self.meanwhile()
        if self.unreadable:
            raise ProviderError("the site gave no answer")
        by_key = {each.key: each.id for each in self.items.values()}
        for asked, fields in wanted.items():
            found = self.items.get(by_key.get(asked, asked))
            if found is None or found.id in self.hidden:
                yield Found(asked, "not_visible")
            else:
                shown = {id: self._live(found, id) for id in fields}
                yield Found(asked, "live", replace(found, fields=shown, marker=found.marker if markers else None))

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """A query is a part of the titles that it finds."""
        yield from (each for each in self.items.values() if query in str(each.fields.get("summary")))

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        self.calls.append(("children", len(ids)))
        for each in self.items.values():
            parent = each.fields.get("parent")
            if isinstance(parent, Ref) and parent.id in ids and each.id not in self.unsearched:
                yield each

    def highest_key(self) -> str:
        return max((each.key for each in self.items.values()), key=lambda key: (len(key), key), default="")

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Nothing can be known of what was sent."""
        yield from (Found(each.write.operation, "undecided") for each in pending)

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        self.calls.append(("remove", len(items)))
        for operation, each in items.items():
            title = str(self.items[each.id].fields.get("summary"))
            ready = self._fault(title, operation)
            if ready is None:
                del self.items[each.id]
            yield ready or self._answer(title, operation, None)

    def find_marked(self, label: str, since: datetime | None = None, *, above: str = "") -> Iterator[Item]:
        self.calls.append(("find_marked", 1))
        yield from (each for each in self.items.values() if each.marker is not None)

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        drafts = [each for each in writes if isinstance(each, Draft)]
        alone = [each for each in writes if isinstance(each, Change) and _is_marker_alone(each)]
        for number, each in enumerate(alone):
            yield Preview(each.operation, {} if number else {"marker": 1})
        for each in (each for each in writes if each not in alone):
            counts = {"bulk create": 1} if each in drafts[:1] else {} if isinstance(each, Draft) else {"edit": 1}
            yield self.obstacles.get(each.operation, Preview(each.operation, counts))

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        self.calls.append(("create", len(drafts)))
        for each in drafts:
            title = str(each.fields.get("summary"))
            ready = self._fault(title, each.operation)
            if ready is not None:
                yield ready
                continue
            item = self._insert(each)
            yield self._answer(title, each.operation, item)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        alone = [each for each in changes if _is_marker_alone(each)]
        self.calls.append(("mark", len(alone)) if alone else ("update", len(changes)))
        self.quiet = quiet
        for each in changes:
            title = str(self.items[each.item.id].fields.get("summary"))
            ready = self._fault(title, each.operation, "mark" if each in alone else "send")
            if ready is not None:
                yield ready
                continue
            self._write(each)
            yield self._answer(title, each.operation, None)

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        self.calls.append(("history", len(ids)))
        for id in ids:
            yield History(id, complete=True, edits=tuple(each for each in self.edits.get(id, ()) if each[0] in fields))

    def _fault(self, title: str, operation: str, what: str = "send") -> Outcome | None:
        if title in self.broken:
            raise ProviderError("the site is down")
        answer = self.answers.get(title)
        if answer is not None and answer.result in {"not_sent", "refused"} and not answer.applied:
            return replace(answer, operation=operation)  # decided before anything was sent
        self.gate.open((operation,))
        self.log.append((what, title))
        return replace(answer, operation=operation) if answer is not None else None

    def _answer(self, title: str, operation: str, item: Item | None) -> Outcome:
        return Outcome(operation, "unknown") if title in self.lost else Outcome(operation, "done", item)

    def _insert(self, draft: Draft) -> Item:
        id, self._next = str(1000 + self._next), self._next + 1
        key = f"{self.site.project.name}-{int(id) - 1000}"
        fields: dict[str, Value] = {"status": Ref("s1", "To Do")}
        fields |= {field: value for field, value in draft.fields.items() if field not in self.dropped}
        item = Item(id, key, f"{self.site.url}/browse/{key}", draft.type, fields, "1", draft.marker)
        self.items[id] = item
        return item

    def _write(self, change: Change) -> None:
        item = self.items[change.item.id]
        fields = dict(item.fields)
        fields |= {field: value for field, value in change.set.items() if field not in self.dropped}
        type = fields.pop("type", item.type)
        assert isinstance(type, Ref)
        for id in {*change.add, *change.remove} - self.dropped:
            kept = [each for each in _elements(fields.get(id)) if each not in change.remove.get(id, ())]
            fields[id] = tuple(dict.fromkeys((*kept, *change.add.get(id, ()))))
        if change.transition and "status" not in self.dropped:
            fields["status"] = change.transition.path[-1]
            self.walked.append(tuple(each.name for each in change.transition.path))
        if change.comment is not None:
            self.comments.setdefault(item.id, []).append(change.comment)
        marker = item.marker if change.marker == "keep" else None if change.marker == "drop" else change.marker
        self.items[item.id] = replace(
            item, type=type, fields=fields, marker=marker, revision=str(int(item.revision) + 1)
        )

    def _live(self, item: Item, field: str) -> Value:
        """A field as this item shows it: a link shows on both of its items."""
        if field == "type":
            return item.type
        if field != "links":
            return item.fields.get(field)
        own = list(_elements(item.fields.get("links")))
        for other in self.items.values():
            for link in _elements(other.fields.get("links")):
                if isinstance(link, Link) and link.target == item.id:
                    symmetric = any(each.id == link.type and each.symmetric for each in self.site.link_types)
                    own.append(Link(link.type, other.id, symmetric or not link.outward))
        return tuple(dict.fromkeys(own))


def _is_marker_alone(change: Change) -> bool:
    others = (change.set, change.add, change.remove, change.transition, change.comment)
    return isinstance(change.marker, Marker) and not any(others)


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


@dataclass
class Engine:
    """Everything in one place: sites, a state, and the steps of a run."""

    directory: Path
    sites: dict[str, SiteDescription] = field(default_factory=lambda: {"tracker": site_description()})

    def __post_init__(self) -> None:
        self.log: list[tuple[str, ...]] = []
        self.clock = HandClock()
        self.lease = MemoryLease(self.log)
        self.journal = Journal(self.clock)
        self.journal.attach(self.lease)
        self.providers = {name: MemoryProvider(site, self.log, self.journal) for name, site in self.sites.items()}
        self.reported: list[ApplyResult] = []

    @property
    def tracker(self) -> MemoryProvider:
        return self.providers["tracker"]

    @property
    def connections(self) -> dict[str, Connection]:
        nothing = cast("Any", None)
        return {name: Connection(name, nothing, each, nothing) for name, each in self.providers.items()}

    def plan(self, specs: Configuration, kind: PlanKind = "plan", targets: tuple[str, ...] = ()) -> PlanDocument:
        request = cast("Any", SimpleNamespace(directory=self.directory, commit=lambda: "abc123", clock=self.clock))
        used = {each.provider for each in specs.items.values()} | {each.provider for each in self.lease.items.values()}
        connections = {name: each for name, each in self.connections.items() if name in used}
        return plan_with(request, specs, self.lease.state(), connections, kind, targets).document

    def carry_out(self, document: PlanDocument) -> dict[str, ApplyResult]:
        results = execute(
            Running(
                document=document,
                run="run-1",
                ledger=Ledger(self.lease, self.lease.items, self.reported.append),
                journal=self.journal,
                clock=self.clock,
                providers=self.providers,
                speeches=speeches(self.sites, self.providers, self.lease.items),
            )
        )
        self.lease.last_run = f"run of {document.digest[:8]}"
        self.lease.variables = document.variables
        return {each.address: each for each in results}

    def apply(self, specs: Configuration, kind: PlanKind = "plan") -> dict[str, ApplyResult]:
        return self.carry_out(self.plan(specs, kind))

    def live(self, address: str) -> dict[str, Value]:
        record = self.lease.items[address]
        return dict(self.providers[record.provider].items[record.id].fields)

    def edit(self, address: str, by: str = "Lea Gray", **fields: Any) -> None:
        """A person changes an item on the board."""
        record = self.lease.items[address]
        provider = self.providers[record.provider]
        item = provider.items[record.id]
        if isinstance(fields.get("description"), str):
            fields["description"] = rich(fields["description"])
        self.clock.sleep(3600)
        for each, value in fields.items():
            edit = (each, self.clock.now(), Ref("u2", by), _shown(item.fields.get(each)), _shown(value))
            provider.edits.setdefault(item.id, []).append(edit)
        provider.items[record.id] = replace(item, fields={**item.fields, **fields})

    def refuse(
        self, title: str, result: Any = "refused", applied: frozenset[str] = frozenset(), message: str = "no"
    ) -> None:
        self.tracker.answers[title] = Outcome("", result, None, applied, (Problem("rule", message, "summary"),))


def _shown(value: Value) -> str:
    """A value as a platform's history shows it."""
    match value:
        case None:
            return ""
        case tuple():
            return ", ".join(map(_shown, value))
        case Ref():
            return value.name or value.id
        case Rich():
            return value.markdown
        case Link():
            return value.title or value.target
    return str(value)
