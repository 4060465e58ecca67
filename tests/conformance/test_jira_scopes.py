"""The scopes that messages name, held against the vendor's OpenAPI file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_judge import api_dir
from reconciler_jira.scopes import scopes_for

_REQUESTS = [
    "GET /myself",
    "GET /serverInfo",
    "GET /project/{projectIdOrKey}",
    "GET /project/search",
    "GET /project/{projectIdOrKey}/statuses",
    "GET /status",
    "GET /mypermissions",
    "GET /issueLinkType",
    "GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
    "GET /field",
    "GET /user/bulk",
    "GET /user/search",
    "GET /group/bulk",
    "POST /issue/bulkfetch",
    "GET /issue/{issueIdOrKey}",
    "POST /search/jql",
    "POST /issue/bulk",
    "PUT /issue/{issueIdOrKey}",
    "DELETE /issue/{issueIdOrKey}",
    "GET /issue/{issueIdOrKey}/editmeta",
    "GET /issue/{issueIdOrKey}/transitions",
    "POST /issue/{issueIdOrKey}/transitions",
    "POST /workflows",
    "POST /issueLink",
    "DELETE /issueLink/{linkId}",
    "GET /issue/{issueIdOrKey}/remotelink",
    "POST /issue/{issueIdOrKey}/remotelink",
    "GET /issue/{issueIdOrKey}/watchers",
    "POST /issue/{issueIdOrKey}/watchers",
    "GET /issue/{issueIdOrKey}/comment",
    "POST /issue/{issueIdOrKey}/comment",
    "POST /comment/list",
    "PUT /issue/{issueIdOrKey}/properties/{propertyKey}",
    "DELETE /issue/{issueIdOrKey}/properties/{propertyKey}",
    "POST /issue/properties/multi",
    "GET /task/{taskId}",
    "POST /changelog/bulkfetch",
    "POST /component",
    "POST /version",
]


@cache
def _paths(folder: Path) -> dict[str, Any]:
    text = (folder / "jira-platform-v3.openapi.json").read_text(encoding="utf-8")
    paths: dict[str, Any] = json.loads(text)["paths"]
    return paths


@pytest.mark.parametrize("request_", _REQUESTS)
def test_a_scope_is_the_vendors(request_: str) -> None:
    """What a message says that a token needs is the classic scope that the operation's security names."""
    folder = api_dir()
    if folder is None:
        pytest.skip("the vendor's OpenAPI files are absent: set VENDOR_API_DIR")
    method, path = request_.split()
    security = _paths(folder)[f"/rest/api/3{path}"][method.lower()]["security"]
    (scopes,) = [each["OAuth2"] for each in security if "OAuth2" in each]
    assert set(scopes_for(f"{method} /rest/api/3{path}")) == set(scopes)
