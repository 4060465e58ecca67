"""What an apply does when a platform refuses, is silent, or people are faster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from memory_engine import Engine, MemoryLease
from memory_site import configuration, item, rich, to

from reconciler.errors import LeaseLost
from reconciler.sdk import Link, Ref
from reconciler.spec.configuration import Configuration

DEAL = item("deal", type="epic")
CHILD = item("child", parent=to("deal")[0])
DUE = configuration(item("a", due="2026-04-01"), item("b", due="2026-04-01"))
PLAIN = configuration(item("a"), item("b"))


def _results(engine: Engine, specs: Configuration) -> dict[str, str]:
    return {address: each.result for address, each in engine.apply(specs).items()}


def _open(engine: Engine) -> list[str]:
    return [each.address for each in engine.lease.operations.values() if each.status == "open"]


class TestRefusals:
    """The platform says no."""

    def test_one_refused_creation_skips_only_what_needs_it(self, engine: Engine) -> None:
        """One failure skips only what needs it: its child says why, an item beside them is made; the field is named."""
        engine.refuse("deal", message="too short")
        results = engine.apply(configuration(DEAL, CHILD, item("free")))
        assert {address: each.result for address, each in results.items()} == {
            "deal": "failed", "child": "skipped", "free": "done",
        }  # fmt: skip
        assert results["deal"].problems == ("title: too short",)
        assert results["child"].problems == ("waits for deal",)
        assert set(engine.lease.items) == {"free"}

    def test_the_next_apply_does_the_rest(self, engine: Engine) -> None:
        """Nothing of the failure stays behind."""
        engine.refuse("deal")
        specs = configuration(DEAL, CHILD)
        engine.apply(specs)
        engine.tracker.answers.clear()
        assert _results(engine, specs) == {"deal": "done", "child": "done"}
        assert engine.plan(specs).actions == ()

    def test_a_link_whose_end_was_not_made(self, engine: Engine) -> None:
        """The item itself is created and kept; what needs the other one waits, and follows later."""
        specs = configuration(item("a", links={"blocks": to("b")}, status="in_progress"), item("b"))
        engine.refuse("b")
        results = engine.apply(specs)
        assert (results["a"].result, results["a"].problems) == ("skipped", ("waits for b",))
        assert results["a"].id == engine.lease.items["a"].id
        engine.tracker.answers.clear()
        engine.apply(specs)
        assert engine.live("a")["links"] == (Link("blocks", engine.lease.items["b"].id),)
        assert engine.plan(specs).actions == ()

    def test_a_parents_failed_update_does_not_hold_back_a_child(self, engine: Engine) -> None:
        """The parent exists: that is all that a child needs."""
        engine.apply(configuration(DEAL))
        engine.refuse("deal")
        results = _results(engine, configuration(item("deal", type="epic", due="2026-04-01"), CHILD))
        assert results == {"deal": "failed", "child": "done"}

    @pytest.mark.parametrize(("answer", "result"), [("refused", "failed"), ("not_sent", "failed")])
    def test_what_is_decided_before_sending_leaves_no_operation(self, engine: Engine, answer: str, result: str) -> None:
        """No transition leads there: nothing was journalled, so nothing is ended, and the state stays as it was."""
        engine.apply(PLAIN)
        before = engine.lease.items["a"]
        engine.refuse("a", answer, message="no transition leads there")
        assert _results(engine, DUE)["a"] == result
        assert engine.lease.items["a"] == before
        assert _open(engine) == []

    @pytest.mark.parametrize(("answer", "result"), [("changed", "skipped"), ("gone", "skipped")])
    def test_what_the_platform_found_changed_or_gone(self, engine: Engine, answer: str, result: str) -> None:
        """The operation ended without a trace, and the item is left alone."""
        engine.apply(PLAIN)
        engine.refuse("a", answer)
        assert _results(engine, DUE) == {"a": result, "b": "done"}
        assert answer in {each.status for each in engine.lease.operations.values()}
        assert _open(engine) == []

    def test_a_part_that_was_written_is_recorded(self, engine: Engine) -> None:
        """The rest is planned again, and says what stopped it."""
        engine.apply(PLAIN)
        engine.refuse("a", "partial", frozenset({"duedate"}), "labels are off the screen")
        results = engine.apply(configuration(item("a", due="2026-04-01", labels=("x",)), item("b")))
        assert (results["a"].result, results["a"].problems) == (
            "failed",
            ("title: labels are off the screen", "its marker was not written: labels are off the screen"),
        )
        record = engine.lease.items["a"]
        assert (record.base["duedate"], "labels" in record.base) == (date(2026, 4, 1), False)

    def test_a_site_that_is_down(self, engine: Engine) -> None:
        """What was not sent yet has failed and can be sent again; nothing stays open."""
        engine.tracker.broken = {"a"}
        results = engine.apply(PLAIN)
        assert {each.result for each in results.values()} == {"failed"}
        assert results["b"].problems == ("the site is down",)
        assert _open(engine) == []
        engine.tracker.broken = set()
        assert _results(engine, PLAIN) == {"a": "done", "b": "done"}


class TestLostAnswers:
    """Sent, and not known to have arrived."""

    def test_the_operation_stays_open(self, engine: Engine) -> None:
        """Reported as unsettled; what needs it is skipped; a second run sends nothing for it."""
        engine.tracker.lost = {"deal"}
        specs = configuration(DEAL, CHILD, item("free"))
        results = engine.apply(specs)
        assert {address: each.result for address, each in results.items()} == {
            "deal": "unsettled", "child": "skipped", "free": "done",
        }  # fmt: skip
        assert "its answer was lost" in results["deal"].problems[0]
        assert _open(engine) == ["deal"]
        assert engine.plan(specs).actions == ()
        assert len(engine.tracker.items) == 2

    def test_a_lost_update_is_not_recorded(self, engine: Engine) -> None:
        """Base and observed stay; the address is left alone afterwards."""
        engine.apply(PLAIN)
        before = engine.lease.items["a"]
        engine.tracker.lost = {"a"}
        assert _results(engine, DUE) == {"a": "unsettled", "b": "done"}
        assert engine.lease.items["a"] == before

    def test_a_call_that_breaks_off_in_the_middle(self, engine: Engine) -> None:
        """What was journalled is unsettled, what was not has failed."""
        engine.apply(configuration(item("a"), item("b"), item("c")))
        engine.tracker.broken = {"c"}
        opened = engine.journal.open
        engine.tracker.gate = _GateThatOpensAhead(opened)
        specs = configuration(*(item(each, due="2026-04-01") for each in "abc"))
        document = engine.plan(specs)
        engine.tracker.broken = {"b"}
        assert {address: each.result for address, each in engine.carry_out(document).items()} == {
            "a": "done", "b": "failed", "c": "failed",
        }  # fmt: skip

    def test_the_lease_is_lost(self, engine: Engine) -> None:
        """The run stops at once: nothing more is sent."""

        class Lost(MemoryLease):
            def journal(self, operations: object) -> None:
                raise LeaseLost

        engine.journal.attach(Lost(engine.log))
        with pytest.raises(LeaseLost):
            engine.apply(PLAIN)
        assert engine.tracker.items == {}


class _GateThatOpensAhead:
    def __init__(self, opened: object) -> None:
        self.open = opened


class TestPeopleWereFaster:
    """Between the plan and the write."""

    def test_a_field_that_moved_is_left_alone(self, engine: Engine) -> None:
        """The item is skipped, the field and who moved it are named, the others are written."""
        engine.apply(PLAIN)
        document = engine.plan(DUE)
        engine.edit("a", duedate=date(2027, 1, 1))
        results = engine.carry_out(document)
        problem = "due was changed since the plan by Lea Gray at 2026-01-05 10:00 UTC"
        assert (results["a"].result, results["a"].problems) == ("skipped", (problem,))
        assert results["b"].result == "done"
        assert engine.live("a")["duedate"] == date(2027, 1, 1)

    def test_other_edits_void_nothing(self, engine: Engine) -> None:
        """Other edits void nothing: a field that the plan does not write may move."""
        engine.apply(PLAIN)
        document = engine.plan(DUE)
        engine.edit("a", points=5, labels=("theirs",), status=Ref("s2"))
        assert engine.carry_out(document)["a"].result == "done"
        assert engine.live("a")["labels"] == ("theirs",)

    def test_a_person_did_it_already(self, engine: Engine) -> None:
        """Nothing is sent, and it is recorded as done."""
        engine.apply(PLAIN)
        document = engine.plan(configuration(item("a", due="2026-04-01", labels=("x",)), item("b")))
        engine.edit("a", duedate=date(2026, 4, 1), labels=("x",))
        engine.tracker.calls.clear()
        assert engine.carry_out(document)["a"].result == "done"
        assert "update" not in dict(engine.tracker.calls)
        assert engine.plan(configuration(item("a", due="2026-04-01", labels=("x",)), item("b"))).actions == ()

    def test_an_item_that_vanished(self, engine: Engine) -> None:
        """An item that can't be read any more just before its write is skipped."""
        engine.apply(PLAIN)
        document = engine.plan(DUE)
        engine.tracker.hidden = {engine.lease.items["a"].id}
        results = engine.carry_out(document)
        assert (results["a"].result, results["a"].problems) == ("skipped", ("the item can't be read any more",))

    def test_an_item_that_became_another_type(self, engine: Engine) -> None:
        """An item whose type changed since the plan is skipped: its fields may mean something else now."""
        engine.apply(PLAIN)
        document = engine.plan(DUE)
        id = engine.lease.items["a"].id
        engine.tracker.items[id] = replace(engine.tracker.items[id], type=Ref("t1", "Opportunity"))
        results = engine.carry_out(document)
        assert (results["a"].result, results["b"].result) == ("skipped", "done")
        assert results["a"].problems == ("its type changed since the plan: it is a Opportunity",)

    def test_an_element_that_a_person_took_is_removed_already(self, engine: Engine) -> None:
        """What is gone is not removed again."""
        engine.apply(configuration(item("a", labels=("x", "y"))))
        document = engine.plan(configuration(item("a", labels=("y",))))
        engine.edit("a", labels=("y",))
        engine.tracker.calls.clear()
        assert engine.carry_out(document)["a"].result == "done"
        assert "update" not in dict(engine.tracker.calls)

    def test_the_guard_cannot_read(self, engine: Engine) -> None:
        """Nothing is sent for these items; a new one beside them is made, and says that it was not read back."""
        engine.apply(configuration(item("a")))
        document = engine.plan(configuration(item("a", due="2026-04-01"), item("new")))
        engine.tracker.unreadable = True
        results = engine.carry_out(document)
        assert (results["a"].result, results["new"].result) == ("failed", "done")
        marker = "its marker may not be written: the site gave no answer"
        assert results["a"].problems == ("nothing more was sent for it: the site gave no answer", marker)
        assert results["new"].problems == ("it was written, and not read back: the site gave no answer", marker)
        engine.tracker.unreadable = False
        assert [each.address for each in engine.plan(configuration(item("a"), item("new"))).actions] == []


class TestVerifying:
    """What was written is read back."""

    def test_what_the_platform_does_not_keep(self, engine: Engine) -> None:
        """Reported by its word, held in the state, and not sent again until the spec changes."""
        engine.apply(PLAIN)
        engine.tracker.dropped = {"duedate"}
        results = engine.apply(DUE)
        assert (results["a"].result, results["a"].problems) == ("not_kept", ("the site shows another value: due",))
        assert engine.lease.items["a"].not_kept == {"duedate": date(2026, 4, 1)}
        assert engine.plan(DUE).actions == ()
        engine.tracker.dropped = set()
        later = configuration(item("a", due="2026-05-01"), item("b", due="2026-04-01"))
        assert _results(engine, later) == {"a": "done"}
        assert engine.lease.items["a"].not_kept == {}

    def test_an_element_that_is_not_kept(self, engine: Engine) -> None:
        """Only that element is held; a person's removal of another is still reverted."""
        engine.apply(configuration(item("a", labels=("x",))))
        engine.tracker.dropped = {"labels"}
        specs = configuration(item("a", labels=("x", "y")))
        assert _results(engine, specs) == {"a": "not_kept"}
        assert engine.lease.items["a"].not_kept == {"labels": ("y",)}
        engine.tracker.dropped = set()
        assert engine.plan(specs).actions == ()
        engine.edit("a", labels=())
        assert engine.plan(specs).actions[0].changes[0].added == ("x",)

    def test_a_person_changed_it_since(self, engine: Engine) -> None:
        """It was written: the result says who came after, and the next plan shows it as the drift that it is."""
        engine.apply(PLAIN)
        document = engine.plan(DUE)
        reads = iter([lambda: None, lambda: engine.edit("a", duedate=date(2027, 1, 1))])
        engine.tracker.meanwhile = lambda: next(reads)()
        results = engine.carry_out(document)
        engine.tracker.meanwhile = lambda: None
        assert (results["a"].result, results["a"].problems) == (
            "done", ("due was changed by Lea Gray since it was written",),
        )  # fmt: skip
        (drift,) = engine.plan(DUE).drift
        assert (drift.field, drift.before, drift.after, drift.by) == ("due", "2026-04-01", "2027-01-01", "Lea Gray")

    def test_a_persons_text_that_came_after_is_never_overwritten_unseen(self, engine: Engine) -> None:
        """Written by a person between our write and our look: a later change of the spec meets a conflict."""
        engine.apply(configuration(item("a", description="one")))
        document = engine.plan(configuration(item("a", description="two")))
        reads = iter([lambda: None, lambda: engine.edit("a", description="theirs")])
        engine.tracker.meanwhile = lambda: next(reads)()
        engine.carry_out(document)
        engine.tracker.meanwhile = lambda: None
        assert engine.plan(configuration(item("a", description="two"))).drift[0].kept
        later = engine.plan(configuration(item("a", description="three")))
        assert (later.actions, later.conflicts[0].resolution) == ((), "stop")
        assert engine.live("a")["description"] == rich("theirs")

    def test_a_new_item_that_the_site_does_not_show_yet(self, engine: Engine) -> None:
        """It is created and known; what it was to get afterwards is left for the next run."""
        specs = configuration(item("a", status="in_progress"), item("b"))
        engine.tracker.hidden = {"1001", "1002"}
        assert _results(engine, specs) == {"a": "skipped", "b": "done"}
        engine.tracker.hidden = set()
        assert engine.plan(specs).summary.create == 0
        engine.apply(specs)
        assert engine.live("a")["status"] == Ref("s2")

    def test_each_result_is_reported_as_it_is_known(self, engine: Engine) -> None:
        """And once more where verification changes it."""
        engine.tracker.dropped = {"duedate"}
        engine.apply(DUE)
        assert [(each.address, each.result) for each in engine.reported] == [
            ("a", "done"), ("b", "done"), ("a", "not_kept"), ("b", "not_kept"),
        ]  # fmt: skip


class TestRecordings:
    """What the state learns without a write."""

    def test_they_wait_for_their_items_action(self, engine: Engine) -> None:
        """An item with which something went wrong keeps its record as it was."""
        engine.apply(configuration(item("a", due="2026-04-01", labels=("x",))))
        engine.refuse("a")
        engine.apply(configuration(item("a", labels=("y",), protect=True)))
        record = engine.lease.items["a"]
        assert (record.protect, "duedate" in record.base, record.base["labels"]) == (False, True, ("x",))

    def test_a_claim_of_a_link_to_a_new_item(self, engine: Engine) -> None:
        """What the plan could only await is recorded by its real id."""
        engine.apply(configuration(item("a")))
        specs = configuration(item("a", links={"blocks": to("new")}), item("new"))
        engine.apply(specs)
        assert engine.lease.items["a"].base["links"] == (Link("blocks", engine.lease.items["new"].id),)
        assert engine.plan(specs).recordings == ()

    def test_a_claim_without_a_write(self, engine: Engine) -> None:
        """A person's value that the spec now names too: ours from now on."""
        engine.apply(configuration(item("a")))
        engine.edit("a", duedate=date(2026, 4, 1))
        engine.apply(configuration(item("a", due="2026-04-01")))
        record = engine.lease.items["a"]
        assert (record.base["duedate"], record.observed["duedate"]) == (date(2026, 4, 1), date(2026, 4, 1))


def test_a_plan_that_names_what_is_not_there(engine: Engine) -> None:
    """A forged or stale field, type or address fails its action alone, with words."""
    engine.apply(PLAIN)
    document = engine.plan(DUE)
    a, b = document.actions
    for broken, said in (
        (a.model_copy(update={"type": "saga"}), "the site has no type 'saga'"),
        (
            a.model_copy(update={"changes": (a.changes[0].model_copy(update={"field": "fields.Cost"}),)}),
            "the site has no field 'fields.Cost' that can be written",
        ),
        (
            a.model_copy(update={"changes": (a.changes[0].model_copy(update={"field": "parent", "after": "gone"}),)}),
            "waits for gone",
        ),
        (
            a.model_copy(
                update={
                    "changes": (
                        a.changes[0].model_copy(
                            update={
                                "field": "title", "unknown": True,
                                "after": ["x ", {"address": "gone", "attribute": "key"}],
                            }
                        ),
                    )
                }
            ),
            "title needs something that does not exist: {'address': 'gone', 'attribute': 'key'}",
        ),
    ):  # fmt: skip
        results = engine.carry_out(document.model_copy(update={"actions": (broken,)}))
        assert results["a"].result == ("skipped" if said.startswith("waits") else "failed")
        assert results["a"].problems == (said,)
    assert engine.carry_out(document.model_copy(update={"actions": (b,)}))["b"].result == "done"
