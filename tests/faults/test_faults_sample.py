"""A sample of the crash suite; `make chaos` runs it all."""

from __future__ import annotations

import pytest
from faults.cases import FAULTS, LAGS, Case, all_cases, sample
from faults.running import run_case
from faults.scenarios import SCENARIOS


@pytest.mark.parametrize("case", sample(), ids=str)
def test_no_fault_loses_doubles_or_overwrites(case: Case) -> None:
    """After a fault and one more apply, each address has one item, people's edits stand, and the plan is empty."""
    assert run_case(case).problems == ()


def test_the_sample_holds_each_platform_scenario_fault_and_lag() -> None:
    """The sample leaves out no platform, scenario, fault or lag, and holds nothing that the whole suite does not."""
    chosen = {str(each) for each in sample()}
    assert {each.scenario.name for each in sample()} == SCENARIOS.keys()
    assert {each.fault.name for each in sample()} == FAULTS.keys()
    assert {each.lag for each in sample()} == set(LAGS)
    assert {each.platform.name for each in sample()} == {"jira", "azure_devops", "jira_datacenter"}
    assert chosen <= {str(each) for each in all_cases()}
