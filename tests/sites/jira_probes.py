"""The Jira sandbox's rules as probes by plain HTTP, for any site: each is called as the rule that it holds to.

A probe makes items of its own in the one project and leaves everything else alone. What takes another account, an
administrator, a workflow or a board of a certain kind has no probe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import httpx
from sites.targets import Target

__all__ = ["PROBES", "Jira"]

API = "/rest/api/3"
NOBODY = "999999999"


class Jira:
    """A project, and shorthands for what probes do there."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        return self.target.ask(method, API + path, body, **query)

    @cached_property
    def type(self) -> str:
        """The id of a type whose items need no parent."""
        types = self.ask("GET", f"/project/{self.target.project}").json()["issueTypes"]
        return next(str(each["id"]) for each in types if not each["subtask"] and each.get("hierarchyLevel", 0) == 0)

    @cached_property
    def subtask(self) -> str:
        """The id of the sub-task type."""
        types = self.ask("GET", f"/project/{self.target.project}").json()["issueTypes"]
        return next(str(each["id"]) for each in types if each["subtask"])

    def draft(self, title: str = "probe", **more: Any) -> dict[str, Any]:
        summary = f"{self.target.run} {title}" if title else ""
        fields = {"project": {"key": self.target.project}, "issuetype": {"id": self.type}, "summary": summary}
        return {"fields": {**fields, **more}}

    def make(self, title: str = "probe", **more: Any) -> str:
        answer = self.ask("POST", "/issue", self.draft(title, **more))
        assert answer.status_code == 201, answer.text
        return self.keep(answer.json())

    def keep(self, created: dict[str, Any]) -> str:
        self.target.made.append(str(created["id"]))
        return str(created["id"])

    def bulk(self, *drafts: Any) -> httpx.Response:
        answer = self.ask("POST", "/issue/bulk", {"issueUpdates": list(drafts)})
        for each in answer.json().get("issues") or ():
            self.keep(each)
        return answer

    def fields(self, issue: str, *names: str) -> dict[str, Any]:
        fields: dict[str, Any] = self.ask("GET", f"/issue/{issue}", fields=",".join(names)).json()["fields"]
        return fields

    def found(self, jql: str, **more: Any) -> list[str]:
        answer = self.ask("POST", "/search/jql", {"jql": jql, **more})
        assert answer.status_code == 200, answer.text
        return [str(each["id"]) for each in answer.json()["issues"]]


def _document(*texts: str) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": each}]} for each in texts]
    return {"type": "doc", "version": 1, "content": content}


def myself_refuses_strangers(jira: Jira) -> None:
    assert jira.target.stranger.get(f"{API}/myself").status_code == 401
    assert jira.ask("GET", "/myself").json()["accountId"]


def reads_hide_from_strangers(jira: Jira) -> None:
    issue = jira.make()
    assert jira.target.stranger.get(f"{API}/issue/{issue}").status_code == 404


def failed_login_is_named(jira: Jira) -> None:
    answer = jira.target.stranger.get(f"{API}/myself")
    assert "AUTHENTICATED_FAILED" in answer.headers.get("x-seraph-loginreason", "")


def create_sets_properties(jira: Jira) -> None:
    draft = jira.draft() | {"properties": [{"key": "reconciler-kit", "value": {"v": 1}}]}
    issue = jira.keep(jira.ask("POST", "/issue", draft).json())
    read = jira.ask("GET", f"/issue/{issue}", fields="summary", properties="reconciler-kit").json()
    assert read["properties"] == {"reconciler-kit": {"v": 1}}


def bulk_create_takes_fifty(jira: Jira) -> None:
    assert jira.bulk(*(jira.draft(str(number)) for number in range(51))).status_code == 400


def bulk_create_is_partial(jira: Jira) -> None:
    answer = jira.bulk(jira.draft("first"), jira.draft(""), jira.draft("third"))
    assert answer.status_code == 201
    assert [each["failedElementNumber"] for each in answer.json()["errors"]] == [1]
    titles = [jira.fields(str(each["id"]), "summary")["summary"] for each in answer.json()["issues"]]
    assert [title.rpartition(" ")[2] for title in titles] == ["first", "third"]


def bulk_create_all_failed(jira: Jira) -> None:
    answer = jira.bulk(jira.draft(""), jira.draft(""))
    assert (answer.status_code, answer.json()["issues"], len(answer.json()["errors"])) == (400, [], 2)


def summary_has_255_characters(jira: Jira) -> None:
    room = 255 - len(jira.target.run) - 1
    jira.make("x" * room)
    for title in ("x" * (room + 1), "two\nlines"):
        assert jira.ask("POST", "/issue", jira.draft(title)).status_code == 400


def text_has_32767_characters(jira: Jira) -> None:
    answer = jira.ask("POST", "/issue", jira.draft(description=_document("x" * 40_000)))
    assert answer.status_code == 400, jira.keep(answer.json())


def bulk_fetch_takes_a_hundred(jira: Jira) -> None:
    ids = [str(10_000 + number) for number in range(101)]
    assert jira.ask("POST", "/issue/bulkfetch", {"issueIdsOrKeys": ids}).status_code == 400


def bulk_fetch_drops_the_missing(jira: Jira) -> None:
    issue = jira.make()
    answer = jira.ask("POST", "/issue/bulkfetch", {"issueIdsOrKeys": [issue, NOBODY], "fields": ["summary"]}).json()
    assert [each["id"] for each in answer["issues"]] == [issue]
    assert not answer.get("issueErrors")


def bulk_fetch_ascends(jira: Jira) -> None:
    first, second = jira.make(), jira.make()
    body = {"issueIdsOrKeys": [second, first, second], "fields": ["summary"]}
    assert [each["id"] for each in jira.ask("POST", "/issue/bulkfetch", body).json()["issues"]] == [first, second]


def bulk_fetch_is_consistent(jira: Jira) -> None:
    issue = jira.make()
    for number in range(5):
        text = f"{jira.target.run} {number}"
        jira.ask("PUT", f"/issue/{issue}", {"fields": {"summary": text}})
        read = jira.ask("POST", "/issue/bulkfetch", {"issueIdsOrKeys": [issue], "fields": ["summary"]}).json()
        assert [each["fields"]["summary"] for each in read["issues"]] == [text]


def keys_ignore_case(jira: Jira) -> None:
    key = jira.ask("GET", f"/issue/{jira.make()}", fields="summary").json()["key"]
    assert jira.ask("GET", f"/issue/{key.lower()}", fields="summary").json()["key"] == key


def search_gives_ids_alone(jira: Jira) -> None:
    jira.make(labels=[jira.target.run])
    assert jira.target.eventually(lambda: bool(jira.found(f"labels = {jira.target.run}")))
    answer = jira.ask("POST", "/search/jql", {"jql": f"labels = {jira.target.run}", "maxResults": 1})
    (issue,) = answer.json()["issues"]
    assert ("fields" in issue, "key" in issue) == (False, False)


def search_pages_by_token(jira: Jira) -> None:
    label = f"{jira.target.run}-pages"
    issues = {jira.make(labels=[label]), jira.make(labels=[label])}
    assert jira.target.eventually(lambda: len(jira.found(f"labels = {label}")) == 2)
    body: dict[str, Any] = {"jql": f"labels = {label} ORDER BY created", "maxResults": 1, "fields": ["summary"]}
    first = jira.ask("POST", "/search/jql", body).json()
    second = jira.ask("POST", "/search/jql", body | {"nextPageToken": first["nextPageToken"]}).json()
    assert {str(each["id"]) for page in (first, second) for each in page["issues"]} == issues


def reconciled_issues_do_not_lag(jira: Jira) -> None:
    label = f"{jira.target.run}-now"
    issue = jira.make(labels=[label])
    assert jira.found(f"labels = {label}", reconcileIssues=[int(issue)]) == [issue]


def jql_has_to_be_bounded(jira: Jira) -> None:
    assert jira.ask("POST", "/search/jql", {"jql": "ORDER BY created"}).status_code == 400


def malformed_jql_is_refused(jira: Jira) -> None:
    assert jira.ask("POST", "/search/jql", {"jql": "project = = x"}).status_code == 400


def labels_match_without_case(jira: Jira) -> None:
    label = f"{jira.target.run}-case"
    issue = jira.make(labels=[label])
    assert jira.target.eventually(lambda: jira.found(f"labels = {label}") == [issue])
    assert jira.found(f"labels = {label.upper()}") == [issue]


def old_search_is_gone(jira: Jira) -> None:
    assert jira.ask("GET", "/search", jql=f"project = {jira.target.project}").status_code == 410


def edit_leaves_the_rest(jira: Jira) -> None:
    issue = jira.make(labels=[jira.target.run], description=_document("text"))
    assert jira.ask("PUT", f"/issue/{issue}", {"fields": {"description": None}}).status_code == 204
    assert jira.fields(issue, "labels", "description") == {"labels": [jira.target.run], "description": None}


def edit_answers_with_the_issue(jira: Jira) -> None:
    issue = jira.make()
    body = {"fields": {"summary": f"{jira.target.run} new"}}
    assert jira.ask("PUT", f"/issue/{issue}", body).status_code == 204
    answer = jira.ask("PUT", f"/issue/{issue}", body, returnIssue="true")
    assert (answer.status_code, str(answer.json()["id"])) == (200, issue)


def labels_add_and_remove(jira: Jira) -> None:
    issue = jira.make(labels=["kit-a", "kit-b"])
    jira.ask("PUT", f"/issue/{issue}", {"update": {"labels": [{"remove": "kit-a"}, {"add": "kit-c"}]}})
    assert set(jira.fields(issue, "labels")["labels"]) == {"kit-b", "kit-c"}


def field_and_update_exclude(jira: Jira) -> None:
    issue = jira.make()
    body = {"fields": {"labels": ["kit-a"]}, "update": {"labels": [{"add": "kit-b"}]}}
    assert jira.ask("PUT", f"/issue/{issue}", body).status_code == 400


def off_screen_is_refused(jira: Jira) -> None:
    answer = jira.ask("POST", "/issue", jira.draft(customfield_99999999="x"))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["customfield_99999999"])


def refused_edit_changes_nothing(jira: Jira) -> None:
    issue = jira.make()
    body = {"fields": {"summary": f"{jira.target.run} changed", "customfield_99999999": "x"}}
    assert jira.ask("PUT", f"/issue/{issue}", body).status_code == 400
    assert jira.fields(issue, "summary")["summary"] == f"{jira.target.run} probe"


def edit_ignores_transition(jira: Jira) -> None:
    issue = jira.make()
    before = jira.fields(issue, "status")["status"]["id"]
    offered = jira.ask("GET", f"/issue/{issue}/transitions").json()["transitions"]
    other = next(str(each["id"]) for each in offered if str(each["to"]["id"]) != before)
    jira.ask("PUT", f"/issue/{issue}", {"transition": {"id": other}, "fields": {"labels": [jira.target.run]}})
    assert jira.fields(issue, "status")["status"]["id"] == before


def labels_have_no_spaces(jira: Jira) -> None:
    answer = jira.ask("POST", "/issue", jira.draft(labels=["two words"]))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["labels"])


def metadata_pages(jira: Jira) -> None:
    path = f"/issue/createmeta/{jira.target.project}/issuetypes/{jira.type}"
    page = jira.ask("GET", path, maxResults=1).json()
    assert (len(page.get("fields") or page["results"]), page["total"] > 1) == (1, True)


def adf_is_checked(jira: Jira) -> None:
    assert jira.ask("POST", "/issue", jira.draft(description=_document(""))).status_code == 400
    assert jira.ask("POST", "/issue", jira.draft(description="a plain text")).status_code == 400


def empty_document_clears(jira: Jira) -> None:
    issue = jira.make(description=_document("text"))
    assert jira.ask("PUT", f"/issue/{issue}", {"fields": {"description": _document()}}).status_code == 204
    assert jira.fields(issue, "description")["description"] is None


def documents_come_back_as_sent(jira: Jira) -> None:
    document = _document("one", "two")
    assert jira.fields(jira.make(description=document), "description")["description"] == document


def version_two_has_texts_for_documents(jira: Jira) -> None:
    issue = jira.make(description=_document("text"))
    read = jira.target.ask("GET", f"/rest/api/2/issue/{issue}", fields="description").json()
    assert read["fields"]["description"] == "text"


def comments_show_properties_by_id(jira: Jira) -> None:
    issue = jira.make()
    body = {"body": _document("said"), "properties": [{"key": "reconciler-kit", "value": {"v": 1}}]}
    comment = jira.ask("POST", f"/issue/{issue}/comment", body).json()["id"]
    (listed,) = jira.ask("GET", f"/issue/{issue}/comment").json()["comments"]
    assert "properties" not in listed
    by_id = jira.ask("POST", "/comment/list", {"ids": [int(comment)]}, expand="properties").json()["values"]
    assert by_id[0]["properties"] == [{"key": "reconciler-kit", "value": {"v": 1}}]


def unmet_conditions_are_shown_on_request(jira: Jira) -> None:
    path = f"/issue/{jira.make()}/transitions"
    offered = jira.ask("GET", path, includeUnavailableTransitions="true").json()["transitions"]
    assert all(isinstance(each["isAvailable"], bool) for each in offered)


def link_direction(jira: Jira) -> None:
    one, other = jira.make(), jira.make()
    type = jira.ask("GET", "/issueLinkType").json()["issueLinkTypes"][0]["id"]
    body = {"type": {"id": type}, "inwardIssue": {"id": one}, "outwardIssue": {"id": other}}
    assert jira.ask("POST", "/issueLink", body).status_code == 201
    (seen,) = jira.fields(one, "issuelinks")["issuelinks"]
    (back,) = jira.fields(other, "issuelinks")["issuelinks"]
    assert (seen["outwardIssue"]["id"], back["inwardIssue"]["id"]) == (other, one)


def links_are_idempotent(jira: Jira) -> None:
    one, other = jira.make(), jira.make()
    type = jira.ask("GET", "/issueLinkType").json()["issueLinkTypes"][0]["id"]
    body = {"type": {"id": type}, "inwardIssue": {"id": one}, "outwardIssue": {"id": other}}
    assert [jira.ask("POST", "/issueLink", body).status_code for _ in range(2)] == [201, 201]
    assert len(jira.fields(one, "issuelinks")["issuelinks"]) == 1


def remote_links_by_global_id(jira: Jira) -> None:
    path = f"/issue/{jira.make()}/remotelink"
    body = {"globalId": jira.target.run, "object": {"url": "https://example.com/a", "title": "A"}}
    assert [jira.ask("POST", path, body).status_code for _ in range(2)] == [201, 200]
    assert len(jira.ask("GET", path).json()) == 1


def properties_replace_wholesale(jira: Jira) -> None:
    path = f"/issue/{jira.make()}/properties/reconciler-kit"
    assert [jira.ask("PUT", path, {str(number): 1}).status_code for number in range(2)] == [201, 200]
    assert jira.ask("GET", path).json()["value"] == {"1": 1}


def properties_in_bulk_redirect(jira: Jira) -> None:
    body = {"issues": [{"issueID": int(jira.make()), "properties": {"reconciler-kit": {"v": 1}}}]}
    answer = jira.ask("POST", "/issue/properties/multi", body)
    assert (answer.status_code, "/task/" in answer.headers["location"]) == (303, True)


def history_names_its_author(jira: Jira) -> None:
    issue = jira.make()
    jira.ask("PUT", f"/issue/{issue}", {"fields": {"summary": f"{jira.target.run} new"}})
    (entry,) = jira.ask("GET", f"/issue/{issue}/changelog").json()["values"]
    (item,) = entry["items"]
    assert entry["author"]["accountId"] == jira.ask("GET", "/myself").json()["accountId"]
    assert (item["fieldId"], item["toString"]) == ("summary", f"{jira.target.run} new")


def history_times_are_texts(jira: Jira) -> None:
    issue = jira.make()
    jira.ask("PUT", f"/issue/{issue}", {"fields": {"summary": f"{jira.target.run} new"}})
    body = {"issueIdsOrKeys": [issue], "fieldIds": ["summary"]}
    (log,) = jira.ask("POST", "/changelog/bulkfetch", body).json()["issueChangeLogs"]
    assert isinstance(log["changeHistories"][0]["created"], str)


def creators_watch(jira: Jira) -> None:
    watchers = jira.ask("GET", f"/issue/{jira.make()}/watchers").json()
    assert watchers["isWatching"] is True


def watchers_are_a_set(jira: Jira) -> None:
    path, me = f"/issue/{jira.make()}/watchers", jira.ask("GET", "/myself").json()["accountId"]
    assert [jira.ask("POST", path, me).status_code for _ in range(2)] == [204, 204]
    assert jira.ask("GET", path).json()["watchCount"] == 1


def lists_and_their_elements(jira: Jira) -> None:
    types = jira.ask("GET", f"/issue/createmeta/{jira.target.project}/issuetypes").json()
    listed = {str(each["id"]) for each in types.get("issueTypes") or types["values"]}
    assert str(jira.ask("GET", f"/issuetype/{jira.type}").json()["id"]) in listed


def failed_transition_keeps_the_issue(jira: Jira) -> None:
    answer = jira.ask("POST", "/issue", jira.draft() | {"transition": {"id": "1"}})
    assert answer.status_code == 201, answer.text
    jira.keep(answer.json())
    assert answer.json()["transition"]["status"] == 400


def subtask_needs_a_parent(jira: Jira) -> None:
    assert jira.ask("POST", "/issue", jira.draft(issuetype={"id": jira.subtask})).status_code == 400


def delete_needs_a_word_for_subtasks(jira: Jira) -> None:
    parent = jira.make()
    jira.make(issuetype={"id": jira.subtask}, parent={"id": parent})
    assert jira.ask("DELETE", f"/issue/{parent}").status_code == 400
    assert jira.ask("DELETE", f"/issue/{parent}", deleteSubtasks="true").status_code == 204


def version_two_refuses_documents(jira: Jira) -> None:
    body = jira.draft(description=_document("text"))
    assert jira.target.ask("POST", "/rest/api/2/issue", body).status_code == 400


def latest_is_version_two(jira: Jira) -> None:
    issue = jira.make(description=_document("text"))
    read = jira.target.ask("GET", f"/rest/api/latest/issue/{issue}", fields="description").json()
    assert read["fields"]["description"] == "text"


def history_in_bulk_pages(jira: Jira) -> None:
    issue = jira.make()
    fields = [f"customfield_{10_000 + number}" for number in range(11)]
    for body in (
        {"issueIdsOrKeys": [issue], "fieldIds": fields},
        {"issueIdsOrKeys": [str(number) for number in range(1, 1002)], "fieldIds": ["summary"]},
    ):
        assert jira.ask("POST", "/changelog/bulkfetch", body).status_code == 400


def comments_are_changed_and_deleted(jira: Jira) -> None:
    path = f"/issue/{jira.make()}/comment"
    comment = jira.ask("POST", path, {"body": _document("said")}).json()
    changed = jira.ask("PUT", f"{path}/{comment['id']}", {"body": _document("unsaid")}).json()
    assert (changed["created"], changed["body"]) == (comment["created"], _document("unsaid"))
    assert jira.ask("DELETE", f"{path}/{comment['id']}").status_code == 204


def remote_links_are_replaced_by_id(jira: Jira) -> None:
    path = f"/issue/{jira.make()}/remotelink"
    link = jira.ask("POST", path, {"object": {"url": "https://example.com/a", "title": "A"}}).json()["id"]
    body = {"object": {"url": "https://example.com/b", "title": "B"}}
    assert jira.ask("PUT", f"{path}/{link}", body).status_code == 204
    assert [each["object"]["title"] for each in jira.ask("GET", path).json()] == ["B"]


def user_search_is_by_prefix(jira: Jira) -> None:
    me = jira.ask("GET", "/myself").json()
    found = jira.ask("GET", "/user/search", query=me["displayName"][:4]).json()
    assert me["accountId"] in [each["accountId"] for each in found]


PROBES: dict[str, Callable[[Jira], None]] = {
    name: each
    for name, each in list(globals().items())
    if callable(each) and getattr(each, "__module__", "") == __name__ and name[0].islower()
}
"""By the rule's name."""
