"""The Jira sandbox's rules about what client libraries use: version 2, lists of what there is, comments changed."""

from __future__ import annotations

from typing import Any

import pytest

TEXT = "A line\n\nand *another*, as typed\n"


def older(site: Any, method: str, path: str, body: Any = None, version: str = "2") -> Any:
    return site.client.ask(method, f"/rest/api/{version}{path}", body)


def test_version_two_has_texts_for_documents(site: Any, text: Any) -> None:
    """A text sent to version 2 is a document in version 3, and reads back as it was sent; null and "" clear it."""
    draft = site.draft(description=TEXT)
    made = older(site, "POST", "/issue", draft).json
    issue = made["id"]
    assert made["self"].endswith(f"/rest/api/2/issue/{issue}")
    document = site.fields(issue)["description"]
    assert (document["type"], len(document["content"])) == ("doc", 1)
    read = older(site, "GET", f"/issue/{issue}").json
    assert read["fields"]["description"] == TEXT
    assert read["fields"]["status"]["self"].endswith("/rest/api/2/status/10000")
    site.put(f"/issue/{issue}", {"fields": {"description": text("From version 3")}})
    assert older(site, "GET", f"/issue/{issue}").json["fields"]["description"] == "From version 3"
    for update in ({"fields": {"description": None}}, {"update": {"description": [{"set": ""}]}}):
        assert older(site, "PUT", f"/issue/{issue}", {"fields": {"description": "Words"}}).status == 204
        assert older(site, "PUT", f"/issue/{issue}", update).status == 204
        assert site.fields(issue)["description"] is None


def test_version_two_comments_in_texts(site: Any) -> None:
    """Comments, those of a transition too, go in and come out as texts; an empty one is refused."""
    issue = site.make()
    said = older(site, "POST", f"/issue/{issue}/comment", {"body": TEXT})
    assert (said.status, said.json["body"]) == (201, TEXT)
    move = {"transition": {"id": site.transition_to(issue, "Done")}, "update": {"comment": [{"add": {"body": "Bye"}}]}}
    assert older(site, "POST", f"/issue/{issue}/transitions", move).status == 204
    assert [each["body"] for each in older(site, "GET", f"/issue/{issue}/comment").json["comments"]] == [TEXT, "Bye"]
    assert site.get(f"/issue/{issue}/comment").json["comments"][1]["body"]["type"] == "doc"
    assert older(site, "POST", f"/issue/{issue}/comment", {"body": ""}).status == 400
    assert older(site, "POST", f"/issue/{issue}/comment", {}).status == 400


def test_version_two_refuses_documents(site: Any, text: Any) -> None:
    """A document where version 2 has a text is refused, and each element of a bulk create is translated alone."""
    refused = older(site, "POST", "/issue", site.draft(description=text("Words")))
    assert (refused.status, refused.json["errors"]) == (400, {"description": "Operation value must be a string"})
    bulk = {"issueUpdates": [site.draft("One", description="Plain"), site.draft(""), "?"]}
    answer = older(site, "POST", "/issue/bulk", bulk).json
    assert [each["failedElementNumber"] for each in answer["errors"]] == [1, 2]
    assert older(site, "GET", f"/issue/{answer['issues'][0]['id']}").json["fields"]["description"] == "Plain"
    assert older(site, "POST", "/issue", [1]).status == 400
    assert older(site, "PUT", "/issue/INVEST-1", {"update": {"description": "?", "comment": ["?"]}}).status == 400


def test_latest_is_version_two(site: Any) -> None:
    """`/rest/api/latest` takes and gives texts; other versions do not exist."""
    issue = older(site, "POST", "/issue", site.draft(description="Words"), "latest").json["id"]
    assert older(site, "GET", f"/issue/{issue}", version="latest").json["fields"]["description"] == "Words"
    assert older(site, "GET", f"/issue/{issue}", version="1").json == {
        "errorMessages": [f"null for uri: /rest/api/1/issue/{issue}"], "errors": {},
    }  # fmt: skip


def test_version_two_keeps_peoples_json(site: Any, text: Any) -> None:
    """A property that looks like a document or like a link comes back as it was sent, whatever the version."""
    issue, own = site.make(), {"note": text("Words"), "self": "http://127.0.0.1:1/jira/rest/api/3/issue/1"}
    older(site, "PUT", f"/issue/{issue}/properties/mine", own)
    assert older(site, "GET", f"/issue/{issue}/properties/mine").json["value"] == own
    assert older(site, "GET", f"/issue/{issue}?properties=mine").json["properties"] == {"mine": own}
    listed = older(site, "GET", f"/issue/{issue}/properties").json["keys"][0]["self"]
    assert listed.endswith(f"/rest/api/2/issue/{issue}/properties/mine")


def test_comments_are_changed_and_deleted(site: Any, text: Any) -> None:
    """A new text leaves author and creation; properties stay where no new ones come; a deleted comment is gone."""
    issue = site.make()
    property_ = {"key": "mine", "value": {"a": 1}}
    said = site.post(f"/issue/{issue}/comment", {"body": text("One"), "properties": [property_]}).json
    site.clock.sleep(60)
    path = f"/issue/{issue}/comment/{said['id']}"
    changed = site.put(path, {"body": text("Two")})
    assert (changed.status, changed.json["body"]) == (200, text("Two"))
    assert (changed.json["created"], changed.json["author"]) == (said["created"], said["author"])
    assert changed.json["updated"] > said["updated"]
    assert site.get(path).json == changed.json
    assert site.fields(issue)["comment"]["comments"] == [changed.json]
    wanted = {"ids": [int(said["id"])]}
    assert site.post("/comment/list", wanted, expand="properties").json["values"][0]["properties"] == [property_]
    newer = {**property_, "value": {"a": 2}}
    site.put(path, {"body": text("Two"), "properties": [newer]})
    assert site.post("/comment/list", wanted, expand="properties").json["values"][0]["properties"] == [newer]
    assert site.put(path, {"body": "plain"}).status == 400
    assert site.delete(path).status == 204
    assert {site.get(path).status, site.put(path, {"body": text("Two")}).status, site.delete(path).status} == {404}
    assert site.fields(issue)["comment"]["comments"] == []


def test_comments_survive_a_restart(site: Any, text: Any) -> None:
    """The journal's events give the same comments again."""
    issue = site.make()
    first, second = (site.post(f"/issue/{issue}/comment", {"body": text(each)}).json["id"] for each in ("One", "Two"))
    site.put(f"/issue/{issue}/comment/{first}", {"body": text("Uno")})
    site.delete(f"/issue/{issue}/comment/{second}")
    again = type(site)()
    for event in site.events:
        again.platform.replay(event)
    assert again.fields(issue) == site.fields(issue)
    assert [each["body"] for each in again.fields(issue)["comment"]["comments"]] == [text("Uno")]


def test_remote_links_are_replaced_by_id(site: Any) -> None:
    """A PUT replaces the link whole, its globalId too; url and title are required."""
    issue = site.make()
    page = {"globalId": "x", "relationship": "see", "object": {"url": "https://room.example/1", "title": "Room"}}
    link = site.post(f"/issue/{issue}/remotelink", page).json["id"]
    other = {"object": {"url": "https://room.example/2", "title": "Other"}}
    assert site.put(f"/issue/{issue}/remotelink/{link}", other).status == 204
    read = site.get(f"/issue/{issue}/remotelink/{link}").json
    assert {name: read[name] for name in read if name not in ("id", "self")} == other
    assert site.put(f"/issue/{issue}/remotelink/{link}", {"object": {"url": "https://room.example/2"}}).status == 400
    assert site.put(f"/issue/{issue}/remotelink/{link}", {**other, "globalId": "x" * 256}).status == 400
    assert site.put(f"/issue/{issue}/remotelink/1", other).status == 404


@pytest.mark.parametrize(
    ("path", "name", "first"),
    [
        ("/project", "key", "INVEST"),
        ("/issuetype", "name", "Epic"),
        ("/status", "name", "To Do"),
        ("/statuscategory", "key", "new"),
        ("/resolution", "name", "Done"),
        ("/priority", "name", "Highest"),
        ("/project/INVEST/components", "name", "Commercial"),
    ],
)
def test_lists_and_their_elements(site: Any, path: str, name: str, first: str) -> None:
    """What a list shows is what its own address gives; another id is 404."""
    listed = site.get(path).json
    assert listed[0][name] == first
    own = listed[0]["self"].partition("/rest/api/3")[2]
    assert site.get(own).json.items() >= listed[0].items()
    assert site.get(f"{own.rpartition('/')[0]}/77").status == 404
    assert older(site, "GET", own).json["id"] == listed[0]["id"]


def test_lists_are_narrowed(site: Any) -> None:
    """Statuses go by name too, types by project and level, link types by id."""
    assert site.get("/status/In%20Progress").json["id"] == "10001"
    assert site.get("/statuscategory/done").json["name"] == "Done"
    assert [each["name"] for each in site.get("/issuetype/project", projectId="10000", level="-1").json] == ["Sub-task"]
    assert site.get("/issuetype/project", projectId="1").status == 404
    assert site.get("/issuetype/project").status == 400
    assert site.get("/issueLinkType/10000").json["outward"] == "blocks"


def test_old_create_metadata_has_all_at_once(site: Any) -> None:
    """It has the projects and types that are asked for, and their fields on request."""
    (project,) = site.get("/issue/createmeta", projectKeys="INVEST", issuetypeNames="Bug,Sub-task").json["projects"]
    assert [each["name"] for each in project["issuetypes"]] == ["Bug", "Sub-task"]
    assert "fields" not in project["issuetypes"][0]
    (project,) = site.get("/issue/createmeta", issuetypeIds="10005", expand="projects.issuetypes.fields").json[
        "projects"
    ]
    (kind,) = project["issuetypes"]
    assert kind["fields"]["parent"]["required"] is True
    assert "customfield_10050" not in kind["fields"]
    assert site.get("/issue/createmeta", projectIds="1").json["projects"] == []


def test_nobody_votes_or_logs_work(site: Any) -> None:
    """An issue has no votes and no work logs; a missing issue is 404."""
    issue = site.make()
    votes = site.get(f"/issue/{issue}/votes").json
    assert (votes["votes"], votes["hasVoted"]) == (0, False)
    assert site.get(f"/issue/{issue}/worklog").json["worklogs"] == []
    assert {site.get(f"/issue/INVEST-99/{each}").status for each in ("votes", "worklog")} == {404}
