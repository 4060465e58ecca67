"""Saved plans: made under a workspace's previous name; what they say of their mail, and of what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from memory_engine import MemoryProvider
from memory_site import configuration, item
from memory_workspace import Workspace

from reconciler.diagnostics import Place
from reconciler.errors import Refused, StateError
from reconciler.sdk import Preview
from reconciler.spec.configuration import Configuration, Import, Move, Policy
from reconciler.state.sqlite import SqliteStore

SPECS = configuration(item("a"), item("b"))


def renamed(specs: Configuration, previous: str | None) -> Configuration:
    """The specs after their workspace got another name."""
    return replace(specs, workspace=replace(specs.workspace, name="offers", previous_name=previous))


class TestPreviousName:
    """`previous_name` in a saved plan."""

    @pytest.fixture
    def workspace(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
        """Applied under its old name; its store knows both."""

        def store(specs: Configuration) -> SqliteStore:
            found = specs.workspace
            return SqliteStore(
                workspace.directory, id=found.id, name=found.name, instance=found.instance,
                clock=workspace.engine.clock, previous_name=found.previous_name,
            )  # fmt: skip

        monkeypatch.setattr(workspace, "store", store)
        workspace.apply(SPECS)
        return workspace

    def test_it_is_applied_as_a_direct_apply_is(self, workspace: Workspace) -> None:
        """The plan carries the previous name: the state takes the new one with the apply."""
        specs = renamed(configuration(item("a"), item("b"), item("c")), "deals")
        applied = workspace.apply_saved(workspace.plan(specs))
        assert applied.document.summary.done == 1
        assert workspace.state(renamed(SPECS, None)).workspace.name == "offers"

    def test_a_refused_one_renames_nothing(self, workspace: Workspace) -> None:
        """A plan is input from somebody else: the state keeps its name until nothing speaks against the plan."""
        document = workspace.plan(renamed(configuration(item("a", due="2026-04-01"), item("b")), "deals"))
        forged = tuple(each.model_copy(update={"id": "4711"}) for each in document.actions)
        with pytest.raises(Refused, match="is not the state's"):
            workspace.apply_saved(document.model_copy(update={"actions": forged}))
        assert workspace.state(SPECS).workspace.name == "deals"

    @pytest.mark.parametrize("said", [None, "others"])
    def test_another_name_is_still_refused(self, workspace: Workspace, said: str | None) -> None:
        """Without the word, or with a wrong one, the same id under another name stops."""
        document = workspace.plan(renamed(SPECS, "deals")).model_copy(update={"previous_name": said})
        with pytest.raises(StateError, match="belongs to another workspace"):
            workspace.apply_saved(document)


class TestMail:
    """Changes about which the platform sends mail that the account can't suppress."""

    MANY = configuration(*(item(f'x["{number}"]') for number in range(52)))
    CHANGED = configuration(
        *(item(f'x["{number}"]', due="2026-04-01" if number < 26 else None) for number in range(52))
    )

    @pytest.fixture
    def workspace(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
        """Items on a site that sends mail about each edit."""
        workspace.apply(self.MANY)
        told = MemoryProvider.preview

        def preview(provider: MemoryProvider, writes: Any, *, live: bool) -> Any:
            for each in told(provider, writes, live=live):
                yield Preview(each.operation, each.requests, notifies="edit" in each.requests)

        monkeypatch.setattr(MemoryProvider, "preview", preview)
        return workspace

    def test_a_saved_plans_own_count_proves_nothing(self, workspace: Workspace) -> None:
        """It is counted again from the site before anything is sent."""
        document = workspace.plan(self.CHANGED)
        assert document.notifications == 26
        forged = document.model_copy(update={"notifications": 0, "diagnostics": ()})
        before = dict(workspace.engine.tracker.items)
        with pytest.raises(Refused, match="26 changes would send mail"):
            workspace.apply_saved(forged)
        assert workspace.engine.tracker.items == before
        assert workspace.apply_saved(forged, notifications=26).document.summary.done == 26

    def test_the_number_is_the_sites_not_the_plans(self, workspace: Workspace) -> None:
        """Where fewer are sent by now, as items can't be read any more, their number passes or has to be named."""
        document = workspace.plan(self.CHANGED)
        workspace.engine.tracker.hidden = {document.actions[0].id or ""}
        assert workspace.apply_saved(document).document.summary.done == 25

    def test_moved_and_adopted_items_are_counted_too(self, workspace: Workspace) -> None:
        """They are no addresses of the state yet."""
        ((id, _), *_) = workspace.engine.tracker.items.items()
        theirs = replace(workspace.engine.tracker.items[id], id="5000", key="INVEST-900", marker=None)
        workspace.engine.tracker.items["5000"] = theirs
        items = {each: spec for each, spec in self.CHANGED.items.items() if each != 'x["0"]'}
        fresh = {"moved": item("moved", due="2026-04-01"), "taken": item("taken", due="2026-04-01")}
        place = Place("main.yaml", 9, 1)
        specs = replace(
            self.CHANGED,
            items={**items, **fresh},
            moved=(Move('x["0"]', "moved", place),),
            imports=(Import("taken", place, key="INVEST-900"),),
        )
        document = workspace.plan(specs)
        assert document.notifications == 27
        with pytest.raises(Refused, match="27 changes would send mail"):
            workspace.apply_saved(document.model_copy(update={"notifications": 0}))
        assert workspace.apply_saved(document, notifications=27).document.summary.done == 27

    def test_what_the_site_does_not_take_is_not_counted(self, workspace: Workspace) -> None:
        """A field that the site does not have fails when its turn comes; it stops no other."""
        document = workspace.plan(self.CHANGED)
        first = document.actions[0]
        forged = first.model_copy(update={"changes": (first.changes[0].model_copy(update={"field": "nothing"}),)})
        summary = workspace.apply_saved(
            document.model_copy(update={"actions": (forged, *document.actions[1:])})
        ).document.summary
        assert (summary.failed, summary.done) == (1, 25)


def test_all_items_missing_at_once_needs_the_number(workspace: Workspace) -> None:
    """Whatever the plan leaves out: an account that sees nothing any more looks just like this."""
    specs = replace(SPECS, policy=Policy(on_missing="forget"))
    workspace.apply(specs)
    workspace.engine.tracker.hidden = set(workspace.engine.tracker.items)
    document = workspace.plan(specs).model_copy(update={"diagnostics": (), "missing": ()})
    with pytest.raises(Refused) as caught:
        workspace.apply_saved(document)
    assert caught.value.hint.endswith("--accept-missing 2")
    assert workspace.apply_saved(document, missing=2).document.summary.done == 2
    assert workspace.state(specs).items == {}
