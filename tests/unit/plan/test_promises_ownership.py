"""Who owns a field, said sentence by sentence, on a whole engine in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.plan.diff import UNKNOWN, Decision, decide
from reconciler.plan.document import PlanDocument
from reconciler.plan.ownership import owner_of
from reconciler.sdk import Ref
from reconciler.spec.configuration import Configuration, Policy

TODO, ACTIVE, DONE, CANCELLED = (
    Ref("s1", "To Do"), Ref("s2", "In Progress"), Ref("s3", "Done"), Ref("s4", "Cancelled"),
)  # fmt: skip
VALUES = st.sampled_from(["a", "b", "c", None])


def changes(document: PlanDocument) -> dict[str, tuple[Any, Any]]:
    """Before and after of each field that the only action of a plan writes."""
    (action,) = document.actions
    return {each.field: (each.before, each.after) for each in action.changes}


def owning(owner: str, **fields: Any) -> Configuration:
    """One item that says whose its due date is."""
    return configuration(item("a", ownership={"due": owner}, **fields))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "word",
    [
        "title", "type", "priority", "due", "start", "parent", "labels", "links", "documents", "commits",
        "pull_requests", "components", "fix_versions", "watchers", "area", "fields.amount",
    ],
)  # fmt: skip
def test_what_the_spec_owns_by_default(word: str) -> None:
    """Unless an item or `defaults` says otherwise, these are the spec's."""
    assert owner_of(word, {}) == "spec"


@pytest.mark.parametrize("word", ["description", "status", "assignee", "sprint", "story_points"])
def test_what_people_own_by_default(word: str) -> None:
    """Unless an item or `defaults` says otherwise, these are people's."""
    assert owner_of(word, {}) == "people"


def test_a_persons_change_stands_until_the_specs_own_value_changes(engine: Engine) -> None:
    """What people own is kept plan after plan; the day that the spec says something new, it is the spec's again."""
    engine.apply(configuration(item("a", story_points=3)))
    engine.edit("a", points=8)
    for _ in range(2):
        assert engine.apply(configuration(item("a", story_points=3))) == {}
    assert engine.live("a")["points"] == 8
    assert changes(engine.plan(configuration(item("a", story_points=5)))) == {"story_points": (8, 5)}
    engine.apply(configuration(item("a", story_points=5)))
    assert engine.live("a")["points"] == 5


def test_of_what_is_kept_nothing_is_recorded(engine: Engine) -> None:
    """Base and observed stay as they were, so that the drift is shown until somebody ends it."""
    specs = configuration(item("a", story_points=3), item("b"))
    engine.apply(specs)
    before = engine.lease.items["a"]
    engine.edit("a", points=8)
    engine.apply(configuration(item("a", story_points=3), item("b", due="2026-04-01")))
    assert engine.lease.items["a"] == before
    assert [(each.field, each.kept) for each in engine.plan(specs).drift] == [("story_points", True)]


@given(desired=VALUES, base=VALUES, observed=VALUES, owner=st.sampled_from(["spec", "people"]))
def test_where_no_person_changed_live_is_never_compared_with_the_spec(
    desired: Any, base: Any, observed: Any, owner: Any
) -> None:
    """Live that is as it was read back decides nothing, however it differs from the spec: only the spec's own two
    values are compared."""
    found = decide(desired=desired, base=base, observed=observed, live=observed, owner=owner)
    assert found == Decision("nothing" if desired == base else "write")


@given(base=VALUES, observed=VALUES, live=VALUES, owner=st.sampled_from(["spec", "people"]))
def test_where_the_spec_did_not_change_only_drift_is_looked_at(base: Any, observed: Any, live: Any, owner: Any) -> None:
    """Live is compared with observed; with the spec only to see that a person wrote just what the spec says."""
    found = decide(desired=base, base=base, observed=observed, live=live, owner=owner)
    if live == observed:
        assert found.verdict == "nothing"
    elif live == base:
        assert found.verdict == "record"
    else:
        assert found.verdict == ("revert" if owner == "spec" else "keep")


def test_ownership_that_changes_leaves_base_and_observed(engine: Engine) -> None:
    """A field that goes from the spec to people, or back, was claimed before: nothing is written or recorded."""
    engine.apply(owning("spec", due="2026-04-01"))
    before = engine.lease.items["a"]
    for owner in ("people", "spec"):
        document = engine.plan(owning(owner, due="2026-04-01"))
        assert (document.actions, document.recordings) == ((), ())
        engine.carry_out(document)
        assert engine.lease.items["a"] == before


def test_drift_goes_by_the_new_owner(engine: Engine) -> None:
    """What a person changed while it was people's is drift, no first claim, once the spec owns it: it goes back."""
    engine.apply(owning("people", due="2026-04-01"))
    engine.edit("a", duedate=date(2026, 5, 5))
    assert engine.plan(owning("people", due="2026-04-01")).actions == ()
    document = engine.plan(owning("spec", due="2026-04-01"))
    assert changes(document) == {"due": ("2026-05-05", "2026-04-01")}
    assert document.conflicts == ()


@pytest.mark.parametrize(
    ("live", "planned", "recorded", "conflicts"),
    [
        (None, ["due"], [], 0),
        (date(2026, 4, 1), [], ["duedate"], 0),
        (date(2026, 5, 5), ["due"], [], 1),
    ],
)
def test_taking_ownership_is_a_first_claim(
    engine: Engine, live: Any, planned: list[str], recorded: list[str], conflicts: int
) -> None:
    """From `nobody` to the spec: empty is written, the same is recorded, another value is a conflict that names its
    author."""
    engine.apply(owning("nobody", due="2026-04-01"))
    engine.edit("a", duedate=live)
    document = engine.plan(owning("spec", due="2026-04-01"))
    assert [change.field for each in document.actions for change in each.changes] == planned
    assert [claim.field for each in document.recordings for claim in each.claimed] == recorded
    assert [(each.field, each.live, each.by) for each in document.conflicts] == [
        ("due", "2026-05-05", "Lea Gray")
    ] * conflicts


def test_a_conflict_that_stops_leaves_the_whole_item(engine: Engine) -> None:
    """`conflicts: stop`: not even the item's other changes are sent, and the other items go on."""
    engine.apply(configuration(item("a", due="2026-04-01"), item("b")))
    engine.edit("a", duedate=date(2026, 5, 5))
    specs = configuration(item("a", due="2026-06-06", priority="high"), item("b", priority="high"))
    results = engine.apply(replace(specs, policy=Policy(conflicts="stop")))
    assert {address: each.result for address, each in results.items()} == {"b": "done"}
    assert engine.live("a")["duedate"] == date(2026, 5, 5)
    assert "priority" not in engine.live("a")


@pytest.mark.parametrize(
    ("applied", "moved", "goes_back"),
    [("done", CANCELLED, True), ("cancelled", DONE, True), ("in_progress", CANCELLED, False), ("todo", ACTIVE, False)],
)
def test_order_is_by_category(engine: Engine, applied: str, moved: Ref, goes_back: bool) -> None:
    """New, in progress, done, and cancelled is done: within a category nothing is backwards, so a status that the
    spec owns is reverted there, and across categories never back."""
    specs = configuration(item("a", status=applied, ownership={"status": "spec"}))
    engine.apply(specs)
    engine.edit("a", status=moved)
    document = engine.plan(specs)
    assert bool(document.actions) is goes_back
    assert [each.kept for each in document.drift] == [not goes_back]


def test_cancelled_is_ahead_of_a_spec_that_begins_work(engine: Engine) -> None:
    """A person cancelled what the spec now calls in progress: people win, and nothing is sent."""
    engine.apply(configuration(item("a", status="todo")))
    engine.edit("a", status=CANCELLED)
    document = engine.plan(configuration(item("a", status="in_progress")))
    assert (document.actions, [each.resolution for each in document.conflicts]) == ((), ["people"])


def test_references_are_recorded_by_remote_id(engine: Engine) -> None:
    """A parent that is called otherwise on the platform, by a new key say, is the same parent."""
    specs = configuration(item("deal", type="epic"), item("a", parent=to("deal")[0]))
    engine.apply(specs)
    deal = engine.lease.items["deal"].id
    assert engine.lease.items["a"].base["parent"] == Ref(deal)
    engine.edit("a", parent=Ref(deal, "OTHER-9"))
    document = engine.plan(specs)
    assert (document.actions, document.drift, document.recordings) == ((), (), ())


def test_an_item_is_never_replaced(engine: Engine) -> None:
    """Another type, another parent or other words: no plan removes an item to make it anew at its address."""
    engine.apply(configuration(item("deal", type="epic"), item("other", type="epic"), item("a", parent=to("deal")[0])))
    for wanted in (
        item("a", type="epic"),
        item("a", type="subtask", parent=to("other")[0]),
        item("a", title="Something else altogether", parent=to("other")[0]),
    ):
        document = engine.plan(configuration(item("deal", type="epic"), item("other", type="epic"), wanted))
        assert {each.action for each in document.actions} <= {"update"}


def test_a_field_that_was_never_claimed_is_unknown() -> None:
    """No base is not an empty base: what nobody applied is a first claim, even of nothing."""
    found = decide(desired=None, base=UNKNOWN, observed=UNKNOWN, live=None, owner="spec")
    assert found == Decision("record", first_claim=True)
