"""`reconciler incident`: the first report, those after it, and one that opens an item again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from faults.scenarios import Sent
from faults.verb import Stage, Verb, plan_is_empty, read

__all__ = ["INCIDENT"]

_CREATED = {
    "jira": Sent("POST", "/issue/bulk$", adds=True),
    "jira_datacenter": Sent("POST", "/issue$", adds=True),
    "azure_devops": Sent("POST", r"/workitems/\$", adds=True),
}
_FIRST_COMMENT = {
    "jira": Sent("POST", "/comment$", adds=True),
    "jira_datacenter": Sent("POST", "/comment$", adds=True),
    "azure_devops": Sent("PATCH", r"/workitems/\d+$"),
}
_LATER_COMMENT = {
    "jira": Sent("PUT", r"/comment/\d+$"),
    "jira_datacenter": Sent("PUT", r"/comment/\d+$"),
    "azure_devops": Sent("PATCH", r"/comments/\d+$"),
}
_REOPENED = {
    "jira": Sent("POST", "/transitions$"),
    "jira_datacenter": Sent("POST", "/transitions$"),
    "azure_devops": Sent("PATCH", r"/workitems/\d+$"),
}


def _payload(stage: Stage, number: int) -> None:
    """The file of the nth report: the alert is the same, its time is not."""
    alert = {"title": "Database down", "severity": "critical", "dedupe_key": "db-1"}
    text = json.dumps({**alert, "timestamp": f"2026-11-23T17:0{number}:00Z"})
    (stage.workspace.path / "alert.json").write_text(text, encoding="utf-8")


def _reported(stage: Stage, number: int, reopen: bool) -> None:
    """Write the template, send the reports before the nth, and make its file."""
    kind = "story" if stage.is_azure else "task"
    stage.workspace.write(
        f"{stage.platform.head}incidents: {{outage: {{type: {kind}, reopen: {str(reopen).lower()}}}}}\n"
    )
    for each in range(1, number):
        _payload(stage, each)
        assert stage.workspace.run("incident", "alert.json").code == 0
    _payload(stage, number)


def _done_before(stage: Stage) -> None:
    """The incident was reported, and a person is done with it."""
    _reported(stage, 2, reopen=True)
    [key] = stage.site.cards()
    stage.site.edit("Lena Gray", key, status="Closed" if stage.is_azure else "Done")


def _counted(number: int, stage: Stage, runs: int, times: int) -> list[str]:
    """What is wrong with the item and its comment after the nth report, which ended once, and counts anew after that:
    one item, open, with no comment for a single report, and else with one that counts exactly.
    """
    count = number + runs - 1
    [known] = stage.workspace.run("state", "list", "--format", "json").json
    wrong = [] if known["reports"] == count else [f"the state has {known['reports']} reports, not {count}"]
    key, cards = known["key"], stage.site.cards()
    if len(cards) != (times if number == 1 else 1):
        wrong.append(f"there are {len(cards)} items")
    if cards[key]["status"] not in {"To Do", "New"}:
        wrong.append(f"the item is {cards[key]['status']}")
    said = _comments(stage, key)
    due = 0 if count == 1 else times if number == 2 else 1
    if len(said) != due or (said and not any(f"Reported {count} times" in each for each in said)):
        wrong.append(f"after {count} reports the comments are {said}")
    stage.site.control("POST", "clock", {"advance": 120})
    return [*wrong, *plan_is_empty(stage)]


def _comments(stage: Stage, key: str) -> list[str]:
    """The comments of an item, as the platform holds them."""
    if stage.is_azure:
        comments = read(stage, f"/INVEST/_apis/wit/workItems/{key}/comments", "7.1-preview.4")["comments"]
        return [str(each["text"]) for each in comments]
    comments = read(stage, f"{stage.site.api}/issue/{key}/comment")["comments"]
    return [json.dumps(each["body"]) for each in comments]


def _report(number: int, sent: Mapping[str, Sent]) -> Verb:
    return Verb(
        f"incident, report {number}",
        lambda _stage: ("incident", "alert.json"),
        sent,
        partial(_counted, number),
        partial(_reported, number=number, reopen=False),
        journals=True,
    )


INCIDENT = (
    _report(1, _CREATED),
    _report(2, _FIRST_COMMENT),
    _report(3, _LATER_COMMENT),
    replace(_report(2, _REOPENED), name="incident, reopening", prepare=_done_before),
)
