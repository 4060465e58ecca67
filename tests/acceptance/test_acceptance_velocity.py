"""`reconciler velocity` against sprints whose numbers were computed by hand, on both platforms."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.sprint_team import SPECS, team_on, two_sprints

from reconciler.sandbox.serving import running
from reconciler.sdk import Credential, Limiter, OpenGate, PluginConfig, PluginRegistry, Session


def amount(items: int, points: float, unestimated: int = 0) -> dict[str, Any]:
    return {"items": items, "points": points, "unestimated": unestimated}


class SiteClock:
    """The sandbox's time."""

    def __init__(self, site: Site) -> None:
        self.now = site.now

    def sleep(self, seconds: float) -> None:
        pass


@pytest.fixture
def workspace(workspace: Workspace, site: Site) -> Workspace:
    """Commands on the sandbox's clock."""
    workspace.keep_time_with(site)
    return workspace


def measured(workspace: Workspace, *arguments: str) -> Any:
    result = workspace.run("velocity", "--format", "json", *arguments)
    assert result.code == 0, result.err
    return result.json


@pytest.mark.parametrize("platform", ["jira", "azure_devops"])
def test_two_sprints_as_computed_by_hand(platform: str, site: Site, workspace: Workspace) -> None:
    """Carry-over, scope change, re-estimation, reopened, deleted, unestimated and cancelled items, one done before its
    sprint, and one in two sprints: each counts where the hand put it. Nothing is written.
    """
    site.platform = platform
    workspace.settings |= site.settings
    workspace.write(SPECS.format(platform))
    keys = two_sprints(team_on(site))
    with site.watched() as exchanges:
        data = measured(workspace, "--days", "60")
    assert [each for each in writes(exchanges) if "wiql" not in each["path"] and "batch" not in each["path"]] == []

    first, second = (each for each in data["sprints"] if each["name"] in ("First", "Second"))
    assert first["committed"] == amount(8, 30, 1)
    assert first["completed"] == amount(5, 18, 1)
    assert first["carried"] == amount(2, 7)
    assert first["added"] == amount(1, 2)
    assert first["removed"] == amount(2, 9)
    assert first["reestimated"] == 2
    done = {"plain": 3, "unestimated": None, "grown": 6, "late": 2, "redone": 7}
    assert {each["key"]: each["points"] for each in first["finished"]} == {keys[name]: n for name, n in done.items()}
    assert (second["committed"], second["completed"]) == (amount(3, 15), amount(2, 12))
    assert (second["carried"], second["added"], second["removed"]) == (amount(1, 3), amount(0, 0), amount(0, 0))
    looks = platform == "azure_devops"
    assert (first["reopened"], second["reopened"]) == (0 if looks else 1, 1)

    others = [each for each in data["sprints"] if each["name"] not in ("First", "Second")]
    assert all(each["committed"] == each["carried"] == amount(0, 0) for each in others)
    told = " ".join(data["unknown"])
    assert ("Not counted: 1 of the items that First held" if looks else "nothing of items that were deleted") in told


@pytest.mark.parametrize("platform", ["jira", "azure_devops"])
def test_the_numbers_of_both_sprints(platform: str, site: Site, workspace: Workspace) -> None:
    """Mean, deviation, carry-over, cycle time and throughput of the same two sprints, computed by hand too: 18 and 12
    points, 10 of 40 carried over; work of 1, 1, 2, 3 and 4 days and one that was reopened, which began on day 2 on
    Jira, where all is kept, and on day 13.5 on Azure DevOps, which keeps the last begin; 5, 0, 2 and 0 items a week.
    """
    site.platform = platform
    workspace.settings |= site.settings
    workspace.write(SPECS.format(platform))
    two_sprints(team_on(site))
    data = measured(workspace, "--days", "60")
    measures = data["measures"]
    assert measures["points"]["mean"] == 15
    assert measures["points"]["deviation"] == pytest.approx(18**0.5)
    assert (measures["items"]["mean"], measures["points"]["trend"]) == (3.5, None)
    assert measures["carried_share"] == {"points": 0.25, "items": 0.3}
    cycle = measures["cycle_days"]
    longest = {"jira": (15, 15), "azure_devops": (4, 4)}[platform]
    assert cycle["items"] == 6
    assert (cycle["p50"], cycle["p85"], cycle["p95"]) == pytest.approx((2, *longest), abs=0.01)
    assert measures["throughput"] == {"p50": 2, "p85": 0, "p95": 0, "weeks": 4}


def test_data_center_has_the_same_numbers(tmp_path: Path) -> None:
    """Jira Data Center has no histories in bulk: they are read item by item, and give the same two sprints."""
    for name in ("specs", "home"):
        (tmp_path / name).mkdir()
    with running() as endpoints:
        site = Site(endpoints)
        workspace = Workspace(tmp_path / "specs", tmp_path / "home", dict(site.settings))
        workspace.keep_time_with(site)
        workspace.write(SPECS.format("jira"))
        two_sprints(team_on(site))
        cloud = measured(workspace, "--days", "60")
        site.turn(jira_deployment="datacenter")
        assert measured(workspace, "--days", "60") == cloud
    assert cloud["sprints"][0]["committed"] == amount(8, 30, 1)


def test_the_chart_is_printed_and_drawn(site: Site, workspace: Workspace) -> None:
    """`--svg` writes a well-formed picture beside what is printed; what can't be written is an error in words."""
    workspace.write(SPECS.format("jira"))
    two_sprints(team_on(site))
    shown = workspace.run("velocity", "--team", "INVEST board", "--days", "60", "--svg", "chart.svg")
    assert shown.code == 0
    assert "completed ████" in shown.out
    assert "Jira tells nothing of items that were deleted" in shown.text
    root = ET.parse(workspace.path / "chart.svg").getroot()
    assert "First: committed 30 points, 8 items (1 without points)" in "".join(root.itertext())
    refused = workspace.run("velocity", "--days", "60", "--svg", "no/such/chart.svg")
    assert refused.code == 1
    assert "no/such/chart.svg can't be written" in refused.text


def test_jira_is_asked_little(site: Site, workspace: Workspace) -> None:
    """Boards, sprints, fields, statuses and the estimate once each; two searches, one request for all histories, and
    one for what left its sprint.
    """
    workspace.write(SPECS.format("jira"))
    two_sprints(team_on(site))
    with site.watched() as exchanges:
        measured(workspace, "--days", "60")
    asked = kinds(exchanges)
    for operation in ("getAllBoards", "getAllSprints", "getFields", "getStatuses", "getConfiguration",
                      "getBulkChangelogs", "bulkFetchIssues"):  # fmt: skip
        assert asked[operation] == 1
    assert asked["searchAndReconsileIssuesUsingJqlPost"] == 2
    assert len(exchanges) <= 12


def test_a_team_that_is_not_there(site: Site, workspace: Workspace) -> None:
    """The error names the nearest or all; days are a number from one on; without sprints it says so and exits 0."""
    workspace.write(SPECS.format("jira"))
    unknown = workspace.run("velocity", "--team", "INVST board")
    assert unknown.code == 1
    assert "did you mean 'INVEST board'?" in unknown.text
    assert workspace.run("velocity", "--days", "0").code == 1
    nothing = workspace.run("velocity", "--days", "7")
    assert (nothing.code, nothing.out) == (0, "INVEST board\nNo sprint ended in the last 7 days.\n")


def test_without_the_right_to_read_boards(site: Site, workspace: Workspace) -> None:
    """A token without the scopes is refused in words; one that lacks the board's settings alone still measures, and
    the report says by what.
    """
    workspace.write(SPECS.format("jira"))
    two_sprints(team_on(site))
    site.turn(agile_reads="without_configuration")
    partly = measured(workspace, "--days", "60")
    assert (partly["unit"], partly["sprints"][0]["committed"]) == ("Story Points", amount(8, 30, 1))
    assert any("may not read what the board estimates by" in each for each in partly["unknown"])
    site.turn(agile_reads="allowed", estimation="items")
    items = measured(workspace, "--days", "60")
    assert (items["unit"], items["measures"]["points"]) == (None, None)
    assert items["sprints"][0]["completed"] == {"items": 5, "points": None, "unestimated": None}
    site.turn(agile_reads="refused")
    assert workspace.run("velocity").code == 1


def test_without_specs_the_platform_is_named(site: Site, workspace: Workspace) -> None:
    """In a directory without specs the provider is the platform, and all else comes from the environment."""
    result = workspace.run("velocity", "--provider", "jira", "--days", "7", JIRA_PROJECT="INVEST")
    assert (result.code, result.out.splitlines()[0]) == (0, "INVEST board")


def test_a_script_measures_by_the_plugin(site: Site) -> None:
    """`get_team_velocity` gives the same as the command: values, not text."""
    two_sprints(team_on(site))
    clock = SiteClock(site)
    kind = PluginRegistry().load("jira")
    config = PluginConfig(
        "jira", str(site.endpoints.sites["jira"]), "INVEST", Credential("sandbox@example.com", "sandbox")
    )
    session = Session(
        config.url, authorization=kind.authorization(config), clock=clock, gate=OpenGate(), limiter=Limiter(clock)
    )
    with closing(session):
        found = kind(config, session).get_team_velocity("INVEST board", 60)
    assert [each.name for each in found.sprints] == ["First", "Second"]
    first = found.sprints[0]
    assert (first.completed.points, len(first.finished)) == (18, 5)
    assert first.end - first.start == pytest.approx(timedelta(days=12), abs=timedelta(minutes=1))
