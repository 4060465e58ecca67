"""What a plan would take, as the plan says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.sdk import Change, Draft, Marker, Preview, Problem


def test_nothing_to_do_takes_nothing(engine: Engine) -> None:
    """No provider is asked, no request is counted."""
    specs = configuration(item("a"))
    engine.apply(specs)
    assert engine.plan(specs).requests == {}


def test_each_level_of_creations_is_counted(engine: Engine) -> None:
    """A bulk create for each level, an edit for what creation can't carry, and the markers at the end."""
    specs = configuration(
        item("deal", type="epic"),
        item("a", parent=to("deal")[0], status="in_progress"),
        item("b", parent=to("deal")[0], links={"blocks": to("a")}),
    )
    assert engine.plan(specs).requests == {"tracker": {"bulk create": 2, "edit": 2, "marker": 1}}


def test_a_status_in_which_items_start_anyway_takes_no_request(engine: Engine) -> None:
    """`todo` is what a new item is."""
    document = engine.plan(configuration(item("a", status="todo")))
    assert document.requests == {"tracker": {"bulk create": 1, "marker": 1}}


def test_a_new_items_marker_is_foreseen_as_long_as_it_will_be(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no id yet, one of usual length stands for it, however long the address is."""
    asked: list[Draft | Change] = []
    preview = engine.tracker.preview

    def listened(writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        asked.extend(writes)
        return preview(writes, live=live)

    monkeypatch.setattr(engine.tracker, "preview", listened)
    engine.plan(configuration(item("x" * 120, title="Long")))
    [marker] = [each.marker for each in asked if isinstance(each, Change) and isinstance(each.marker, Marker)]
    assert marker.item is not None
    assert (len(marker.item), len(marker.operation), len(marker.creation)) == (10, 32, 32)


def test_a_problem_with_a_creation(engine: Engine) -> None:
    """It names the item and the spec's word; one without a field the item alone."""
    problems = (Problem("bad_value", "too long", "summary"), Problem("forbidden", "may not create"))
    engine.tracker.obstacles["a"] = Preview("a", {}, None, problems)
    found = engine.plan(configuration(item("a"))).diagnostics
    assert [(each.severity, each.code, each.summary) for each in found] == [
        ("error", "bad_value", "title of a: too long"),
        ("error", "forbidden", "a: may not create"),
    ]
