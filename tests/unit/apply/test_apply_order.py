"""What an apply sends, in which order, and in how many calls."""

from __future__ import annotations

from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.sdk import Ref
from reconciler.spec.configuration import ItemAttribute, Template

DEAL = item("deal", type="epic", status="todo")
TASKS = tuple(item(f'tasks["{key}"]', parent=to("deal")[0], status="todo") for key in ("legal", "market"))
SPECS = configuration(DEAL, *TASKS)


def _sent(engine: Engine) -> list[str]:
    return [each[1] for each in engine.log if each[0] == "send"]


def test_parents_come_first_and_each_level_is_one_call(engine: Engine) -> None:
    """Creates go by level: two bulk creates for two levels, one read to verify them, the markers; `todo` is free."""
    document = engine.plan(SPECS)
    engine.tracker.calls.clear()
    results = engine.carry_out(document)
    assert {each.result for each in results.values()} == {"done"}
    assert engine.tracker.calls == [("create", 1), ("create", 2), ("fetch", 3), ("markers", 3), ("mark", 3)]
    assert engine.live('tasks["legal"]')["parent"] == Ref(engine.lease.items["deal"].id)


def test_results_are_in_the_plans_order(engine: Engine) -> None:
    """Whatever the order of the writes."""
    specs = configuration(*TASKS, DEAL)
    results = engine.apply(specs)
    assert list(results) == ['tasks["legal"]', 'tasks["market"]', "deal"]
    assert _sent(engine)[0] == "deal"
    assert results["deal"].key == "INVEST-1"
    assert results["deal"].url == "https://site-1.example/browse/INVEST-1"


def test_each_operation_is_on_disk_before_it_is_sent_and_ended_before_the_next(engine: Engine) -> None:
    """Each operation is committed before it is sent, its outcome before the next is taken: journal, send, record."""
    engine.apply(configuration(item("a"), item("b")))
    assert engine.log[:6] == [
        ("journal", "a"), ("send", "a"), ("record", "a"), ("journal", "b"), ("send", "b"), ("record", "b"),
    ]  # fmt: skip
    assert {each.status for each in engine.lease.operations.values()} == {"done"}


def test_the_journal_says_what_is_sent(engine: Engine) -> None:
    """The operation is written first: the values sent, live just before, and the highest key known."""
    engine.apply(configuration(item("a", due="2026-04-01")))
    engine.apply(configuration(item("a", due="2026-05-01", labels=("x",)), item("b")))
    sent = [each for each in engine.lease.operations.values() if each.kind != "marker"]
    kinds = {each.address: each for each in sent if each.highest_key}
    update, create = kinds["a"], kinds["b"]
    assert (update.kind, update.item) == ("update", "1001")
    assert {id: str(value) for id, value in update.values.items()} == {"duedate": "2026-05-01"}
    assert update.added == {"labels": ("x",)}
    assert {id: str(value) for id, value in update.before.items()} == {"duedate": "2026-04-01", "labels": "None"}
    assert (create.kind, create.item, create.highest_key) == ("create", None, "INVEST-1")


def test_the_marker_goes_with_the_creation(engine: Engine) -> None:
    """Workspace, instance, address and operation: what finds the item when the answer is lost."""
    engine.tracker.lost = {"a"}
    engine.apply(configuration(item("a", protect=True)))
    (created,) = engine.tracker.items.values()
    (operation,) = engine.lease.operations
    marker = created.marker
    assert marker is not None
    assert (marker.workspace, marker.instance, marker.address, marker.operation, marker.item, marker.protect) == (
        "6f0c2f3e-0000-4000-8000-000000000001", "acme", "a", operation, None, True,
    )  # fmt: skip


def test_what_a_creation_cannot_carry_follows(engine: Engine) -> None:
    """Status, links and documents are written once all items exist, links in a circle too."""
    page = {"title": "Data room", "url": "https://data.example/acme"}
    specs = configuration(
        item("a", links={"blocks": to("b")}, status="in_progress"),
        item("b", links={"blocks": to("a")}, documents=(page,)),
        item("c"),
    )
    document = engine.plan(specs)
    engine.tracker.calls.clear()
    engine.carry_out(document)
    written = [("create", 3), ("fetch", 3), ("update", 2), ("fetch", 2)]
    assert engine.tracker.calls == [*written, ("markers", 3), ("mark", 3)]
    assert engine.live("a")["status"] == Ref("s2")
    assert engine.plan(specs).actions == ()


def test_an_update_reads_all_its_items_at_once(engine: Engine) -> None:
    """One guard read, one call of updates, one read to verify; items that don't change are not read."""
    engine.apply(configuration(item("a"), item("b"), item("c")))
    document = engine.plan(configuration(item("a", due="2026-04-01"), item("b", due="2026-04-01"), item("c")))
    engine.tracker.calls.clear()
    engine.carry_out(document)
    assert engine.tracker.calls == [("fetch", 2), ("update", 2), ("fetch", 2), ("markers", 2), ("mark", 2)]


def test_only_what_changed_is_written(engine: Engine) -> None:
    """Fields that the plan does not name stay as people left them."""
    engine.apply(configuration(item("a", labels=("x", "y"), story_points=3)))
    engine.edit("a", points=8, cf1=99, labels=("x", "y", "theirs"))
    engine.apply(configuration(item("a", labels=("y", "z"), story_points=3)))
    live = engine.live("a")
    assert (live["points"], live["cf1"], live["labels"]) == (8, 99, ("y", "theirs", "z"))


def test_removing_goes_leaf_first(engine: Engine) -> None:
    """Removals go leaf first: children close before their parents."""
    engine.apply(SPECS)
    engine.log.clear()
    engine.apply(SPECS, "destroy")
    assert _sent(engine)[-1] == "deal"
    assert all(each.closed for each in engine.lease.items.values())
    assert engine.plan(SPECS, "destroy").actions == ()


class TestApplyAfter:
    """`apply_after` orders actions of every kind."""

    def test_a_creation_after_an_update(self, engine: Engine) -> None:
        """The update goes first, though creations do otherwise."""
        engine.apply(configuration(item("a")))
        engine.log.clear()
        engine.apply(configuration(item("a", due="2026-01-09"), item("b", after=("a",)), item("c")))
        assert _sent(engine) == ["c", "a", "b"]

    def test_what_comes_after_a_failure_is_skipped(self, engine: Engine) -> None:
        """Nothing is created after an update that did not come to pass."""
        engine.apply(configuration(item("a")))
        engine.refuse("a")
        results = engine.apply(configuration(item("a", due="2026-01-09"), item("b", after=("a",))))
        assert (results["b"].result, results["b"].problems) == ("skipped", ("waits for a",))

    def test_such_an_update_may_link_to_a_new_item(self, engine: Engine) -> None:
        """The link's end exists by then."""
        engine.apply(configuration(item("a")))
        specs = configuration(item("a", links={"blocks": to("c")}), item("b", after=("a",)), item("c"))
        assert {each.result for each in engine.apply(specs).values()} == {"done"}
        assert engine.plan(specs).actions == ()


def test_a_text_is_filled_with_what_was_just_created(engine: Engine) -> None:
    """Also on an item that exists: its update waits for the creation."""
    engine.apply(configuration(item("note", description="none yet")))
    text = Template(("It is ", ItemAttribute("deal", "key")))
    specs = configuration(item("note", description=text), DEAL)
    engine.apply(specs)
    assert engine.live("note")["description"].markdown == "It is INVEST-2"  # type: ignore[union-attr]
    assert engine.plan(specs).actions == ()


def test_two_sites_are_written_in_one_run(two_sites: Engine) -> None:
    """Each provider creates its own items; a text may name an item of the other."""
    text = Template(("See ", ItemAttribute("a", "url")))
    specs = configuration(item("b", provider="other", description=text), item("a"), providers=("tracker", "other"))
    results = two_sites.apply(specs)
    assert {each.result for each in results.values()} == {"done"}
    assert two_sites.live("b")["description"].markdown == "See https://site-1.example/browse/INVEST-1"  # type: ignore[union-attr]
    assert two_sites.plan(specs).actions == ()
