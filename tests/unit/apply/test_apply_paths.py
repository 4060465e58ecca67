"""The way of a new item to its status: as the plan had it, else as the site offers it once the item is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from memory_engine import Engine, MemoryProvider
from memory_site import configuration, item

from reconciler.sdk import Change, Draft, Preview, Problem, ProviderError, Ref, Transition
from reconciler.spec.configuration import Configuration

DOING, DONE = Ref("s2", "In Progress"), Ref("s3", "Done")
PAGE = {"title": "Room", "url": "https://data.example/a"}


def far(*through: str, **fields: Any) -> Configuration:
    """An item that is to be done from the start, over these statuses."""
    return configuration(replace(item("a", status="done", **fields), through=through))


def test_what_the_site_offers_is_taken(engine: Engine) -> None:
    """No plan could find it: it is searched among what the specs let it pass, just after the creation."""
    document = engine.plan(far("in_progress"))
    assert [each.path for each in document.actions[0].changes if each.field == "status"] == [()]
    engine.tracker.obstacles = {"a": Preview("a", {}, Transition((DOING, DONE)))}
    assert engine.carry_out(document)["a"].result == "done"
    assert engine.tracker.walked == [("In Progress", "Done")]


def test_the_approved_path_is_not_searched_again(engine: Engine) -> None:
    """What the plan showed is what is taken, whatever the site would find by now."""
    engine.tracker.obstacles = {"a": Preview("a", {}, Transition((DOING, DONE)))}
    document = engine.plan(far("in_progress"))
    assert [each.path for each in document.actions[0].changes if each.path] == [("In Progress", "Done")]
    engine.tracker.obstacles = {"a": Preview("a", {}, Transition((Ref("s4", "Cancelled"), DONE)))}
    engine.carry_out(document)
    assert engine.tracker.walked == [("In Progress", "Done")]


def test_without_leave_nothing_is_searched(engine: Engine) -> None:
    """The item takes the direct way, or none."""
    document = engine.plan(far())
    engine.tracker.obstacles = {"a": Preview("a", {}, Transition((DOING, DONE)))}
    engine.carry_out(document)
    assert engine.tracker.walked == [("Done",)]


@pytest.mark.parametrize("more", [{}, {"documents": (PAGE,)}])
def test_where_nothing_leads_there_the_rest_is_written(engine: Engine, more: dict[str, Any]) -> None:
    """The item is created and its documents are; its status has failed, with the options that there are."""
    document = engine.plan(far("in_progress", **more))
    blocked = Problem("no_path", "no transition leads to Done from here", "status", (DOING,))
    engine.tracker.obstacles = {"a": Preview("a", {}, Transition((DONE,)), (blocked,))}
    result = engine.carry_out(document)["a"]
    said = "status: no transition leads to Done from here; it takes: In Progress"
    assert (result.result, result.problems) == ("failed", (said,))
    assert engine.tracker.walked == []
    live = engine.live("a")
    assert (live["status"], len(live.get("documents") or ())) == (Ref("s1", "To Do"), len(more))
    assert "status" not in engine.lease.items["a"].base


def test_a_site_that_does_not_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write asks again: what is wrong is said there."""
    document = engine.plan(far("in_progress"))

    def broken(provider: MemoryProvider, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        raise ProviderError("the site is down")

    monkeypatch.setattr(MemoryProvider, "preview", broken)
    assert engine.carry_out(document)["a"].result == "done"
    assert engine.tracker.walked == [("Done",)]


@pytest.mark.parametrize(("status", "asked"), [("todo", []), ("done", [Ref("s1", "To Do")])])
def test_a_new_item_is_previewed_in_the_status_in_which_it_starts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, status: str, asked: list[Ref]
) -> None:
    """Where the site says which that is: another status is a transition, that one takes no request."""
    site = engine.tracker.site
    engine.tracker.site = replace(site, types={id: replace(each, initial="s1") for id, each in site.types.items()})
    seen: list[Any] = []
    told = MemoryProvider.preview

    def preview(provider: MemoryProvider, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        moved = [each for each in writes if isinstance(each, Change) and each.transition]
        seen.extend(each.item.fields["status"] for each in moved)
        return told(provider, writes, live=live)

    monkeypatch.setattr(MemoryProvider, "preview", preview)
    engine.plan(configuration(item("a", status=status)))
    assert seen == asked


def test_a_start_that_is_not_the_first_category(engine: Engine) -> None:
    """Items that begin in progress take a transition to be new."""
    site = engine.tracker.site
    engine.tracker.site = replace(site, types={id: replace(each, initial="s2") for id, each in site.types.items()})
    assert engine.plan(configuration(item("a", status="todo"))).requests["tracker"]["edit"] == 1
    assert "edit" not in engine.plan(configuration(item("a", status="in_progress"))).requests["tracker"]
