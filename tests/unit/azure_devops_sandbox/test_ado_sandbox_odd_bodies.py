"""Whatever is sent, the sandbox answers: an odd body is refused, never a failure of the sandbox itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azure_site import AzureSite
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops_sandbox.application import routes

NAMES = ("id", "ids", "name", "text", "query", "attributes", "startDate", "method", "uri", "headers", "body", "op",
         "path", "value", "rel", "url", "isDeleted", "artifactUris", "fields", "$expand", "publisherId", "eventType",
         "publisherInputs", "consumerInputs")  # fmt: skip
WORDS = ("", "PATCH", "add", "test", "/fields/System.Title", "/relations/-", "/rev", "tfs", "2026-01-01", "\u00e9")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 9)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(WORDS)
)
BODIES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
)
WRITING = sorted({(each.method, each.path) for each in routes() if each.method in ("POST", "PATCH", "PUT")})
VALUES = {"structureGroup": "Areas", "path": "Tech", "type": "Task"}


@pytest.fixture(scope="module")
def site() -> AzureSite:
    site = AzureSite()
    site.make()
    return site


@given(body=BODIES)
@pytest.mark.parametrize(("method", "path"), WRITING)
def test_an_odd_body_is_answered(site: AzureSite, method: str, path: str, body: Any) -> None:
    """Each writing endpoint answers any JSON with less than 500."""
    filled = re.sub(r"\{(\w+)(?:\.\.\.)?\}", lambda found: VALUES.get(found[1], "1"), path)
    answer = site.ask(method, f"/INVEST/_apis/{filled}", body, version="7.1-preview.4")
    if answer.status == 404:
        answer = site.ask(method, f"/_apis/{filled}", body, version="7.1-preview.4")
    assert answer.status < 500
