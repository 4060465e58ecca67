"""A report of an incident is cut off anywhere and repeated: one item, one comment, every report counted once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, Final

import httpx
import pytest
from acceptance.harness import Result, Site
from faults.azure import AZURE_DEVOPS
from faults.jira import JIRA, JIRA_DATACENTER
from faults.scenarios import Platform
from faults.workspace import FaultWorkspace

_ALERT: Final = {"title": "Database down", "severity": "critical", "dedupe_key": "db-1"}
_INCIDENTS: Final = "incidents:\n  outage: {type: task}\n"
_BOUNDARIES: Final = (
    "journal.before",
    "journal.after",
    "send.before",
    "send.after",
    "receive.after",
    "record.before",
    "record.after",
)
_WRITES: Final = {
    "jira": (("POST", r"/issue/bulk$"), ("POST", r"/comment$"), ("PUT", r"/comment/\d+$")),
    "jira_datacenter": (("POST", r"/issue$"), ("POST", r"/comment$"), ("PUT", r"/comment/\d+$")),
    "azure_devops": (("POST", r"/workitems/\$"), ("PATCH", r"/workitems/\d+$"), ("PATCH", r"/comments/\d+$")),
}
"""By platform, what the first, the second and the third report send first."""


@dataclass(frozen=True)
class Cut:
    """The nth report is killed at a boundary."""

    platform: Platform
    report: int
    at: str

    def __str__(self) -> str:
        return f"{self.platform.name}: report {self.report}, {self.at}"


def cuts() -> Iterator[Cut]:
    """Each report at each boundary, the platforms in turn."""
    platforms = cycle((JIRA, AZURE_DEVOPS, JIRA, AZURE_DEVOPS, JIRA_DATACENTER))
    for report, at in product((1, 2, 3), _BOUNDARIES):
        yield Cut(next(platforms), report, at)


def payload(number: int) -> str:
    """The nth report, as a file's text: the alert is the same, its time is not."""
    return json.dumps({**_ALERT, "timestamp": f"2026-11-23T17:0{number}:00Z"})


def report(workspace: FaultWorkspace, number: int, **environment: str) -> Result:
    """Send the nth report, and wait for what is not settled."""
    (workspace.path / "alert.json").write_text(payload(number), encoding="utf-8")
    return workspace.run("incident", "alert.json", "--format", "json", **environment)


def struck(workspace: FaultWorkspace, cut: Cut) -> int:
    """Send the report that is killed."""
    (workspace.path / "alert.json").write_text(payload(cut.report), encoding="utf-8")
    strike: dict[str, Any] = {"at": cut.at, "nth": 1, "signals": ["SIGKILL"]}
    if not cut.at.startswith(("journal", "record")):
        method, path = _WRITES[cut.platform.name][cut.report - 1]
        strike |= {"method": method, "path": path}
    process = workspace.start("incident", "alert.json", FAULTS_STRIKE=json.dumps(strike))
    _, error = process.communicate(timeout=60)
    assert "Traceback" not in error.decode()
    return process.returncode


def comments(site: Site, platform: Platform, key: str) -> list[str]:
    """The comments of an item that count, as the platform holds them."""
    if platform is not AZURE_DEVOPS:
        url = f"{site.endpoints.sites['jira']}{platform.api}/issue/{key}/comment"
        answer = httpx.get(url, auth=("sandbox@example.com", "sandbox"))
        return [json.dumps(each["body"]) for each in answer.json()["comments"]]
    url = f"{site.endpoints.sites['azure_devops']}/INVEST/_apis/wit/workItems/{key}/comments"
    answer = httpx.get(url, params={"api-version": "7.1-preview.4"}, auth=("anybody", "sandbox"))
    return [str(each["text"]) for each in answer.json()["comments"]]


@pytest.mark.parametrize("cut", list(cuts()), ids=str)
def test_a_report_that_is_cut_off_and_repeated_counts_once(cut: Cut, site: Site, workspace: FaultWorkspace) -> None:
    """Killed at any boundary and sent again, the report has made what it would have made in peace: one item, and no
    comment for the first report, one that counts exactly for a later one. Once it came to its end, it counts anew.
    """
    site.turn(**cut.platform.knobs)
    site.platform = cut.platform.sandbox or cut.platform.name
    workspace.settings |= site.settings
    kind = "{type: story}" if cut.platform is AZURE_DEVOPS else "{type: task}"
    workspace.write(cut.platform.head + _INCIDENTS.replace("{type: task}", kind))
    site.turn(lag=20)
    for number in range(1, cut.report):
        assert report(workspace, number).code == 0
    assert struck(workspace, cut) == -9
    again = report(workspace, cut.report)
    assert again.code == 0, again.out + again.err
    ((key, card),) = site.cards().items()
    assert card["title"] == "Database down"
    said = comments(site, cut.platform, key)
    assert len(said) == (0 if cut.report == 1 else 1)
    assert all(f"Reported {cut.report} times" in each for each in said)
    (told,) = again.json["incidents"]
    assert (told["count"], told["exact"]) == (cut.report, True)
    site.control("POST", "clock", {"advance": 120})
    assert workspace.run("plan", "--detailed-exitcode").code == 0
    (known,) = workspace.run("state", "list", "--format", "json").json
    assert (known["key"], known["origin"], known["reports"]) == (key, "incident", cut.report)
    (more,) = report(workspace, cut.report).json["incidents"]
    assert (more["count"], len(comments(site, cut.platform, key))) == (cut.report + 1, 1)
