"""Requests as Azure DevOps wants them."""

from __future__ import annotations

import json

import httpx
import pytest
from azure_canned import listed, refused
from reconciler_azure_devops.client import Client

from reconciler.sdk import UnknownOutcome, UnreachableError, ValidationError

PATCH = [{"op": "add", "path": "/fields/System.Title", "value": "x"}]


@pytest.fixture
def client(plugin) -> Client:
    return Client(plugin.session)


def test_each_request_names_the_version_of_the_api(azure, client):
    """Without it the site refuses (FACTS B1)."""
    azure.on("GET", "/_apis/wit/workitems/5", {"id": 5})
    client.item("5")
    assert azure.requests[-1].url.params["api-version"] == "7.1"


def test_a_site_of_markdown_is_asked_in_the_version_that_knows_it(azure, plugin):
    """Formats of texts are in 7.2 alone (FACTS B8)."""
    azure.on("GET", "/_apis/wit/workitems/5", {"id": 5}).on("POST", "/_apis/wit/workitemsbatch", listed())
    client = Client(plugin.session, markdown=True)
    client.item("5")
    client.items(["5"])
    assert [each.url.params["api-version"] for each in azure.requests] == ["7.2-preview.3", "7.2-preview.1"]


def test_a_creation_is_a_patch_of_its_type(azure, client):
    """The type's name is escaped in the path, after its dollar."""
    azure.on("POST", r"/Fund/_apis/wit/workitems/\$User Story", {"id": 5})
    assert client.create("Fund", "User Story", PATCH, "op") == {"id": 5}
    (request,) = azure.requests
    assert request.url.raw_path.startswith(b"/fund/Fund/_apis/wit/workitems/$User%20Story?")
    assert request.headers["Content-Type"] == "application/json-patch+json"
    assert "suppressNotifications" not in request.url.params
    assert json.loads(request.content) == PATCH


def test_what_is_only_tried_is_a_read(azure, client, plugin):
    """It needs no right to write, and may be repeated."""
    azure.on("PATCH", "/_apis/wit/workitems/5", {"id": 5}).on("POST", r"/Fund/_apis/wit/workitems/\$Task", {"id": 0})
    client.tried_on("5", PATCH)
    client.tried("Fund", "Task", PATCH)
    assert [each.url.params["validateOnly"] for each in azure.requests] == ["true", "true"]
    assert dict(plugin.session.sent) == {"read": 2}


def test_updates_are_read_across_pages(azure, client):
    """200 at a time, until a page is short."""

    def answer(request):
        skip = int(request.url.params["$skip"])
        return listed(*({"id": each} for each in range(skip, min(skip + 200, 250))))

    azure.on("GET", "/_apis/wit/workItems/5/updates", answer)
    assert [each["id"] for each in client.updates("5")] == list(range(250))
    assert len(azure.requests) == 2


def test_comments_are_read_newest_first(azure, client):
    """In the version that has them."""
    azure.on("GET", "/Fund/_apis/wit/workItems/5/comments", {"comments": [{"id": 1}]})
    assert list(client.comments("Fund", "5")) == [{"id": 1}]
    assert azure.requests[-1].url.params["api-version"] == "7.1-preview.4"


def test_a_batch_carries_writes_with_their_own_headers(azure, client):
    """And gives an answer for each, in order (FACTS B3)."""
    azure.on("PATCH", r"/_apis/wit/\$batch", listed({"code": 200, "body": "{}"}))
    write = client.batched("PATCH", "/_apis/wit/workitems/5", PATCH)
    assert client.batch([write], ["op"]) == [{"code": 200, "body": "{}"}]
    assert azure.bodies("PATCH", r"/_apis/wit/\$batch") == [
        [
            {
                "method": "PATCH",
                "uri": "/_apis/wit/workitems/5?api-version=7.1",
                "headers": {"Content-Type": "application/json-patch+json"},
                "body": PATCH,
            }
        ]
    ]


def test_items_go_into_the_recycle_bin_and_out_of_it(azure, client):
    """Never past it: nothing is destroyed (FACTS B9)."""
    azure.on("DELETE", "/_apis/wit/workitems/5", {"id": 5}).on("PATCH", "/Fund/_apis/wit/recyclebin/5", {"id": 5})
    client.remove("5", "op")
    client.restore("Fund", "5", "op")
    removed, restored = azure.requests
    assert "destroy" not in removed.url.params
    assert json.loads(restored.content) == {"isDeleted": False}


def test_areas_are_made_below_their_parents(azure, client):
    """Each name is escaped in the path."""
    azure.on("POST", "/Fund/_apis/wit/classificationnodes/areas/Legal/EU & UK", {"name": "x"})
    assert client.add_node("Fund", "areas", ("Legal", "EU & UK"), "x") == {"name": "x"}


def test_relations_name_items_by_the_sites_own_url(client):
    """Whatever its host is (FACTS B1)."""
    assert client.item_url("5") == "https://azure.example/fund/_apis/wit/workItems/5"


def test_a_mistake_that_is_answered_with_500_is_no_outage(azure, client, plugin):
    """A macro without its team is told by its code: asked once, the site's words are an error of the query."""
    text = "VS402612: The macro '@CurrentIteration' is not supported without a team context."
    azure.on("POST", "/Fund/_apis/wit/wiql", httpx.Response(500, json=refused(text)))
    with pytest.raises(ValidationError) as raised:
        client.query("SELECT [System.Id] FROM WorkItems WHERE [System.IterationPath] = @CurrentIteration", "Fund")
    assert (raised.value.detail, raised.value.hint) == (text, "")
    assert dict(plugin.session.sent) == {"read": 1}


def test_any_other_500_of_a_query_is_asked_again(azure, client, plugin):
    """A site that fails may answer the next time; what stays is an outage."""
    broken = httpx.Response(500, json=refused("VS402999: Something broke; not VS402612"))
    azure.on("POST", "/Fund/_apis/wit/wiql", broken)
    with pytest.raises(UnreachableError):
        client.query("SELECT [System.Id] FROM WorkItems", "Fund")
    assert dict(plugin.session.sent) == {"read": 5}


def test_no_500_says_that_a_creation_was_not_made(azure, client, plugin):
    """A write that is answered with 500 stays unknown, whatever the text, and is not sent again."""
    azure.on("POST", r"/Fund/_apis/wit/workitems/\$Task", httpx.Response(500, json=refused("VS402612: The macro")))
    with pytest.raises(UnknownOutcome):
        client.create("Fund", "Task", PATCH, "op")
    assert dict(plugin.session.sent) == {"once": 1}
