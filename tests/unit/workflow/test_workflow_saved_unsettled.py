"""Saved plans that were made while a run was writing: what that run left behind stops them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from memory_engine import MemoryProvider
from memory_site import configuration, item
from memory_workspace import Workspace

from reconciler.errors import Refused
from reconciler.plan.document import PlanDocument
from reconciler.sdk import Found, Pending, Ref
from reconciler.state.records import ItemRecord, OperationRecord

SPECS = configuration(item("a"), item("b"))


@pytest.fixture
def document(workspace: Workspace) -> PlanDocument:
    """A plan that creates b, made just before the run that is under way sent a creation of b itself and was killed."""
    workspace.apply(configuration(item("a")))
    made = workspace.plan(SPECS)
    now = workspace.engine.clock.now()
    after = ItemRecord(
        address="b", provider="tracker", site="site-1", id="", key="", url="", type=Ref("t2", "Task"), title="b",
        base={"summary": "b"}, observed={},
    )  # fmt: skip
    operation = OperationRecord(
        "op", "run", "b", "tracker", "create", None, {"summary": "b"}, {}, "", now, now + timedelta(seconds=30),
        after=after,
    )  # fmt: skip
    with workspace.store(SPECS).lease() as lease:
        lease.journal([operation])
    return made


def test_one_that_acts_on_an_unsettled_address(workspace: Workspace, document: PlanDocument) -> None:
    """Whether b was created is not known: nothing is sent, and no twin is made."""
    with pytest.raises(Refused, match="b is unsettled") as caught:
        workspace.apply_saved(document, patience=0.0)
    assert caught.value.hint == "make a new plan"
    assert len(workspace.engine.tracker.items) == 1


def test_one_whose_creation_arrived(
    workspace: Workspace, document: PlanDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settling finds the item that the killed run made: creating it is refused, and it is in the state."""
    tracker = workspace.engine.tracker
    arrived = next(iter(tracker.items.values()))
    tracker.items["77"] = type(arrived)(
        "77", "INVEST-77", "https://site-1.example/browse/INVEST-77", arrived.type, {"summary": "b"}, "1"
    )

    def settle(provider: MemoryProvider, pending: list[Pending]) -> Any:
        return iter([Found(each.write.operation, "live", provider.items["77"]) for each in pending])

    monkeypatch.setattr(MemoryProvider, "settle", settle)
    with pytest.raises(Refused, match="the plan creates it, and the state has it already"):
        workspace.apply_saved(document)
    assert workspace.state(SPECS).items["b"].id == "77"
    assert set(tracker.items) == {arrived.id, "77"}
