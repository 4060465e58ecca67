"""Azure DevOps' sandbox: signing in, versions, paths; and the table of rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from asgi_client import Asker
from azure_organisation import Organisation, field
from reconciler_azure_devops_sandbox.behaviour import RULES

ITEM = "/sandbox/_apis/wit/workitems/1?api-version=7.1"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_test(azure: Organisation, rule: Any) -> None:
    """Each row of the table is proved by the test of its name, and its knob exists."""
    tests = "\n".join(each.read_text() for each in Path(__file__).parent.glob("test_ado_sandbox_*.py"))
    assert re.search(rf"^def test_{rule.name}\(", tests, re.MULTILINE)
    assert not rule.knob or rule.knob in azure.platform.knobs()
    assert rule.fact[0] in "BF"


def _asker(azure: Organisation, authorization: bytes | None) -> Asker:
    asker = Asker(azure.platform.application, "/azure")
    if authorization:
        asker._headers.append((b"authorization", authorization))
    return asker


def test_any_user_with_the_token_signs_in(azure: Organisation) -> None:
    """The user name is not looked at; a bearer token is taken too."""
    azure.make()
    assert Asker(azure.platform.application, "/azure", ("", "sandbox")).get(ITEM).status == 200
    assert _asker(azure, b"Bearer sandbox").get(ITEM).status == 200


@pytest.mark.parametrize("authorization", [None, b"Basic !", b"Basic b25l", b"Bearer guess", b"Digest x"])
def test_strangers_get_a_page(azure: Organisation, authorization: bytes | None) -> None:
    """203 with HTML, or 302 with a place to go; never the item, and not a word about what is there."""
    azure.make()
    stranger = _asker(azure, authorization)
    page = stranger.get(ITEM)
    assert (page.status, page.headers["content-type"]) == (203, "text/html; charset=utf-8")
    assert stranger.get(ITEM.replace("_apis", "NOPE/_apis")).status == 203
    assert stranger.post("/sandbox/INVEST/_apis/wit/wiql?api-version=7.1", {"query": "x"}).status == 203
    azure.turn(sign_in="redirect")
    moved = stranger.get(ITEM)
    assert (moved.status, moved.headers["location"]) == (302, "http://127.0.0.1:1/azure/_signin")


def test_strangers_may_not_patch(azure: Organisation) -> None:
    """401 in JSON, with the platform's code, and the item stays as it was."""
    item = azure.make()
    refused = azure.stranger.patch(ITEM, [field("Title", "Mine")])
    assert (refused.status, refused.json["typeKey"]) == (401, "UnauthorizedRequestException")
    assert refused.json["message"].startswith("TF400813")
    assert azure.value(item, "Title") == "Title"


def test_api_version_is_mandatory(azure: Organisation) -> None:
    """Without it 400; the Accept header names it too, and the query wins."""
    azure.make()
    path = "/sandbox/_apis/wit/workitems/1"
    refused = azure.client.get(path)
    assert (refused.status, refused.json["typeKey"]) == (400, "VssVersionNotSpecifiedException")
    azure.client._headers.append((b"accept", b"application/json;api-version=7.1"))
    assert azure.client.get(path).status == 200
    assert azure.client.get(f"{path}?api-version=99").status == 400


@pytest.mark.parametrize(
    ("version", "key"),
    [("7.2", "VssInvalidPreviewVersionException"), ("7.3", "VssVersionOutOfRangeException"),
     ("new", "VssVersionOutOfRangeException"), ("7.2-preview.3", None), ("5.0", None), ("7.1-preview", None)],
)  # fmt: skip
def test_previews_are_named(azure: Organisation, version: str, key: str | None) -> None:
    """7.2 is a preview; what is later does not exist; what is earlier still works."""
    azure.make()
    answer = azure.client.get(f"/sandbox/_apis/wit/workitems/1?api-version={version}")
    assert (answer.status, answer.json.get("typeKey")) == ((400, key) if key else (200, None))


@pytest.mark.parametrize(
    "path",
    ["/sandbox/_APIS/WIT/workItems/1", "/Sandbox/invest/_apis/wit/WORKITEMS/1",
     "/sandbox/1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40001/_apis/wit/workitems/1"],
)  # fmt: skip
def test_paths_ignore_case(azure: Organisation, path: str) -> None:
    """Organisation, project and resource are found in any case, and the project by its id."""
    azure.make()
    assert azure.client.get(f"{path}?API-Version=7.1").json["id"] == 1
    for sign in ("$", "%24"):
        made = azure.ask("POST", f"/INVEST/_apis/wit/workitems/{sign}user%20story", [field("Title", "S")])
        assert made.json["fields"]["System.WorkItemType"] == "User Story"


def test_unknown_places_are_told_apart(azure: Organisation) -> None:
    """A missing project has an error of its own; a missing route has another, without JSON where the project is not."""
    missing = azure.get("/NOPE/_apis/wit/workitems/1")
    assert (missing.status, missing.json["typeKey"]) == (404, "ProjectDoesNotExistWithNameException")
    assert missing.json["message"].startswith("TF200016: The following project does not exist: NOPE.")
    assert set(missing.json) == {"$id", "innerException", "message", "typeName", "typeKey", "errorCode", "eventId"}
    plain = azure.get("/NOPE/_apis/wit/nothing")
    assert (plain.status, plain.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert azure.get("/INVEST/_apis/wit/nothing").json["typeKey"] == "HttpException"
    assert azure.ask("PUT", "workitems/1").status == 405
    assert azure.client.get("/elsewhere/_apis/wit/workitems/1?api-version=7.1").status == 404
    assert azure.get("/INVEST/boards").status == 404


def test_a_body_has_its_type(azure: Organisation) -> None:
    """A patch is application/json-patch+json, all else JSON; anything else is 415, and what does not parse 400."""
    asker = Asker(azure.platform.application, "/azure", ("x", "sandbox"))
    refused = asker.ask("PATCH", ITEM, [field("Title", "x")])
    assert (refused.status, refused.json["typeKey"]) == (415, "VssRequestContentTypeNotSupportedException")
    assert asker.post("/sandbox/_apis/wit/workitemsbatch?api-version=7.1", b"{").status == 400
    assert asker.post("/sandbox/_apis/wit/workitemsbatch?api-version=7.1").status == 400


def test_a_limited_budget_is_told(azure: Organisation) -> None:
    """The budget's headers come with each answer; beyond it a request is refused and has no effect."""
    azure.make()
    azure.turn(usage_limit={"limit": 1, "per_seconds": 300})
    first = azure.get("workitems/1")
    assert (first.status, "x-ratelimit-remaining" in first.headers) == (200, True)
    statuses = [azure.patch(1, field("Title", str(number))).status for number in range(4)]
    assert statuses[-1] == 429
    azure.turn(usage_limit=None)
    assert azure.value(1, "Title") in ("Title", "0", "1")
