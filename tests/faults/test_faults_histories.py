"""Histories that went wrong once, or that a mistake in settling makes go wrong: each as plain steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faults.azure import AzureFieldLine, AzureLine
from faults.jira import DataCenterLine, JiraLine
from faults.world import Spec, World


@pytest.fixture(params=[JiraLine, DataCenterLine, AzureLine, AzureFieldLine])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A workspace, a site and its people; the search misses a write for a minute."""
    world = World(request.param())
    world.line.turn(lag=60)
    yield world
    world.close()


def in_peace(world: World) -> None:
    """An apply settles all: each address has one item, and nothing is left to do."""
    assert not world.settled().in_part
    world.line.land()
    assert world.plan().actions == ()
    assert {name: len(keys) for name, keys in world.named().items()} == {each.name: 1 for each in world.specs.values()}


@pytest.mark.parametrize("what", ["late", "later"])
@pytest.mark.parametrize("seconds", [0, 31])
def test_a_create_that_arrives_late_is_not_created_again(world: World, what: str, seconds: int) -> None:
    """While the request may still arrive, applies that do not wait create nothing; once it is there, it is taken."""
    world.specs["ada"] = Spec("ada")
    world.line.lose(world.line.writes[0], what)
    assert world.apply(patience=0).in_part
    world.line.wait(seconds)
    world.apply(patience=0)
    in_peace(world)


def test_a_killed_create_that_arrives_late_is_not_created_again(world: World) -> None:
    """The process died with the request in the air: what its journal holds keeps the next one from sending it."""
    world.specs["ada"] = Spec("ada")
    world.killed("send.late", 1)
    assert world.named() == {}
    assert world.apply(patience=0).in_part
    in_peace(world)


def test_a_move_finds_an_item_that_only_another_machine_knows(world: World) -> None:
    """An old copy of the state has no record at the old address: the item is adopted at the new one, not made anew."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    world.specs["bob"] = Spec("bob")
    in_peace(world)
    world.change_machines()
    world.specs["cyd"] = world.specs.pop("bob")
    world.moved.append(("bob", "cyd"))
    assert [(each.address, each.action) for each in world.plan().actions] == [("cyd", "adopt")]
    in_peace(world)


def test_what_only_another_machine_knows_is_left_alone_when_it_leaves_the_specs(world: World) -> None:
    """An old copy of the state can't close what it has no record of: the item stays as it is, and is reported."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    world.specs["bob"] = Spec("bob")
    in_peace(world)
    [key] = world.named()["bob"]
    world.change_machines()
    world.line.wait(60)
    del world.specs["bob"]
    world.specs["cyd"] = Spec("cyd")
    assert [(each.code, key in each.summary) for each in world.plan().diagnostics] == [("orphan", True)]
    assert not world.settled().in_part
    assert world.named()["bob"] == [key]
    assert world.plan().actions == ()


def test_what_another_machine_closed_is_shown_as_kept(world: World) -> None:
    """An old copy of the state takes it for people's progress: it says so, and neither reopens nor makes it anew."""
    world.specs |= {"ada": Spec("ada"), "bob": Spec("bob", status="in_progress")}
    in_peace(world)
    world.copy_state()
    bob = world.specs.pop("bob")
    in_peace(world)
    world.change_machines()
    world.specs["bob"] = bob
    plan = world.plan()
    assert [(each.address, each.field, each.kept) for each in plan.drift] == [("bob", "status", True)]
    assert not world.settled().in_part
    assert "bob" not in world.named()


def test_what_another_machine_closed_stays_so_where_the_spec_says_no_status(world: World) -> None:
    """An old copy of the state that gets the address again writes to the item, and does not make it anew."""
    world.specs |= {"ada": Spec("ada"), "bob": Spec("bob")}
    in_peace(world)
    world.copy_state()
    [key] = world.named()["bob"]
    del world.specs["bob"]
    in_peace(world)
    world.change_machines()
    world.specs["bob"] = Spec("cyd")
    assert not world.settled().in_part
    assert (world.named().get("cyd"), world.closed()) == (None, {"cyd": [key]})
    assert world.plan().actions == ()


def test_a_clone_is_not_taken_for_an_item_that_only_another_machine_knows(world: World) -> None:
    """The item is adopted by an old copy of the state, its clone reported and left as people made it."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    world.specs["bob"] = Spec("bob")
    in_peace(world)
    [bob] = world.named()["bob"]
    world.person_clones(bob)
    world.change_machines()
    plan = world.plan()
    assert [(each.action, each.key) for each in plan.actions] == [("adopt", bob)]
    assert [each.code for each in plan.diagnostics] == ["copy"]
    in_peace(world)
    assert world.overwritten() == []


def test_a_rebuilt_state_knows_what_people_changed_on_an_item_that_is_to_move(world: World) -> None:
    """A person's estimate stands though the state was lost before the move was applied: it is drift.

    Where markers have no room for what was applied, the items' own history tells what we left there.
    """
    world.specs["ada"] = Spec("ada", points=5)
    in_peace(world)
    [ada] = world.named()["ada"]
    world.person_disagrees(ada, 3, {})
    world.specs["bob"] = world.specs.pop("ada")
    world.specs["cyd"] = Spec("cyd", blocks="bob")
    world.moved.append(("ada", "bob"))
    before = world.plan()
    world.rebuild()
    plan = world.plan()
    assert [(each.field, each.kept) for each in plan.drift] == [("story_points", True)]
    assert (plan.actions, plan.conflicts) == (before.actions, ())


def cloned_before_it_knew_its_id(world: World) -> str:
    """The creation of bob is killed before it is recorded, and a person clones the item: the clone's key."""
    world.specs["bob"] = Spec("bob")
    world.killed("record.before", 1)
    [bob] = world.named()["bob"]
    world.person_clones(bob)
    in_peace(world)
    [clone] = world.copies
    return clone


def test_an_old_copy_of_the_state_knows_the_clone_of_a_killed_creation(world: World) -> None:
    """The clone, whose marker has no id of its own, is reported; the item that it was made of is adopted."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    clone = cloned_before_it_knew_its_id(world)
    world.change_machines()
    plan = world.plan()
    assert [(each.action, each.key) for each in plan.actions] == [("adopt", *world.named()["bob"])]
    assert [(each.code, each.summary.split()[0]) for each in plan.diagnostics] == [("copy", clone)]
    in_peace(world)
    assert world.overwritten() == []


def test_a_clone_does_not_take_the_address_that_its_item_moved_away_from(world: World) -> None:
    """Neither a rebuilt state, nor an old copy of one, has an item at the old address."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    clone = cloned_before_it_knew_its_id(world)
    world.specs["cyd"] = world.specs.pop("bob")
    world.moved.append(("bob", "cyd"))
    in_peace(world)
    world.rebuild()
    assert world.known() == {"ada", "cyd"}
    assert world.plan().actions == ()
    world.change_machines()
    plan = world.plan()
    assert [(each.action, each.key) for each in plan.actions] == [("adopt", *world.named()["bob"])]
    assert clone in [each.summary.split()[0] for each in plan.diagnostics if each.code == "copy"]
    in_peace(world)
    assert world.overwritten() == []


def test_a_rebuilt_state_has_what_only_another_machine_knew(world: World) -> None:
    """What an old copy of the state left alone when it left the specs, the rebuilt one has: the next plan closes it."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.copy_state()
    world.specs["bob"] = Spec("bob")
    in_peace(world)
    [bob] = world.named()["bob"]
    world.change_machines()
    del world.specs["bob"]
    assert world.plan().actions == ()
    world.rebuild()
    assert [(each.action, each.key) for each in world.plan().actions] == [("close", bob)]


def test_a_link_to_an_item_that_moves_while_its_last_write_is_unsettled_waits(world: World) -> None:
    """The item is at its old address until the write is settled: the link is skipped, and made once that is over."""
    world.specs["ada"] = Spec("ada")
    in_peace(world)
    world.specs["bob"] = Spec("bob", status="in_progress")
    world.killed("journal.after", 3)
    world.specs["cyd"] = world.specs.pop("bob")
    world.moved.append(("bob", "cyd"))
    world.specs["ada"].blocks = "cyd"
    assert not world.apply(patience=0).failed
    in_peace(world)
