"""The main job: specs become issues, people work on them, and a second plan is empty."""

from __future__ import annotations

import pytest
from acceptance.field_views import View
from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.platforms import Platform, on_each_platform

LENA, OMAR = "Lena Gray", "Omar Haddad"

LOOKING = {
    "getCurrentUser": 1,
    "tenantInfo": 1,
    "getProject": 1,
    "getAllStatuses": 1,
    "getMyPermissions": 1,
    "getIssueLinkTypes": 1,
    "getCreateIssueMetaIssueTypeId": 2,
    "getAllBoards": 1,
    "getAllSprints": 1,
}
"""What finding out about the site takes, with two types of item and one board."""


@pytest.fixture
def keys(example: Workspace) -> dict[str, str]:
    """The investment example is applied: by address, the keys of its items."""
    return {each["address"]: each["key"] for each in example.apply()["results"]}


@pytest.fixture
def applied(keys: dict[str, str], example: Workspace) -> Workspace:
    """The investment example, applied."""
    assert len(keys) == 7
    return example


@on_each_platform
def test_the_second_plan_is_empty(applied: Workspace) -> None:
    """After an apply, plan has nothing to do: --detailed-exitcode gives 0, and seven items are unchanged."""
    result = applied.run("plan", "--detailed-exitcode", "--format", "json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert (document["actions"], document["drift"], document["conflicts"]) == ([], [], [])
    assert document["summary"]["unchanged"] == 7
    assert sum(document["summary"].values()) == 7
    assert '"unchanged": 7' in result.out
    text = applied.run("plan").out
    assert "No changes." in text
    assert "7 unchanged" in text


def test_requests_are_the_fewest_there_are(example: Workspace, site: Site) -> None:
    """A plan only reads; the first apply of seven items makes two bulk creates and writes all markers at once; another
    plan reads all in one go.
    """
    with site.watched() as planning:
        plan = example.plan("--out", "first.plan")
    assert writes(planning) == []
    assert kinds(planning) == LOOKING | {"searchAndReconsileIssuesUsingJqlPost": 1}
    assert plan["requests"] == {"jira": {"bulk create": 2, "bulk marker": 1, "document": 1}}

    with site.watched() as applying:
        example.apply("first.plan")
    sent = {"createIssues": 2, "createOrUpdateRemoteIssueLink": 1, "bulkSetIssuePropertiesByIssue": 1}
    assert kinds(writes(applying)) == sent
    assert [
        len(each["request"]["issueUpdates"]) for each in writes(applying) if each["operation"] == "createIssues"
    ] == [1, 6]
    looks = {"searchAndReconsileIssuesUsingJqlPost": 2, "bulkFetchIssues": 3, "getRemoteIssueLinks": 1, "getTask": 1}
    assert kinds(applying) == LOOKING | sent | looks

    with site.watched() as again:
        example.plan()
    assert kinds(again) == LOOKING | {"bulkFetchIssues": 1, "getRemoteIssueLinks": 1}

    with site.watched() as idle:
        example.apply()
    assert writes(idle) == []


@on_each_platform
def test_one_field_is_one_put_with_that_field_alone(
    applied: Workspace, site: Site, platform: Platform, view: View, keys: dict[str, str]
) -> None:
    """Where the spec changes one field of one item, one request holds that field alone of all fields."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    plan = applied.plan()
    assert plan["requests"][platform.plugin]["edit"] == 1
    [action] = plan["actions"]
    assert action["address"] == 'tasks["references"]'
    [change] = action["changes"]
    assert change["field"] == "title"
    assert (change["before"], change["after"]) == (
        "[Acme Robotics] Reference Checks",
        "[Acme Robotics] Reference Calls",
    )
    with site.watched() as during:
        applied.apply()
    assert platform.fields_written(during) == [{platform.title}]
    assert view.seen("title", keys['tasks["references"]']) == "[Acme Robotics] Reference Calls"


def test_the_put_goes_to_the_item_and_its_marker_follows(example: Workspace, site: Site) -> None:
    """On Jira a changed field is one edit of the issue; the marker's digests are one more request."""
    example.apply()
    example.replace("title: Reference Checks", "title: Reference Calls")
    plan = example.plan()
    assert plan["requests"] == {"jira": {"edit": 1, "marker": 1}}
    with site.watched() as during:
        example.apply()
    [put, marker] = writes(during)
    assert (put["method"], put["path"].rpartition("/issue/")[2]) == ("PUT", plan["actions"][0]["id"])
    assert (put["request"]["fields"].keys(), put["request"].get("update", {})) == ({"summary"}, {})
    assert marker["operation"] == "setIssueProperty"


@on_each_platform
def test_a_moved_card_is_kept_and_a_changed_title_goes_back(
    applied: Workspace, site: Site, platform: Platform, view: View, keys: dict[str, str]
) -> None:
    """A person's move of a card is kept, a person's title is reverted; the plan names both with who did it."""
    moved, retitled = keys['tasks["financial"]'], keys['tasks["legal"]']
    site.edit(LENA, moved, status=platform.statuses["in_progress"])
    site.edit(OMAR, retitled, set={platform.title: "Legal: waiting for counsel"})

    result = applied.run("plan", "--detailed-exitcode")
    assert result.code == 2
    assert "by Lena Gray" in result.text
    assert "Omar Haddad changed it" in result.text

    plan = applied.plan()
    [action] = plan["actions"]
    assert (action["address"], action["action"], action["key"]) == ('tasks["legal"]', "update", retitled)
    [change] = action["changes"]
    assert (change["field"], change["before"], change["after"], change["ownership"]) == (
        "title",
        "Legal: waiting for counsel",
        "[Acme Robotics] Legal Due Diligence",
        "spec",
    )
    drift = {each["address"]: each for each in plan["drift"]}
    kept, reverted = drift['tasks["financial"]'], drift['tasks["legal"]']
    assert (kept["field"], kept["kept"], kept["by"]) == ("status", True, LENA)
    assert (kept["before"], kept["after"]) == ("todo", "in_progress")
    assert (reverted["field"], reverted["kept"], reverted["by"]) == ("title", False, OMAR)
    assert kept["at"]
    assert plan["summary"]["unchanged"] == 6

    drifted = applied.run("drift")
    assert drifted.code == 3
    assert LENA in drifted.text
    assert OMAR in drifted.text

    with site.watched() as during:
        applied.apply()
    assert platform.fields_written(during) == [{platform.title}]
    assert view.seen("status", moved) == platform.statuses["in_progress"]
    assert view.seen("title", retitled) == "[Acme Robotics] Legal Due Diligence"

    again = applied.run("plan", "--detailed-exitcode", "--format", "json")
    assert again.code == 0
    assert [each["kept"] for each in again.json["drift"]] == [True]
    assert again.json["summary"]["unchanged"] == 7
    assert applied.run("drift").code == 0


@on_each_platform
def test_what_people_add_survives_any_number_of_applies(applied: Workspace, view: View, keys: dict[str, str]) -> None:
    """Labels, links and documents of people stay as they are, however often specs change and apply."""
    deal, task, other = (keys[each] for each in ("deal", 'tasks["financial"]', 'tasks["technical"]'))
    for word in ("labels", "links", "documents"):
        view.add_theirs(word, task, other)
        view.add_theirs(word, deal, other)
    before = {word: view.seen(word, task) for word in ("links", "documents")}
    for close in ("2027-04-14", "2027-04-21", "2027-05-05"):
        text = (applied.path / "default.vars.yaml").read_text().splitlines()
        applied.write("\n".join([*text[:-1], f"close_date: {close}"]) + "\n", "default.vars.yaml")
        assert applied.apply()["summary"]["done"] == 7
    applied.replace("labels: [opportunity]", "labels: [opportunity, board]")
    applied.apply()
    assert view.seen("due", task) == "2027-03-22"
    assert view.seen("labels", task) == ["due_diligence", "industrial-automation", "investment", "theirs"]
    assert view.seen("labels", deal) == ["board", "industrial-automation", "investment", "opportunity", "theirs"]
    assert {word: view.seen(word, task) for word in before} == before
    room = "Data room https://data-room.example/acme-robotics"
    assert view.seen("documents", deal) == [room, "Theirs https://data.example/theirs"]


def test_what_people_write_survives_any_number_of_applies(example: Workspace, site: Site) -> None:
    """Fields, comments, components and items of people stay as they are, however often specs change and apply."""
    applied = example
    applied.apply()
    site.edit(OMAR, "INVEST-2", add_labels=["board-pack"], set={"Start date": "2027-01-11", "Assignee": LENA})
    site.edit(OMAR, "INVEST-1", set={"Components": ["Finance"]}, add_labels=["watch"])
    site.edit(LENA, "INVEST-3", set={"Description": "See the data room", "Story Points": 8, "Priority": "Low"})
    site.act("comment", by=LENA, item="INVEST-2", text="Started")
    theirs = site.act("create", by=LENA, set={"summary": "My own", "labels": ["due_diligence"]})["key"]
    for close in ("2027-04-14", "2027-04-21", "2027-05-05"):
        text = (applied.path / "default.vars.yaml").read_text().splitlines()
        applied.write("\n".join([*text[:-1], f"close_date: {close}"]) + "\n", "default.vars.yaml")
        assert applied.apply()["summary"]["done"] == 7
    applied.replace("labels: [opportunity]", "labels: [opportunity, board]")
    applied.apply()

    task, deal, third = (site.issue(key) for key in ("INVEST-2", "INVEST-1", "INVEST-3"))
    assert task["duedate"] == "2027-03-22"
    assert {"board-pack", "due_diligence", "investment"} <= set(task["labels"])
    assert task["customfield_10015"] == "2027-01-11"
    assert task["assignee"]["displayName"] == LENA
    assert task["comment"]["total"] == 1
    assert {"watch", "board", "opportunity"} <= set(deal["labels"])
    assert [each["name"] for each in deal["components"]] == ["Finance"]
    assert (third["customfield_10028"], third["priority"]["name"]) == (8, "Low")
    assert "See the data room" in str(third["description"])
    assert site.issue(theirs)["labels"] == ["due_diligence"]


@on_each_platform
def test_two_companies_never_touch_each_other(applied: Workspace, site: Site, platform: Platform, view: View) -> None:
    """A second company's file makes seven items of its own, with their own state; neither plan sees the other's."""
    other = ("--var-file", "globex.vars.yaml")
    first = site.cards()
    results = applied.apply(*other)["results"]
    assert [each["result"] for each in results] == ["done"] * 7
    cards = site.cards()
    assert len(cards) == 14
    assert {key: cards[key] for key in first} == first
    titles = [card["title"] for key, card in cards.items() if key not in first]
    assert all("Globex Energy" in title for title in titles)
    deal = next(each["key"] for each in results if each["address"] == "deal")
    assert platform.custom(site, deal) == (75_000_000, "Renewable Energy", "Critical")
    seen = [view.seen(word, deal) for word in ("priority", "story_points", "due")]
    assert seen == [platform.priorities["critical"], 16, "2027-06-30"]

    for arguments in ((), other):
        result = applied.run("plan", "--detailed-exitcode", *arguments)
        assert result.code == 0
        assert "7 unchanged" in result.text
    assert len(list((applied.path / ".reconciler").glob("*.db"))) == 2

    assert applied.run("destroy", "--auto-approve", *other).code == 0
    statuses = {key: card["status"] for key, card in site.cards().items()}
    assert {statuses[key] for key in first} == {platform.statuses["todo"]}
    assert {statuses[key] for key in cards.keys() - first.keys()} == {platform.statuses["cancelled"]}


@on_each_platform
def test_the_example_is_what_it_says(keys: dict[str, str], site: Site, platform: Platform, view: View) -> None:
    """The deal is an epic with amount, sector, risk and a data room; six tasks with its label hang under it."""
    deal, todo = keys["deal"], platform.statuses["todo"]
    words = ("title", "type", "status", "priority", "story_points", "due")
    seen = [view.seen(word, deal) for word in words]
    assert seen == ["Investment: Acme Robotics", "Epic", todo, platform.priorities["high"], 15, "2027-03-31"]
    assert platform.custom(site, deal) == (40_000_000, "Industrial Automation", "High")
    assert view.seen("labels", deal) == ["industrial-automation", "investment", "opportunity"]
    assert view.seen("documents", deal) == ["Data room https://data-room.example/acme-robotics"]
    expected = {
        "financial": ("Financial Due Diligence", "high", "2027-02-15"),
        "technical": ("Technical Due Diligence", "high", "2027-02-15"),
        "legal": ("Legal Due Diligence", "medium", "2027-03-01"),
        "market": ("Market Due Diligence", "medium", "2027-02-22"),
        "management": ("Management Interviews", "high", "2027-03-08"),
        "references": ("Reference Checks", "medium", "2027-03-15"),
    }
    for task, (title, priority, due) in expected.items():
        key = keys[f'tasks["{task}"]']
        seen = [view.seen(word, key) for word in (*words, "parent", "labels")]
        labels = ["due_diligence", "industrial-automation", "investment"]
        own = [f"[Acme Robotics] {title}", "Task", todo, platform.priorities[priority], 3, due]
        assert seen == [*own, "Investment: Acme Robotics", labels]
