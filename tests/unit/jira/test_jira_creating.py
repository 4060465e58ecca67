"""How issues are created: fifty in a request, each with what became of it."""

from __future__ import annotations

import dataclasses
import json

import httpx
import pytest

from reconciler.sdk import Draft, Ref


@pytest.fixture
def draft(marker_of):
    def made(number, **fields):
        operation = f"op{number}"
        return Draft(operation, Ref("101"), {"summary": f"T{number}", **fields}, marker_of(operation))

    return made


def created(request):
    count = len(json.loads(request.content)["issueUpdates"])
    return 201, {"issues": [{"id": str(each), "key": f"INVEST-{each}"} for each in range(1, count + 1)], "errors": []}


def test_fifty_go_in_one_request(jira, site, provider, draft):
    """120 items are three requests."""
    jira.on("POST", "/issue/bulk", created)
    outcomes = list(provider.create([draft(each) for each in range(120)]))
    assert [len(body["issueUpdates"]) for body in jira.bodies("POST", "/issue/bulk")] == [50, 50, 20]
    assert {each.result for each in outcomes} == {"done"}
    assert outcomes[0].item.key == "INVEST-1"
    assert outcomes[0].applied == {"summary"}


def test_the_marker_travels_in_the_request(jira, site, provider, draft, label):
    """Label and property travel in the create request, the own id still null, beside the spec's own labels."""
    jira.on("POST", "/issue/bulk", created)
    list(provider.create([draft(1, labels=("deal",), parent=Ref("9"), duedate=None)]))
    (update,) = jira.bodies("POST", "/issue/bulk")[0]["issueUpdates"]
    assert update["fields"] == {
        "project": {"id": "10000"},
        "issuetype": {"id": "101"},
        "summary": "T1",
        "labels": ["deal", label],
        "parent": {"id": "9"},
    }
    assert update["properties"][0]["key"] == "reconciler"
    assert update["properties"][0]["value"]["operation"] == "op1"
    assert update["properties"][0]["value"]["item"] is None


def test_an_item_without_a_marker_is_nobodys(jira, provider, draft):
    """The everyday verbs mark nothing; the project is looked up where the site was not described."""
    jira.on("POST", "/issue/bulk", created)
    list(provider.create([dataclasses.replace(draft(1), marker=None)]))
    (update,) = jira.bodies("POST", "/issue/bulk")[0]["issueUpdates"]
    assert "labels" not in update["fields"]
    assert "properties" not in update
    assert update["fields"]["project"] == {"id": "10000"}


def test_failures_are_matched_by_number(jira, site, provider, draft):
    """Successes stand in order without the failed ones (FACTS A2)."""
    errors = [
        {"failedElementNumber": 1, "status": 400, "elementErrors": {"errors": {"labels": "not on the screen"}}},
        {"failedElementNumber": 3, "status": 403, "elementErrors": {"errorMessages": ["not yours"]}},
        {"failedElementNumber": 4, "status": 400},
    ]
    issues = [{"id": "1", "key": "INVEST-1"}, {"id": "2", "key": "INVEST-2"}]
    jira.on("POST", "/issue/bulk", (201, {"issues": issues, "errors": errors}))
    outcomes = list(provider.create([draft(each) for each in range(5)]))
    assert [each.result for each in outcomes] == ["done", "refused", "done", "refused", "refused"]
    assert [each.item.key for each in outcomes if each.item] == ["INVEST-1", "INVEST-2"]
    assert [(each.code, each.field, each.message) for each in outcomes[1].problems] == [
        ("bad_value", "labels", "not on the screen")
    ]
    assert outcomes[3].problems[0].code == "forbidden"
    assert outcomes[4].problems[0].message == "the site refused it with 400"


def test_all_failed_is_a_400_with_the_same_body(jira, site, provider, draft):
    """That is an answer for each, not a failed call."""
    errors = [{"failedElementNumber": 0, "status": 400, "elementErrors": {"errors": {"summary": "too long"}}}]
    jira.on("POST", "/issue/bulk", (400, {"issues": [], "errors": errors}))
    (outcome,) = provider.create([draft(1)])
    assert (outcome.result, outcome.problems[0].field) == ("refused", "summary")


def test_a_400_about_the_whole_request_refuses_each(jira, site, provider, draft):
    """Nothing was created."""
    jira.on("POST", "/issue/bulk", (400, {"errorMessages": ["bad request"]}))
    outcomes = list(provider.create([draft(1), draft(2)]))
    assert [(each.result, each.problems[0].message) for each in outcomes] == [("refused", "bad request")] * 2


def test_an_answer_that_does_not_add_up_is_unknown(jira, site, provider, draft):
    """Which issue is whose would be a guess."""
    jira.on("POST", "/issue/bulk", (201, {"issues": [{"id": "1", "key": "INVEST-1"}], "errors": ["odd"]}))
    assert [each.result for each in provider.create([draft(1), draft(2)])] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        ((403, {"errorMessages": ["no"]}), "refused", "forbidden"),
        ((404, {"errorMessages": ["no project"]}), "refused", "gone"),
        ((413, {"errorMessages": ["too much"]}), "refused", "limit"),
        ((503, {}), "unknown", "rule"),
        (httpx.ReadError("cut"), "unknown", "rule"),
        (httpx.ConnectError("refused"), "not_sent", "rule"),
        (httpx.Response(429, headers={"Retry-After": "9999"}), "not_sent", "limit"),
    ],
)
def test_a_failed_request_says_so_for_each_of_its_drafts(jira, site, provider, draft, answer, result, code):
    """And the next chunk is tried all the same."""
    jira.on("POST", "/issue/bulk", answer)
    outcomes = list(provider.create([draft(each) for each in range(51)]))
    assert [each.result for each in outcomes] == [result] * 51
    assert outcomes[0].problems[0].code == code


def test_a_marker_that_is_too_long_is_refused_alone(jira, site, provider, draft, marker_of):
    """A property holds 32,768 characters (FACTS A8); the other items go on."""
    jira.on("POST", "/issue/bulk", created)
    long = dataclasses.replace(marker_of("op0"), address="a" * 40_000)
    outcomes = list(provider.create([dataclasses.replace(draft(0), marker=long), draft(1)]))
    assert [(each.operation, each.result) for each in outcomes] == [("op0", "refused"), ("op1", "done")]
    assert outcomes[0].problems[0].code == "limit"


def test_closing_early_sends_no_more(jira, site, provider, draft):
    """The second chunk stays here."""
    jira.on("POST", "/issue/bulk", created)
    outcomes = provider.create([draft(each) for each in range(60)])
    next(outcomes)
    outcomes.close()
    assert len(jira.sent("POST", "/issue/bulk")) == 1
