"""Batches, comments and rate limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure_site import INVEST, AzureSite

BATCH = "/_apis/wit/$batch"
PATCH = {"Content-Type": "application/json-patch+json"}
PREVIEW = "7.1-preview.4"


@pytest.fixture
def site() -> AzureSite:
    return AzureSite()


def element(uri: str, *operations: tuple[str, str, Any]) -> dict[str, Any]:
    body = [{"op": op, "path": path, "value": value} for op, path, value in operations]
    return {"method": "PATCH", "uri": f"{uri}?api-version=7.1", "headers": PATCH, "body": body}


def title(text: str) -> tuple[str, str, Any]:
    return "add", "/fields/System.Title", text


def carried_out(site: AzureSite, *elements: dict[str, Any], method: str = "PATCH") -> list[tuple[int, Any]]:
    answer = site.good(method, BATCH, list(elements))
    assert answer["count"] == len(elements)
    return [(each["code"], json.loads(each["body"])) for each in answer["value"]]


def test_each_element_of_a_batch_stands_alone(site: AzureSite) -> None:
    """An element that fails leaves the ones after it alone; answers are texts of JSON, in order (FACTS B3)."""
    item = site.make("Old")
    found = carried_out(
        site,
        element(f"/_apis/wit/workitems/{item}", ("test", "/rev", 7), title("Never")),
        element(f"/_apis/wit/workitems/{item}", ("test", "/rev", 1), title("New")),
        element("/_apis/wit/workitems/99", title("Nobody")),
        element("/INVEST/_apis/wit/workitems/$User%20Story", title("Story")),
    )
    assert [code for code, _body in found] == [412, 200, 404, 200]
    assert found[0][1]["message"].startswith("VS403351")
    assert found[1][1]["fields"]["System.Title"] == "New"
    assert found[3][1]["fields"]["System.WorkItemType"] == "User Story"


def test_elements_link_by_negative_ids(site: AzureSite) -> None:
    """An item made in a batch is linked by its temporary id in the elements after it."""
    (_, parent), (_, child) = carried_out(
        site,
        element("/INVEST/_apis/wit/workitems/$Epic", ("add", "/id", "-1"), title("Deal")),
        element(
            "/INVEST/_apis/wit/workitems/$Task",
            ("add", "/id", -2),
            title("Step"),
            ("add", "/relations/-", site.link("System.LinkTypes.Hierarchy-Reverse", -1)),
        ),
        method="POST",
    )
    assert child["fields"]["System.Parent"] == parent["id"]


def test_a_batch_is_bounded_and_has_a_shape(site: AzureSite) -> None:
    """More elements than the limit, or something else than elements, refuses the whole batch."""
    site.turn(batch_limit=1)
    one = element("/INVEST/_apis/wit/workitems/$Task", title("One"))
    assert site.refused("PATCH", BATCH, [one, one])[0] == 400
    for bad in ({}, [1], [{**one, "method": "DELETE"}], [{**one, "body": {}}]):
        assert site.refused("PATCH", BATCH, bad)[0] == 400
    assert site.find("[System.Id] > 0") == []


def test_comments_are_added_changed_and_deleted(site: AzureSite) -> None:
    """A comment has versions; a deleted one is only shown on request."""
    item = site.make()
    comments = f"{INVEST}/_apis/wit/workItems/{item}/comments"
    added = site.good("POST", comments, {"text": "Said"}, version=PREVIEW)
    assert (added["text"], added["version"], added["createdBy"]["displayName"]) == ("Said", 1, "Sandbox")
    one = f"{comments}/{added['id']}"
    changed = site.good("PATCH", one, {"text": "Said so"}, version=PREVIEW)
    assert (changed["text"], changed["version"]) == ("Said so", 2)
    assert site.good("GET", one, version=PREVIEW) == changed
    assert site.good("DELETE", one, version=PREVIEW)["isDeleted"] is True
    assert site.refused("GET", one, version=PREVIEW)[0] == 404
    assert site.good("GET", one, version=PREVIEW, includeDeleted="true")["isDeleted"] is True
    assert site.good("GET", comments, version=PREVIEW)["totalCount"] == 0
    assert site.refused("POST", comments, {"text": " "}, version=PREVIEW)[0] == 400
    assert site.refused("GET", f"{comments}/x", version=PREVIEW)[0] == 404


def test_comments_come_in_pages_newest_first(site: AzureSite) -> None:
    """$top bounds a page and the token leads to the next; ids choose; order=asc turns it round."""
    item = site.make()
    comments = f"/_apis/wit/workItems/{item}/comments"
    for number in range(3):
        site.good("POST", comments, {"text": str(number)}, version=PREVIEW, format="markdown")
    page = site.good("GET", comments, version=PREVIEW, top=2)
    assert ([each["text"] for each in page["comments"]], page["totalCount"]) == (["2", "1"], 3)
    assert page["continuationToken"] in page["nextPage"]
    rest = site.good("GET", comments, version=PREVIEW, top=2, continuationToken=page["continuationToken"])
    assert [each["text"] for each in rest["comments"]] == ["0"]
    assert "nextPage" not in rest
    oldest = site.good("GET", comments, version=PREVIEW, order="asc")["comments"]
    assert [each["text"] for each in oldest] == ["0", "1", "2"]
    chosen = site.good("GET", comments, version=PREVIEW, ids=str(oldest[1]["id"]))["comments"]
    assert [(each["text"], each["format"]) for each in chosen] == [("1", "markdown")]
    assert site.refused("GET", comments, version=PREVIEW, continuationToken="?")[0] == 400


def test_comments_are_in_preview(site: AzureSite) -> None:
    """Without -preview the version is refused; in another project the item is missing."""
    item = site.make()
    assert site.refused("GET", f"/_apis/wit/workItems/{item}/comments")[0] == 400
    assert site.refused("GET", f"/BASIC/_apis/wit/workItems/{item}/comments", version=PREVIEW)[0] == 404


def test_limits_delay_before_they_refuse(site: AzureSite) -> None:
    """Within the budget answers tell what is left; beyond it a 200 asks for a pause; far beyond it is a 429."""
    site.turn(usage_limit={"limit": 4, "per_seconds": 60})
    answers = [site.get("/_apis/projects") for _ in range(8)]
    assert [each.status for each in answers] == [200] * 6 + [429] * 2
    left = [each.headers["x-ratelimit-remaining"] for each in answers]
    assert left == ["3", "2", "1", "0", "0", "0", "0", "0"]
    assert ["retry-after" in each.headers for each in answers] == [False] * 4 + [True] * 4
    assert ["x-ratelimit-delay" in each.headers for each in answers] == [False] * 4 + [True] * 2 + [False] * 2
    assert answers[6].json["message"].startswith("TF400733")
    assert answers[6].headers["retry-after"] == "60"
    site.clock.sleep(60)
    assert site.get("/_apis/projects").headers["x-ratelimit-remaining"] == "3"


def test_what_is_refused_has_not_happened(site: AzureSite) -> None:
    """A write that is answered 429 is not carried out."""
    site.turn(usage_limit={"limit": 1, "per_seconds": 60})
    site.make("One")
    body = [{"op": "add", "path": "/fields/System.Title", "value": "Two"}]
    statuses = [site.ask("POST", f"{INVEST}/_apis/wit/workitems/$Task", body).status for _ in range(2)]
    assert statuses == [200, 429]
    site.turn(usage_limit=None)
    assert site.find("[System.Id] > 0") == [1, 2]


def test_without_the_knob_nothing_is_said_of_limits(site: AzureSite) -> None:
    """No header speaks of limits, as on a server of one's own."""
    assert not [each for each in site.get("/_apis/projects").headers if "ratelimit" in each]
