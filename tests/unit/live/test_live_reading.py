"""What is read for a plan: enough, and no more."""

from __future__ import annotations

from pathlib import Path

from memory_engine import Engine
from memory_site import configuration, item, site_description, to

from reconciler.live.reading import demand, fetch_items, look_up
from reconciler.live.snapshots import load_snapshots, save_snapshots
from reconciler.plan.desired import References
from reconciler.plan.resolving import resolve
from reconciler.sdk import Ref
from reconciler.spec.configuration import ItemAttribute, Reference, Template


def test_what_a_workspace_asks_of_a_provider() -> None:
    """Types, people and outside items that the spec names, the types of what the state has, by provider."""
    old, parent = Reference(key="OLD-1"), Reference(url="https://site-1.example/browse/OLD-2")
    specs = configuration(
        item("a", assignee="ada@example.com", links={"blocks": (old, *to("b"))}, parent=parent, labels=("x@y",)),
        item("b", type="epic", assignee=None, cf_reviewer="lea@example.com", cf_amount=5),
        item("c", provider="other", description=Template((ItemAttribute("a", "key"),))),
        item("d", watchers=("kim@example.com", "5b10"), fix_versions=("a@b",)),
    )
    found = demand(specs, None)
    assert list(found) == ["tracker", "other"]
    assert found["tracker"].types == {"task", "epic"}
    assert found["tracker"].users == {"ada@example.com", "lea@example.com", "kim@example.com", "5b10"}
    assert found["tracker"].outside == {old, parent}
    assert found["other"].outside == found["other"].users == frozenset()


def test_the_state_asks_too(engine: Engine) -> None:
    """An item that left the spec still has to be closed: its type is described, its provider used."""
    engine.apply(configuration(item("a", type="epic")))
    found = demand(configuration(), engine.lease.state())
    assert found["tracker"].types == {"t1"}


def test_items_outside_the_spec_are_looked_up_once(engine: Engine) -> None:
    """By whatever the spec calls them; those that can't be seen are absent."""
    engine.apply(configuration(item("old")))
    seen, unseen = Reference(key="INVEST-1"), Reference(id="4711")
    specs = configuration(item("a", links={"blocks": (seen, unseen)}), item("b", parent=seen))
    engine.tracker.calls.clear()
    found = look_up(engine.connections, demand(specs, None))
    assert found == {("tracker", seen): Ref("1001", "INVEST-1")}
    assert engine.tracker.calls == [("fetch", 2)]
    assert look_up(engine.connections, demand(configuration(item("a")), None)) == {}
    assert len(engine.tracker.calls) == 1


def _asked(engine: Engine, *specs: object) -> dict[str, set[str]]:
    """By address, the fields that are read for a plan of these specs."""
    known: dict[str, set[str]] = {}
    fetch = engine.tracker.fetch

    def listening(wanted: object, *, markers: bool = False) -> object:
        addresses = {each.id: address for address, each in engine.lease.items.items()}
        known.update({addresses[id]: set(fields) for id, fields in wanted.items()})  # type: ignore[attr-defined]
        return fetch(wanted, markers=markers)  # type: ignore[arg-type]

    engine.tracker.fetch = listening  # type: ignore[assignment, method-assign]
    wanted, _ = resolve(
        configuration(*specs),  # type: ignore[arg-type]
        engine.sites,
        engine.providers,
        References(engine.lease.items, {}),
    )
    fetch_items(engine.connections, engine.sites, wanted, engine.lease.items)
    return known


def test_each_item_is_read_with_its_own_fields(engine: Engine) -> None:
    """Documents cost a request an item: only those that have some are asked for them. One call for all."""
    page = {"title": "Data room", "url": "https://data.example/acme"}
    specs = (item("a", documents=(page,)), item("b", due="2026-04-01"))
    engine.apply(configuration(*specs))
    engine.tracker.calls.clear()
    assert _asked(engine, *specs) == {
        "a": {"summary", "documents", "status"},
        "b": {"summary", "duedate", "status"},
    }
    assert engine.tracker.calls == [("fetch", 2)]


def test_what_the_state_knows_is_read_as_well(engine: Engine) -> None:
    """A field that left the spec is still compared; what is closed for good is not read at all."""
    engine.apply(configuration(item("a", due="2026-04-01"), item("gone"), item("leaving")))
    engine.apply(configuration(item("a", due="2026-04-01"), item("leaving")))
    assert _asked(engine, item("a")) == {"a": {"summary", "duedate", "status"}, "leaving": {"summary", "status"}}


def test_a_closed_item_that_comes_back_is_read(engine: Engine) -> None:
    """Its address is in the spec again."""
    engine.apply(configuration(item("a"), item("b")))
    engine.apply(configuration(item("b")))
    assert "a" in _asked(engine, item("a"), item("b"))


def test_another_providers_fields_are_not_asked_of_a_site(two_sites: Engine) -> None:
    """An address that the spec moved to another provider is read with the fields that the state has of it."""
    two_sites.apply(configuration(item("a"), providers=("tracker", "other")))
    assert _asked(two_sites, item("a", provider="other", cf_amount=5)) == {"a": {"summary", "status"}}


class TestSnapshots:
    """What a site offered when it was last read."""

    def test_they_come_back_as_they_were(self, tmp_path: Path) -> None:
        """By provider, readable by their owner alone."""
        blocks, sites = configuration().providers, {"tracker": site_description()}
        save_snapshots(tmp_path, blocks, sites)
        assert {name: each.site for name, each in load_snapshots(tmp_path).items()} == sites
        (path,) = (tmp_path / ".reconciler" / "site").iterdir()
        assert path.stat().st_mode & 0o777 == 0o600

    def test_one_that_is_damaged_is_as_good_as_none(self, tmp_path: Path) -> None:
        """A snapshot only helps to name things."""
        save_snapshots(tmp_path, configuration().providers, {"tracker": site_description()})
        (tmp_path / ".reconciler" / "site" / "tracker.json").write_text("{}")
        assert load_snapshots(tmp_path) == {}

    def test_none_is_kept_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        """That stops no command."""
        (tmp_path / ".reconciler").write_text("in the way")
        save_snapshots(tmp_path, configuration().providers, {"tracker": site_description()})
        assert load_snapshots(tmp_path) == {}


def test_an_empty_workspace_asks_for_nothing(engine: Engine) -> None:
    """No item, no record: no provider is used."""
    assert demand(configuration(), engine.lease.state()) == {}
