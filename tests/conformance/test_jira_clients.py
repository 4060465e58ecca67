"""Client libraries that others wrote for Jira Cloud work on the sandbox, over HTTP.

The package jira and the older half of atlassian-python-api speak version 2, the newer half version 3, and jira.js both.
Every exchange is held against the vendor's file for version 3: the versions differ in texts alone, and there the file
allows any JSON.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from doc_pages import ROOT, blocks
from openapi_judge import api_dir, judge

from reconciler.sandbox.serving import running

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries', not ours
USER, TOKEN = "sandbox@example.com", "sandbox"
LENA = "712020:00000000-0000-4000-8000-000000000002"
TASK = {"project": {"key": "INVEST"}, "issuetype": {"name": "Task"}}
MANNERS = (
    "undeclared query parameter includeActive",
    "undeclared query parameter includeInactive",
    'transition/id: 341 is not of type "string"',
)
"""What the libraries send that the file does not know; Jira takes it."""
NOTE = "A line\n\nand another"


@pytest.fixture
def url() -> Iterator[str]:
    """A site's URL. After the test, what went to it and what it answered conforms to the vendor's file."""
    with running() as endpoints:
        yield endpoints.sites["jira"]
        folder = api_dir()
        if folder is not None:
            exchanges = httpx.get(f"{endpoints.url}/_sandbox/requests?bodies=1").json()
            verdict = judge([each for each in map(_as_version_three, exchanges) if _is_judged(each)], folder)
            assert [each for each in verdict.problems if not each.endswith(MANNERS)] == []
            assert verdict.counts["answers held against their schema"] > 4


def _as_version_three(exchange: dict[str, Any]) -> dict[str, Any]:
    return {**exchange, "path": re.sub(r"/rest/api/(2|latest)/", "/rest/api/3/", exchange["path"])}


def _is_judged(exchange: dict[str, Any]) -> bool:
    """All but what looks for links between servers, which Cloud has not."""
    return "/rest/applinks/" not in exchange["path"]


def _document(words: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


@pytest.fixture
def jira(url: str) -> Any:
    """A client of the package jira."""
    library = pytest.importorskip("jira", reason="the package jira is not installed")
    return library.JIRA(url, basic_auth=(USER, TOKEN), max_retries=0)


def test_jira_signs_in_and_discovers(jira: Any) -> None:
    """It finds itself, the project, and what the project has."""
    assert jira.myself()["displayName"] == "Sandbox"
    assert [each.key for each in jira.projects()] == ["INVEST"]
    assert jira.project("INVEST").name == "Investments"
    assert jira.project_components("INVEST")[0].name == jira.component("10010").name == "Commercial"
    assert jira.issue_types()[0].name == jira.issue_type("10001").name == "Epic"
    assert jira.issue_type_by_name("Task", project="INVEST").id == "10003"
    assert jira.statuses()[0].name == jira.status("10000").name == "To Do"
    assert [each.key for each in jira.statuscategories()] == ["new", "indeterminate", "done"]
    assert jira.priorities()[0].name == jira.priority("1").name == "Highest"
    assert [each.name for each in jira.resolutions()] == [jira.resolution("10000").name] == ["Done"]
    assert jira.issue_link_types()[0].outward == jira.issue_link_type("10000").outward == "blocks"
    assert "Story Points" in [each["name"] for each in jira.fields()]
    metadata = jira.createmeta("INVEST", issuetypeNames="Task", expand="projects.issuetypes.fields")
    assert metadata["projects"][0]["issuetypes"][0]["fields"]["summary"]["required"]
    assert jira.my_permissions(permissions="EDIT_ISSUES")["permissions"]["EDIT_ISSUES"]["havePermission"]
    assert [each.accountId for each in jira.search_users(query="Lena")] == [LENA]


def test_jira_refuses_a_wrong_token(url: str) -> None:
    """A wrong credential is the library's own error, with Jira's words and status."""
    library = pytest.importorskip("jira", reason="the package jira is not installed")
    stranger = library.JIRA(url, basic_auth=(USER, "guess"), max_retries=0)
    with pytest.raises(library.JIRAError, match="must be authenticated") as refused:
        stranger.myself()
    assert refused.value.status_code == 401
    assert [stranger.projects(), stranger.issue_types(), stranger.statuses(), stranger.fields()] == [[], [], [], []]
    for read in (stranger.priorities, stranger.resolutions):
        with pytest.raises(library.JIRAError, match="must be authenticated"):
            read()


def test_jira_works_on_issues(jira: Any) -> None:
    """It creates, searches page by page, edits, assigns, transitions, reads histories and deletes."""
    issue = jira.create_issue(fields={**TASK, "summary": "One", "description": NOTE})
    assert (issue.key, issue.fields.description) == ("INVEST-1", NOTE)
    made = jira.create_issues([{**TASK, "summary": "Two"}, {**TASK, "summary": ""}, {**TASK, "summary": "Three"}])
    assert [each["status"] for each in made] == ["Success", "Error", "Success"]
    page = jira.enhanced_search_issues("project = INVEST ORDER BY key", maxResults=2)
    rest = jira.enhanced_search_issues("project = INVEST ORDER BY key", nextPageToken=page.nextPageToken, maxResults=2)
    assert [each.fields.summary for each in [*page, *rest]] == ["One", "Two", "Three"]
    assert [each.key for each in jira.search_issues("summary ~ Two")] == ["INVEST-2"]
    assert jira.approximate_issue_count("project = INVEST") == 3
    issue.update(summary="Uno", description="New", labels=[{"add": "x"}])
    issue.add_field_value("labels", "y")
    assert (issue.fields.description, jira.issue(issue.key).fields.labels) == ("New", ["x", "y"])
    assert jira.assign_issue(issue, "Lena Gray")
    jira.transition_issue(issue, "Done", comment="Ready")
    read = jira.issue(issue.key, expand="changelog")
    assert (read.fields.assignee.accountId, read.fields.status.name, read.fields.resolution.name) == (
        LENA, "Done", "Done",
    )  # fmt: skip
    assert [each.body for each in read.fields.comment.comments] == ["Ready"]
    assert {"status", "assignee"} <= {item.field for each in read.changelog.histories for item in each.items}
    with pytest.raises(Exception, match="summary of the issue"):
        issue.update(summary="")
    issue.delete()
    with pytest.raises(Exception, match="Issue does not exist"):
        jira.issue(issue.key)


def test_jira_works_on_what_belongs_to_an_issue(jira: Any) -> None:
    """Comments, links, pages on the web, properties and watchers are made, read, changed and taken away."""
    issue, other = (jira.create_issue(fields={**TASK, "summary": each}) for each in ("One", "Two"))
    comment = jira.add_comment(issue, NOTE)
    comment.update(body="Changed")
    assert [each.body for each in jira.comments(issue)] == [jira.comment(issue, comment.id).body] == ["Changed"]
    comment.delete()
    assert jira.comments(issue) == []
    jira.create_issue_link("Blocks", issue.key, other.key, comment={"body": NOTE})
    link = jira.issue_link(jira.issue(issue.key).fields.issuelinks[0].id)
    assert (link.inwardIssue.key, link.outwardIssue.key) == (issue.key, other.key)
    jira.delete_issue_link(link.id)
    assert jira.issue(issue.key).fields.issuelinks == []
    page = jira.add_simple_link(issue, {"url": "https://room.example/1", "title": "Room"})
    named = jira.add_remote_link(issue.key, {"url": "https://room.example/2", "title": "Two"}, globalId="two")
    page.update({"url": "https://room.example/3", "title": "Hall"})
    assert {each.id: each.object.title for each in jira.remote_links(issue)} == {page.id: "Hall", named.id: "Two"}
    page.delete()
    assert [each.globalId for each in jira.remote_links(issue)] == ["two"]
    jira.add_issue_property(issue, "mine", {"a": 1})
    assert [each.key for each in jira.issue_properties(issue)] == ["mine"]
    assert jira.issue_property(issue, "mine").value.a == 1
    jira.issue_property(issue, "mine").delete()
    assert jira.issue_properties(issue) == []
    jira.add_watcher(issue, "Lena Gray")
    assert LENA in [each.accountId for each in jira.watchers(issue).watchers]
    jira.remove_watcher(issue, "Lena Gray")
    assert LENA not in [each.accountId for each in jira.watchers(issue).watchers]
    assert (jira.votes(issue).votes, jira.worklogs(issue)) == (0, [])


def test_the_example_of_the_documentation_works(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What `docs/sandbox.md` shows of the library runs as it stands, but for the address."""
    pytest.importorskip("jira", reason="the package jira is not installed")
    (example,) = blocks("python", ROOT / "docs" / "sandbox.md")
    exec(example.text.replace("http://127.0.0.1:8765/jira", url), {})
    assert capsys.readouterr().out == "INVEST-1\n"


@pytest.fixture
def older(url: str) -> Any:
    """The older client of atlassian-python-api, which speaks version 2."""
    library = pytest.importorskip("atlassian", reason="the package atlassian-python-api is not installed")
    return library.Jira(url, username=USER, password=TOKEN, cloud=True)


def test_atlassian_discovers(older: Any) -> None:
    """It finds itself, the project, and what the project has."""
    assert older.myself()["displayName"] == "Sandbox"
    assert [each["key"] for each in older.projects()] == ["INVEST"]
    assert older.project("INVEST")["name"] == "Investments"
    assert len(older.get_issue_types()) == 5
    assert older.get_all_statuses()[-1]["name"] == "Cancelled"
    assert [each["name"] for each in older.get_all_resolutions()] == ["Done"]
    assert older.get_all_priorities()[0]["name"] == "Highest"
    assert older.get_issue_link_types()[0]["name"] == "Blocks"
    assert older.get_project_components("INVEST")[0]["name"] == "Commercial"
    assert older.get_permissions("EDIT_ISSUES")["permissions"]["EDIT_ISSUES"]["havePermission"]
    assert older.issue_createmeta("INVEST")["projects"][0]["issuetypes"][0]["fields"]["summary"]["required"]


def test_atlassian_works_on_issues(older: Any) -> None:
    """It creates, searches, edits, assigns, transitions, comments, links, marks, watches and deletes."""
    for name in ("One", "Two", "Three"):
        older.create_issue({**TASK, "summary": name, "description": NOTE})
    issue = "INVEST-1"
    assert older.issue(issue)["fields"]["description"] == NOTE
    assert (older.issue_exists(issue), older.issue_exists("INVEST-99")) == (True, False)
    found = older.enhanced_jql_get_list_of_tickets("project = INVEST", fields="summary", limit=3)
    assert [each["fields"]["summary"] for each in found] == ["One", "Two", "Three"]
    page = older.enhanced_jql("project = INVEST", limit=2)
    rest = older.enhanced_jql("project = INVEST", limit=2, nextPageToken=page["nextPageToken"])
    assert [each["key"] for each in rest["issues"]] == ["INVEST-3"]
    older.update_issue_field(issue, {"summary": "Uno", "description": "New"})
    older.edit_issue(issue, {"labels": [{"add": "x"}]})
    older.assign_issue(issue, LENA)
    older.set_issue_status(issue, "Done")
    fields = older.issue(issue)["fields"]
    assert (fields["summary"], fields["description"], fields["labels"]) == ("Uno", "New", ["x"])
    assert (fields["assignee"]["accountId"], older.get_issue_status(issue)) == (LENA, "Done")
    comment = older.issue_add_comment(issue, NOTE)["id"]
    assert older.issue_edit_comment(issue, comment, "Changed")["body"] == "Changed"
    assert [each["body"] for each in older.issue_get_comments(issue)["comments"]] == ["Changed"]
    ends = {"inwardIssue": {"key": issue}, "outwardIssue": {"key": "INVEST-2"}}
    older.create_issue_link({"type": {"name": "Blocks"}, **ends})
    assert older.issue(issue)["fields"]["issuelinks"][0]["outwardIssue"]["key"] == "INVEST-2"
    page = older.create_or_update_issue_remote_links(issue, "https://room.example/1", "Room", global_id="room")["id"]
    older.update_issue_remote_link_by_id(issue, page, "https://room.example/2", "Hall", global_id="room")
    assert older.get_issue_remote_link_by_id(issue, page)["object"]["title"] == "Hall"
    older.delete_issue_remote_link_by_id(issue, page)
    assert older.get_issue_remote_links(issue) == []
    older.set_issue_property(issue, "mine", {"a": 1})
    assert older.get_issue_property(issue, "mine") == {"key": "mine", "value": {"a": 1}}
    older.issue_add_watcher(issue, LENA)
    assert LENA in [each["accountId"] for each in older.issue_get_watchers(issue)["watchers"]]
    older.delete_issue(issue)
    assert not older.issue_exists(issue)


@pytest.fixture
def newer(url: str) -> Any:
    """The newer client of atlassian-python-api, which speaks version 3."""
    library = pytest.importorskip("atlassian.jira", reason="the package atlassian-python-api is not installed")
    return library.JiraCloud(url, username=USER, password=TOKEN)


def test_atlassian_speaks_version_three(newer: Any) -> None:
    """The same in documents: what it sends reads back as it was sent."""
    assert newer.get_current_user()["displayName"] == "Sandbox"
    assert [each["key"] for each in newer.get_all_projects()] == ["INVEST"]
    assert [each["key"] for each in newer.search_projects(keys="INVEST")["values"]] == ["INVEST"]
    draft = {**TASK, "summary": "One", "description": _document("Words")}
    issue = newer.create_issue(data={"fields": draft})["key"]
    more = newer.create_issues(data={"issueUpdates": [{"fields": {**TASK, "summary": each}} for each in "23"]})
    assert [each["key"] for each in more["issues"]] == ["INVEST-2", "INVEST-3"]
    assert newer.get_issue(issue, fields="description")["fields"] == {"description": _document("Words")}
    pages = [newer.enhanced_jql("project = INVEST", fields="summary", limit=2)]
    pages += [newer.enhanced_jql("project = INVEST", nextPageToken=pages[0]["nextPageToken"], limit=2)]
    assert [[each["key"] for each in page["issues"]] for page in pages] == [["INVEST-1", "INVEST-2"], ["INVEST-3"]]
    assert newer.count_issues(data={"jql": "project = INVEST"}) == {"count": 3}
    changed = newer.edit_issue(issue, return_issue="true", data={"fields": {"summary": "Uno"}})
    assert changed["fields"]["summary"] == "Uno"
    newer.assign_issue(issue, data={"accountId": LENA})
    moves = {each["to"]["name"]: each["id"] for each in newer.get_transitions(issue)["transitions"]}
    newer.do_transition(issue, data={"transition": {"id": moves["Done"]}})
    comment = newer.add_comment(issue, data={"body": _document("Said")})["id"]
    assert newer.update_comment(issue, comment, data={"body": _document("Changed")})["body"] == _document("Changed")
    newer.delete_comment(issue, comment)
    assert newer.get_comments(issue)["comments"] == []
    newer.link_issues(
        data={"type": {"name": "Blocks"}, "inwardIssue": {"key": issue}, "outwardIssue": {"key": "INVEST-2"}}
    )
    page = {"globalId": "room", "object": {"url": "https://room.example/1", "title": "Room"}}
    newer.create_or_update_remote_issue_link(issue, data=page)
    assert newer.get_remote_issue_links(issue, global_id="room")["object"] == page["object"]
    newer.set_issue_property(issue, "mine", data={"a": 1})
    assert [each["key"] for each in newer.get_issue_property_keys(issue)["keys"]] == ["mine"]
    newer.add_watcher(issue, data=LENA)
    assert LENA in [each["accountId"] for each in newer.get_issue_watchers(issue)["watchers"]]
    newer.remove_watcher(issue, account_id=LENA)
    read = newer.get_issue(issue)["fields"]
    assert (read["status"]["name"], read["assignee"]["accountId"], len(read["issuelinks"])) == ("Done", LENA, 1)
    newer.delete_issue(issue)
    assert newer.bulk_fetch_issues(data={"issueIdsOrKeys": [issue]})["issues"] == []


@pytest.fixture
def node() -> str:
    """Node, with the package jira.js."""
    found = shutil.which("node")
    known = found and subprocess.run([found, "-e", "require('jira.js')"], capture_output=True, check=False)
    if not found or not known or known.returncode:
        pytest.skip("node or its package jira.js (NODE_PATH) is not installed")
    return found


def test_jira_js_works_in_both_versions(node: str, url: str) -> None:
    """It discovers, creates, searches, edits, assigns, moves, comments, links, marks, watches and deletes."""
    script = Path(__file__).with_name("jira_node_client.js")
    ran = subprocess.run([node, str(script), url], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    for version, text in (("older", NOTE), ("newer", _document("Words"))):
        assert told[version] == {
            "who": "Sandbox",
            "projects": ["INVEST"],
            "titles": ["One", "Two", "Three"],
            "pages": ["Room"],
            "property": {"a": 1},
            "watching": True,
            "gone": 404,
            "summary": "Uno",
            "description": text,
            "comments": [text],
            "status": "Done",
            "assignee": "Lena Gray",
            "links": 1,
        }
