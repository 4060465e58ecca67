"""Custom fields of every kind on the sandbox: the shapes that Jira takes, and its words for those that it does not."""

from __future__ import annotations

from typing import Any

import pytest

SANDBOX = "712020:00000000-0000-4000-8000-000000000001"
LENA = "712020:00000000-0000-4000-8000-000000000002"
FORMER = "712020:00000000-0000-4000-8000-000000000006"
SIGNING, ROOM, JURISDICTIONS, REGION = (f"customfield_100{number}" for number in (61, 62, 63, 66))
SPONSOR, REVIEWERS, GROUP, COMMITTEES = (f"customfield_100{number}" for number in (67, 68, 69, 70))
KEYWORDS, TARGET, AFFECTED = (f"customfield_100{number}" for number in (71, 72, 73))


@pytest.fixture
def epic(site: Any) -> str:
    return str(site.make(kind="Epic"))


@pytest.fixture
def part(site: Any) -> str:
    return str(site.make(kind="Sub-task", parent={"id": site.make()}))


def written(site: Any, issue: str, field: str, value: Any) -> Any:
    """What an issue shows of a value that was written to it."""
    answer = site.put(f"/issue/{issue}", {"fields": {field: value}})
    assert answer.status == 204, answer.json
    return site.fields(issue)[field]


def refusal(site: Any, issue: str, field: str, value: Any) -> str:
    """Jira's words for a value that it does not take."""
    answer = site.put(f"/issue/{issue}", {"fields": {field: value}})
    assert answer.status == 400
    return str(answer.json["errors"][field])


def test_times_have_a_zone_and_are_shown_in_utc(site: Any, epic: str) -> None:
    """Anything else is no time."""
    assert written(site, epic, SIGNING, "2026-03-31T17:00:00.000+0200") == "2026-03-31T15:00:00.000+0000"
    for wrong in ("2026-03-31", "2026-03-31T17:00:00", 7, "soon"):
        assert refusal(site, epic, SIGNING, wrong).startswith("Error parsing time")
    assert written(site, epic, SIGNING, "") is None


def test_urls_have_a_scheme(site: Any, epic: str) -> None:
    """As the field's editor wants them."""
    assert written(site, epic, ROOM, "https://room.example") == "https://room.example"
    assert refusal(site, epic, ROOM, "room.example") == "Not a valid URL: room.example"
    assert refusal(site, epic, ROOM, ["x"]) == "Operation value must be a string"
    assert written(site, epic, ROOM, None) is None


def test_several_options_go_by_id_or_value_and_by_operation(site: Any, epic: str) -> None:
    """They are shown in the order of the list."""
    shown = written(site, epic, JURISDICTIONS, [{"value": "Luxembourg"}, {"id": "10110"}])
    assert [each["value"] for each in shown] == ["Germany", "Luxembourg"]
    change = {"update": {JURISDICTIONS: [{"remove": {"value": "Germany"}}, {"add": {"value": "Jersey"}}]}}
    assert site.put(f"/issue/{epic}", change).status == 204
    assert [each["value"] for each in site.fields(epic)[JURISDICTIONS]] == ["Jersey", "Luxembourg"]
    assert refusal(site, epic, JURISDICTIONS, [{"id": "7"}]) == "Option id '7' is not valid"
    assert refusal(site, epic, JURISDICTIONS, ["Jersey"]).startswith("Specify a valid 'id' or 'name'")
    assert refusal(site, epic, JURISDICTIONS, "Jersey") == "data was not an array"
    assert written(site, epic, JURISDICTIONS, None) is None


def test_a_cascade_has_a_child_of_its_own_list(site: Any, epic: str) -> None:
    """Its screen lists the children with their parents; the history names both."""
    shown = written(site, epic, REGION, {"value": "EMEA", "child": {"value": "Germany"}})
    assert (shown["value"], shown["child"]["value"]) == ("EMEA", "Germany")
    assert "child" not in written(site, epic, REGION, {"id": "10141"})
    assert refusal(site, epic, REGION, {"value": "EMEA", "child": {"value": "Canada"}}) == (
        "Specify a valid value for Region"
    )
    assert written(site, epic, REGION, None) is None
    texts = [each["items"][0].get("fromString", "") for each in site.get(f"/issue/{epic}/changelog").json["values"]]
    assert "Parent values: EMEA(10140)Level 1 values: Germany(10150)" in texts
    offered = site.get(f"/issue/{epic}/editmeta").json["fields"][REGION]["allowedValues"]
    assert [each["value"] for each in offered[0]["children"]] == ["Germany", "United Kingdom"]


@pytest.mark.parametrize(
    ("field", "value", "jql"),
    [
        (JURISDICTIONS, [{"value": "Jersey"}], "Jurisdictions = jersey"),
        (REGION, {"value": "EMEA", "child": {"value": "Germany"}}, "cf[10066] = Germany"),
        (SPONSOR, {"accountId": LENA}, 'Sponsor = "Lena Gray"'),
        (REVIEWERS, [{"accountId": LENA}], 'Reviewers = "l.gray@fund.example"'),
        (TARGET, {"name": "1.1"}, '"Target version" = "1.1"'),
        (AFFECTED, [{"name": "1.1"}], '"Affected versions" = "1.1"'),
        ("components", [{"name": "Legal"}], "component = Legal"),
    ],
)
def test_a_query_asks_for_one_element(field: str, value: Any, jql: str, site: Any, epic: str) -> None:
    """Of a set or a single value, by name; a value that the field does not have is a mistake."""
    assert site.found(jql) == []
    written(site, epic, field, value)
    assert site.found(jql) == [epic]
    wrong = site.post("/search/jql", {"jql": f"{jql.partition('=')[0]}= Nothing"})
    assert wrong.status == 400


def test_people_go_by_account(site: Any, epic: str) -> None:
    """Those that are gone are not taken."""
    assert written(site, epic, SPONSOR, {"accountId": LENA})["displayName"] == "Lena Gray"
    shown = written(site, epic, REVIEWERS, [{"accountId": LENA}, {"accountId": SANDBOX}])
    assert sorted(each["displayName"] for each in shown) == ["Lena Gray", "Sandbox"]
    for field, wrong in ((SPONSOR, {"accountId": FORMER}), (REVIEWERS, [{"accountId": FORMER}])):
        assert "is not valid for this user picker" in refusal(site, epic, field, wrong)
    assert refusal(site, epic, REVIEWERS, ["lena"]) == "expected Object"


def test_groups_go_by_name_or_id(site: Any, part: str) -> None:
    """Only sub-tasks have such fields; those who may browse groups can list them."""
    assert written(site, part, GROUP, {"name": "Legal"})["name"] == "Legal"
    identity = written(site, part, GROUP, {"name": "Valuation"})["groupId"]
    assert [each["name"] for each in written(site, part, COMMITTEES, [{"groupId": identity}])] == ["Valuation"]
    assert refusal(site, part, GROUP, {"name": "Nobody"}) == "Could not find group with name 'Nobody'"
    assert refusal(site, part, GROUP, "Legal") == "data was not an object"
    assert written(site, part, GROUP, None) is None
    listed = site.get("/group/bulk", groupName="Legal").json
    assert ([each["name"] for each in listed["values"]], listed["isLast"]) == (["Legal"], True)
    site.turn(denied=["USER_PICKER"])
    assert site.get("/group/bulk").status == 403


def test_labels_and_versions_of_fields_are_like_the_system_s(site: Any, epic: str) -> None:
    """One version, or several."""
    assert written(site, epic, KEYWORDS, ["b", "a"]) == ["a", "b"]
    assert written(site, epic, TARGET, {"name": "1.1"})["name"] == "1.1"
    assert [each["name"] for each in written(site, epic, AFFECTED, [{"name": "1.1"}])] == ["1.1"]
    assert refusal(site, epic, TARGET, {"name": "9.9"}) == "Version name '9.9' is not valid"
    assert written(site, epic, TARGET, None) is None


@pytest.mark.parametrize(("path", "project"), [("component", {"project": "INVEST"}), ("version", {"projectId": 10000})])
def test_components_and_versions_are_made_once(path: str, project: dict[str, Any], site: Any) -> None:
    """A name is unique in its project, whatever its case; issues can have them at once; a restart keeps them."""
    made = site.post(f"/{path}", {"name": " Tax ", **project})
    assert (made.status, made.json["name"]) == (201, "Tax")
    assert site.get(f"/{path}/{made.json['id']}").json["name"] == "Tax"
    assert site.post(f"/{path}", {"name": "TAX", **project}).status == 400
    for wrong in ({"name": " ", **project}, {"name": "x" * 256, **project}):
        assert "name" in site.post(f"/{path}", wrong).json["errors"]
    assert site.post(f"/{path}", {"name": "Other"}).status == 404
    assert site.get(f"/{path}/1").status == 404
    field = {"component": "components", "version": "fixVersions"}[path]
    issue = site.make(**{field: [{"name": "Tax"}]})
    assert [each["name"] for each in site.fields(issue)[field]] == ["Tax"]
    site.turn(denied=["ADMINISTER_PROJECTS"])
    assert site.post(f"/{path}", {"name": "Other", **project}).status == 403
    assert any(each["event"] == f"{path}_made" for each in site.events)
