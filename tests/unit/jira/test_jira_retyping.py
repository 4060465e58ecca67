"""Giving an issue another type: what Jira's edit screen offers, what is sent, and how it is read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.sdk import Change, Pending, Ref, Transition

BUG = Ref("103", "Bug")


def screen(*types: tuple[str, str]) -> dict[str, Any]:
    """An edit screen with these types on it."""
    named = [{"id": id, "name": name, "subtask": False} for id, name in types]
    return {"fields": {"issuetype": {"name": "Issue Type", "required": True, "allowedValues": named}}}


def test_every_type_says_that_an_edit_may_change_it(site) -> None:
    """The field is there for each type that was described, with all types of the project; the issue has its own say."""
    info = site.types["101"].by_word("type")
    assert "update" in info.writable
    assert [each.name for each in info.options] == ["Opportunity", "Task", "Subtask"]


def test_a_type_that_the_edit_screen_offers_is_no_problem(jira, site, provider, live) -> None:
    """One read for an item that is to have another type, and one edit with it is foreseen."""
    jira.on("GET", "/issue/1/editmeta", screen(("101", "Task"), ("103", "Bug")))
    (preview,) = provider.preview([Change("op", live(), set={"issuetype": BUG, "summary": "x"})], live=True)
    assert (preview.problems, preview.requests) == ((), {"edit": 1})
    assert [each.url.path for each in jira.requests] == ["/jira/rest/api/3/issue/1/editmeta"]


def test_a_type_that_it_lacks_is_a_problem_with_the_options(jira, site, provider, live) -> None:
    """Another workflow, other fields or another level: a person has to do it."""
    jira.on("GET", "/issue/1/editmeta", screen(("101", "Task"), ("104", "Story")))
    (preview,) = provider.preview([Change("op", live(), set={"issuetype": BUG})], live=True)
    (problem,) = preview.problems
    assert (problem.code, problem.field) == ("bad_value", "issuetype")
    assert problem.message == "Jira does not let an edit make it a Bug, so it has to be moved to that type by hand"
    assert [each.name for each in problem.options] == ["Task", "Story"]


ASK = "ask for the permission at site.example, for the account of the credential"


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ({"fields": {}}, "not_writable", "its edit screen has no type on it, so it has to be made a Bug by hand"),
        ((403, {"errorMessages": ["not yours"]}), "forbidden", f"not yours ({ASK})"),
        ((404, {"errorMessages": ["nothing there"]}), "gone", "nothing there"),
    ],
)
def test_what_the_edit_screen_does_not_say(jira, site, provider, live, answer, code, message) -> None:
    """A screen without the type, and one that can't be read, are problems of this item alone."""
    jira.on("GET", "/issue/1/editmeta", answer)
    (preview,) = provider.preview([Change("op", live(), set={"issuetype": BUG})], live=True)
    assert [(each.code, each.message) for each in preview.problems] == [(code, message)]


def test_both_a_status_and_a_type_are_looked_at(jira, site, provider, live) -> None:
    """Each has its problem; neither hides the other."""
    jira.on("GET", "/issue/1/editmeta", screen(("101", "Task")))
    jira.on("GET", "/issue/1/transitions", {"transitions": []})
    change = Change("op", live(), set={"issuetype": BUG}, transition=Transition((Ref("5", "Done"),)))
    (preview,) = provider.preview([change], live=True)
    assert [each.field for each in preview.problems] == ["issuetype", "status"]


def test_without_leave_to_read_nothing_is_looked_at(jira, site, provider, live) -> None:
    """What is foreseen is the request."""
    (preview,) = provider.preview([Change("op", live(), set={"issuetype": BUG})], live=False)
    assert (preview.problems, preview.requests, jira.requests) == ((), {"edit": 1}, [])


def test_it_goes_by_id_with_the_other_fields(jira, site, provider, live) -> None:
    """One PUT, and what was applied names the type's field."""
    jira.on("PUT", "/issue/1", (204, None))
    change = Change("op", live(), set={"issuetype": BUG, "summary": "x"})
    (outcome,) = provider.update([change], quiet=False)
    assert jira.bodies("PUT", "/issue/1") == [{"fields": {"issuetype": {"id": "103"}, "summary": "x"}}]
    assert (outcome.result, outcome.applied) == ("done", {"issuetype", "summary"})


def test_a_refusal_names_the_type(jira, site, provider, live) -> None:
    """Jira's own words, with the field that they are about."""
    refusal = {"errorMessages": [], "errors": {"issuetype": "The issue type selected is invalid."}}
    jira.on("PUT", "/issue/1", (400, refusal))
    (outcome,) = provider.update([Change("op", live(), set={"issuetype": BUG})], quiet=False)
    assert outcome.result == "refused"
    assert [(each.field, each.message) for each in outcome.problems] == [
        ("issuetype", "The issue type selected is invalid.")
    ]


@pytest.mark.parametrize(("type", "state"), [("103", "live"), ("101", "undecided")])
def test_a_lost_change_of_type_is_settled(jira, site, provider, live, type, state) -> None:
    """While the request may arrive, only the type that was sent says that it did; the field is read as any other."""
    fields = {"issuetype": {"id": type, "name": "?"}, "updated": "u", "project": {"id": "10000"}}
    jira.on("GET", "/issue/1", {"id": "1", "key": "INVEST-1", "fields": fields})
    change = Change("op", live(issuetype=Ref("101")), set={"issuetype": BUG})
    soon = datetime(2026, 1, 5, 9, 0, 20, tzinfo=UTC)
    (found,) = provider.settle([Pending(change, soon)])
    assert found.state == state
    if state == "live":
        assert found.item.fields == {"issuetype": BUG}
        assert found.item.type == BUG
