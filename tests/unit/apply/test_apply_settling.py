"""What became of writes whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.apply.settling import Settlement, settle, settled_state
from reconciler.plan.document import WorkspaceName
from reconciler.sdk import Change, Draft, FieldInfo, Found, Item, Pending, Ref, Status, TypeInfo, Value
from reconciler.state.records import ItemRecord, OperationRecord, State, WorkspaceRecord

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
NAME = WorkspaceName(name="deals", id="w", instance="acme")
TASK = Ref("t", "Task")
TODO, DOING = Ref("1", "To Do"), Ref("2", "In Progress")
TYPE = TypeInfo(
    TASK,
    0,
    {
        "title": FieldInfo("title", "Title", "text", "title"),
        "status": FieldInfo("status", "Status", "status", "status"),
        "labels": FieldInfo("labels", "Labels", "label", "labels", many=True),
    },
    (Status(TODO, "new", "todo"), Status(DOING, "active", "in_progress")),
)


def _record(id: str = "7", **base: Value) -> ItemRecord:
    return ItemRecord("a", "p", "site", id, f"K-{id}" if id else "", "", TASK, "A", base, dict(base))


def _operation(kind: Any = "update", **changes: Any) -> OperationRecord:
    made = OperationRecord(
        id="op",
        run="r",
        address="a",
        provider="p",
        kind=kind,
        item=None if kind == "create" else "7",
        values={"title": "new"},
        before={"title": "old"},
        highest_key="K-3",
        journalled_at=NOW,
        send_before=NOW + timedelta(seconds=30),
        after=_record("" if kind == "create" else "7", title="new"),
    )
    return replace(made, **changes)


def _live(**fields: Value) -> Item:
    return Item("7", "K-7", "https://k/7", TASK, fields, "r1")


class Answering:
    """A provider that knows one answer, and remembers what it was asked."""

    def __init__(self, state: Any, item: Item | None = None) -> None:
        self.answer = (state, item)
        self.asked: list[Pending] = []

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        self.asked += pending
        for each in pending:
            yield Found(each.write.operation, *self.answer)


def _settled(operation: OperationRecord, state: Any, item: Item | None = None) -> tuple[Settlement, ...]:
    records: Mapping[str, ItemRecord] = {} if operation.kind == "create" else {"a": _record(title="old", labels=("x",))}
    whole = State(WorkspaceRecord("w", "deals", "acme", "line"), records, (operation,))
    return settle(whole, NAME, {"p": Answering(state, item)}, {"p": {"t": TYPE}})  # type: ignore[dict-item]


def test_a_creation_that_arrived_is_recorded_as_it_was_sent() -> None:
    """The item's id is known again, and what people made of it since will show as drift."""
    (found,) = _settled(_operation("create", before={}), "live", _live(title="renamed since"))
    assert found.status == "done"
    assert found.record is not None
    assert (found.record.id, found.record.key) == ("7", "K-7")
    assert (found.record.base, found.record.observed) == ({"title": "new"}, {"title": "new"})


def test_a_creation_that_never_arrived_leaves_nothing() -> None:
    """Its address is free again."""
    (found,) = _settled(_operation("create"), "absent")
    assert (found.status, found.record) == ("absent", None)


def test_what_can_not_be_known_yet_stays_open() -> None:
    """Nobody guesses."""
    assert _settled(_operation("create"), "undecided") == ()


def test_an_update_that_arrived_is_recorded() -> None:
    """Live equals what was sent: base and observed follow."""
    (found,) = _settled(_operation(), "live", _live(title="new"))
    assert found.status == "done"
    assert found.record is not None
    assert (found.record.base["title"], found.record.observed["title"]) == ("new", "new")


def test_an_update_that_did_not_arrive_changes_nothing() -> None:
    """Live equals the before-image: the next plan writes it again."""
    (found,) = _settled(_operation(), "live", _live(title="old"))
    assert (found.status, found.record) == ("refused", None)


def test_a_person_who_came_after_is_never_overwritten_by_settling() -> None:
    """Live is neither: ours is taken to have arrived, so that the person's edit shows as drift."""
    (found,) = _settled(_operation(), "live", _live(title="hers"))
    assert found.record is not None
    assert (found.record.base["title"], found.record.observed["title"]) == ("new", "new")


def test_a_change_that_arrived_in_part_is_recorded_in_part() -> None:
    """The edit arrived, the transition did not: only the edit is recorded."""
    operation = _operation(values={"title": "new", "status": DOING}, before={"title": "old", "status": TODO})
    (found,) = _settled(operation, "live", _live(title="new", status=TODO))
    assert found.status == "partial"
    assert found.record is not None
    assert found.record.base == {"title": "new", "labels": ("x",)}


def test_elements_that_arrived_are_ours() -> None:
    """Added ones are there, removed ones are gone: the set's base follows; a person's element stays out of it."""
    operation = _operation(values={}, added={"labels": ("y",)}, removed={"labels": ("x",)}, before={"labels": ("x",)})
    (found,) = _settled(operation, "live", _live(labels=("y", "hers")))
    assert found.status == "done"
    assert found.record is not None
    assert found.record.base["labels"] == ("y",)


def test_elements_of_which_one_is_missing_are_written_again() -> None:
    """Adding an element twice does no harm; calling it ours when it is not would."""
    operation = _operation(values={}, added={"labels": ("y", "z")}, before={"labels": ()})
    (found,) = _settled(operation, "live", _live(labels=("y",)))
    assert (found.status, found.record) == ("refused", None)


def test_an_item_that_can_not_be_read_any_more() -> None:
    """The operation ends; whether the item is gone is the plan's question."""
    (found,) = _settled(_operation(), "not_visible")
    assert (found.status, found.record) == ("gone", None)


def test_the_platform_is_asked_with_what_was_sent() -> None:
    """Settling asks with what was sent (draft, marker, before-image, transition), never with today's spec."""
    provider = Answering("undecided")
    moved = _operation(id="op2", values={"status": DOING}, before={"status": TODO}, added={"labels": ("y",)})
    state = State(WorkspaceRecord("w", "deals", "acme", "l"), {"a": _record()}, (_operation("create"), moved))
    settle(state, NAME, {"p": provider}, {"p": {"t": TYPE}})  # type: ignore[dict-item]
    draft, change = (each.write for each in provider.asked)
    assert isinstance(draft, Draft)
    assert draft.marker is not None
    assert (draft.fields, draft.marker.operation, draft.marker.address) == ({"title": "new"}, "op", "a")
    assert isinstance(change, Change)
    assert (change.set, change.add) == ({}, {"labels": ("y",)})
    assert change.transition is not None
    assert (change.transition.path, change.item.fields) == ((DOING,), {"status": TODO})
    assert provider.asked[0].highest_key == "K-3"
    assert provider.asked[0].send_before == NOW + timedelta(seconds=30)


def test_the_state_after_settling() -> None:
    """Settled operations are no longer open, their records are in place, the others stay."""
    first, second = _operation("create"), _operation(id="op2")
    state = State(WorkspaceRecord("w", "deals", "acme", "l"), {"b": _record()}, (first, second))
    after = settled_state(state, (Settlement(first, "done", _record("9", title="new")),))
    assert set(after.items) == {"a", "b"}
    assert after.open_operations == (second,)
    gone = settled_state(after, (Settlement(second, "done", forget=True),))
    assert (set(gone.items), gone.open_operations) == ({"b"}, ())
