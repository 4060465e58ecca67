"""The state is a cache: looks before creates, settling and its patience, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from memory_engine import Engine
from memory_site import configuration, item
from memory_workspace import Workspace

from reconciler.errors import Refused
from reconciler.plan.document import WorkspaceName
from reconciler.sdk import Ref
from reconciler.state.records import State
from reconciler.workflow.settling import settle_open

ONE = configuration(item("a"))
TWO = configuration(item("a"), item("b"))


def looks(engine: Engine) -> int:
    """How often the site was searched for markers."""
    return engine.tracker.calls.count(("find_marked", 1))


def test_no_create_without_a_look(engine: Engine) -> None:
    """Whatever would create anything searches the site for marked items first; what creates nothing does not."""
    engine.plan(ONE)
    assert looks(engine) == 1
    engine.apply(ONE)
    engine.tracker.calls.clear()
    engine.apply(configuration(item("a", priority="high")))
    engine.plan(configuration())
    assert looks(engine) == 0
    engine.plan(TWO)
    assert looks(engine) == 1


def test_a_saved_plan_looks_again_before_it_creates(workspace: Workspace) -> None:
    """What was created since the plan was made is found just before its creations are sent."""
    document = workspace.plan(TWO)
    tracker = workspace.engine.tracker
    tracker.calls.clear()
    workspace.apply_saved(document)
    calls = [name for name, _ in tracker.calls]
    assert calls.index("find_marked") < calls.index("create")


def _unsettled(workspace: Workspace) -> State:
    workspace.engine.tracker.lost = {"a"}
    assert workspace.apply(ONE).in_part
    workspace.engine.tracker.lost = set()
    return workspace.state(ONE)


@pytest.mark.parametrize(("patience", "waited"), [(0.0, 0.0), (12.0, 12.0), (120.0, 120.0)])
def test_settling_waits_as_long_as_it_is_told(workspace: Workspace, patience: float, waited: float) -> None:
    """It looks again and again until `--settle` has passed, and then goes on with the address still unsettled."""
    state = _unsettled(workspace)
    engine, name = workspace.engine, ONE.workspace
    started = engine.clock.time
    settled = settle_open(
        state,
        WorkspaceName(name=name.name, id=name.id, instance=name.instance),
        engine.connections,
        engine.sites,
        lease=None,
        clock=engine.clock,
        patience=patience,
    )
    assert (engine.clock.time - started).total_seconds() == waited
    assert settled is not None
    assert len(settled.open_operations) == 1


def test_the_rest_goes_on_once_patience_is_over(workspace: Workspace) -> None:
    """An apply waits two minutes by default; then what does not need the unsettled item is done, and it is exit 4."""
    _unsettled(workspace)
    started = workspace.engine.clock.time
    applied = workspace.apply(TWO)
    assert (workspace.engine.clock.time - started).total_seconds() >= 120
    assert applied.in_part
    assert [(each.address, each.result) for each in applied.document.results] == [("b", "done")]


def test_a_plan_does_not_wait(workspace: Workspace) -> None:
    """A command that only reads looks once and says what is unsettled."""
    _unsettled(workspace)
    started = workspace.engine.clock.time
    document = workspace.plan(TWO)
    assert workspace.engine.clock.time == started
    assert [each.code for each in document.diagnostics] == ["unsettled"]


def test_an_unreadable_item_is_no_proof_of_deletion(workspace: Workspace) -> None:
    """Without a word in the policy the apply stops; nothing is made anew, and the record stays."""
    workspace.apply(TWO)
    workspace.engine.tracker.hidden = {workspace.state(TWO).items["a"].id}
    document = workspace.plan(TWO)
    assert ([each.code for each in document.diagnostics], document.actions) == (["missing"], ())
    assert set(workspace.state(TWO).items) == {"a", "b"}


def test_all_missing_at_once_always_stops(workspace: Workspace) -> None:
    """Whatever the policy says of missing items: where the site shows none of them, nobody believes it."""
    workspace.apply(TWO)
    tracker = workspace.engine.tracker
    tracker.hidden = set(tracker.items)
    for policy in ("stop", "recreate", "forget"):
        careful = replace(TWO, policy=replace(TWO.policy, on_missing=policy))  # type: ignore[arg-type]
        document = workspace.plan(careful)
        assert "all_missing" in [each.code for each in document.diagnostics if each.severity == "error"]


def test_what_the_platform_renamed_is_the_same_item(engine: Engine) -> None:
    """An item is known by its id: a key that changed is taken over, and is no change."""
    engine.apply(ONE)
    live = engine.tracker.items[engine.lease.items["a"].id]
    engine.tracker.items[live.id] = replace(live, key="OTHER-9", type=Ref(live.type.id, live.type.name))
    assert engine.plan(ONE).actions == ()


def test_a_changed_project_stops(workspace: Workspace) -> None:
    """A state whose items were made in one project is not applied to another: every item would be outside of it."""
    workspace.apply(ONE)
    tracker = workspace.engine.tracker
    tracker.site = replace(tracker.site, project=Ref("200", "OTHER"))
    with pytest.raises(Refused, match="made in another project than the one configured"):
        workspace.plan(TWO)
    with pytest.raises(Refused, match="made in another project"):
        workspace.apply(configuration(), "destroy")
    assert len(tracker.items) == 1


def test_an_item_outside_the_project_stays_managed(engine: Engine) -> None:
    """Somebody moved it to another project: that is reported, and its fields are the spec's as before."""
    engine.apply(TWO)
    live = engine.tracker.items[engine.lease.items["a"].id]
    engine.tracker.items[live.id] = replace(live, key="OTHER-9", project="200")
    assert [each.code for each in engine.plan(TWO).diagnostics] == ["outside_project"]
    assert engine.plan(TWO).diagnostics[0].summary == "a (OTHER-9) is no longer in INVEST"
    results = engine.apply(configuration(item("a", priority="high"), item("b")))
    assert {address: each.result for address, each in results.items()} == {"a": "done"}
    assert engine.live("a")["priority"] == Ref("p2", "High")
