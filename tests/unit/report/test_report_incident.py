"""What is said of reported incidents, to people and to scripts."""

from __future__ import annotations

import pytest

from reconciler.report.incident import IncidentReport, IncidentResult, ReportedIncident, incident_data, render_incidents
from reconciler.state.records import Sightings


def text(result: IncidentResult, sightings: Sightings | None = None, *problems: str) -> str:
    """A report of one incident, as text."""
    one = ReportedIncident('outage["db"]', "Down", result, sightings, "INVEST-1", "https://x.example", problems)
    return render_incidents(IncidentReport("generic", (one,)), color=False, width=80)


@pytest.mark.parametrize(
    ("result", "sightings", "says"),
    [
        ("created", Sightings(1), '+ outage["db"]  INVEST-1  created'),
        ("counted", Sightings(1200), '~ outage["db"]  INVEST-1  reported 1,200 times'),
        ("counted", Sightings(2, exact=False), "reported at least 2 times"),
        ("counted", Sightings(1), "reported once"),
        ("resolved", Sightings(2), '✓ outage["db"]  INVEST-1  reported as resolved'),
        ("ignored", None, '· outage["db"]  INVEST-1  resolved, and it has no item'),
        ("failed", Sightings(1), '✗ outage["db"]  INVEST-1  failed'),
        ("unsettled", None, "sent, and not known to have arrived; report it again to find out"),
    ],
)
def test_each_result_has_its_words(result: IncidentResult, sightings: Sightings | None, says: str) -> None:
    """A sign, the address, the key and what became of it."""
    assert says in text(result, sightings)


def test_problems_stand_below() -> None:
    """With the title and the page, each on lines of its own; what a tool smuggles in moves no cursor."""
    shown = text("failed", None, "the site said no\x1b[2J")
    assert "      Down\n      https://x.example\n      the site said no" in shown
    assert "\x1b" not in shown


def test_nothing_to_do_is_said() -> None:
    """What in a payload is no incident has a line."""
    report = IncidentReport("PagerDuty", (), ("PagerDuty's incident.acknowledged",))
    assert (
        render_incidents(report, color=False, width=80).strip() == "· PagerDuty's incident.acknowledged: nothing to do"
    )
    assert incident_data(report) == {
        "format": "PagerDuty",
        "incidents": [],
        "ignored": ["PagerDuty's incident.acknowledged"],
    }


def test_a_payload_of_which_nothing_is_left_is_said() -> None:
    """Where all of it is passed over, what is printed says so; why, the warnings do."""
    shown = render_incidents(IncidentReport("PagerDuty", ()), color=False, width=80)
    assert shown.strip() == "· nothing in it is an incident that can be read"


def test_what_decides_the_exit_code() -> None:
    """A failure is one, an unknown outcome or a problem leaves something to do."""

    def report(result: IncidentResult, *problems: str) -> tuple[bool, bool]:
        found = IncidentReport("generic", (ReportedIncident("a", "Down", result, problems=problems),))
        return found.failed, found.in_part

    assert report("created") == (False, False)
    assert report("failed", "no") == (True, True)
    assert report("unsettled") == (False, True)
    assert report("created", "the site shows another value: title") == (False, True)
