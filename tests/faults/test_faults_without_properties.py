"""A sample of the crash suite on a Jira Data Center that refuses entity properties, or their writes: labels prove."""

from __future__ import annotations

from dataclasses import replace

import pytest
from faults.cases import FAULTS, Case
from faults.jira import JIRA_DATACENTER
from faults.running import run_case
from faults.scenarios import SCENARIOS, Sent

_EDIT = Sent("PUT", r"/issue/\d+$")
REFUSED = replace(
    JIRA_DATACENTER,
    name="jira_datacenter_without_properties",
    knobs={**JIRA_DATACENTER.knobs, "datacenter_properties": "404"},
    writes=JIRA_DATACENTER.writes | {"move": _EDIT, "placed": Sent("POST", "/issue/bulk$", adds=True)},
)
"""A marker is written by an edit of the labels; no first item goes alone where the site has others."""
SHOWN = replace(
    JIRA_DATACENTER,
    name="jira_datacenter_properties_shown",
    knobs={**JIRA_DATACENTER.knobs, "datacenter_properties": "read_only", "datacenter_creation": "drops_properties"},
    writes=JIRA_DATACENTER.writes | {"move": _EDIT},
)
"""The first refusal of a run is found out by a write, and what is written then is labels."""


def _case(scenario: str, fault: str, lag: int = 5, nth: int = 1, *, hurried: bool = False) -> Case:
    return Case(REFUSED, SCENARIOS[scenario], FAULTS[fault], lag, nth, hurried)


def _shown(scenario: str, fault: str, lag: int = 5, nth: int = 1, *, hurried: bool = False) -> Case:
    return replace(_case(scenario, fault, lag, nth, hurried=hurried), platform=SHOWN)


@pytest.mark.parametrize(
    "case",
    [
        _case("create", "killed before the answer", nth=1),
        _case("create", "cut after", 60, nth=2, hurried=True),
        _case("create", "cut before", 60, nth=1, hurried=True),
        _case("create", "killed before the state's commit", nth=2),
        _case("update", "hang after"),
        _case("comment", "cut after", 0),
        _case("adopt", "killed after the answer", 60),
        _case("move", "truncated answer"),
        _case("marker_repair", "killed before the request", 0, nth=2),
        _shown("create", "killed before the answer", nth=2),
        _shown("create", "cut after", 60, nth=1, hurried=True),
        _shown("create", "killed after the answer", nth=1),
        _shown("adopt", "killed before the request", 60),
        _shown("move", "cut after", 0),
        _shown("move", "killed before the answer"),
        _shown("marker_repair", "killed after the answer", 0, nth=2),
    ],
    ids=str,
)
def test_no_fault_loses_doubles_or_overwrites(case: Case) -> None:
    """After a fault and one more apply, each address has one item, people's edits stand, and the plan is empty."""
    assert run_case(case).problems == ()
