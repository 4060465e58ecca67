"""The main job: specs become issues, people work on them, and a second plan is empty."""

from __future__ import annotations

from acceptance.harness import Site, Workspace, kinds, writes

LENA, OMAR = "Lena Gray", "Omar Haddad"

LOOKING = {
    "getCurrentUser": 1,
    "tenantInfo": 1,
    "getProject": 1,
    "getAllStatuses": 1,
    "getMyPermissions": 1,
    "getIssueLinkTypes": 1,
    "getCreateIssueMetaIssueTypeId": 2,
}
"""What finding out about the site takes, with two types of item."""


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


def test_one_field_is_one_put_with_that_field_alone(applied: Workspace, site: Site) -> None:
    """Where the spec changes one field of one item, one request holds that field alone, and one its new marker."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    plan = applied.plan()
    assert plan["requests"] == {"jira": {"edit": 1, "marker": 1}}
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
    [put, marker] = writes(during)
    assert (put["method"], put["path"].rpartition("/issue/")[2]) == ("PUT", action["id"])
    assert marker["operation"] == "setIssueProperty"
    assert put["request"]["fields"] == {"summary": "[Acme Robotics] Reference Calls"}
    assert put["request"].get("update", {}) == {}
    assert site.issue("INVEST-7")["summary"] == "[Acme Robotics] Reference Calls"


def test_a_moved_card_is_kept_and_a_changed_title_goes_back(applied: Workspace, site: Site) -> None:
    """A person's move of a card is kept, a person's title is reverted; the plan names both with who did it."""
    site.edit(LENA, "INVEST-2", status="In Progress")
    site.edit(OMAR, "INVEST-4", set={"summary": "Legal: waiting for counsel"})

    result = applied.run("plan", "--detailed-exitcode")
    assert result.code == 2
    assert "by Lena Gray" in result.text
    assert "Omar Haddad changed it" in result.text

    plan = applied.plan()
    [action] = plan["actions"]
    assert (action["address"], action["action"], action["key"]) == ('tasks["legal"]', "update", "INVEST-4")
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
    assert [each["request"]["fields"].keys() for each in writes(during)] == [{"summary"}]
    cards = site.cards()
    assert cards["INVEST-2"]["status"] == "In Progress"
    assert cards["INVEST-4"]["title"] == "[Acme Robotics] Legal Due Diligence"

    again = applied.run("plan", "--detailed-exitcode", "--format", "json")
    assert again.code == 0
    assert [each["kept"] for each in again.json["drift"]] == [True]
    assert again.json["summary"]["unchanged"] == 7
    assert applied.run("drift").code == 0


def test_what_people_add_survives_any_number_of_applies(applied: Workspace, site: Site) -> None:
    """Labels, fields, comments, links and items of people stay as they are, however often specs change and apply."""
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


def test_two_companies_never_touch_each_other(applied: Workspace, site: Site) -> None:
    """A second company's file makes seven items of its own, with their own state; neither plan sees the other's."""
    other = ("--var-file", "globex.vars.yaml")
    first = {key: site.issue(key) for key in site.cards()}
    assert applied.apply(*other)["summary"]["done"] == 7
    cards = site.cards()
    assert len(cards) == 14
    assert {key: site.issue(key) for key in first} == first
    titles = [card["title"] for key, card in cards.items() if key not in first]
    assert all("Globex Energy" in title for title in titles)
    deal = site.issue("INVEST-8")
    assert (deal["customfield_10050"], deal["customfield_10052"]["value"]) == (75_000_000, "Critical")
    assert (deal["priority"]["name"], deal["customfield_10028"], deal["duedate"]) == ("Highest", 16, "2027-06-30")

    for arguments in ((), other):
        result = applied.run("plan", "--detailed-exitcode", *arguments)
        assert result.code == 0
        assert "7 unchanged" in result.text
    assert len(list((applied.path / ".reconciler").glob("*.db"))) == 2

    assert applied.run("destroy", "--auto-approve", *other).code == 0
    statuses = {key: card["status"] for key, card in site.cards().items()}
    assert {statuses[key] for key in first} == {"To Do"}
    assert {statuses[key] for key in cards.keys() - first.keys()} == {"Cancelled"}


def test_the_example_is_what_it_says(applied: Workspace, site: Site) -> None:
    """The deal is an epic with amount, sector, risk and a data room; six tasks with its label hang under it."""
    deal = site.issue("INVEST-1")
    assert (deal["summary"], deal["issuetype"]["name"]) == ("Investment: Acme Robotics", "Epic")
    assert (deal["customfield_10050"], deal["customfield_10051"]) == (40_000_000, "Industrial Automation")
    assert (deal["customfield_10052"]["value"], deal["priority"]["name"]) == ("High", "High")
    assert (deal["customfield_10028"], deal["duedate"]) == (15, "2027-03-31")
    assert {"investment", "opportunity", "industrial-automation"} <= set(deal["labels"])
    tasks = [site.issue(f"INVEST-{number}") for number in range(2, 8)]
    assert {task["parent"]["key"] for task in tasks} == {"INVEST-1"}
    assert {task["status"]["name"] for task in tasks} == {"To Do"}
    assert all({"investment", "due_diligence"} <= set(task["labels"]) for task in tasks)
    assert [task["customfield_10028"] for task in tasks] == [3] * 6
    expected = [
        ("Financial Due Diligence", "High"),
        ("Technical Due Diligence", "High"),
        ("Legal Due Diligence", "Medium"),
        ("Market Due Diligence", "Medium"),
        ("Management Interviews", "High"),
        ("Reference Checks", "Medium"),
    ]
    found = [(task["summary"].removeprefix("[Acme Robotics] "), task["priority"]["name"]) for task in tasks]
    assert found == expected
