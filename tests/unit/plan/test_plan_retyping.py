"""Which items a plan gives another type, and which it leaves to a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from memory_engine import Engine
from memory_site import configuration, item, retyping_site

from reconciler.errors import SpecError
from reconciler.plan.document import PlanDocument
from reconciler.sdk import Preview, Problem, Ref

BUG = Ref("t4", "Bug")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A site whose edits change types, and one task that is applied."""
    engine = Engine(tmp_path, {"tracker": retyping_site()})
    engine.apply(configuration(item("a")))
    return engine


def _by_a_person(engine: Engine, type: Ref) -> None:
    id = engine.lease.items["a"].id
    engine.tracker.items[id] = replace(engine.tracker.items[id], type=type)


def _refused(document: PlanDocument) -> str:
    """Why nothing is planned, in the words of the one error that says so."""
    assert document.actions == ()
    (found,) = document.diagnostics
    assert (found.severity, found.code) == ("error", "type_change")
    return f"{found.summary}. {found.detail} {found.hint}"


def test_another_type_of_the_level_is_a_change_of_the_item(engine: Engine) -> None:
    """The plan shows it as a field, first, with before and after, beside what else the spec changed."""
    (action,) = engine.plan(configuration(item("a", type="bug", due="2026-04-01"))).actions
    assert (action.action, action.type, action.reason) == ("update", "bug", "the spec changed")
    kind, due = action.changes
    assert (kind.field, kind.before, kind.after) == ("type", "Task", "Bug")
    assert (kind.ownership, kind.reason) == ("spec", "the spec changed")
    assert due.field == "due"


def test_a_type_changes_within_its_level_alone(engine: Engine) -> None:
    """Another level is an error that says what the item may become, and to do the rest by hand."""
    said = _refused(engine.plan(configuration(item("a", type="epic"))))
    assert said == (
        "a (INVEST-1) is of the type Task, the spec wants Opportunity. A type changes within its level alone. "
        "It may become: Bug. change the type on the site by hand; the next plan takes it as it is"
    )


def test_what_the_site_does_not_offer_is_an_error(tmp_path: Path) -> None:
    """A site that names the types that it takes has its say before anything is sent."""
    engine = Engine(tmp_path, {"tracker": retyping_site("t1", "t2")})
    engine.apply(configuration(item("a")))
    said = _refused(engine.plan(configuration(item("a", type="bug"))))
    assert "The site does not offer that. change the type" in said


def test_a_platform_that_offers_no_change_says_why(tmp_path: Path) -> None:
    """The field of the type that can't be written has the reason."""
    site = retyping_site()
    fixed = replace(site.types["t2"].fields["type"], writable=frozenset({"create"}), why="The site is set in stone")
    task = replace(site.types["t2"], fields={**site.types["t2"].fields, "type": fixed})
    engine = Engine(tmp_path, {"tracker": replace(site, types={**site.types, "t2": task})})
    engine.apply(configuration(item("a")))
    assert "The site is set in stone. change the type" in _refused(engine.plan(configuration(item("a", type="bug"))))


def test_what_the_platform_says_of_the_item_is_an_error_of_the_plan(engine: Engine) -> None:
    """The field says what may be tried; the platform says of each item whether it may."""
    no = Problem("bad_value", "it has to be moved by hand", "type", (Ref("t5", "Story"),))
    engine.tracker.obstacles["a"] = Preview("a", {"edit": 1}, problems=(no,))
    document = engine.plan(configuration(item("a", type="bug")))
    (found,) = document.diagnostics
    assert (found.severity, found.summary, found.hint) == (
        "error", "type of a: it has to be moved by hand", "it takes: Story",
    )  # fmt: skip


@pytest.mark.parametrize("wanted", ["task", "epic"])
def test_a_type_that_a_person_changed_is_left_alone(engine: Engine, wanted: str) -> None:
    """Whether or not the spec changed too, nothing is sent, and it is said what the type was."""
    _by_a_person(engine, BUG)
    said = _refused(engine.plan(configuration(item("a", type=wanted, due="2026-04-01"))))
    assert "It was a Task when it was last applied; somebody changed that on the site." in said


def test_a_type_that_a_person_changed_as_the_spec_did_is_recorded(engine: Engine) -> None:
    """Nothing is sent; the state learns it, so that the spec may change it again."""
    _by_a_person(engine, BUG)
    document = engine.plan(configuration(item("a", type="bug")))
    assert (document.actions, document.diagnostics) == ((), ())
    engine.carry_out(document)
    assert engine.lease.items["a"].type == BUG
    assert engine.plan(configuration(item("a", type="bug"))).recordings == ()
    (action,) = engine.plan(configuration(item("a", type="task"))).actions
    assert [(each.field, each.before, each.after) for each in action.changes] == [("type", "Bug", "Task")]


@pytest.mark.parametrize("owner", ["seed", "nobody"])
def test_a_type_that_the_spec_does_not_own_later_is_left_alone(engine: Engine, owner: Any) -> None:
    """Who owns it says so: it is written at creation, and never again."""
    said = _refused(engine.plan(configuration(item("a", type="bug", ownership={"type": owner}))))
    assert f"The owner of its type is `{owner}`: it is not written after creation." in said


def test_people_own_what_they_changed_not_what_the_spec_changes(engine: Engine) -> None:
    """Where people own it, the spec's own change is written all the same, as it is of any field."""
    (action,) = engine.plan(configuration(item("a", type="bug", ownership={"type": "people"}))).actions
    assert [(each.field, each.ownership) for each in action.changes] == [("type", "people")]


def test_an_item_that_is_taken_over_keeps_its_type(engine: Engine) -> None:
    """What the state lost is adopted as it is: nobody knows whether the spec or a person changed its type."""
    del engine.lease.items["a"]
    said = _refused(engine.plan(configuration(item("a", type="bug"))))
    assert "It is taken over as it is." in said


def test_a_field_that_the_new_type_lacks_is_the_ordinary_error(tmp_path: Path) -> None:
    """The spec's fields are those of the type that it says."""
    site = retyping_site()
    bug = replace(site.types["t4"], fields={id: each for id, each in site.types["t4"].fields.items() if id != "cf1"})
    engine = Engine(tmp_path, {"tracker": replace(site, types={**site.types, "t4": bug})})
    engine.apply(configuration(item("a", cf_amount=5)))
    with pytest.raises(SpecError, match=r"'fields\.amount' is no field of Bug of this site"):
        engine.plan(configuration(item("a", type="bug", cf_amount=5)))
