"""Jira's table of behaviours, replayed by plain HTTP on the sandbox and on a live site."""

from __future__ import annotations

import pytest
from reconciler_jira_sandbox.behaviour import RULES
from sites.jira_probes import PROBES, Jira
from sites.targets import Target

SANDBOXES = ("jira",)
BY_NAME = {each.name: each for each in RULES}


@pytest.mark.parametrize("rule", PROBES)
def test_the_site_behaves_by_the_rule(target: Target, rule: str) -> None:
    """What the sandbox promises to do as Jira does, the site does."""
    if target.ask("GET", "/rest/api/2/serverInfo").json().get("deploymentType") == "Server":
        pytest.skip("the table is Jira Cloud's, and this is Data Center")
    known = BY_NAME[rule]
    try:
        PROBES[rule](Jira(target))
    except AssertionError as problem:
        said = f"{known.text} ({known.certainty}, FACTS {known.fact})"
        raise AssertionError(f"{said}\n{problem}") from problem
