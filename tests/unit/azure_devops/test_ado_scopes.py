"""Which scope a message names where Azure DevOps refuses a request."""

from __future__ import annotations

import json

import pytest
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_azure_devops.scopes import scope_for
from swagger_judge import api_dir

from reconciler.sdk import Credential, PluginConfig

READ, WRITE = "Work Items (Read)", "Work Items (Read & write)"
NAMES = {"vso.work": READ, "vso.work_write": WRITE}


def _advice(request: str, status: int, **options: object) -> str:
    config = PluginConfig("ado", "https://dev.azure.com/x", "P", Credential(None, "t"), options=options)
    return AzureDevOpsPlugin.advice(config, request, status)


@pytest.mark.parametrize(
    ("request_", "scope"),
    [
        ("GET /P/_apis/wit/workitemtypes", READ),
        ("POST /P/_apis/wit/wiql", READ),
        ("POST /_apis/wit/workitemsbatch", READ),
        ("PATCH /_apis/wit/workitems/1", WRITE),
        ("POST /P/_apis/wit/workitems/$Task", WRITE),
        ("PATCH /_apis/wit/$batch", WRITE),
        ("GET /P/_apis/git/repositories", "Code (Read)"),
        ("GET /_apis/projects/P", "Project and Team (Read)"),
        ("GET /_apis/connectionData", ""),
    ],
)
def test_a_request_has_its_scope(request_: str, scope: str) -> None:
    """By the name on the page where tokens are made."""
    assert scope_for(request_) == scope


def test_scopes_are_spoken_of_where_they_may_be_missing() -> None:
    """A token's, and not an application's; and not of an item that is not there."""
    for status in (401, 403):
        assert WRITE in _advice("PATCH /_apis/wit/workitems/1", status)
        assert _advice("PATCH /_apis/wit/workitems/1", status, sign_in="entra") == ""
    assert _advice("PATCH /_apis/wit/workitems/1", 404) == ""
    assert _advice("GET /_apis/connectionData", 401) == ""


def test_a_url_where_no_organisation_is() -> None:
    """Nobody is known there: the address may lack the collection, or go on to the project."""
    said = _advice("GET /_apis/connectionData", 404)
    assert said.startswith("is https://dev.azure.com/x the organisation's or collection's address?")


@pytest.mark.parametrize("file", ["ado-workItemTracking-7.1.json", "ado-work-7.1.json"])
def test_the_scopes_are_the_vendors(file: str) -> None:
    """Each operation of the vendor's file that is one of ours has the scope that its security names."""
    folder = api_dir()
    if folder is None:
        pytest.skip("the vendor's files are absent: set VENDOR_API_DIR")
    paths = json.loads((folder / file).read_text(encoding="utf-8"))["paths"]
    ours = ("/workitems/{id}", "/wiql", "/workitemsbatch", "/recyclebin/{id}", "/comments", "/updates", "/fields",
            "/workitemtypes", "/classificationnodes", "/backlogconfiguration")  # fmt: skip
    checked = 0
    for path, operations in paths.items():
        for method, operation in operations.items():
            if path.casefold().endswith(ours) and isinstance(operation, dict) and operation.get("security"):
                [[scope]] = [list(each.values()) for each in operation["security"]]
                where = path.partition("{organization}")[2]
                assert scope_for(f"{method.upper()} {where}") == NAMES[scope[0]], path
                checked += 1
    assert checked
