"""Links between items of ours: one edge, whichever end the spec writes it at."""

from __future__ import annotations

from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.sdk import Link
from reconciler.spec.configuration import Reference


def _sent(engine: Engine) -> int:
    return sum(1 for each in engine.log if each[0] == "send")


def test_both_ends_make_one_link(engine: Engine) -> None:
    """A link is one edge: one that both of its items write is created once, and belongs to the first."""
    specs = configuration(item("a", links={"blocks": to("b")}), item("b", links={"blocked_by": to("a")}))
    document = engine.plan(specs)
    linked = {each.address: change.added for each in document.actions for change in each.changes if change.added}
    assert linked == {"a": ("b",)}
    engine.carry_out(document)
    again = engine.plan(specs)
    assert (again.actions, again.recordings) == ((), ())


def test_a_symmetric_link_is_one_edge_too(engine: Engine) -> None:
    """`relates_to` reads the same from both of its ends."""
    specs = configuration(item("a", links={"relates_to": to("b")}), item("b", links={"relates_to": to("a")}))
    engine.apply(specs)
    assert engine.live("a")["links"] == (Link("relates", engine.lease.items["b"].id),)
    assert "links" not in engine.live("b")
    assert engine.plan(specs).actions == ()


def test_moving_the_line_to_the_other_end_sends_nothing(engine: Engine) -> None:
    """The edge stays, and what the spec put there is not taken for people's afterwards."""
    engine.apply(configuration(item("a", links={"blocks": to("b")}), item("b", links={})))
    moved = configuration(item("a", links={}), item("b", links={"blocked_by": to("a")}))
    sent = _sent(engine)
    assert engine.plan(moved).actions == ()
    engine.apply(moved)
    assert _sent(engine) == sent
    gone = configuration(item("a", links={}), item("b", links={}))
    (action,) = engine.plan(gone).actions
    assert (action.address, action.changes[0].field, action.changes[0].removed) == ("b", "links.blocked_by", ("a",))
    engine.apply(gone)
    assert engine.plan(gone).actions == ()


def test_an_exact_end_leaves_the_other_ends_link(engine: Engine) -> None:
    """A link that another item of the spec wants is no stray one, though this item's set is exact."""
    specs = configuration(item("a", links={"blocks": to("b")}), item("b", links={}, exact=("links",)))
    engine.apply(specs)
    assert engine.plan(specs).actions == ()


def test_an_exact_end_that_writes_the_link_as_well(engine: Engine) -> None:
    """The edge belongs to the first end; the second, exact one does not take it away."""
    specs = configuration(
        item("a", links={"blocks": to("b")}), item("b", links={"blocked_by": to("a")}, exact=("links",))
    )
    engine.apply(specs)
    assert engine.plan(specs).actions == ()


def test_exactness_takes_peoples_links_away_and_names_who(engine: Engine) -> None:
    """A person's link on an exact set goes, and the plan says whose it was."""
    specs = configuration(item("a", links={"blocks": to("b")}, exact=("links",)), item("b"), item("c"))
    engine.apply(specs)
    mine = engine.live("a")["links"]
    assert isinstance(mine, tuple)
    engine.edit("a", links=(*mine, Link("cause", engine.lease.items["c"].id)))
    document = engine.plan(specs)
    (change,) = document.actions[0].changes
    assert (change.field, change.removed) == ("links.causes", ("c",))
    assert change.reason == "Lea Gray changed it on 2026-01-05 10:00 UTC; the spec owns it"
    (drift,) = document.drift
    assert (drift.field, drift.before, drift.after, drift.kept, drift.by) == (
        "links.causes", [], ["c"], False, "Lea Gray",
    )  # fmt: skip
    assert document.actions[0].reason == "a person changed what the spec owns"


def test_links_to_items_outside_the_spec(engine: Engine) -> None:
    """They are named by key and kept by id, and the plan says which item it is."""
    engine.apply(configuration(item("old")))
    record = engine.lease.items.pop("old")
    engine.tracker.items[record.id] = engine.tracker.items[record.id].__class__(
        record.id, record.key, record.url, record.type, {}, "1"
    )
    specs = configuration(item("a", links={"blocks": (Reference(key="INVEST-1"),)}))
    document = engine.plan(specs)
    assert [each.added for each in document.actions[0].changes if each.added] == [({"id": record.id},)]
    engine.carry_out(document)
    assert engine.live("a")["links"] == (Link("blocks", record.id),)
    assert engine.plan(specs).actions == ()


def test_a_persons_link_stays(engine: Engine) -> None:
    """One that was there before the spec wrote it is shared, and stays when the spec lets go of it."""
    engine.apply(configuration(item("a"), item("b")))
    engine.edit("a", links=(Link("blocks", engine.lease.items["b"].id),))
    claimed = configuration(item("a", links={"blocks": to("b")}), item("b"))
    assert engine.plan(claimed).actions == ()
    engine.apply(claimed)
    dropped = configuration(item("a", links={}), item("b"))
    engine.apply(dropped)
    assert engine.live("a")["links"] == (Link("blocks", engine.lease.items["b"].id),)
    assert engine.plan(dropped).actions == ()


def test_a_set_that_is_not_kept_is_not_sent_for_ever(engine: Engine) -> None:
    """A label that the platform drops is reported once and held, until the spec drops it as well."""
    engine.apply(configuration(item("a")))
    engine.tracker.dropped = {"labels"}
    specs = configuration(item("a", labels=("x",)))
    assert engine.apply(specs)["a"].result == "not_kept"
    again = engine.plan(specs)
    assert (again.actions, again.recordings, again.summary.unchanged) == ((), (), 1)
