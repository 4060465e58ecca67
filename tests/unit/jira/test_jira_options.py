"""A provider's options: their values are checked before anything is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from reconciler_jira import JiraPlugin

from reconciler.sdk import BadValue, DevOpsIntegrationPlugin


def test_the_defaults(canned: SimpleNamespace) -> None:
    """30 seconds for an answer; all else is in the metadata, in one sentence each."""
    assert JiraPlugin.validate_config(canned.config()) == ()
    assert JiraPlugin.request_timeout(canned.config()) == 30.0
    assert DevOpsIntegrationPlugin.request_timeout(canned.config()) == 30.0
    assert set(JiraPlugin.metadata().options) == {
        "marker", "marker_field", "marker_address", "create", "request_timeout", "index_lag",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"marker": "tag"}, "marker can't be 'tag'"),
        ({"marker_address": "no"}, "marker_address can't be 'no'"),
        ({"request_timeout": 0}, "request_timeout can't be 0"),
        ({"request_timeout": "30"}, "request_timeout can't be '30'"),
        ({"index_lag": True}, "index_lag can't be True"),
        ({"index_lag": float("inf")}, "index_lag can't be inf"),
        ({"marker": "field"}, "need each other"),
        ({"marker_field": "Sector"}, "need each other"),
        ({"marker": "field", "marker_field": 7}, "marker_field can't be 7"),
        ({"create": ["area"]}, "create can't be ['area']"),
        ({"create": "sprint"}, "create can't be 'sprint'"),
        ({"markers": "label"}, "has no option 'markers'"),
    ],
)
def test_a_wrong_option_is_explained(canned: SimpleNamespace, options: dict[str, object], said: str) -> None:
    """With what it takes."""
    (problem,) = JiraPlugin.validate_config(canned.config(options=options))
    assert said in problem.summary
    assert problem.hint


def test_times_are_the_sites_own(canned: SimpleNamespace, jira: Any, plugin_of: Callable[..., Any]) -> None:
    """The timeout is the session's, the lag a capability."""
    config = canned.config(options={"request_timeout": 12.5, "index_lag": 5})
    assert JiraPlugin.request_timeout(config) == 12.5
    site = plugin_of(jira, config).provider.describe_site(())
    assert site.capabilities.lag == timedelta(seconds=5)


@pytest.mark.parametrize(("named", "said"), [("Sectro", "no field is called"), ("Investment amount", "can't hold")])
def test_a_field_that_can_hold_no_marker_is_an_error(
    canned: SimpleNamespace, jira: Any, plugin_of: Callable[..., Any], named: str, said: str
) -> None:
    """There has to be one, and it has to be a custom field of one line of text."""
    jira.on("GET", "/field", [{**each, "id": each["fieldId"]} for each in canned.SCREEN])
    config = canned.config(options={"marker": "field", "marker_field": named})
    with pytest.raises(BadValue, match=said):
        plugin_of(jira, config).provider.describe_site(())


def test_the_markers_field_is_no_specs(canned: SimpleNamespace, jira: Any, plugin_of: Callable[..., Any]) -> None:
    """It is known, and can't be set."""
    jira.on("GET", "/field", [{**each, "id": each["fieldId"]} for each in canned.SCREEN])
    config = canned.config(options={"marker": "field", "marker_field": "Sector"})
    site = plugin_of(jira, config).provider.describe_site(("Task",))
    info = site.types["101"].fields["customfield_4"]
    assert info.writable == frozenset()
    assert "markers" in info.why
