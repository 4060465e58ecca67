"""Items that carry our marker and that the state does not know: which are originals, and which are copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.errors import Refused
from reconciler.live.marked import Marked, marked_items
from reconciler.sdk import Item, Marker
from reconciler.state.records import OperationRecord

SPECS = configuration(item("a"), item("b"))


def put(engine: Engine, id: str, address: str, *, own: str | None, operation: str = "op", marked: bool = True) -> Item:
    """An item on the site whose marker is of this address and was written for the item `own`."""
    owner = SPECS.workspace
    marker = Marker(1, owner.id, owner.name, owner.instance, address, own, operation, False, False, {}, {})
    kind = engine.tracker.site.types["t2"].ref
    found = Item(id, f"INVEST-{id}", f"https://site-1.example/browse/INVEST-{id}", kind, {"summary": address}, "1")
    engine.tracker.items[id] = replace(found, marker=marker if marked else None)
    return engine.tracker.items[id]


def look(engine: Engine, *, stateless: bool = False) -> Marked:
    """What is found, beside the state."""
    state = None if stateless else engine.lease.state()
    return marked_items(SPECS.workspace, engine.connections, engine.sites, state)


def keys(found: Marked) -> tuple[list[str], list[str]]:
    """The keys of originals, and of copies."""
    return [each.key for _, each in found.unknown], [each.summary.split()[0] for each in found.copies]


class TestOwnIds:
    """A marker knows the id of the item that it was written for."""

    def test_its_own_item_is_an_original(self, engine: Engine) -> None:
        """It is ours, whoever lost it."""
        put(engine, "7", "c", own="7")
        assert keys(look(engine)) == (["INVEST-7"], [])

    def test_any_other_item_is_a_copy(self, engine: Engine) -> None:
        """It is reported by its key, and left alone, whether or not its original is there."""
        put(engine, "8", "c", own="7")
        found = look(engine)
        assert keys(found) == ([], ["INVEST-8"])
        assert found.copies[0].summary == "INVEST-8 carries the marker of another item: a copy"
        assert found.copies[0].detail == "https://site-1.example/browse/INVEST-8 is left alone."

    def test_at_an_address_that_the_state_has_it_is_no_original(self, engine: Engine) -> None:
        """One address has one item: the state's."""
        engine.apply(SPECS)
        put(engine, "7", "a", own="7")
        assert keys(look(engine)) == ([], ["INVEST-7"])


class TestNoIdYet:
    """A creation's marker has no id: it could not know it."""

    def test_the_first_of_several_is_the_original(self, engine: Engine) -> None:
        """By number, not by text: a request that the network delivered twice made 9 before 10."""
        for id in ("10", "9", "11"):
            put(engine, id, "c", own=None)
        assert keys(look(engine)) == (["INVEST-9"], ["INVEST-10", "INVEST-11"])

    def test_each_operation_has_its_own(self, engine: Engine) -> None:
        """Two creations for one address are two originals: only a person can tell which one it is."""
        put(engine, "7", "c", own=None, operation="one")
        put(engine, "8", "c", own=None, operation="two")
        assert keys(look(engine)) == (["INVEST-7", "INVEST-8"], [])

    def test_an_open_operations_items_are_left_to_settling(self, engine: Engine) -> None:
        """All of them: which one is the original is settled there."""
        put(engine, "7", "c", own=None, operation="open")
        put(engine, "8", "c", own=None, operation="open")
        moment = datetime(2026, 1, 5, tzinfo=UTC)
        engine.lease.operations["open"] = OperationRecord(
            "open", "run", "c", "tracker", "create", None, {}, {}, "", moment, None
        )  # fmt: skip
        assert keys(look(engine)) == ([], [])

    def test_the_states_own_is_none_of_them(self, engine: Engine) -> None:
        """A twin of an item that the state has is a copy, though it has no id of another."""
        engine.apply(SPECS)
        mine = engine.tracker.items[engine.lease.items["a"].id].marker
        assert mine is not None
        put(engine, "7", "a", own=None, operation=mine.operation)
        assert keys(look(engine)) == ([], ["INVEST-7"])


class TestTheLabelAlone:
    """A label with nothing that proves it."""

    def test_beside_a_state_it_is_a_copy(self, engine: Engine) -> None:
        """A clone that lost the property on the way."""
        engine.apply(SPECS)
        put(engine, "7", "c", own=None, marked=False)
        engine.tracker.find_marked = lambda *_, **__: iter([engine.tracker.items["7"]])  # type: ignore[method-assign]
        assert keys(look(engine)) == ([], ["INVEST-7"])

    def test_without_a_state_it_may_be_ours(self, engine: Engine) -> None:
        """It counts as unknown: creating beside it could make it twice."""
        put(engine, "7", "c", own=None, marked=False)
        engine.tracker.find_marked = lambda *_, **__: iter([engine.tracker.items["7"]])  # type: ignore[method-assign]
        assert keys(look(engine, stateless=True)) == (["INVEST-7"], [])


class TestAdopting:
    """What a plan makes of them."""

    @pytest.fixture
    def engine(self, engine: Engine) -> Engine:
        """One item applied."""
        engine.apply(configuration(item("a")))
        return engine

    def test_several_originals_of_one_address_stop_the_plan(self, engine: Engine) -> None:
        """Both keys are named: a person decides, and nothing is created."""
        put(engine, "7", "b", own="7")
        put(engine, "8", "b", own=None)
        with pytest.raises(Refused) as caught:
            engine.plan(SPECS)
        (found,) = caught.value.diagnostics  # type: ignore[attr-defined]
        assert (found.code, found.summary) == ("twins", "INVEST-7 and INVEST-8 are both marked as b")
        assert "INVEST-7\n" in found.detail
        assert "remove the marker of the other" in found.hint

    def test_one_at_an_address_that_nobody_has_is_an_orphan(self, engine: Engine) -> None:
        """It is reported and left alone; the rest of the plan goes on."""
        put(engine, "7", "elsewhere", own="7")
        document = engine.plan(SPECS)
        (found,) = document.diagnostics
        assert (found.severity, found.code) == ("warning", "orphan")
        assert found.summary.startswith("INVEST-7 is marked as this workspace's elsewhere, which neither")
        assert [(each.action, each.address) for each in document.actions] == [("create", "b")]

    def test_the_original_is_adopted_and_its_copy_reported(self, engine: Engine) -> None:
        """The lowest id of one operation stands at the address."""
        put(engine, "7", "b", own=None)
        put(engine, "8", "b", own=None)
        document = engine.plan(SPECS)
        assert [(each.action, each.id) for each in document.actions] == [("adopt", "7")]
        assert [(each.code, each.summary.split()[0]) for each in document.diagnostics] == [("copy", "INVEST-8")]


def test_two_providers_that_share_a_site_find_an_item_once(engine: Engine) -> None:
    """By site and remote id."""
    put(engine, "7", "c", own="7")
    connections = {**engine.connections, "again": engine.connections["tracker"]}
    sites = {**engine.sites, "again": engine.sites["tracker"]}
    found = marked_items(SPECS.workspace, connections, sites, None)
    assert [site for site, _ in found.unknown] == ["site-1"]
