"""Fields that Jira keeps outside of an issue's screens: sprints, watchers, commits and pull requests."""

from __future__ import annotations

import httpx
import pytest
from acceptance.field_views import view_of
from acceptance.harness import Site, Workspace, kinds
from acceptance.platforms import on_jira

ITEM = "  a: {{type: task, title: A, {}}}\n"
URL = "https://github.com/fund/portal"


def settled(workspace: Workspace) -> None:
    """The next plan has nothing to do."""
    plan = workspace.plan()
    assert (plan["actions"], plan["conflicts"]) == ([], [])


def test_without_the_scopes_a_sprint_goes_by_its_id(workspace: Workspace, site: Site) -> None:
    """A name that can't be looked up is refused with what to do; the id is written, and the next plan is empty."""
    site.turn(agile_reads="refused")
    workspace.items(ITEM.format("sprint: Sprint 7"))
    told = workspace.run("plan")
    assert told.code == 1
    assert "this account can't read sprints, so 'Sprint 7' can't be looked up" in told.text
    assert "write its id" in told.text
    workspace.items(ITEM.format("sprint: 2"))
    workspace.apply()
    assert view_of(site).seen("sprint", "INVEST-1") == "Sprint 7"
    settled(workspace)


def test_people_move_issues_between_sprints(workspace: Workspace, site: Site) -> None:
    """Where a person put an issue, it stays, until the spec names another sprint."""
    workspace.items(ITEM.format("sprint: Sprint 7"))
    workspace.apply()
    site.edit("Mei Tanaka", "INVEST-1", set={"Sprint": "Sprint 8"})
    plan = workspace.plan()
    assert plan["actions"] == []
    (drift,) = plan["drift"]
    assert (drift["field"], drift["before"], drift["after"], drift["by"], drift["kept"]) == (
        "sprint", "Sprint 7", "Sprint 8", "Mei Tanaka", True,
    )  # fmt: skip


@pytest.mark.parametrize("permission", ["MANAGE_WATCHERS", "VIEW_VOTERS_AND_WATCHERS"])
def test_watchers_need_permissions(permission: str, workspace: Workspace, site: Site) -> None:
    """Without one of them the plan refuses the field, and nothing is sent."""
    site.turn(denied=["ADMINISTER", permission])
    workspace.items(ITEM.format("watchers: [l.gray@fund.example]"))
    told = workspace.run("plan")
    assert told.code == 1
    assert "watchers can't be written on Task: this account may not see and manage watchers" in told.text


def test_all_watchers_can_be_the_specs(workspace: Workspace, site: Site) -> None:
    """Who made the issue watches it, and stays; with `exact` the spec's people alone do."""
    workspace.items(ITEM.format("watchers: [l.gray@fund.example]"))
    workspace.apply()
    assert watchers(site) == ["Lena Gray", "Sandbox"]
    settled(workspace)
    workspace.items(ITEM.format("watchers: {exact: true, values: [l.gray@fund.example]}"))
    workspace.apply()
    assert watchers(site) == ["Lena Gray"]
    settled(workspace)


def test_a_watcher_whom_a_person_takes_off_comes_back(workspace: Workspace, site: Site) -> None:
    """The spec owns its own elements; nobody is asked for the changelog, which does not tell of watchers."""
    workspace.items(ITEM.format("watchers: [l.gray@fund.example]"))
    workspace.apply()
    site.edit("Mei Tanaka", "INVEST-1", remove_watchers=["Lena Gray"])
    with site.watched() as during:
        (action,) = workspace.plan()["actions"]
    assert kinds(during)["getBulkChangelogs"] == 0
    assert [each["reason"] for each in action["changes"]] == ["it was changed on the site; the spec owns it"]
    workspace.apply()
    assert "Lena Gray" in watchers(site)


def test_nobody_unknown_watches(workspace: Workspace) -> None:
    """The mistake has its place, and the nearest that there is."""
    workspace.items(ITEM.format("watchers: [l.grey@fund.example]"))
    told = workspace.run("plan")
    assert told.code == 1
    assert "no user is called 'l.grey@fund.example'" in told.text
    assert "did you mean 'l.gray@fund.example'?" in told.text


@pytest.mark.parametrize(
    ("said", "path", "word"),
    [
        (f'commits: ["{URL}/commit/abcdef1"]', "remotelink", "commits"),
        (f'pull_requests: ["{URL}/pull/12"]', "remotelink", "pull_requests"),
        ("watchers: [l.gray@fund.example]", "watchers", "watchers"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_is_lost_is_settled(
    when: str, said: str, path: str, word: str, workspace: Workspace, site: Site
) -> None:
    """Whether the write arrived or not, the next run ends as if nothing had happened, with each element once."""
    workspace.items(ITEM.format("labels: []"))
    workspace.apply()
    workspace.keep_time_with(site)
    workspace.items(ITEM.format(f"labels: [], {said}"))
    site.fault("cut", when=when, method="POST", path=f"/{path}$")
    workspace.apply(code=4)
    workspace.apply()
    found = view_of(site).seen(word, "INVEST-1")
    assert isinstance(found, list)
    assert len(found) == 1
    settled(workspace)


def watchers(site: Site) -> list[str]:
    """Who watches INVEST-1, the account that made it too."""
    url = f"{site.endpoints.sites['jira']}/rest/api/3/issue/INVEST-1/watchers"
    shown = httpx.get(url, auth=("sandbox@example.com", "sandbox")).json()["watchers"]
    return sorted(each["displayName"] for each in shown)


@pytest.mark.parametrize(("named", "descriptions"), [("l.gray@fund.example", 1), ("Lena Gray", 2)])
def test_names_in_fields_of_people_have_the_site_read_again(
    named: str, descriptions: int, workspace: Workspace, site: Site
) -> None:
    """What a field holds only the site tells; an e-mail address tells itself, and texts of other fields are nobody."""
    workspace.items(ITEM.format(f"fields: {{Sponsor: {named}, Sector: Ports}}"))
    with site.watched() as during:
        plan = workspace.plan()
    assert kinds(during)["getMyPermissions"] == descriptions
    assert kinds(during)["findUsers"] == 1
    changes = {each["field"]: each["after"] for each in plan["actions"][0]["changes"]}
    assert changes["fields.Sponsor"].startswith("Lena Gray <")


@on_jira
def test_every_kind_of_custom_field_is_settled(workspace: Workspace) -> None:
    """Written and written anew, people and groups by name on Data Center: the next plan has nothing to do."""
    fields = (
        "Region: EMEA/Germany, Reviewers: [Lena Gray], Sponsor: l.gray@fund.example, Jurisdictions: [Germany], "
        'Signing: "2026-03-31T17:00:00+02:00", Target version: "3.0", Affected versions: ["1.0"], Keywords: [a], '
        'Data room: "https://room.example", Thesis: "A **good** buy", Closing date: 2026-12-24, Risk level: High'
    )
    said = (
        f"  a: {{type: task, title: A}}\n  deal: {{type: epic, title: Deal, fields: {{{fields}}}}}\n"
        "  part: {type: subtask, title: Part, parent: a, fields: {Owning group: legal, Committees: [Legal]}}\n"
    )
    workspace.head = workspace.head.replace("INVEST}", "INVEST, create: [version]}")
    for each in (said, said.replace("[Germany]", "[Jersey]").replace("Owning group: legal", "Owning group: null")):
        workspace.items(each)
        workspace.apply()
        settled(workspace)
