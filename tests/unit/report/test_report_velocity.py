"""A team's velocity on a terminal, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reconciler.report.text import columns
from reconciler.report.velocity import render_velocity
from reconciler.report.velocity_data import velocity_data
from reconciler.report.velocity_svg import velocity_svg
from reconciler.sdk import Amount, Finished, Ref, Sprint, Velocity, measures_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def sprint(number: int, committed: Amount | None, completed: Amount, **rest: Any) -> Sprint:
    start = START + timedelta(days=14 * number)
    nothing = Amount()
    amounts = {"carried": nothing, "added": nothing, "removed": nothing, "reestimated": 0.0, "reopened": 0, **rest}
    return Sprint(str(number), f"Sprint {number}", start, start + timedelta(days=11), committed, completed, **amounts)


def work(began: float, ended: float) -> Finished:
    return Finished("A-1", 3, START + timedelta(days=began), START + timedelta(days=ended))


def team(*sprints: Sprint, unit: str = "Story Points", unknown: Sequence[str] = ()) -> Velocity:
    return Velocity(Ref("1", "INVEST board"), unit, sprints, tuple(unknown))


TWO = team(
    sprint(
        6,
        Amount(8, 30, 1),
        Amount(5, 18, 1),
        carried=Amount(2, 7),
        added=Amount(1, 2),
        removed=Amount(2, 9),
        reestimated=2.5,
        reopened=1,
        finished=(work(85, 86), work(85, 88)),
    ),
    sprint(7, Amount(3, 15), Amount(2, 12), carried=Amount(1, 3)),
    unknown=["Jira tells nothing of items that were deleted."],
)


def shown(velocity: Velocity, width: int = 100, *, color: bool = False) -> str:
    return render_velocity(90, velocity, measures_of(velocity), width=width, color=color)


def drawn(velocity: Velocity) -> ET.Element:
    return ET.fromstring(velocity_svg(90, velocity, measures_of(velocity)))


def test_a_chart_with_its_numbers() -> None:
    """Each sprint has a bar for what it committed to and one for what it completed, on one scale, and says what came,
    went and stayed; then come the numbers of all, and what can't be known.
    """
    assert shown(TWO) == (
        "INVEST board\n"
        "2 sprints that ended in the last 90 days, in Story Points.\n"
        "\n"
        "Sprint 6  2026-03-30 to 2026-04-10\n"
        "  committed ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  30 points, 8 items (1 without points)\n"
        "  completed ████████████████████████████▊                     18 points, 5 items (1 without points)\n"
        "  added 2 points, 1 item · removed 9 points, 2 items · carried over 7 points, 2 items ·\n"
        "  re-estimated by +2.5 · reopened 1 item\n"
        "\n"
        "Sprint 7  2026-04-13 to 2026-04-24\n"
        "  committed ░░░░░░░░░░░░░░░░░░░░░░░░                          15 points, 3 items\n"
        "  completed ███████████████████▎                              12 points, 2 items\n"
        "  carried over 3 points, 1 item\n"
        "\n"
        "Completed     15 points a sprint, with a standard deviation of 4.2\n"
        "              3.5 items a sprint, with a standard deviation of 2.1\n"
        "Trend         four sprints or more are needed to tell\n"
        "Carried over  25 % of the points and 30 % of the items that were in the sprints at their ends\n"
        "Cycle time    1 day or less for half of the items, 3 days for 85 %, 3 days for 95 % (known of 2 of 7\n"
        "              items)\n"
        "Throughput    0 items or more in half of the weeks, 0 in 85 % and 0 in 95 % of them (of 4 weeks)\n"
        "\n"
        "Not known\n"
        "  · Jira tells nothing of items that were deleted.\n"
    )


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Whatever the names are like; colour adds codes, and no character."""
    long = replace(TWO.sprints[0], name="A sprint with a very long name " * 6, completed=Amount(123, 987.5, 9))
    text = shown(team(long, TWO.sprints[1], unknown=["Words " * 60]), width)
    assert max(columns(each) for each in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "\x1b[32m█" in shown(TWO, width, color=True)


def test_names_can_do_a_terminal_no_harm() -> None:
    """A platform's names are shown with their escapes visible."""
    text = shown(team(replace(TWO.sprints[0], name="\x1b[31mRed"), unit="Points\x1b[0m"))
    assert "\x1b" not in text
    assert r"\x1b[31mRed" in text


def test_what_cannot_be_known_is_said() -> None:
    """In words where a platform knows no past, no begin of any work, or has no sprint at all."""
    blind = sprint(0, None, Amount(1, 3), added=None, removed=None, reestimated=None, reopened=None,
                   finished=(Finished("A-1", 3, None, None),))  # fmt: skip
    text = shown(team(blind))
    for words in ("committed            ", "can't be known", "added can't be known · removed can't be known"):
        assert words in text
    assert "no item tells when the work on it began" in text
    assert "no item tells when it was finished" in text
    assert "one sprint alone has no deviation" in text
    assert shown(team()) == "INVEST board\nNo sprint ended in the last 90 days.\n"


def test_a_sprint_that_held_nothing_says_so() -> None:
    """It has no bars."""
    text = shown(team(sprint(0, Amount(), Amount()), TWO.sprints[0]))
    assert "held nothing, so it is left out of the numbers of all" in text
    assert text.count("committed") == 1


def test_without_estimates_items_are_counted() -> None:
    """Bars and numbers are of items, and nothing speaks of points."""
    text = shown(replace(TWO, unit=""))
    assert "in items." in text
    assert "░  8 items\n" in text
    assert "point" not in text


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((10, 20, 30, 40), "+10.0 points a sprint: rising"),
        ((40, 30, 20, 10), "-10.0 points a sprint: falling"),
        ((7, 7, 7, 7), "Trend         flat"),
        ((10, 30, 20, 40), "none that is clear: +8.0 points a sprint, which is within the scatter of the sprints"),
    ],
)
def test_a_trend_says_what_it_means(points: tuple[float, ...], words: str) -> None:
    """Rising or falling only where chance would hardly make it."""
    sprints = (sprint(index, Amount(1, each), Amount(1, each)) for index, each in enumerate(points))
    assert words in shown(team(*sprints))


def test_json_has_all_numbers() -> None:
    """Sprints with their amounts and items, the numbers of all, and what can't be known; it survives a round trip."""
    data = json.loads(json.dumps(velocity_data("jira", 90, TWO, measures_of(TWO))))
    assert data["team"] == {"id": "1", "name": "INVEST board"}
    assert (data["provider"], data["days"], data["unit"]) == ("jira", 90, "Story Points")
    first = data["sprints"][0]
    assert first["committed"] == {"items": 8, "points": 30, "unestimated": 1}
    assert (first["start"], first["reestimated"], first["reopened"]) == ("2026-03-30T09:00:00+00:00", 2.5, 1)
    assert first["finished"][0]["started_at"] == "2026-03-31T09:00:00+00:00"
    assert data["measures"]["points"] == {"mean": 15, "deviation": pytest.approx(4.2426, abs=1e-4), "trend": None}
    assert data["measures"]["carried_share"] == {"points": 0.25, "items": 0.3}
    assert data["measures"]["cycle_days"] == {"p50": 1, "p85": 3, "p95": 3, "items": 2}
    assert data["measures"]["throughput"] == {"p50": 0, "p85": 0, "p95": 0, "weeks": 4}
    assert data["unknown"] == ["Jira tells nothing of items that were deleted."]


def test_json_has_null_for_what_is_not_known() -> None:
    """Points of a team that estimates nothing, amounts of a platform that knows no past, numbers of no sprint."""
    blind = sprint(0, None, Amount(1, 3), added=None, removed=None, reestimated=None, reopened=None)
    data = velocity_data("jira", 90, team(blind, unit=""), measures_of(team(blind, unit="")))
    assert data["unit"] is None
    assert data["sprints"][0]["committed"] is None
    assert data["sprints"][0]["completed"] == {"items": 1, "points": None, "unestimated": None}
    assert data["measures"]["points"] is None
    trend = velocity_data("jira", 90, TWO, measures_of(team(*[TWO.sprints[0]] * 4)))["measures"]["points"]["trend"]
    assert trend == {"slope": 0, "error": 0, "clear": False}
    nothing = velocity_data("jira", 90, team(), measures_of(team()))
    assert nothing["measures"]["throughput"] == {"p50": None, "p85": None, "p95": None, "weeks": 0}


def test_the_picture_speaks_to_those_who_cannot_see_it() -> None:
    """It is well-formed, has a role, a title and a description with every number, and each sprint has its own title."""
    root = drawn(TWO)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    described = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title") == "Velocity of INVEST board"
    for words in ("committed 30 points, 8 items (1 without points); completed 18 points", "Carried over: 25 %"):
        assert words in described
    assert "Sprint 7: committed 15 points, 3 items; completed 12 points, 2 items" in [
        each.text for each in root.iter(f"{SVG}title")
    ]


def test_bars_stand_on_one_scale() -> None:
    """30 points are twice as high as 15; a dashed line shows the mean of what was completed, and so does the legend."""
    bars = [each for each in drawn(TWO).iter(f"{SVG}rect") if each.get("class") in ("committed", "completed")]
    heights = [float(each.get("height", "")) for each in bars if "x" in each.attrib and each.get("height") != "12"]
    assert [round(each / heights[1] * 18) for each in heights] == [30, 18, 15, 12]
    lines = [each for each in drawn(TWO).iter(f"{SVG}line") if each.get("class") == "mean"]
    assert len(lines) == 2


def test_the_picture_takes_any_name_and_any_number_of_sprints() -> None:
    """Markup and control characters in names are text, long names are cut, wide charts grow; without sprints the
    picture says so.
    """
    odd = replace(TWO.sprints[0], name="<b>&\x00 " + "long " * 40)
    texts = [each.text or "" for each in drawn(team(odd)).iter(f"{SVG}text")]
    assert any(each.startswith("<b>&\\x00") for each in texts)
    assert max(map(len, texts)) < 90
    many = drawn(team(*(sprint(index, Amount(1, 1), Amount(1, 0.5)) for index in range(12))))
    assert float(many.get("width", "")) > float(drawn(TWO).get("width", ""))
    assert "no sprint that ended in the last 90 days" in "".join(drawn(team()).itertext())
    idle = drawn(team(sprint(0, None, Amount(1, 0, 1), carried=Amount(1))))
    assert "?" in [each.text for each in idle.iter(f"{SVG}text")]


def test_sprints_that_all_held_nothing_have_no_numbers() -> None:
    """Text and picture are whole all the same, with neither a mean nor a summary."""
    idle = team(sprint(0, Amount(), Amount()), sprint(1, Amount(), Amount()))
    assert shown(idle).count("held nothing") == 2
    assert "Completed" not in shown(idle)
    assert len([each for each in drawn(idle).iter(f"{SVG}line") if each.get("class") == "mean"]) == 1
