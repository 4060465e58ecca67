"""Markers: what they say of an item, and what a state learns from one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_site import configuration, item, rich, site_description

from reconciler.apply.markers import is_current, marker_of, record_from
from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import LOST, UNKNOWN, decide, decide_set
from reconciler.sdk import Item, Opaque, Ref, Value, digest
from reconciler.state.records import ItemRecord

WORKSPACE = configuration().workspace
TYPE = site_description().types["t2"]
RECORD = ItemRecord(
    address="a",
    provider="tracker",
    site="site-1",
    id="1001",
    key="INVEST-1",
    url="https://site-1.example/INVEST-1",
    type=Ref("t2", "Task"),
    title="A",
    base={},
    observed={},
)


def live(**fields: Value) -> Item:
    """The item as the site shows it."""
    return Item("1001", "INVEST-1", RECORD.url, RECORD.type, fields, "7")


def wanted(**fields: Value) -> Wanted:
    """What the specs say now."""
    wants = {id: Want(TYPE.fields[id], id, value, "spec", exact=False) for id, value in fields.items()}
    return Wanted(item("a"), TYPE, wants, frozenset())


def again(record: ItemRecord, now: Item, spec: Wanted | None, **changes: Any) -> ItemRecord:
    """The record that the marker of another gives."""
    marker = replace(marker_of(record, WORKSPACE, "op-1"), **changes)
    return record_from(
        marker,
        now,
        spec,
        address=record.address,
        provider=record.provider,
        site=record.site,
        project=record.project,
        title=record.title,
    )


class TestSaying:
    """`marker_of`."""

    def test_digests_and_no_values(self) -> None:
        """Each value by its digest, each element of a set too; nothing of them can be read."""
        record = replace(
            RECORD,
            base={"summary": "Secret plan", "labels": ("hush",), "links": ()},
            observed={"summary": "Secret plan"},
            protect=True,
        )
        marker = marker_of(record, WORKSPACE, "op-1")
        assert (marker.item, marker.operation, marker.protect, marker.closed) == ("1001", "op-1", True, False)
        assert marker.base["summary"] == marker.observed["summary"]
        assert sorted(each.partition("/")[0] for each in marker.base) == ["labels", "labels", "links", "summary"]
        assert "Secret" not in str(marker)
        assert "hush" not in str(marker)

    @pytest.mark.parametrize(
        "changes",
        [{"item": None}, {"closed": True}, {"protect": True}, {"name": "other"}, {"address": "b"}, {"base": {}}],
    )
    def test_one_that_says_anything_else_is_not_current(self, changes: dict[str, Any]) -> None:
        """But for the operation that wrote it."""
        record = replace(RECORD, base={"summary": "A"})
        marker = marker_of(record, WORKSPACE, "op-1")
        assert is_current(replace(marker, operation="op-2"), record, WORKSPACE)
        assert is_current(replace(marker, address=marker.hidden_address), record, WORKSPACE)
        assert not is_current(replace(marker, **changes), record, WORKSPACE)

    def test_one_without_room_is_current_as_far_as_it_goes(self) -> None:
        """Entries that the platform had no room for are not missed; a wrong one is."""
        record = replace(RECORD, base={"summary": "A", "duedate": date(2027, 3, 31)})
        marker = replace(marker_of(record, WORKSPACE, "op-1"), truncated=True)
        short = replace(marker, base={"summary": marker.base["summary"]})
        assert is_current(short, record, WORKSPACE)
        assert not is_current(replace(marker, base={"summary": "0" * 16}), record, WORKSPACE)


class TestRemembering:
    """`record_from`."""

    def test_what_is_still_there_is_known(self) -> None:
        """Values that the spec or the site still has are known again, whole."""
        record = replace(
            RECORD,
            base={"summary": "A", "description": rich("**x**"), "duedate": None, "labels": ("one", "two")},
            observed={"summary": "A", "description": rich("x"), "duedate": None},
            shared={"labels": ("two",)},
            not_kept={"labels": ("one",)},
            revision="7",
            closed=True,
        )
        now = live(summary="A", description=rich("x"), duedate=None, labels=("two", "theirs"))
        spec = wanted(summary="A", description=rich("**x**"), duedate=None, labels=("one", "two"))
        found = again(replace(record, not_kept={"labels": ("one",)}, shared={"labels": ("two",)}), now, spec)
        assert (found.base["summary"], found.base["description"]) == ("A", rich("**x**"))
        assert found.observed["description"] == rich("x")
        assert set(found.base["labels"] or ()) == {"one", "two"}  # type: ignore[arg-type]
        assert (found.shared, found.not_kept, found.closed) == (record.shared, record.not_kept, True)

    def test_of_the_rest_it_is_known_that_they_were_others(self) -> None:
        """A value that is nowhere any more equals nothing, and keeps its digest: the marker stays as it is."""
        record = replace(RECORD, base={"summary": "Old", "labels": ("gone",)}, observed={"summary": "Older"})
        found = again(record, live(summary="Now", labels=()), wanted(summary="New", labels=()))
        assert isinstance(found.base["summary"], Opaque)
        assert isinstance(found.observed["summary"], Opaque)
        assert is_current(marker_of(record, WORKSPACE, "op-1"), found, WORKSPACE)

    def test_what_had_no_room_is_lost(self) -> None:
        """Base unknown and live not as desired is a conflict that stops: a truncated marker had no room for it."""
        record = replace(RECORD, base={"summary": "A", "duedate": date(2027, 3, 31)})
        marker = marker_of(record, WORKSPACE, "op-1")
        spec = wanted(summary="A", duedate=date(2027, 3, 31), labels=("one",))
        short = {"summary": marker.base["summary"]}
        found = again(record, live(summary="A", duedate=None), spec, base=short, truncated=True)
        assert found.base == {"summary": "A", "duedate": LOST}
        due = date(2027, 3, 31)
        stop = decide(desired=due, base=LOST, observed=UNKNOWN, live=None, owner="spec")
        same = decide(desired=due, base=LOST, observed=UNKNOWN, live=due, owner="spec")
        assert (stop.verdict, same.verdict) == ("stop", "record")

    def test_what_the_spec_still_says_was_applied(self) -> None:
        """Without a base, the spec's value was applied where it was observed; so a person's change is one."""
        record = replace(RECORD, observed={"summary": "A", "duedate": None})
        spec = wanted(summary="A", duedate=date(2027, 3, 31))
        found = again(record, live(summary="Theirs", duedate=None), spec, truncated=True)
        assert found.base == {"summary": "A"}
        assert isinstance(found.observed["summary"], Opaque)

    def test_nothing_is_claimed_where_nothing_ever_was(self) -> None:
        """A field that was empty all the time is written like any that the spec names anew; a filled one asks."""
        record, spec = replace(RECORD, observed={"duedate": None}), wanted(duedate=date(2027, 3, 31))
        assert again(record, live(duedate=None), spec, truncated=True).base == {}
        assert again(record, live(duedate=date(2027, 4, 30)), spec, truncated=True).base == {"duedate": LOST}
        emptied = replace(RECORD, observed={"duedate": date(2027, 4, 30)})
        assert again(emptied, live(duedate=None), spec, truncated=True).base == {"duedate": LOST}

    def test_elements_that_were_seen_to_be_ours_are(self) -> None:
        """As far as the spec still names them; others are nobody's, and stay."""
        observed = {f"labels/{digest(each)}": "ours" for each in ("one", "old")}
        spec = wanted(labels=("one", "two"), links=())
        found = again(RECORD, live(labels=("old", "two"), links=()), spec, observed=observed, truncated=True)
        assert (found.base, found.observed) == ({"labels": ("one",)}, {})

    def test_of_an_item_that_left_the_specs(self) -> None:
        """It is closed once its address is gone: what the marker does not say has its default."""
        found = again(replace(RECORD, base={"summary": "A"}, on_remove="delete"), live(summary="A"), None)
        assert (found.base, found.on_remove) == ({"summary": "A"}, "close")


_TEXT = st.sampled_from(["a", "b", "c", None])
_SET = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True).map(tuple)


@given(desired=_TEXT, base=_TEXT, observed=_TEXT, now=_TEXT, owner=st.sampled_from(["spec", "people", "seed"]))
def test_a_rebuilt_state_decides_as_the_lost_one_did(
    desired: Value, base: Value, observed: Value, now: Value, owner: Any
) -> None:
    """Of every field with a single value, whatever the spec and people did since."""
    record = replace(RECORD, base={"summary": base}, observed={"summary": observed})
    found = again(record, live(summary=now), wanted(summary=desired))
    kept, rebuilt = (
        decide(desired=desired, base=each.base["summary"], observed=each.observed["summary"], live=now, owner=owner)
        for each in (record, found)
    )
    assert rebuilt == kept


@given(
    desired=_SET,
    base=_SET,
    shared=_SET,
    lost=_SET,
    now=_SET,
    exact=st.booleans(),
    owner=st.sampled_from(["spec", "people"]),
)
def test_a_rebuilt_state_decides_sets_as_the_lost_one_did(
    desired: tuple[Value, ...],
    base: tuple[Value, ...],
    shared: tuple[Value, ...],
    lost: tuple[Value, ...],
    now: tuple[Value, ...],
    owner: Any,
    *,
    exact: bool,
) -> None:
    """Which elements are added, restored, removed and dismissed; an element is shared or not kept, never both."""
    record = replace(
        RECORD,
        base={"labels": base},
        shared={"labels": tuple(each for each in base if each in shared)},
        not_kept={"labels": tuple(each for each in base if each in lost and each not in shared)},
    )
    found = again(record, live(labels=now), wanted(labels=desired))
    decisions = []
    for each in (record, found):
        ours, left = each.base["labels"], each.not_kept.get("labels", ())
        assert isinstance(ours, tuple)
        assert isinstance(left, tuple)
        decision = decide_set(
            desired=desired,
            base=ours,
            shared=each.shared.get("labels", ()),
            live=now,
            owner=owner,
            exact=exact,
            not_kept=left,
        )
        decisions.append(
            {name: set(getattr(decision, name)) for name in ("added", "removed", "gone", "claim", "shared")}
        )
    assert decisions[0] == decisions[1]
