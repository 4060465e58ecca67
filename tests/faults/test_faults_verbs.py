"""A sample of the verbs' crash suite: each verb that is safe to repeat, cut off and repeated."""

from __future__ import annotations

import pytest
from faults.verb_cases import VerbCase, all_verb_cases, run_verb_case, verb_sample
from faults.verbs import VERBS


@pytest.mark.parametrize("case", verb_sample(), ids=str)
def test_a_verb_that_is_cut_off_and_repeated_did_it_once(case: VerbCase) -> None:
    """Killed at any boundary, or with its request lost on the wire, and run again, it leaves what one run in peace
    does: each webhook once, one link, one item with a comment that counts exactly, a whole state. Run once more, it
    adds nothing, or counts one report more.
    """
    assert run_verb_case(case).problems == ()


def test_the_sample_holds_each_verb() -> None:
    """The sample leaves out no verb and no platform, and holds nothing that the whole suite does not."""
    chosen = {str(each) for each in verb_sample()}
    assert {each.verb.name for each in verb_sample()} == VERBS.keys()
    assert {each.platform.name for each in verb_sample()} == {"jira", "azure_devops", "jira_datacenter"}
    assert chosen <= {str(each) for each in all_verb_cases()}
    assert len(chosen) == len(verb_sample())
