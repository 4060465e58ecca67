"""The steps of an apply around the writes: what is refused before anything is sent, and what is said afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from memory_site import configuration, item, rich
from memory_workspace import Workspace

from reconciler.errors import Refused

SPECS = configuration(item("a"), item("b", protect=True))


def test_an_apply_and_what_it_leaves(workspace: Workspace) -> None:
    """Items in the state, a run that names the plan, an empty plan afterwards that nobody is asked about."""
    applied = workspace.apply(SPECS)
    document = applied.document
    assert (applied.failed, applied.in_part) == (False, False)
    assert (document.summary.done, document.plan_digest) == (2, workspace.shown[0].digest)
    assert (workspace.state(SPECS).workspace.last_run, set(workspace.state(SPECS).items)) == (document.run, {"a", "b"})
    again = workspace.apply(SPECS)
    assert (again.document.results, again.document.run, len(workspace.shown)) == ((), "", 1)


def test_no_is_no(workspace: Workspace) -> None:
    """Without approval nothing is sent, and no run is recorded."""
    workspace.answer = False
    with pytest.raises(Refused, match="not approved"):
        workspace.apply(SPECS)
    assert workspace.engine.tracker.items == {}
    assert workspace.state(SPECS).workspace.last_run is None


def test_all_reasons_to_refuse_are_named(workspace: Workspace) -> None:
    """Two protected items and one that can't be read: three findings, and nobody is asked."""
    workspace.apply(configuration(item("a", protect=True), item("b", protect=True), item("c")))
    workspace.engine.tracker.hidden = {workspace.state(SPECS).items["c"].id}
    workspace.shown.clear()
    with pytest.raises(Refused) as caught:
        workspace.apply(SPECS, "destroy")
    assert sorted(each.code for each in caught.value.diagnostics) == ["missing", "protected", "protected"]  # type: ignore[attr-defined]
    assert workspace.shown == []


class TestRemovalLimit:
    """More removals than pass without a word."""

    MANY = configuration(*(item(f'x["{number}"]') for number in range(5)))
    FEW = configuration(item('x["0"]'))

    def test_it_stops(self, workspace: Workspace) -> None:
        """The exact number is asked for; another one is no word."""
        workspace.apply(self.MANY)
        for wrong in (None, 3, 5):
            with pytest.raises(Refused) as caught:
                workspace.apply(self.FEW, removals=wrong)
            assert caught.value.hint.endswith("--accept-removals 4")
        assert workspace.apply(self.FEW, removals=4).document.summary.done == 4

    def test_a_saved_plan_is_no_way_around(self, workspace: Workspace) -> None:
        """It is counted again."""
        workspace.apply(self.MANY)
        document = workspace.plan(self.FEW)
        with pytest.raises(Refused, match="4 of 5 open items would be removed"):
            workspace.apply_saved(document)
        assert workspace.apply_saved(document, removals=4).document.summary.done == 4

    def test_destroying_is_a_word(self, workspace: Workspace) -> None:
        """The limit doesn't apply."""
        workspace.apply(self.MANY)
        assert workspace.apply(self.MANY, "destroy").document.summary.done == 5


class TestSavedPlans:
    """A plan that was approved is what is applied."""

    def test_once(self, workspace: Workspace) -> None:
        """And not a second time."""
        document = workspace.plan(SPECS)
        assert workspace.apply_saved(document).document.summary.done == 2
        with pytest.raises(Refused, match="stale"):
            workspace.apply_saved(document)
        assert len(workspace.engine.tracker.items) == 2

    def test_for_another_site(self, workspace: Workspace) -> None:
        """A plan for another site is refused: nothing is written where it does not belong."""
        document = workspace.plan(SPECS)
        elsewhere = (document.site[0].model_copy(update={"id": "site-9", "url": "https://nine.example"}),)
        with pytest.raises(Refused, match="another site of tracker"):
            workspace.apply_saved(document.model_copy(update={"site": elsewhere}))

    def test_with_a_provider_that_it_does_not_describe(self, workspace: Workspace) -> None:
        """It is refused in words."""
        document = workspace.plan(SPECS)
        with pytest.raises(Refused, match="its provider 'tracker'"):
            workspace.apply_saved(document.model_copy(update={"providers": ()}))

    def test_while_marked_items_are_unknown(self, workspace: Workspace) -> None:
        """A saved plan takes the look before a create again."""
        document = workspace.plan(SPECS)
        other = Workspace(workspace.directory / "elsewhere")
        other.engine = workspace.engine
        other.directory.mkdir()
        other.apply(configuration(item("a")))
        with pytest.raises(Refused) as caught:
            workspace.apply_saved(document)
        assert "neither the state nor the plan knows them" in caught.value.summary


def test_the_state_belongs_to_another_site(workspace: Workspace) -> None:
    """A changed site with rows in the state is a stop: it would write to strangers' items."""
    workspace.apply(SPECS)
    site = workspace.engine.tracker.site
    workspace.engine.tracker.site = replace(site, site="site-2", url="https://site-2.example")
    with pytest.raises(Refused, match="another site than the one configured"):
        workspace.plan(SPECS)


def test_a_provider_that_left_the_specs(workspace: Workspace) -> None:
    """Its items are still in the state: the block is needed until they are gone."""
    workspace.apply(SPECS)
    with pytest.raises(Refused, match="provider 'tracker'"):
        workspace.plan(configuration(providers=("other",)))


@pytest.mark.parametrize(
    ("what", "failed", "in_part"), [("refuse", True, False), ("lose", False, True), ("drop", False, True)]
)
def test_what_is_left_after_an_apply(workspace: Workspace, what: str, failed: bool, in_part: bool) -> None:
    """A failure, and work that is left: unsettled, not kept."""
    tracker = workspace.engine.tracker
    if what == "refuse":
        workspace.engine.refuse("a")
    elif what == "lose":
        tracker.lost = {"a"}
    else:
        tracker.dropped = {"duedate"}
    applied = workspace.apply(configuration(item("a", due="2026-04-01")))
    assert (applied.failed, applied.in_part) == (failed, in_part)


def test_a_conflict_leaves_work(workspace: Workspace) -> None:
    """A conflict is left for people: the apply says that it did not do all (4)."""
    workspace.apply(configuration(item("a", description="one"), item("b")))
    (live,) = [each for each in workspace.engine.tracker.items.values() if each.fields["summary"] == "a"]
    workspace.engine.tracker.items[live.id] = replace(live, fields={**live.fields, "description": rich("theirs")})
    applied = workspace.apply(configuration(item("a", description="two"), item("b", due="2026-04-01")))
    assert (applied.document.summary.done, applied.in_part) == (1, True)
