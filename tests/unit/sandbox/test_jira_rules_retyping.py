"""Which types an edit may give an issue: those whose level, workflow and screens are its own."""

from __future__ import annotations

from typing import Any

WORKFLOW = [{"name": "Start", "to": "In Progress"}, {"name": "End", "to": "Done"}]


def offered(site: Any, issue: str) -> list[str]:
    """The types on an issue's edit screen."""
    field = site.get(f"/issue/{issue}/editmeta").json["fields"]["issuetype"]
    return [each["name"] for each in field["allowedValues"]]


def retype(site: Any, issue: str, name: str) -> Any:
    """Edit an issue's type."""
    return site.put(f"/issue/{issue}", {"fields": {"issuetype": {"name": name}}})


def test_types_of_the_level_are_offered(site: Any) -> None:
    """A task may be a story or a bug, an epic and a sub-task have nobody else on their level."""
    task = site.make()
    assert offered(site, task) == ["Story", "Task", "Bug"]
    assert offered(site, site.make(kind="Epic")) == ["Epic"]
    assert offered(site, site.make(kind="Sub-task", parent={"id": task})) == ["Sub-task"]


def test_another_workflow_is_not_offered(site: Any) -> None:
    """That takes a move, in which a person says what becomes of the status; with the same workflow it is offered."""
    site.turn(workflows={"Bug": WORKFLOW})
    task = site.make()
    assert offered(site, task) == ["Story", "Task"]
    refused = retype(site, task, "Bug")
    assert (refused.status, refused.json["errors"]) == (400, {"issuetype": "The issue type selected is invalid."})
    assert site.fields(task)["issuetype"]["name"] == "Task"
    site.turn(workflows={"Bug": WORKFLOW, "Task": WORKFLOW})
    assert offered(site, task) == ["Task", "Bug"]
    assert retype(site, task, "Bug").status == 204


def test_status_and_fields_stay(site: Any) -> None:
    """Nothing but the type is changed, and the history says from what to what."""
    task = site.make(labels=["a"])
    site.post(f"/issue/{task}/transitions", {"transition": {"id": site.transition_to(task, "In Progress")}})
    assert retype(site, task, "Bug").status == 204
    fields = site.fields(task)
    assert (fields["issuetype"]["name"], fields["status"]["name"], fields["labels"]) == ("Bug", "In Progress", ["a"])
    last = site.get(f"/issue/{task}/changelog").json["values"][-1]["items"]
    assert [(each["fieldId"], each["fromString"], each["toString"]) for each in last] == [("issuetype", "Task", "Bug")]


def test_creation_offers_the_type_that_was_asked_about(site: Any) -> None:
    """The create screen is one type's own."""
    fields = site.get("/issue/createmeta/INVEST/issuetypes/10003").json["fields"]
    (kind,) = [each for each in fields if each["fieldId"] == "issuetype"]
    assert [each["name"] for each in kind["allowedValues"]] == ["Task"]
