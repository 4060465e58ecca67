"""Markers at the end of an apply: which are written, and which are left as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.diagnostics import Place
from reconciler.sdk import Change, Marker, Outcome, ProviderError
from reconciler.spec.configuration import Configuration, Import, Move

PLACE = Place("main.yaml", 9, 1)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A site whose reads carry markers, with one item at `old`."""
    engine = Engine(tmp_path)
    site = engine.tracker.site
    engine.tracker.site = replace(site, capabilities=replace(site.capabilities, marker_in_reads=True))
    engine.sites["tracker"] = engine.tracker.site
    engine.apply(configuration(item("old")))
    return engine


def moved(**fields: Any) -> Configuration:
    """The item at its new address."""
    return replace(configuration(item("new", **fields)), moved=(Move("old", "new", PLACE),))


def marker(engine: Engine) -> Marker:
    """The marker on the only item."""
    (live,) = engine.tracker.items.values()
    assert live.marker is not None
    return live.marker


def became_a_copy(engine: Engine) -> Marker:
    """The only item's marker, once it says that it was written for another item."""
    ((id, live),) = engine.tracker.items.items()
    copy = replace(marker(engine), item="4711")
    engine.tracker.items[id] = replace(live, marker=copy)
    return copy


class TestMoves:
    """A moved item on which somebody changed what the plan writes."""

    def test_its_marker_has_the_new_address_though_its_fields_were_skipped(self, engine: Engine) -> None:
        """The state has it at its new address, so the marker has: a state rebuilt from it finds the item there."""
        document = engine.plan(moved(title="Other"))
        engine.edit("old", summary="Mine")
        assert engine.carry_out(document)["new"].result == "skipped"
        assert marker(engine).address == "new"
        assert engine.live("new")["summary"] == "Mine"

    def test_the_next_plan_goes_on(self, engine: Engine) -> None:
        """No twin and no lost item: the field is all that is left, whether or not the move is still in the specs."""
        document = engine.plan(moved(title="Other"))
        engine.edit("old", summary="Mine")
        engine.carry_out(document)
        for specs in (moved(title="Other"), configuration(item("new", title="Other"))):
            (action,) = engine.plan(specs).actions
            assert (action.action, action.address) == ("update", "new")
            assert [each.field for each in action.changes] == ["title"]

    def test_one_whose_write_is_unsettled_waits(self, engine: Engine) -> None:
        """Nothing is sent for an address while a write to it has no known outcome, its marker neither."""
        engine.tracker.lost = {"old"}
        assert engine.apply(moved(title="Other"))["new"].result == "unsettled"
        assert marker(engine).address == "old"


class TestCopies:
    """An item of the state whose marker was written for another."""

    def test_it_is_not_written_over(self, engine: Engine) -> None:
        """It stays a copy, and the result says so."""
        document = engine.plan(configuration(item("old", due="2026-04-01")))
        copy = became_a_copy(engine)
        assert engine.carry_out(document)["old"].result == "skipped"
        assert marker(engine) == copy

    def test_nor_for_what_is_only_recorded(self, engine: Engine) -> None:
        """The state learns it; a copy's marker stays what it is."""
        document = engine.plan(configuration(item("old", protect=True)))
        copy = became_a_copy(engine)
        engine.carry_out(document)
        assert engine.lease.items["old"].protect
        assert marker(engine) == copy

    def test_one_that_is_imported_becomes_an_item_of_its_own(self, engine: Engine) -> None:
        """The specs say that it is theirs: its marker is written anew, with its own id and address."""
        (original,) = engine.tracker.items.values()
        assert original.marker is not None
        engine.tracker.items["2000"] = replace(original, id="2000", key="INVEST-9")
        specs = configuration(item("old"), item("second", due="2026-04-01"))
        engine.apply(replace(specs, imports=(Import("second", PLACE, key="INVEST-9"),)))
        found = engine.tracker.items["2000"].marker
        assert found is not None
        assert (found.item, found.address) == ("2000", "second")
        assert engine.tracker.items[original.id].marker == original.marker
        assert engine.live("second")["duedate"] == date(2026, 4, 1)


class TestWhatCannotBeWritten:
    """Markers are written last: what goes wrong there is said beside the action, which is done."""

    def test_a_site_that_is_down(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        """The next plan sees the marker that is out of date, and repairs it."""
        document = engine.plan(configuration(item("old", due="2026-04-01")))
        told = engine.tracker.update

        def update(changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
            if isinstance(changes[0].marker, Marker):
                raise ProviderError("the site is down")
            return told(changes, quiet=quiet)

        monkeypatch.setattr(engine.tracker, "update", update)
        result = engine.carry_out(document)["old"]
        assert (result.result, result.problems) == ("done", ("its marker may not be written: the site is down",))
        monkeypatch.undo()
        (action,) = engine.plan(configuration(item("old", due="2026-04-01"))).actions
        assert [(each.field, each.before) for each in action.changes] == [("marker", "out of date")]

    def test_another_workspaces_marker_is_never_written_over(self, engine: Engine) -> None:
        """Not for what is only recorded, either."""
        document = engine.plan(configuration(item("old", protect=True)))
        ((id, live),) = engine.tracker.items.items()
        theirs = replace(marker(engine), workspace="another", name="others")
        engine.tracker.items[id] = replace(live, marker=theirs)
        engine.carry_out(document)
        assert marker(engine) == theirs
