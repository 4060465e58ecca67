"""Azure DevOps's table of behaviours, replayed by plain HTTP on the sandbox and on a live site."""

from __future__ import annotations

import pytest
from reconciler_azure_devops_sandbox.behaviour import RULES
from sites.azure_probes import PROBES, Azure
from sites.targets import Target

SANDBOXES = ("azure_devops",)
BY_NAME = {each.name: each for each in RULES}


@pytest.mark.parametrize("rule", PROBES)
def test_the_site_behaves_by_the_rule(target: Target, rule: str) -> None:
    """What the sandbox promises to do as Azure DevOps does, the site does."""
    known = BY_NAME[rule]
    try:
        PROBES[rule](Azure(target))
    except AssertionError as problem:
        said = f"{known.text} ({known.certainty}, FACTS {known.fact})"
        raise AssertionError(f"{said}\n{problem}") from problem
