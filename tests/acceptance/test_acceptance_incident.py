"""`reconciler incident`: an alert becomes one item, its repetitions one comment, and plans leave it alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import httpx
import pytest
from acceptance.harness import Result, Site, Workspace, kinds, writes
from acceptance.platforms import Platform, on_each_platform, platform_of

from reconciler.plan.document import digest_of

pytestmark = on_each_platform

Comments: TypeAlias = Callable[[str], list[str]]
Payload: TypeAlias = Mapping[str, Any]

ADDRESS: Final = 'outage["db-1"]'
ALERT: Final = {
    "title": "The database is down",
    "severity": "page",
    "timestamp": "2026-11-23T17:00:00Z",
    "logs": "FATAL: no space left",
    "components": ["billing", "checkout"],
    "dedupe_key": "db-1",
    "url": "https://alerts.example/1",
}

_SPEC: Final = """\
workspace: {{name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}}
providers: {{{name}: {{project: INVEST}}}}
items:
  board: {{type: epic, title: Reliability}}
incidents:
  outage:
    type: {type}
    parent: {{id: "0"}}
    owners: {{checkout: l.gray@fund.example}}
    severities: {{page: critical}}
"""


@pytest.fixture
def platform(site: Site, workspace: Workspace) -> Platform:
    """The platform, with a workspace of one item and one template."""
    found = platform_of(site)
    workspace.write(_spec(found))
    return found


def _spec(platform: Platform) -> str:
    kind = {"jira": "task", "azure_devops": "story"}[platform.plugin]
    return _SPEC.format(name=platform.plugin, type=kind).replace('    parent: {id: "0"}\n', "")


@pytest.fixture
def comments(platform: Platform, site: Site) -> Comments:
    """An item's comments by its key, as text, newest first."""

    def on_jira(key: str) -> list[str]:
        url = f"{site.endpoints.sites['jira']}{site.api}/issue/{key}/comment"
        answer = httpx.get(url, auth=("sandbox@example.com", "sandbox"))
        return [_text(each["body"]) for each in answer.json()["comments"]]

    def on_azure(key: str) -> list[str]:
        url = f"{site.endpoints.sites['azure_devops']}/INVEST/_apis/wit/workItems/{key}/comments"
        answer = httpx.get(url, params={"api-version": "7.1-preview.4"}, auth=("anybody", "sandbox"))
        return [each["text"].partition("<a")[0] for each in answer.json()["comments"]]

    return on_jira if platform.plugin == "jira" else on_azure


def _text(node: Any) -> str:
    if isinstance(node, str):
        return node
    return "".join(_text(each) for each in node.get("content", ())) + node.get("text", "")


def report(workspace: Workspace, payload: Payload, *arguments: str, code: int = 0) -> Any:
    """Report an alert, which has to end with `code`; the result as JSON."""
    result = told(workspace, payload, *arguments)
    assert result.code == code, result.out + result.err
    return result.json


def told(workspace: Workspace, payload: Payload, *arguments: str) -> Result:
    """Report an alert."""
    (workspace.path / "alert.json").write_text(json.dumps(payload), encoding="utf-8")
    return workspace.run("incident", "alert.json", "--format", "json", *arguments)


def test_an_alert_becomes_an_item(platform: Platform, workspace: Workspace, site: Site) -> None:
    """Title, severity as priority, the component's owner and the logs are on the item; it is exactly one."""
    (made,) = report(workspace, ALERT)["incidents"]
    assert (made["address"], made["result"], made["count"]) == (ADDRESS, "created", 1)
    card = site.cards()[made["key"]]
    assert card["title"] == "The database is down"
    workspace.plan()  # the specs' words for the site's fields are remembered from the last look at it
    shown = workspace.run("state", "show", ADDRESS, "--format", "json").json
    fields = {each["field"]: each["base"] for each in shown["fields"]}
    assert fields["priority"]["name"] == str(platform.priorities["critical"])
    assert fields["assignee"]["name"] == "Lena Gray"
    assert "```\nFATAL: no space left\n```" in fields["description"]["markdown"]
    assert (shown["origin"], shown["reports"]) == ("incident", 1)
    assert len(site.cards()) == 1


def test_the_same_alert_again_makes_one_comment(
    platform: Platform, workspace: Workspace, site: Site, comments: Comments
) -> None:
    """However often it is reported, there is one item, and one comment that counts."""
    (made,) = report(workspace, ALERT)["incidents"]
    assert comments(made["key"]) == []
    for minute in (1, 2, 3):
        (again,) = report(workspace, {**ALERT, "timestamp": f"2026-11-23T17:0{minute}:00Z"})["incidents"]
        assert (again["result"], again["count"], again["key"]) == ("counted", minute + 1, made["key"])
        (said,) = comments(made["key"])
        assert f"Reported {minute + 1} times: first 2026-11-23 17:00:00 UTC" in said
        assert f"last 2026-11-23 17:0{minute}:00 UTC" in said
    assert len(site.cards()) == 1


def test_a_plan_leaves_it_alone(platform: Platform, workspace: Workspace, site: Site) -> None:
    """Neither a plan, an apply, drift nor destroy touches an incident's item, whatever people do to it."""
    workspace.apply()
    (made,) = report(workspace, ALERT)["incidents"]
    site.edit("Lena Gray", made["key"], set={platform.title: "The disk is full"})
    plan = workspace.plan()
    assert (plan["actions"], plan["drift"], plan["summary"]["unchanged"]) == ([], [], 1)
    assert workspace.run("drift").code == 0
    with site.watched() as during:
        assert [
            each["address"] for each in workspace.run("destroy", "--auto-approve", "--format", "json").json["results"]
        ] == ["board"]
    assert not [each for each in writes(during) if f"/{made['key']}" in each["path"]]
    assert site.cards()[made["key"]]["title"] == "The disk is full"
    listed = workspace.run("state", "list").out
    assert f"{ADDRESS}" in listed
    assert "(incident, reported once)" in listed


def test_a_lost_state_is_rebuilt_with_it(
    platform: Platform, workspace: Workspace, site: Site, comments: Comments
) -> None:
    """Rebuilding tells an incident's item from the specs'; the next report rewrites its comment, and is honest."""
    workspace.apply()
    (made,) = report(workspace, ALERT)["incidents"]
    report(workspace, ALERT)
    for each in (workspace.path / ".reconciler").glob("rc-*"):
        each.unlink()
    assert told(workspace, ALERT).code == 5
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.plan()["actions"] == []
    (again,) = report(workspace, ALERT)["incidents"]
    assert (again["result"], again["count"], again["exact"], again["key"]) == ("counted", 2, False, made["key"])
    (said,) = comments(made["key"])
    assert "Reported at least 2 times" in said


def test_its_end_is_told_in_the_same_comment(
    platform: Platform, workspace: Workspace, site: Site, comments: Comments
) -> None:
    """A report that it is over is told in the one comment, once; the end of one without an item makes nothing."""
    over = {**ALERT, "status": "resolved"}
    (unknown,) = report(workspace, over)["incidents"]
    assert (unknown["result"], unknown["key"]) == ("ignored", None)
    (made,) = report(workspace, ALERT)["incidents"]
    assert report(workspace, over)["incidents"][0]["result"] == "resolved"
    (said,) = comments(made["key"])
    assert "Reported as resolved" in said
    report(workspace, over)
    assert comments(made["key"]) == [said]
    report(workspace, ALERT)
    (said,) = comments(made["key"])
    assert "Reported 2 times" in said
    assert "resolved" not in said


@pytest.mark.parametrize("reopen", [True, False])
def test_an_item_that_is_done_opens_again_where_the_template_says_so(
    platform: Platform, workspace: Workspace, site: Site, reopen: bool
) -> None:
    """With `reopen: true` a report about a closed item opens it; without, it stays closed and the comment counts."""
    workspace.replace("    severities:", f"    reopen: {str(reopen).lower()}\n    severities:")
    (made,) = report(workspace, ALERT)["incidents"]
    before = site.cards()[made["key"]]["status"]
    done = {"jira": "Done", "azure_devops": "Closed"}[platform.plugin]
    site.edit("Lena Gray", made["key"], status=done)
    assert report(workspace, ALERT)["incidents"][0]["result"] == "counted"
    assert site.cards()[made["key"]]["status"] == (before if reopen else done)


def test_letting_go_of_it(platform: Platform, workspace: Workspace, site: Site) -> None:
    """`state rm` lets go of an incident's item; the next report finds its marker and counts on."""
    (made,) = report(workspace, ALERT)["incidents"]
    assert workspace.run("state", "rm", ADDRESS).code == 0
    plan = workspace.plan()
    assert (plan["summary"]["create"], plan["diagnostics"]) == (1, [])
    (again,) = report(workspace, ALERT)["incidents"]
    assert (again["result"], again["key"], again["exact"]) == ("counted", made["key"], False)
    assert len(site.cards()) == 1


def test_an_incident_becomes_an_item_of_the_specs(platform: Platform, workspace: Workspace) -> None:
    """`moved` takes an incident's item into the specs: from then on it is planned like every other."""
    workspace.apply()
    (made,) = report(workspace, ALERT)["incidents"]
    kind = {"jira": "task", "azure_devops": "story"}[platform.plugin]
    workspace.replace(
        "incidents:\n",
        f'  database: {{type: {kind}, title: "Bigger disks"}}\n'
        "moved:\n  - {from: outage.db-1, to: database}\nincidents:\n",
    )
    (done,) = workspace.apply()["results"]
    assert (done["action"], done["address"], done["key"]) == ("move", "database", made["key"])
    (shown,) = [each for each in workspace.run("state", "list", "--format", "json").json if each["key"] == made["key"]]
    assert (shown["origin"], shown["address"]) == ("spec", "database")
    assert workspace.plan()["actions"] == []


def test_a_group_of_alerts_is_an_item_each(platform: Platform, workspace: Workspace, site: Site) -> None:
    """Alertmanager's groups come apart: each alert is an incident by its fingerprint, all of one plan and one run."""
    alerts = [
        {
            "status": "firing",
            "labels": {"alertname": f"Disk{number}", "severity": "warning"},
            "annotations": {"summary": f"Disk {number} is full"},
            "startsAt": "2026-11-23T17:00:00.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": f"abc{number}",
        }
        for number in (1, 2, 3)
    ]
    payload = {
        "version": "4",
        "groupKey": '{}:{alertname="Disk"}',
        "status": "firing",
        "receiver": "r",
        "alerts": alerts,
    }
    with site.watched() as during:
        made = report(workspace, payload)
    assert made["format"] == "Alertmanager"
    assert [each["result"] for each in made["incidents"]] == ["created"] * 3
    assert sorted(card["title"] for card in site.cards().values()) == [f"Disk {each} is full" for each in (1, 2, 3)]
    if platform.plugin == "jira":
        assert kinds(during)["createIssues"] == 1
    assert len(workspace.run("state", "history", "--format", "json").json) == 1


def test_long_logs_are_cut_to_what_the_platform_takes(platform: Platform, workspace: Workspace) -> None:
    """Of 400,000 characters the end is kept, a line says how much is left out, and the platform takes it."""
    report(workspace, {**ALERT, "logs": "x" * 399_990 + "\n``` end\n"})
    workspace.plan()
    shown = workspace.run("state", "show", ADDRESS, "--format", "json").json
    text = next(each["base"]["markdown"] for each in shown["fields"] if each["field"] == "description")
    assert "````\n" in text
    assert "``` end\n````" in text
    assert "of 399,998 characters are left out." in text
    assert len(text) < 33_000


def test_an_unknown_severity_is_said(platform: Platform, workspace: Workspace) -> None:
    """A severity without a meaning leaves the priority alone, and a warning says how to give it one."""
    result = told(workspace, {**ALERT, "severity": "purple"})
    assert result.code == 0
    (found,) = result.diagnostics
    assert (found["code"], found["severity"]) == ("unknown_severity", "warning")
    assert "severities: {purple: high}" in found["hint"]


def test_a_rule_of_the_policy_holds(platform: Platform, workspace: Workspace, site: Site) -> None:
    """What a rule denies is denied to incidents too, and nothing is sent."""
    workspace.replace(
        "incidents:\n",
        "policy:\n  rules:\n    - deny: action.action == 'create' and action.item.priority == 'critical'\n"
        "      message: No.\nincidents:\n",
    )
    result = told(workspace, ALERT)
    assert result.code == 5, result.err
    assert "No." in result.err
    assert site.cards() == {}


def test_an_item_with_a_gap_is_better_than_none(platform: Platform, workspace: Workspace, site: Site) -> None:
    """An owner that the site does not have is left out with a warning; the item is made."""
    workspace.replace("l.gray@fund.example", "gone@fund.example")
    result = told(workspace, ALERT)
    assert result.code == 0, result.err
    assert [each["code"] for each in result.diagnostics] == ["left_out"]
    assert "without its assignee: no user is called 'gone@fund.example'" in result.diagnostics[0]["summary"]
    assert len(site.cards()) == 1


def test_what_is_not_safe_is_refused(platform: Platform, workspace: Workspace, site: Site) -> None:
    """A parent that is not there yet, an item that was deleted, a spec at an incident's address: nothing is sent."""
    workspace.replace("    severities:", "    parent: board\n    severities:")
    waiting = told(workspace, ALERT)
    assert (waiting.code, "needs board, and that is not on its site yet" in waiting.err) == (1, True)
    workspace.apply()
    (made,) = report(workspace, ALERT)["incidents"]
    site.act("delete", by="Lena Gray", item=made["key"])
    gone = told(workspace, ALERT)
    (found,) = gone.diagnostics
    assert (gone.code, "can't be read" in found["summary"], f"state rm '{ADDRESS}'" in found["hint"]) == (5, True, True)
    assert workspace.run("state", "rm", ADDRESS).code == 0
    (again,) = report(workspace, ALERT)["incidents"]
    assert (again["result"], again["key"] != made["key"]) == ("created", True)
    workspace.replace("incidents:\n  outage:", "incidents:\n  trouble:")
    workspace.replace(
        "  board: {type: epic, title: Reliability}\n",
        '  board: {type: epic, title: Reliability}\n  outage: {type: epic, title: "${each.key}", for_each: [db-1]}\n',
    )
    taken = workspace.run("plan")
    assert (taken.code, "which an incident made" in taken.text) == (1, True)


def test_an_address_of_the_specs_is_not_taken(platform: Platform, workspace: Workspace, site: Site) -> None:
    """Where the state has an item of the specs at the address, a template of the same name leaves it alone."""
    workspace.replace("incidents:\n  outage:", "incidents:\n  trouble:")
    workspace.replace(
        "  board: {type: epic, title: Reliability}\n",
        '  outage: {type: epic, title: "${each.key}", for_each: [db-1]}\n',
    )
    workspace.apply()
    workspace.replace(
        '  outage: {type: epic, title: "${each.key}", for_each: [db-1]}\n', "  board: {type: epic, title: B}\n"
    )
    workspace.replace("incidents:\n  trouble:", "incidents:\n  outage:")
    result = told(workspace, ALERT)
    assert (result.code, "an item of the specs" in result.err) == (5, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.json",), "there is no file missing.json"),
        (("alert.json", "--template", "outag"), "did you mean 'outage'?"),
        (("alert.json", "--map", "title"), "write --map title=event.name"),
        (("alert.json", "--map", "titel=a"), "did you mean 'title'?"),
        (("alert.json", "--map", "title=a.b"), "nothing stands at `a.b`"),
        ((".",), "can't be read"),
    ],
)
def test_mistakes_on_the_command_line(workspace: Workspace, site: Site, arguments: tuple[str, ...], said: str) -> None:
    """They are said in words, and nothing is sent."""
    workspace.write(_spec(platform_of(site)))
    (workspace.path / "alert.json").write_text(json.dumps(ALERT), encoding="utf-8")
    result = workspace.run("incident", *arguments)
    assert (result.code, said in result.text) == (1, True), result.text


def test_templates_are_named_where_there_are_several(workspace: Workspace) -> None:
    """Without templates, or with several, it is said what to do."""
    (workspace.path / "alert.json").write_text(json.dumps(ALERT), encoding="utf-8")
    workspace.items("  a: {type: task, title: x}\n")
    assert "write one: `incidents: {outage: {type: bug}}`" in workspace.run("incident", "alert.json").text
    workspace.items("  a: {type: task, title: x}\nincidents: {one: {type: task}, two: {type: task}}\n")
    assert "--template one | two" in workspace.run("incident", "alert.json").text
    assert workspace.run("incident", "alert.json", "--template", "two").code == 0


def test_what_is_no_incident_is_nothing_to_do(workspace: Workspace, site: Site) -> None:
    """An acknowledgement is understood and ignored: exit 0, no lease, nothing sent."""
    workspace.items("  a: {type: task, title: x}\nincidents: {one: {type: task}}\n")
    payload = {"event": {"event_type": "incident.acknowledged", "data": {"id": "P1"}}}
    (workspace.path / "alert.json").write_text(json.dumps(payload), encoding="utf-8")
    result = workspace.run("incident", "alert.json")
    assert (result.code, result.out) == (0, "  · PagerDuty's incident.acknowledged: nothing to do\n")
    assert site.requests() == []


def test_an_event_of_nothing_is_passed_over(workspace: Workspace, site: Site) -> None:
    """An event without what it is about: exit 0, nothing sent, and a warning that names the event and the field."""
    workspace.items("  a: {type: task, title: x}\nincidents: {one: {type: task}}\n")
    payload = {"event": {"event_type": "incident.triggered", "data": None}}
    result = told(workspace, payload)
    assert (result.code, result.json["incidents"], site.requests()) == (0, [], [])
    (warned,) = result.diagnostics
    assert (warned["severity"], warned["code"]) == ("warning", "passed_over")
    assert warned["summary"] == "PagerDuty's incident.triggered is passed over: its `data` tells of no incident"


def test_what_can_not_be_read_costs_no_item(workspace: Workspace, site: Site) -> None:
    """A time that can't be read is said; the item is made, as of the time of the report."""
    workspace.items("  a: {type: task, title: x}\nincidents: {one: {type: task}}\n")
    result = told(workspace, {**ALERT, "timestamp": "just now", "severity": "high"})
    assert (result.code, [each["result"] for each in result.json["incidents"]]) == (0, ["created"])
    (warned,) = result.diagnostics
    assert warned["summary"].endswith("can't be read: `timestamp` is 'just now'")


def test_a_lost_answer_is_unsettled_and_found_out(workspace: Workspace, site: Site) -> None:
    """While nobody knows whether the item was made, none is made; the next report finds out."""
    workspace.keep_time_with(site)
    workspace.items("  a: {type: task, title: x}\nincidents: {outage: {type: task}}\n")
    site.turn(lag=30)
    site.fault("cut", when="after", **platform_of(site).creation)
    (first,) = report(workspace, ALERT, "--settle", "0", code=4)["incidents"]
    assert first["result"] == "unsettled"
    (second,) = report(workspace, ALERT)["incidents"]
    assert (second["result"], second["count"]) == ("counted", 1)
    assert len(site.cards()) == 1


def test_moving_by_hand_says_whose_an_item_is(workspace: Workspace, site: Site) -> None:
    """`state mv` to an address of the specs makes it theirs, to one of a template makes it an incident's again."""
    workspace.items("  a: {type: task, title: x}\nincidents: {outage: {type: task}}\n")
    workspace.apply()
    report(workspace, ALERT)
    assert workspace.run("state", "mv", ADDRESS, "b").code == 0
    assert [each["origin"] for each in workspace.run("state", "list", "--format", "json").json] == ["spec", "spec"]
    assert workspace.plan()["summary"]["close"] == 1
    assert workspace.run("state", "mv", "b", "outage.db-1").code == 0
    assert workspace.plan()["summary"]["close"] == 0
    (again,) = report(workspace, ALERT)["incidents"]
    assert (again["result"], again["exact"]) == ("counted", False)


def test_a_saved_plan_makes_no_incident(workspace: Workspace) -> None:
    """A plan that was tampered with can neither make an incident's item nor write to one."""
    workspace.items("  a: {type: task, title: x}\nincidents: {outage: {type: task}}\n")
    workspace.apply()
    (made,) = report(workspace, ALERT)["incidents"]
    workspace.items("  a: {type: task, title: y}\nincidents: {outage: {type: task}}\n")
    for change in (
        {"incident": {"count": 9, "comment": "Read me"}},
        {"address": ADDRESS, "id": site_id(workspace), "key": made["key"]},
    ):
        assert workspace.run("plan", "--out", "saved.plan").code == 0
        plan = json.loads((workspace.path / "saved.plan").read_text(encoding="utf-8"))
        plan["actions"][0].update(change)
        plan["digest"] = digest_of(plan)
        (workspace.path / "saved.plan").write_text(json.dumps(plan), encoding="utf-8")
        result = workspace.run("apply", "saved.plan")
        assert (result.code, "incident" in result.err) == (5, True), result.err


def site_id(workspace: Workspace) -> str:
    """The remote id of the incident's item."""
    return str(workspace.run("state", "show", ADDRESS, "--format", "json").json["id"])


def test_validate_knows_the_names_of_templates(workspace: Workspace, site: Site) -> None:
    """A type that the site does not have is found before the night, offline, once a plan has read the site."""
    workspace.items("  a: {type: task, title: x}\nincidents: {outage: {type: task}}\n")
    assert workspace.run("plan").code == 0
    assert workspace.run("validate").code == 0
    workspace.replace("outage: {type: task}", "outage: {type: tsak, priority: urgnt}")
    result = workspace.run("validate", "--format", "json")
    assert result.code == 1
    assert [each["hint"] for each in result.diagnostics] == ["did you mean 'Task'?"]
    workspace.replace("type: tsak", "type: task")
    (found,) = workspace.run("validate", "--format", "json").diagnostics
    assert "urgnt" in found["summary"]


def test_alerts_that_come_at_once_are_counted_one_by_one(workspace: Workspace, site: Site) -> None:
    """Four processes report the same alert: each waits for its turn, there is one item, and nothing is lost."""
    workspace.items("  a: {type: task, title: x}\nincidents: {outage: {type: task}}\n")
    (workspace.path / "alert.json").write_text(json.dumps(ALERT), encoding="utf-8")
    together = [workspace.start("incident", "alert.json") for _ in range(4)]
    assert [each.wait(timeout=60) for each in together] == [0, 0, 0, 0]
    for each in together:
        each.communicate()
    assert len(site.cards()) == 1
    (listed,) = workspace.run("state", "list", "--format", "json").json
    assert listed["reports"] == 4


def test_a_template_names_its_provider_where_there_are_several(workspace: Workspace, site: Site) -> None:
    """A workspace of two platforms: the template says which one, and the other needs no credentials then."""
    azure, jira = Site(site.endpoints, "azure_devops"), Site(site.endpoints, "jira")
    workspace.settings |= azure.settings | jira.settings
    workspace.write(
        "workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}\n"
        "providers: {jira: {project: INVEST}, azure_devops: {project: INVEST}}\n"
        "items:\n  a: {type: task, title: x, provider: jira}\n  b: {type: story, title: y, provider: azure_devops}\n"
        "incidents: {outage: {type: story, provider: azure_devops, links: {relates_to: [a, b]}}}\n"
    )
    workspace.apply()
    for name in jira.settings:
        del workspace.settings[name]
    (made,) = report(workspace, ALERT)["incidents"]
    (again,) = report(workspace, ALERT)["incidents"]
    assert (made["result"], again["result"]) == ("created", "counted")
    assert sorted(card["title"] for card in azure.cards().values()) == ["The database is down", "y"]
    workspace.settings |= jira.settings
    assert workspace.plan()["actions"] == []
