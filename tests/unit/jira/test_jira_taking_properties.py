"""How it is found out whether a Data Center takes issue properties, and what comments carry where it does not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.data_center_comments import anchored, told

from reconciler.sdk import UnreachableError

API = "/rest/api/2"
MISSING: Any = (404, {"errorMessages": ["No."]})
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def server(jira):
    """A Data Center whose search shows three issues, and that shows each of them."""
    jira.on("GET", "/_edge/tenant_info", (404, {}))
    jira.on("GET", f"{API}/serverInfo", {"deploymentType": "Server"})
    jira.on("GET", f"{API}/field", [])
    jira.on("POST", f"{API}/search", {"issues": [{"id": each, "key": f"A-{each}", "fields": {}} for each in "123"]})
    for each in "123":
        jira.on("GET", f"{API}/issue/{each}", {"id": each, "key": f"A-{each}", "fields": {}})
    return jira


def proof_of(plugin: Any) -> str:
    return str(plugin.provider._client.proof)


def properties(server: Any, *answers: Any) -> None:
    """What is answered to who asks for each issue's properties."""
    for number, answer in enumerate(answers, start=1):
        server.on("GET", f"{API}/issue/{number}/properties", answer)


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_what_is_refused_for_all_is_not_there(server, plugin_of, canned, status):
    """Three issues that are shown, and their properties are not: the server takes none."""
    properties(server, *[(status, {})] * 3)
    assert proof_of(plugin_of(server, canned.config())) == "label"


def test_a_page_of_a_proxy_is_a_refusal_too(server, plugin_of, canned):
    """It does not speak Jira's JSON."""
    properties(server, *[httpx.Response(403, html="<html>Blocked</html>")] * 3)
    assert proof_of(plugin_of(server, canned.config())) == "label"


def test_one_issues_refusal_decides_nothing(server, plugin_of, canned):
    """Another issue's properties are shown: the server takes them."""
    properties(server, (403, {}), MISSING, {"keys": []})
    assert proof_of(plugin_of(server, canned.config())) == "either"


def test_the_first_that_is_shown_decides(server, plugin_of, canned):
    """No server that takes properties is asked twice."""
    properties(server, {"keys": []})
    plugin = plugin_of(server, canned.config())
    assert [proof_of(plugin), proof_of(plugin)] == ["either", "either"]
    assert [each.url.path for each in server.requests if each.url.path.endswith("/properties")] == [
        f"/jira{API}/issue/1/properties"
    ]


@pytest.mark.parametrize("hidden", [MISSING, (403, {})])
def test_issues_that_are_gone_tell_nothing(server, plugin_of, canned, hidden):
    """A search is behind: what is missing or hidden by now can't have its properties shown either."""
    properties(server, *[MISSING] * 3)
    for each in "123":
        server.on("GET", f"{API}/issue/{each}", hidden)
    assert proof_of(plugin_of(server, canned.config())) == "both"


def test_the_first_issue_that_is_read_with_its_marker_tells(server, plugin_of, canned):
    """A search that is behind shows none yet, though there is one."""
    server.on("POST", f"{API}/search", {"issues": []})
    properties(server, (405, {}))
    plugin = plugin_of(server, canned.config())
    assert proof_of(plugin) == "both"
    list(plugin.provider.fetch({"1": ()}, markers=True))
    assert proof_of(plugin) == "label"


def test_a_server_that_is_down_is_no_refusal(server, plugin_of, canned):
    """It says nothing about properties, and nothing is made of it."""
    properties(server, (500, {}))
    with pytest.raises(UnreachableError):
        proof_of(plugin_of(server, canned.config()))


@given(TEXT, TEXT.filter(bool), TEXT)
def test_an_anchor_says_what_the_property_would(text: str, operation: str, name: str) -> None:
    """Of any text, operation and name; the text itself stays as it is."""
    value = {"operation": operation} | ({"name": name} if name else {})
    ours = {"key": "reconciler", "value": value}
    sent = anchored({"update": {"comment": [{"add": {"body": text, "properties": [ours]}}]}})
    comment = sent["update"]["comment"][0]["add"]
    assert comment.keys() == {"body"}
    assert comment["body"].startswith(text)
    assert told({"id": "1", **comment})["properties"] == [ours]


@pytest.mark.parametrize(
    "text", ["", "Done.", "{anchor:top}", "{anchor:reconciler/op}", "{anchor:reconciler/op/} and more"]
)
def test_peoples_comments_are_nobodys(text: str) -> None:
    """Ours end with an anchor of ours."""
    assert told({"id": "1", "body": text})["properties"] == []


def test_what_is_no_comment_of_ours_stays() -> None:
    """Issues with properties, and comments without."""
    body = {"fields": {"labels": ["a"]}, "properties": [{"key": "reconciler", "value": 1}], "list": [{"body": "b"}]}
    assert anchored(body) == body
