"""Saved plans are input from somebody else: what is believed of them, and what is not, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from memory_site import configuration, item, to
from memory_workspace import Workspace

from reconciler.errors import Refused
from reconciler.plan.document import PlanDocument
from reconciler.sdk import Item, Ref
from reconciler.spec.configuration import Configuration

TEN = configuration(*(item(f'x["{number}"]') for number in range(10)))
SIX = configuration(*(item(f'x["{number}"]') for number in range(6)))


def forged(document: PlanDocument, **changes: Any) -> PlanDocument:
    """A plan whose actions were changed by somebody who knows how to make its digest fit."""
    return document.model_copy(update={"actions": tuple(each.model_copy(update=changes) for each in document.actions)})


def live(workspace: Workspace, specs: Configuration, address: str) -> Item:
    """The live item at an address."""
    return workspace.engine.tracker.items[workspace.state(specs).items[address].id]


def put(workspace: Workspace, changed: Item) -> None:
    """Somebody changes an item under our hands."""
    workspace.engine.tracker.items[changed.id] = changed


def refused(workspace: Workspace, document: PlanDocument, **limits: Any) -> str:
    """Why a plan is refused, after making sure that nothing was written."""
    before = dict(workspace.engine.tracker.items)
    with pytest.raises(Refused) as caught:
        workspace.apply_saved(document, **limits)
    assert workspace.engine.tracker.items == before
    return caught.value.summary


@pytest.mark.parametrize("changes", [{"kind": "destroy"}, {"kind": "refresh_only"}])
def test_only_a_plan_is_applied(workspace: Workspace, changes: dict[str, str]) -> None:
    """To destroy is a word that no file says: a plan that claims to be a destruction has no way past the limits."""
    workspace.apply(TEN)
    document = workspace.plan(SIX)
    assert "can't be applied" in refused(workspace, document.model_copy(update=changes))


def test_removals_are_no_missing_items(workspace: Workspace) -> None:
    """A plan that calls the items missing that it closes is refused: missing ones are not counted as removals."""
    workspace.apply(TEN)
    assert "missing" in refused(workspace, forged(workspace.plan(SIX), missing=True))


@pytest.mark.parametrize("limit", ["removals", "changes", "creates"])
def test_limits_are_counted_again(workspace: Workspace, limit: str) -> None:
    """Whatever its diagnostics say: beyond a limit a saved plan needs the exact number, as a direct apply does."""
    workspace.apply(TEN)
    specs = {
        "removals": SIX,
        "changes": configuration(*(item(f'x["{number}"]', priority="high") for number in range(10))),
        "creates": replace(TEN, items={**TEN.items, **{f'y["{n}"]': item(f'y["{n}"]') for n in range(11)}}),
    }[limit]
    number = {"removals": 4, "changes": 10, "creates": 11}[limit]
    document = workspace.plan(specs).model_copy(update={"diagnostics": ()})
    for wrong in (None, number - 1, number + 1):
        refused(workspace, document, **{limit: wrong})
    assert workspace.apply_saved(document, **{limit: number}).document.summary.done == number


def test_an_item_that_somebody_else_marked_meanwhile(workspace: Workspace) -> None:
    """Markers are checked against the state: what carries another workspace's by now, or a copy's, is left alone."""
    specs = configuration(item("a"), item("b"), item("c"))
    workspace.apply(specs)
    document = workspace.plan(configuration(*(item(each, priority="high") for each in "abc")))
    site = workspace.engine.tracker.site
    workspace.engine.tracker.site = replace(site, capabilities=replace(site.capabilities, marker_in_reads=True))
    theirs, copy = live(workspace, specs, "a"), live(workspace, specs, "b")
    assert theirs.marker is not None
    assert copy.marker is not None
    put(workspace, replace(theirs, marker=replace(theirs.marker, workspace="another", name="other")))
    put(workspace, replace(copy, marker=replace(copy.marker, item="4711")))
    results = {each.address: each for each in workspace.apply_saved(document).document.results}
    assert {address: each.result for address, each in results.items()} == {"a": "skipped", "b": "skipped", "c": "done"}
    assert results["a"].problems == ("it carries the marker of another workspace, other",)
    assert results["b"].problems == ("it carries the marker of another item: it is a copy",)
    assert "priority" not in live(workspace, specs, "a").fields


def test_an_item_without_its_marker_is_written_all_the_same(workspace: Workspace) -> None:
    """A label that a person took off proves nothing against it: the next plan puts it back."""
    specs = configuration(item("a"))
    workspace.apply(specs)
    document = workspace.plan(configuration(item("a", priority="high")))
    put(workspace, replace(live(workspace, specs, "a"), marker=None))
    assert workspace.apply_saved(document).document.summary.done == 1


def test_an_item_that_went_to_another_parent_meanwhile(workspace: Workspace) -> None:
    """A parent that is not the plan's before skips the item, though the plan does not write it, and says so."""
    deals = (item("one", type="epic"), item("two", type="epic"))
    specs = configuration(*deals, item("a", parent=to("one")[0]), item("b"))
    workspace.apply(specs)
    document = workspace.plan(configuration(*deals, item("a", parent=to("one")[0], priority="high"), item("b")))
    here = live(workspace, specs, "a")
    other = Ref(live(workspace, specs, "two").id)
    put(workspace, replace(here, fields={**here.fields, "parent": other}))
    (result,) = workspace.apply_saved(document).document.results
    assert (result.result, result.problems) == ("skipped", ("parent changed since the plan",))


def test_an_item_that_became_another_type_is_not_deleted(workspace: Workspace) -> None:
    """Somebody made something else of it since the plan: what is not what was approved is skipped."""
    specs = configuration(replace(item("a"), on_remove="delete"), item("b"))
    workspace.apply(specs)
    document = workspace.plan(configuration(item("b")))
    put(workspace, replace(live(workspace, specs, "a"), type=Ref("t1", "Opportunity")))
    (result,) = workspace.apply_saved(document).document.results
    assert (result.action, result.result) == ("delete", "skipped")
    assert "its type changed since the plan" in result.problems[0]
