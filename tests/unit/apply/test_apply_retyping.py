"""Giving an item another type: sent with the rest, recorded, read back, guarded; and settled after a lost answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from memory_engine import Engine
from memory_site import configuration, item, retyping_site

from reconciler.apply.settling import Settlement, settle
from reconciler.diagnostics import Place
from reconciler.errors import Refused
from reconciler.plan.document import PlanDocument, Recording, WorkspaceName
from reconciler.sdk import Found, Outcome, Problem, Ref, encode
from reconciler.spec.configuration import Move
from reconciler.workflow.saved import refuse_forged

BUG, TASK, EPIC = Ref("t4", "Bug"), Ref("t2", "Task"), Ref("t1", "Opportunity")
AS_BUG = configuration(item("a", type="bug", due="2026-04-01"))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A site whose edits change types, and one task that is applied."""
    engine = Engine(tmp_path, {"tracker": retyping_site()})
    engine.apply(configuration(item("a")))
    return engine


def _type(engine: Engine) -> Ref:
    return engine.tracker.items[engine.lease.items["a"].id].type


def _by_a_person(engine: Engine, type: Ref) -> None:
    id = engine.lease.items["a"].id
    engine.tracker.items[id] = replace(engine.tracker.items[id], type=type)


def test_it_is_written_with_the_rest_and_recorded(engine: Engine) -> None:
    """One update has both; the state has the new type, among its own and not among the fields; then all is said."""
    engine.tracker.calls.clear()
    assert engine.apply(AS_BUG)["a"].result == "done"
    assert [each for each in engine.tracker.calls if each[0] == "update"] == [("update", 1)]
    assert (_type(engine), engine.live("a")["duedate"].isoformat()) == (BUG, "2026-04-01")  # type: ignore[union-attr]
    record = engine.lease.items["a"]
    assert record.type == BUG
    assert "type" not in {*record.base, *record.observed, *record.not_kept}
    again = engine.plan(AS_BUG)
    assert (again.actions, again.recordings, again.diagnostics) == ((), (), ())


def test_a_type_alone_needs_no_new_marker(tmp_path: Path) -> None:
    """A marker says nothing of types: the plan counts one request, and one is sent."""
    site = retyping_site()
    engine = Engine(tmp_path, {"tracker": replace(site, capabilities=replace(site.capabilities, marker_in_reads=True))})
    engine.apply(configuration(item("a")))
    specs = configuration(item("a", type="bug"))
    document = engine.plan(specs)
    assert document.requests == {"tracker": {"edit": 1}}
    engine.tracker.calls.clear()
    engine.carry_out(document)
    assert [each for each in engine.tracker.calls if each[0] in {"update", "mark"}] == [("update", 1)]


def test_a_move_and_another_type_are_one_action(engine: Engine) -> None:
    """A new address and a new type in one go: the item is written once, and known by both."""
    moved = (Move("a", "b", Place("main.yaml", 1, 1)),)
    specs = replace(configuration(item("b", title="a", type="bug")), moved=moved)
    (action,) = engine.plan(specs).actions
    assert (action.action, [each.field for each in action.changes]) == ("move", ["type"])
    assert engine.apply(specs)["b"].result == "done"
    assert {address: each.type for address, each in engine.lease.items.items()} == {"b": BUG}
    assert engine.plan(specs).actions == ()


def test_another_type_since_the_plan_is_left_alone(engine: Engine) -> None:
    """A person was quicker, with another type: nothing of the item is written, and it is said what moved."""
    document = engine.plan(AS_BUG)
    _by_a_person(engine, Ref("t3", "Sub-task"))
    result = engine.carry_out(document)["a"]
    assert (result.result, result.problems) == ("skipped", ("type changed since the plan",))
    assert (_type(engine).name, engine.lease.items["a"].type) == ("Sub-task", TASK)
    assert "duedate" not in engine.live("a")


def test_the_same_type_since_the_plan_is_not_sent_again(engine: Engine) -> None:
    """A person was quicker, with the type that was planned: the rest is written, and both are recorded."""
    document = engine.plan(AS_BUG)
    _by_a_person(engine, BUG)
    assert engine.carry_out(document)["a"].result == "done"
    assert (_type(engine), engine.lease.items["a"].type) == (BUG, BUG)
    assert "duedate" in engine.live("a")


def test_a_type_that_the_platform_does_not_keep_is_said(engine: Engine) -> None:
    """It took the write and shows another type; the next plan does not try for ever, but asks for a person."""
    engine.tracker.dropped.add("type")
    result = engine.apply(AS_BUG)["a"]
    assert (result.result, result.problems) == ("not_kept", ("the site shows another value: type",))
    document = engine.plan(AS_BUG)
    assert (document.actions, [each.code for each in document.diagnostics]) == ((), ["type_change"])


def test_a_person_who_changes_it_after_the_write_is_seen(engine: Engine) -> None:
    """Between write and verification: who did it is said, and the next plan leaves the item alone."""
    document = engine.plan(AS_BUG)

    def later() -> None:
        if _type(engine) == BUG:
            _by_a_person(engine, Ref("t3", "Sub-task"))
            id = engine.lease.items["a"].id
            engine.tracker.edits[id] = [("type", engine.clock.now(), Ref("u2", "Lea Gray"), "Bug", "Sub-task")]

    engine.tracker.meanwhile = later
    result = engine.carry_out(document)["a"]
    assert (result.result, result.problems) == ("done", ("type was changed by Lea Gray since it was written",))
    engine.tracker.meanwhile = lambda: None
    assert [each.code for each in engine.plan(AS_BUG).diagnostics] == ["type_change"]


def test_a_type_that_was_refused_is_tried_again(engine: Engine) -> None:
    """The part that the platform took is recorded; the type stays what it is, and is planned once more."""
    engine.tracker.answers["a"] = Outcome(
        "", "partial", None, frozenset({"duedate"}), (Problem("bad_value", "not that one", "type"),)
    )
    result = engine.apply(AS_BUG)["a"]
    assert (result.result, result.problems[0]) == ("failed", "type: not that one")
    assert engine.lease.items["a"].type == TASK
    (action,) = engine.plan(AS_BUG).actions
    assert action.changes[0].field == "type"


class TestSettling:
    """The answer to a change of type was lost."""

    @pytest.fixture
    def lost(self, engine: Engine) -> Engine:
        """The write was carried out, and nobody heard of it."""
        engine.tracker.lost.add("a")
        assert engine.apply(AS_BUG)["a"].result == "unsettled"
        return engine

    def _settled(self, lost: Engine, **fields: object) -> Settlement:
        engine, state = lost, lost.lease.state()
        (operation,) = state.open_operations
        live = engine.tracker.items[operation.item or ""]
        item = replace(live, fields={**live.fields, "type": live.type, **fields})
        asked = []

        class Answering:
            def settle(self, pending):  # type: ignore[no-untyped-def]
                asked.extend(pending)
                return iter([Found(operation.id, "live", item)])

        name = WorkspaceName(name="deals", id="6f0c2f3e-0000-4000-8000-000000000001", instance="acme")
        (found,) = settle(state, name, {"tracker": Answering()}, {"tracker": engine.tracker.site.types})  # type: ignore[dict-item]
        assert asked[0].write.set["type"] == BUG
        assert asked[0].write.item.fields["type"] == TASK
        assert asked[0].send_before >= operation.journalled_at - timedelta(seconds=1)
        return found

    def test_all_arrived(self, lost: Engine) -> None:
        """The type is the record's own, and no field's base."""
        found = self._settled(lost)
        assert found.record is not None
        assert (found.status, found.record.type) == ("done", BUG)
        assert "type" not in {*found.record.base, *found.record.observed}

    def test_nothing_arrived(self, lost: Engine) -> None:
        """The next plan changes it."""
        found = self._settled(lost, type=TASK, duedate=None)
        assert (found.status, found.record) == ("refused", None)

    def test_the_rest_arrived(self, lost: Engine) -> None:
        """What did not arrive is not recorded."""
        found = self._settled(lost, type=TASK)
        assert found.record is not None
        assert (found.status, found.record.type) == ("partial", TASK)
        assert "duedate" in found.record.base

    def test_the_type_arrived_and_the_rest_did_not(self, lost: Engine) -> None:
        """The type is recorded alone."""
        found = self._settled(lost, duedate=None)
        assert found.record is not None
        assert (found.status, found.record.type) == ("partial", BUG)
        assert "duedate" not in found.record.base

    def test_a_person_came_after(self, lost: Engine) -> None:
        """It arrived, and the next plan sees the person's change for what it is."""
        found = self._settled(lost, type=EPIC)
        assert found.record is not None
        assert (found.status, found.record.type) == ("done", BUG)


class TestForgedPlans:
    """A saved plan is input from somebody else."""

    @pytest.fixture
    def document(self, engine: Engine) -> PlanDocument:
        """A plan that changes a type."""
        return engine.plan(AS_BUG)

    @pytest.mark.parametrize(
        ("said", "changes"),
        [("Opportunity", {"before": "Task", "after": "Opportunity"}), ("Bug", {"before": "Opportunity"}),
         ("Bug", {"before": None}), ("Bug", {"after": "Task"})],
    )  # fmt: skip
    def test_another_level_is_not_written(
        self, engine: Engine, document: PlanDocument, said: str, changes: dict[str, str]
    ) -> None:
        """Whatever a plan says, an item stays on its level, and becomes only what the plan shows."""
        (action,) = document.actions
        kind, due = action.changes
        forged = action.model_copy(
            update={"type": said.lower().replace("opportunity", "epic"),
                    "changes": (kind.model_copy(update=changes), due)}
        )  # fmt: skip
        result = engine.carry_out(document.model_copy(update={"actions": (forged,)}))["a"]
        assert (result.result, result.problems) == (
            "failed", (f"the plan may not make a {said} of it: a type changes within its level alone",),
        )  # fmt: skip
        assert _type(engine) == TASK

    @pytest.mark.parametrize("type", ["Bug", 4, {"datetime": "soon"}, {"id": "t4"}])
    def test_a_type_that_is_none_is_not_recorded(self, engine: Engine, document: PlanDocument, type: object) -> None:
        """The state learns a type as the plan's documents write it, or nothing."""
        forged = Recording.model_validate({"address": "a", "type": type})
        with pytest.raises(Refused, match="a: the plan records a type that is none"):
            refuse_forged(document.model_copy(update={"recordings": (forged,)}), engine.lease.items)
        fine = Recording(address="a", type=encode(BUG))
        refuse_forged(document.model_copy(update={"recordings": (fine,)}), engine.lease.items)
