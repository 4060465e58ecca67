"""Jira through the gateway: a token with scopes, links for people, and what is said where a scope is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin
from reconciler_jira.scopes import advice

from reconciler.sdk import AuthenticationError, Credential, Limiter, OpenGate, PluginConfig, Session

CLOUD = "11111111-2222-3333-4444-555555555555"
SITE = "https://deals.atlassian.net"
GATEWAY = f"https://api.atlassian.com/ex/jira/{CLOUD}"


class Gateway(httpx.BaseTransport):
    """The gateway before a site: it takes bearers, says where people see the site, and lacks some scopes."""

    def __init__(self, lacks: str = "no such path") -> None:
        self.site = InProcess()
        self.lacks = lacks
        self.asked: list[httpx.URL] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        prefix, _, path = request.url.path.partition(f"/ex/jira/{CLOUD}")
        assert (request.url.host, prefix) == ("api.atlassian.com", "")
        if path == "/rest/api/3/serverInfo":
            return httpx.Response(200, json={"baseUrl": SITE, "deploymentType": "Cloud"})
        if self.lacks in path:
            return httpx.Response(401, json={"code": 401, "message": "Unauthorized; scope does not match"})
        assert request.headers["authorization"] == "Bearer scoped"
        inner = httpx.Request(
            request.method,
            httpx.URL(f"http://127.0.0.1/jira{path}", query=request.url.query),
            headers={"authorization": "Basic c2FuZGJveEBleGFtcGxlLmNvbTpzYW5kYm94"},
            content=request.content,
        )
        return self.site.handle_request(inner)

    def plugin(self, options: Mapping[str, Any] | None = None) -> JiraPlugin:
        config = PluginConfig("jira", GATEWAY, "INVEST", Credential(None, "scoped"), options=options or {})
        assert JiraPlugin.validate_config(config) == ()
        session = Session(
            config.url,
            authorization=JiraPlugin.authorization(config),
            credential="JIRA_API_TOKEN",
            clock=self.site.clock,
            gate=OpenGate(),
            limiter=Limiter(self.site.clock),
            advice=lambda request, status: JiraPlugin.advice(config, request, status),
            transport=self,
        )
        return JiraPlugin(config, session)


def test_links_for_people_lead_to_the_site() -> None:
    """Whatever was asked for: a description of the site, a created item, a read one, a found one."""
    gateway = Gateway()
    provider = gateway.plugin().provider
    site = provider.describe_site(("task",))
    assert (site.site, site.url) == (CLOUD, SITE)
    (made,) = provider.create([gateway.site.draft()])
    assert made.item is not None
    url = f"{SITE}/browse/{made.item.key}"
    assert made.item.url == url
    (found,) = provider.fetch({url: ("summary",)})
    assert found.item is not None
    assert (found.item.id, found.item.url) == (made.item.id, url)
    assert [each.url for each in provider.search("project = INVEST", ("summary",))] == [url]


def test_a_gateways_own_url_is_no_items() -> None:
    """`self` may have that form (FACTS A1); people don't, and a reference that they give is a page's."""
    (found,) = Gateway().plugin().provider.fetch({f"{GATEWAY}/rest/api/3/issue/10001": ()})
    assert found.state == "not_visible"


def test_a_missing_scope_is_named() -> None:
    """The message of a refused request says which scope it takes, and that a token can't be given it afterwards."""
    with pytest.raises(AuthenticationError) as caught:
        Gateway(lacks="/project/INVEST").plugin().provider.describe_site(("task",))
    assert caught.value.detail == "Unauthorized; scope does not match"
    assert "the token needs read:jira-work; its scopes can't be changed" in caught.value.hint
    with pytest.raises(AuthenticationError, match="did not accept") as signing_in:
        Gateway(lacks="/myself").plugin().authenticate()
    assert "read:jira-user" in signing_in.value.hint


def test_a_scope_that_only_writes_need_is_named_with_the_item() -> None:
    """What was refused is one item's write, and its outcome says what the token lacks."""
    gateway = Gateway(lacks="/issue/bulk")
    (outcome,) = gateway.plugin().provider.create([gateway.site.draft()])
    (problem,) = outcome.problems
    assert (outcome.result, problem.code) == ("refused", "forbidden")
    assert "the token needs write:jira-work" in problem.message


def test_a_token_with_scopes_at_the_site_itself() -> None:
    """The site takes it for a stranger's; where it works is said, and how to learn the cloud id (FACTS A1)."""
    for status in (401, 404):
        said = advice(SITE, "GET /rest/api/3/myself", status)
        assert "https://api.atlassian.com/ex/jira/<cloud id>" in said
        assert f"{SITE}/_edge/tenant_info" in said
    assert advice(SITE, "GET /rest/api/3/issue/1", 404) == ""
    assert advice("https://jira.example.com", "GET /rest/api/3/myself", 401) == ""


def test_a_url_where_no_jira_is() -> None:
    """The path before Jira's own is easily forgotten on Data Center; an issue's address has it."""
    said = advice("https://example.com", "GET /rest/api/3/myself", 404)
    assert said.startswith("is https://example.com the site's address?")


@pytest.mark.parametrize(("status", "said"), [(401, True), (403, True), (404, False), (400, False)])
def test_scopes_are_spoken_of_where_they_may_be_missing(status: int, said: bool) -> None:
    """A missing item has nothing to do with them."""
    assert bool(advice(GATEWAY, "PUT /rest/api/3/issue/1", status)) is said
    assert advice(GATEWAY, "GET /rest/api/3/serverInfo", status) == ""


def test_no_scope_is_named_where_no_page_names_one() -> None:
    """Administrators' webhooks are refused in the site's own words: which scope they take is not documented."""
    gateway = "https://api.atlassian.com/ex/jira/4711"
    assert advice(gateway, "POST /rest/webhooks/1.0/webhook", 403) == ""
    assert "write:jira-work" in advice(gateway, "POST /rest/api/3/issue", 403)
