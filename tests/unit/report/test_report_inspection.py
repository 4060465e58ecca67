"""What the state knows of items, and what a check of the sites found, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reconciler.report.probes import Probe, render_probes
from reconciler.report.records import ShownField, ShownItem, item_data, render_item, render_items, shown_data
from reconciler.sdk import Ref, Rich
from reconciler.state.records import ItemRecord

DEAL = ItemRecord(
    address="deal",
    provider="jira",
    site="cloud-1",
    id="10000",
    key="INVEST-1",
    url="https://fund.example/browse/INVEST-1",
    type=Ref("10001", "Epic"),
    title="Investment: Acme \x1b[31m",
    base={},
    observed={},
    protect=True,
)
LEGAL = replace(DEAL, address='tasks["legal"]', key="INVEST-12", title="Legal", protect=False, closed=True)


def test_items_are_a_table() -> None:
    """One line an item, in columns, with what is special about it, and no escape."""
    assert render_items([DEAL, LEGAL], width=80).splitlines() == [
        "deal            INVEST-1   Investment: Acme \\x1b[31m  (protected)",
        'tasks["legal"]  INVEST-12  Legal  (closed)',
    ]


def test_a_title_gives_way_to_its_address() -> None:
    """On a narrow terminal the title is cut; addresses and keys stay whole, to be copied."""
    long = replace(LEGAL, address=f'tasks["{"x" * 90}"]', title="y" * 90)
    [line] = render_items([long], width=80).splitlines()
    assert line.startswith(f"{long.address}  INVEST-12  yyy")
    assert line.endswith("…")
    assert render_items([long], width=1000).endswith(f"{'y' * 90}  (closed)")


def test_an_item_shows_what_was_applied_and_read_back() -> None:
    """Each field with its owner, what the spec said and what was live then; a set shows its own elements alone."""
    item = ShownItem(
        DEAL,
        (
            ShownField("status", "people", Ref("1", "To Do"), Ref("2", "Done")),
            ShownField("due", "spec", date(2027, 3, 31), None),
            ShownField("description", "people", Rich("one\ntwo", "ab"), "one\ntwo"),
            ShownField("labels", "spec", ("investment",), ("investment", "other")),
        ),
        ("update",),
    )
    assert render_item(item, width=80).splitlines() == [
        "deal  INVEST-1  Epic  (protected)",
        "https://fund.example/browse/INVEST-1",
        "",
        "unsettled: it is not known whether the update arrived; the next apply finds out",
        "",
        "status  (owner people)",
        "  applied  To Do",
        "  observed Done",
        "due  (owner spec)",
        "  applied  2027-03-31",
        "  observed null",
        "description  (owner people)",
        "  applied  one two",
        "  observed one two",
        "labels  (owner spec)",
        '  applied  ["investment"]',
    ]


def test_an_item_as_json_holds_the_same() -> None:
    """A script gets the item's identity, its fields in normal form and its open operations."""
    shown = shown_data(ShownItem(DEAL, (ShownField("due", "spec", date(2027, 3, 31), None),), ()))
    assert shown == {
        **item_data(DEAL),
        "fields": [{"field": "due", "ownership": "spec", "base": {"date": "2027-03-31"}, "observed": None}],
        "unsettled": [],
    }
    assert (shown["key"], shown["protect"], shown["closed"]) == ("INVEST-1", True, False)


def test_probes_say_what_failed_and_what_to_do() -> None:
    """Checks are grouped by provider; a failed one carries its remedy, and what is optional is told apart."""
    probes = [
        Probe("jira", "sign-in", ok=True, found="as Ann"),
        Probe("jira", "project", ok=False, found="INVEST can't be seen", hint="Ask for Browse.\nThen try again."),
        Probe("other", "quiet", ok=False, found="no", required=False),
    ]
    assert render_probes(probes, color=False).splitlines() == [
        "jira",
        "  ✓ sign-in  as Ann",
        "  ✗ project  INVEST can't be seen",
        "    Ask for Browse.",
        "    Then try again.",
        "other",
        "  · quiet    no",
    ]
    assert render_probes([], color=True) == ""
