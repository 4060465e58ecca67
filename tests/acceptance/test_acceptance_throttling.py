"""Requests that a site puts off or fails to answer: what was not carried out is sent again, and never for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import AZURE_DEVOPS, JIRA, JIRA_DATACENTER, Platform, on_each_platform

LIMITS: Final = [
    pytest.param(JIRA, {"throttling": {"endpoint": {"limit": 2, "per_seconds": 2}}}, id="jira"),
    pytest.param(JIRA, {"throttling": {"issue": {"limit": 1, "per_seconds": 5}}}, id="jira_by_issue"),
    pytest.param(JIRA_DATACENTER, {"throttling": {"endpoint": {"limit": 2, "per_seconds": 2}}}, id="jira_datacenter"),
    pytest.param(AZURE_DEVOPS, {"usage_limit": {"limit": 4, "per_seconds": 10}}, id="azure_devops"),
]
"""The knobs that make a site narrow. Jira Cloud limits the writes to one issue too."""

REASON: Final = {"jira": {"RateLimit-Reason": "jira-burst-based"}, "jira_datacenter": {}, "azure_devops": {}}
"""Jira Cloud says which of its limits was met."""

LONG: Final = {
    "jira": "POST /rest/api/3/issue/bulk: jira-burst-based",
    "jira_datacenter": "POST /rest/api/2/issue",
    "azure_devops": "POST /INVEST/_apis/wit/workitems/$Epic",
}
"""What could not be sent, and the reason where one was given."""

READS: Final = {"jira": ("/project/", "/issueLinkType"), "azure_devops": ("/_apis/projects", "/workitemrelationtypes")}
"""Two things that a command reads of a site."""


def results(document: Mapping[str, Any]) -> set[str]:
    """What came of the items."""
    return {each["result"] for each in document["results"]}


def creations(exchanges: Iterable[Mapping[str, Any]], platform: Platform) -> list[int]:
    """The status codes of the requests that create items, in order."""
    method, path = platform.creation["method"], platform.creation["path"]
    return [each["status"] for each in exchanges if each["method"] == method and re.search(path, each["path"])]


@on_each_platform
def test_429_is_waited_for(example: Workspace, site: Site, platform: Platform) -> None:
    """A create that was throttled was not executed: it is sent again after the time that was told, and once."""
    example.keep_time_with(site)
    slow = {"status": 429, "headers": {"Retry-After": "40"}, "body": platform.refusal("Slow down.")}
    site.fault(slow, **platform.creation)
    began = site.now()
    assert results(example.apply()) == {"done"}
    assert 40 <= (site.now() - began).total_seconds() < 60
    assert creations(site.requests(), platform).count(429) == 1
    assert len(site.cards()) == 7


@pytest.mark.parametrize(("site", "limits"), LIMITS, indirect=["site"])
def test_a_site_that_throttles_gets_all_in_the_end(
    workspace: Workspace, site: Site, platform: Platform, limits: Mapping[str, Any]
) -> None:
    """Whichever limit is met, nothing fails, nothing is sent twice that was executed, and the next plan is empty."""
    workspace.keep_time_with(site)
    item = (
        "  t{0}: {{type: task, title: T{0}, status: in_progress, documents: [{{title: D, url: 'https://d.example'}}]}}"
    )
    workspace.items("\n".join(map(item.format, range(4))))
    site.turn(**limits)
    assert results(workspace.apply()) == {"done"}
    site.turn(**dict.fromkeys(limits))
    exchanges = site.requests()
    refused = [each for each in exchanges if each["status"] == 429]
    assert refused
    taken = [json.dumps([each["path"], each["request"]]) for each in writes(exchanges) if each["status"] != 429]
    assert len(taken) == len(set(taken))
    assert [card["status"] for card in site.cards().values()] == [platform.statuses["in_progress"]] * 4
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_the_published_limits_are_not_met(example: Workspace, site: Site) -> None:
    """At the rates that Jira Cloud publishes, the main job is never told to wait. The others publish none: a Data
    Center's are its administrators', and Azure DevOps counts the work that a request makes.
    """
    site.turn(throttling="documented")
    assert results(example.apply()) == {"done"}
    assert 429 not in {each["status"] for each in site.requests()}


@on_each_platform
def test_a_site_that_is_throttled_for_long_ends_the_run(example: Workspace, site: Site, platform: Platform) -> None:
    """A wait of an hour is not waited for: what could not be sent has failed, with the reason; nothing is unsettled."""
    headers = {"Retry-After": "3600", **REASON[platform.name]}
    site.fault({"status": 429, "headers": headers, "body": platform.refusal("Slow down.")}, **platform.creation)
    first = example.apply(code=1)
    told = {each["address"]: each for each in first["results"]}["deal"]
    assert told["result"] == "failed"
    assert told["problems"] == [f"the site asks to wait 3600 s more before {LONG[platform.name]}"]
    assert results(example.apply()) == {"done"}
    assert len(site.cards()) == 7


@on_each_platform
def test_a_read_is_tried_again(example: Workspace, site: Site) -> None:
    """A 503 to a read, and half an answer, are tried again; nobody notices."""
    example.keep_time_with(site)
    away, broken = READS[site.platform]
    site.fault({"status": 503, "headers": {"Retry-After": "0"}, "body": "<html>away</html>"}, path=away)
    site.fault("truncate", path=broken, when="after")
    result = example.run("plan")
    assert (result.code, result.err) == (0, "")
    assert [each["struck"] for each in site.control("GET", "faults")] == [1, 1]
