"""Limits: what one apply may do without being told the exact number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.plan.document import PlanDocument
from reconciler.plan.limits import breaches
from reconciler.sdk import Preview
from reconciler.spec.configuration import Configuration


def _many(count: int, title: str = "Task", group: str = "x") -> Configuration:
    return configuration(
        *(item(f'{group}["{number}"]', title=f"{title} {'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number}")
          for number in range(count))
    )  # fmt: skip


def _found(engine: Engine, document: PlanDocument) -> list[tuple[str, int, str]]:
    state = engine.lease.state()
    return [(each.limit, each.number, each.diagnostic.code) for each in breaches(document, state)]


@pytest.mark.parametrize(("changed", "stops"), [(5, False), (6, True)])
def test_more_than_half_of_ten_or_more(engine: Engine, changed: int, stops: bool) -> None:
    """Changes above half of ten or more items stop: five of ten pass, six do not."""
    engine.apply(_many(10))
    before, after = _many(10).items, _many(10, "Job").items
    mixed = {each: (after if number < changed else before)[each] for number, each in enumerate(before)}
    document = engine.plan(replace(_many(10), items=mixed))
    assert _found(engine, document) == ([("changes", changed, "change_limit")] if stops else [])


def test_few_items_are_no_flood(engine: Engine) -> None:
    """All of nine may change."""
    engine.apply(_many(9))
    assert _found(engine, engine.plan(_many(9, "Job"))) == []


@pytest.mark.parametrize(("more", "stops"), [(10, False), (11, True)])
def test_more_than_twofold_growth(engine: Engine, more: int, stops: bool) -> None:
    """More than twofold growth stops where there are ten or more items; the first apply makes as many as it likes."""
    assert _found(engine, engine.plan(_many(300))) == []
    engine.apply(_many(10))
    items = {**_many(10).items, **_many(more, "New", "y").items}
    document = engine.plan(replace(_many(10), items=items))
    assert _found(engine, document) == ([("creates", more, "create_limit")] if stops else [])


def test_a_variable_that_changes_most_titles(engine: Engine) -> None:
    """It is named, at any size; a variable that changes no titles passes, and so do titles without a variable."""
    engine.apply(_many(3))
    other = {"company": "f" * 16}
    (limit, number, code) = _found(engine, engine.plan(replace(_many(3, "Job"), variables=other)))[0]
    assert (limit, number, code) == ("changes", 3, "variable_limit")
    (finding,) = engine.plan(replace(_many(3, "Job"), variables=other)).diagnostics
    assert finding.summary == "`company` changed, and 3 of 3 titles would change with it"
    assert _found(engine, engine.plan(replace(_many(3), variables=other))) == []
    assert _found(engine, engine.plan(_many(3, "Job"))) == []


@pytest.mark.parametrize(("mails", "stops"), [(25, False), (26, True)])
def test_mail_that_cannot_be_suppressed(engine: Engine, mails: int, stops: bool) -> None:
    """Twenty-five pass; destroying is limited in this alone."""
    engine.apply(_many(mails))
    engine.tracker.obstacles = {each: Preview(each, {"transition": 1}, notifies=True) for each in engine.lease.items}
    document = engine.plan(configuration(), "destroy")
    assert document.notifications == mails
    assert _found(engine, document) == ([("notifications", mails, "notification_limit")] if stops else [])


def test_markers_put_in_order_are_no_changes(engine: Engine) -> None:
    """All of ten may get their marker back, a new address, or a new word about their removal."""
    engine.apply(_many(10))
    site = engine.tracker.site
    engine.tracker.site = replace(site, capabilities=replace(site.capabilities, marker_in_reads=True))
    for id, each in engine.tracker.items.items():
        engine.tracker.items[id] = replace(each, marker=None)
    document = engine.plan(_many(10))
    assert [[change.field for change in each.changes] for each in document.actions] == [["marker"]] * 10
    assert _found(engine, document) == []
    leaving = {address: replace(each, on_remove="forget") for address, each in _many(10).items.items()}
    document = engine.plan(replace(_many(10), items=leaving))
    assert len(document.recordings) == 10
    assert _found(engine, document) == []


def test_variables_that_nobody_recorded_are_no_change(engine: Engine) -> None:
    """A rebuilt state does not know them: the first apply after it records them, and looks no earlier."""
    engine.apply(_many(3))
    engine.lease.variables = {}
    document = engine.plan(_many(3, "Job"))
    assert _found(engine, document) == []
    engine.carry_out(document)
    assert engine.lease.variables == {"company": "0123456789abcdef"}
