"""The steps of an apply around the writes: what is refused before anything is sent, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from memory_engine import Engine
from memory_site import configuration, item, rich

from reconciler.errors import Refused
from reconciler.live.connections import Connection
from reconciler.plan.document import PlanDocument
from reconciler.spec.configuration import Configuration
from reconciler.state.records import State
from reconciler.state.sqlite import SqliteStore
from reconciler.stop import Stop
from reconciler.workflow import applying, planning
from reconciler.workflow.applying import Applied, Limits, apply_plan, apply_specs

SPECS = configuration(item("a"), item("b", protect=True))


class Workspace:
    """A real state in a directory, sites in memory."""

    def __init__(self, directory: Path) -> None:
        self.engine = Engine(directory)
        self.directory = directory
        self.shown: list[PlanDocument] = []
        self.answer = True

    @contextmanager
    def connect(
        self, blocks: Any, names: Any, environment: Any, *, gate: Any, clock: Any
    ) -> Iterator[Mapping[str, Connection]]:
        for each in self.engine.providers.values():
            each.gate = gate
        yield {name: self.engine.connections[name] for name in names}

    def store(self, specs: Configuration) -> SqliteStore:
        found = specs.workspace
        return SqliteStore(
            self.directory, id=found.id, name=found.name, instance=found.instance, clock=self.engine.clock
        )

    def request(self, specs: Configuration) -> Any:
        return SimpleNamespace(
            directory=self.directory, environment={}, stop=Stop(), clock=self.engine.clock,
            load=lambda: specs, store=self.store, commit=lambda: "abc123",
        )  # fmt: skip

    def approve(self, document: PlanDocument) -> bool:
        self.shown.append(document)
        return self.answer

    def apply(self, specs: Configuration, kind: Any = "plan", removals: int | None = None) -> Applied:
        return apply_specs(self.request(specs), kind, self.approve, Limits(removals), lambda _: None)

    def plan(self, specs: Configuration) -> PlanDocument:
        return planning.make_plan(self.request(specs))

    def apply_saved(self, document: PlanDocument, removals: int | None = None) -> Applied:
        return apply_plan(document, self.directory, {}, Limits(removals), lambda _: None, clock=self.engine.clock)

    def state(self) -> State:
        found = self.store(SPECS).read()
        assert found is not None
        return found


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty one."""
    found = Workspace(tmp_path)
    monkeypatch.setattr(applying, "connect", found.connect)
    monkeypatch.setattr(planning, "connect", found.connect)
    return found


def test_an_apply_and_what_it_leaves(workspace: Workspace) -> None:
    """Items in the state, a run that names the plan, an empty plan afterwards that nobody is asked about."""
    applied = workspace.apply(SPECS)
    document = applied.document
    assert (applied.failed, applied.in_part) == (False, False)
    assert (document.summary.done, document.plan_digest) == (2, workspace.shown[0].digest)
    assert (workspace.state().workspace.last_run, set(workspace.state().items)) == (document.run, {"a", "b"})
    again = workspace.apply(SPECS)
    assert (again.document.results, again.document.run, len(workspace.shown)) == ((), "", 1)


def test_no_is_no(workspace: Workspace) -> None:
    """Without approval nothing is sent, and no run is recorded."""
    workspace.answer = False
    with pytest.raises(Refused, match="not approved"):
        workspace.apply(SPECS)
    assert workspace.engine.tracker.items == {}
    assert workspace.state().workspace.last_run is None


def test_all_reasons_to_refuse_are_named(workspace: Workspace) -> None:
    """Two protected items and one that can't be read: three findings, and nobody is asked."""
    workspace.apply(configuration(item("a", protect=True), item("b", protect=True), item("c")))
    workspace.engine.tracker.hidden = {workspace.state().items["c"].id}
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
        """Nothing is written where the plan does not belong."""
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
        """The look before a create is taken again."""
        document = workspace.plan(SPECS)
        other = Workspace(workspace.directory / "elsewhere")
        other.engine = workspace.engine
        other.directory.mkdir()
        other.apply(configuration(item("a")))
        with pytest.raises(Refused) as caught:
            workspace.apply_saved(document)
        assert "neither the state nor the plan knows them" in caught.value.summary


def test_the_state_belongs_to_another_site(workspace: Workspace) -> None:
    """A URL that points elsewhere would write to strangers' items."""
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
    """The item that stopped is left for people, and the apply says that it is not all."""
    workspace.apply(configuration(item("a", description="one"), item("b")))
    (live,) = [each for each in workspace.engine.tracker.items.values() if each.fields["summary"] == "a"]
    workspace.engine.tracker.items[live.id] = replace(live, fields={**live.fields, "description": rich("theirs")})
    applied = workspace.apply(configuration(item("a", description="two"), item("b", due="2026-04-01")))
    assert (applied.document.summary.done, applied.in_part) == (1, True)
