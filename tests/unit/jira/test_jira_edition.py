"""Which Jira a site is, whatever it answers with."""

from __future__ import annotations

import httpx
import pytest
from reconciler_jira.cloud import Cloud
from reconciler_jira.data_center import DataCenter
from reconciler_jira.edition import connect

from reconciler.sdk import UnreachableError

INFO = "/rest/api/2/serverInfo"
PAGE = httpx.Response(200, text="<html>Sign in</html>", headers={"content-type": "text/html"})
SERVER = {"deploymentType": "Server", "baseUrl": "https://jira.fund.example/jira/", "versionNumbers": [9, 12, 4]}


def test_a_site_that_tells_its_cloud_id_is_cloud(jira, plugin):
    """One request, which a description of the site would need anyway."""
    client = connect(plugin.session)
    assert isinstance(client, Cloud)
    assert client.site_id == "cloud-1"
    assert len(jira.requests) == 1


def test_the_gateway_is_cloud(jira, plugin_of, canned):
    """Its URL has the cloud id, and the site says where people see it."""
    jira.on("GET", "/ex/jira/cloud-9/rest/api/3/serverInfo", {"baseUrl": "https://fund.example"})
    client = connect(plugin_of(jira, canned.config("https://api.atlassian.com/ex/jira/cloud-9")).session)
    assert isinstance(client, Cloud)
    assert (client.site_id, client.site_url) == ("cloud-9", "https://fund.example")
    assert len(jira.requests) == 1


@pytest.mark.parametrize("answer", [(404, {}), (401, {}), (403, {}), PAGE, {}, [], {"cloudId": None}])
def test_any_other_site_is_asked_what_it_is(jira, plugin, answer):
    """Whatever a server or a proxy before it makes of a path that only Cloud has."""
    jira.on("GET", "/_edge/tenant_info", answer).on("GET", INFO, SERVER)
    client = connect(plugin.session)
    assert isinstance(client, DataCenter)
    assert client.site_id == "jira.fund.example/jira"


@pytest.mark.parametrize(
    ("info", "edition"),
    [
        ({"deploymentType": "Server"}, DataCenter),
        ({"deploymentType": "Data Center"}, DataCenter),
        ({"deploymentType": "Cloud", "versionNumbers": [1001, 0, 0]}, Cloud),
        ({"deploymentType": None, "versionNumbers": [8, 20, 1]}, DataCenter),
        ({"versionNumbers": [10, 3, 0]}, DataCenter),
        ({"versionNumbers": [1001, 0, 0]}, Cloud),
        ({"versionNumbers": []}, Cloud),
        ({"versionNumbers": None}, Cloud),
        ({}, Cloud),
        ((404, {}), Cloud),
    ],
)
def test_the_kind_decides_and_else_the_version(jira, plugin, info, edition):
    """Cloud's major version is beyond a thousand; a site that says nothing is taken for Cloud."""
    jira.on("GET", "/_edge/tenant_info", (404, {})).on("GET", INFO, info)
    assert type(connect(plugin.session)) is edition


def test_cloud_that_can_not_tell_its_id_now_is_not_called_otherwise(jira, plugin):
    """Another name for the same site would look like another site."""
    jira.on("GET", "/_edge/tenant_info", (503, {})).on("GET", INFO, {"deploymentType": "Cloud"})
    with pytest.raises(UnreachableError):
        connect(plugin.session)


def test_a_server_that_fails_at_a_strange_path_is_a_server(jira, plugin):
    """It is known by its own name in any case."""
    jira.on("GET", "/_edge/tenant_info", (500, {})).on("GET", INFO, SERVER)
    assert isinstance(connect(plugin.session), DataCenter)


def test_cloud_without_an_id_goes_by_its_host(jira, plugin):
    """As its base URL says."""
    jira.on("GET", "/_edge/tenant_info", (404, {})).on("GET", INFO, {"deploymentType": "Cloud"})
    jira.on("GET", "/serverInfo", {"baseUrl": "https://fund.example/"})
    assert connect(plugin.session).site_id == "fund.example"
