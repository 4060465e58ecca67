"""Items in a recycle bin: brought back before anything needs them, never made anew beside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from memory_bin import BinProvider, with_bin
from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.apply.previews import count_mails
from reconciler.apply.settling import settle
from reconciler.diagnostics import Place
from reconciler.plan.assemble import speeches
from reconciler.plan.document import PlanDocument, WorkspaceName
from reconciler.plan.results import ApplyResult
from reconciler.sdk import Found, Item, Outcome, Preview, Ref
from reconciler.spec.configuration import Configuration, DesiredItem, Move, Policy
from reconciler.state.records import OperationRecord, State, WorkspaceRecord

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def site(engine: Engine) -> BinProvider:
    """The engine's site, with a recycle bin."""
    return with_bin(engine)


def recreating(*items: DesiredItem) -> Configuration:
    """Specs that bring back what is missing, beside an item that stays."""
    return replace(configuration(item("rest"), *items), policy=Policy(on_missing="recreate"))


def binned(engine: Engine, site: BinProvider, specs: Configuration, *addresses: str) -> None:
    """Apply, and have a person delete some of it."""
    engine.apply(specs)
    for each in addresses:
        site.bin(engine.lease.items[each].id)
    engine.log.clear()


def told(results: Mapping[str, ApplyResult], address: str = "a") -> tuple[str, tuple[str, ...]]:
    """What came of an address."""
    return results[address].result, results[address].problems


def actions(document: PlanDocument) -> list[tuple[str, str, bool]]:
    """What a plan does."""
    return [(each.address, each.action, each.missing) for each in document.actions]


def test_it_is_journalled_before_it_is_sent(engine: Engine, site: BinProvider) -> None:
    """The journal has the restoration first; the state keeps the record that it had, and a plan is empty then."""
    specs = recreating(item("a"))
    binned(engine, site, specs, "a")
    record = engine.lease.items["a"]
    document = engine.plan(specs)
    assert actions(document) == [("a", "update", True)]
    assert document.requests == {"tracker": {"restore": 1}}
    assert told(engine.carry_out(document)) == ("done", ())
    assert engine.log[:2] == [("journal", "a"), ("restore", "a")]
    assert [(each.kind, each.status) for each in engine.lease.operations.values()][-1] == ("restore", "done")
    assert engine.lease.items["a"].id == record.id
    assert engine.plan(specs).actions == ()


def test_its_change_goes_after_it_in_one_run(engine: Engine, site: BinProvider) -> None:
    """What the specs changed meanwhile is written once the item is there, and counted in the plan."""
    binned(engine, site, recreating(item("a", due="2026-04-01")), "a")
    specs = recreating(item("a", due="2026-05-01"))
    document = engine.plan(specs)
    assert document.requests == {"tracker": {"edit": 1, "marker": 1, "restore": 1}}
    assert told(engine.carry_out(document)) == ("done", ())
    assert [each for each in engine.log if each[0] in {"restore", "send"}] == [
        ("restore", "a"),
        ("send", "a"),
    ]
    assert engine.plan(specs).actions == ()


def test_its_mail_is_counted_anew_for_a_saved_plan(engine: Engine, site: BinProvider) -> None:
    """A change to an item that nobody can read yet sends mail all the same."""
    binned(engine, site, recreating(item("a", due="2026-04-01")), "a")
    document = engine.plan(recreating(item("a", due="2026-05-01")))
    site.obstacles["a"] = Preview("a", {"edit": 1}, notifies=True)
    says = speeches(engine.sites, engine.providers, engine.lease.items)
    assert count_mails(document, says, engine.providers, engine.lease.items) == 1


def test_it_goes_to_its_new_address_on_the_way(engine: Engine, site: BinProvider) -> None:
    """An address that was renamed while its item lay in the bin: a move that brings it back."""
    binned(engine, site, recreating(item("a")), "a")
    id = engine.lease.items["a"].id
    moved = replace(recreating(item("b", title="a")), moved=(Move("a", "b", Place("main.yaml", 1, 1)),))
    document = engine.plan(moved)
    assert actions(document) == [("b", "move", True)]
    assert told(engine.carry_out(document), "b") == ("done", ())
    assert (engine.lease.items["b"].id, set(engine.lease.items)) == (id, {"rest", "b"})
    assert engine.plan(moved).actions == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Outcome("", "refused"), "failed"),
        (Outcome("", "unknown"), "unsettled"),
        (Outcome("", "gone"), "skipped"),
    ],
)
def test_what_needs_it_waits_for_it(engine: Engine, site: BinProvider, answer: Outcome, said: str) -> None:
    """Where it did not come back, nothing is written to it, or made below it; the rest goes on."""
    binned(engine, site, recreating(item("a", type="epic")), "a")
    site.answers["a"] = answer
    specs = recreating(item("a", type="epic", due="2026-05-01"), item("b", parent=to("a")[0]), item("c"))
    results = engine.apply(specs)
    assert {address: each.result for address, each in results.items()} == {"a": said, "b": "skipped", "c": "done"}
    assert results["b"].problems == ("waits for a",)
    assert [each for each in site.calls if each[0] == "update"] == []


def test_a_site_that_breaks_down_leaves_it_where_it_is(engine: Engine, site: BinProvider) -> None:
    """Neither the look nor the request is a traceback; it failed, and the next run brings it back."""
    specs = recreating(item("a"))
    binned(engine, site, specs, "a")
    document = engine.plan(specs)
    site.unreadable = True
    result, (why, *_) = told(engine.carry_out(document))
    assert (result, why) == ("failed", "nothing more was sent for it: the site gave no answer")
    site.unreadable, site.broken = False, {"a"}
    assert told(engine.carry_out(document)) == ("failed", ("the site is down",))
    site.broken = set()
    assert told(engine.apply(specs)) == ("done", ())


def test_what_changed_since_the_plan_is_left_alone(engine: Engine, site: BinProvider) -> None:
    """It is there again, or in the bin no more: nothing is sent for it."""
    specs = recreating(item("a"))
    binned(engine, site, specs, "a")
    document = engine.plan(specs)
    id = engine.lease.items["a"].id
    site.items[id] = site.binned.pop(id)
    assert told(engine.carry_out(document)) == ("skipped", ("its item is there again",))
    site.hidden = {id}
    assert told(engine.carry_out(document)) == ("skipped", ("the item can't be read any more",))
    assert ("restore", 1) not in site.calls


def test_a_plan_that_makes_it_anew_is_left_alone(engine: Engine, site: BinProvider) -> None:
    """The plan could not see the item at all; now it lies in the recycle bin."""
    specs = recreating(item("a"))
    engine.apply(specs)
    id = engine.lease.items["a"].id
    site.hidden = {id}
    document = engine.plan(specs)
    assert actions(document) == [("a", "create", True)]
    site.hidden = set()
    site.bin(id)
    assert told(engine.carry_out(document)) == ("skipped", ("its item lies in the recycle bin: plan anew",))


def test_without_a_way_back_it_is_made_anew(engine: Engine) -> None:
    """A provider that says `deleted` and brings nothing back: the item is as missing as any other."""

    class Deleting(type(engine.tracker)):  # type: ignore[misc]
        def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
            for each in super().fetch(wanted, markers=markers):
                yield Found(each.asked, "deleted") if each.item is None else each

    engine.providers["tracker"] = Deleting(engine.tracker.site, engine.log, engine.journal)
    specs = recreating(item("a"))
    engine.apply(specs)
    del engine.tracker.items[engine.lease.items["a"].id]
    document = engine.plan(specs)
    assert actions(document) == [("a", "create", True)]
    assert told(engine.carry_out(document)) == ("done", ())


@pytest.mark.parametrize("removed", [False, True])
def test_stop_says_that_it_lies_in_the_recycle_bin(engine: Engine, site: BinProvider, *, removed: bool) -> None:
    """Whether its address is still in the specs or not."""
    binned(engine, site, recreating(item("a")), "a")
    [found] = engine.plan(configuration(item("rest"), *([] if removed else [item("a")]))).diagnostics
    assert (found.severity, found.code, found.summary) == ("error", "missing", "a (INVEST-2) lies in the recycle bin")


def test_a_closed_one_is_brought_back_and_opened(engine: Engine, site: BinProvider) -> None:
    """Its address returned to the specs, and meanwhile somebody deleted it."""
    engine.apply(recreating(item("a")))
    engine.apply(recreating())
    site.bin(engine.lease.items["a"].id)
    assert told(engine.apply(recreating(item("a")))) == ("done", ())
    assert engine.live("a")["status"] == Ref("s1", "To Do")
    assert engine.plan(recreating(item("a"))).actions == ()


@pytest.mark.parametrize(("state", "ended"), [("live", "done"), ("deleted", "refused"), ("not_visible", "refused")])
def test_a_lost_answer_is_settled_by_a_look(state: Any, ended: str) -> None:
    """It came back or it did not: no waiting, since one that comes back late is made no second time."""

    class Bin:
        def fetch(self, wanted: Mapping[str, Collection[str]]) -> Iterator[Found]:
            assert list(wanted) == ["7"]
            yield Found("7", state, Item("7", "7", "", Ref("t"), {}, "1") if state == "live" else None)

    lost = OperationRecord("op", "r", "a", "p", "restore", "7", {}, {}, "", NOW, NOW)
    whole = State(WorkspaceRecord("w", "deals", "acme", "line"), {}, (lost,))
    name = WorkspaceName(name="deals", id="w", instance="acme")
    [found] = settle(whole, name, {"p": Bin()}, {"p": {}})  # type: ignore[dict-item]
    assert (found.status, found.record, found.forget) == (ended, None, False)


def test_a_killed_run_is_taken_up(engine: Engine, site: BinProvider) -> None:
    """The item came back and its answer was lost: the next plan has only what is left to write."""
    binned(engine, site, recreating(item("a", due="2026-04-01")), "a")
    specs = recreating(item("a", due="2026-05-01"))
    site.lost = {"a"}
    assert told(engine.apply(specs))[0] == "unsettled"
    site.lost = set()
    document = engine.plan(specs)
    assert [(each.missing, [change.field for change in each.changes]) for each in document.actions] == [
        (False, ["due"])
    ]
