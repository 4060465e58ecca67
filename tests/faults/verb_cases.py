"""Each verb that is safe to repeat, under each fault: cut off and repeated, it did what it does in peace."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from acceptance.harness import Site
from faults.cases import FAULTS, LOCAL, PLATFORMS, Fault, passes, times
from faults.running import PATIENCE, Verdict, strike, unlike
from faults.scenarios import Platform, Sent
from faults.verb import Stage, Verb
from faults.verbs import VERBS
from faults.workspace import FaultWorkspace

from reconciler.sandbox.serving import running

__all__ = ["VerbCase", "all_verb_cases", "run_verb_case", "verb_sample"]

_LAG = 20
"""Seconds for which the platform's search may miss a write."""

_SECRETS = {"JIRA_WEBHOOK_SECRET": "s3cret", "AZURE_DEVOPS_WEBHOOK_SECRET": "s3cret"}

_STRIDE = 19
"""From one case of the sample to the next: it meets each platform, and as many faults as there is room for."""

_COMMITS = (
    Fault("killed before a commit", kill="commit.before"),
    Fault("killed within a commit", kill="commit.within"),
    Fault("killed after a commit", kill="commit.after"),
)


@dataclass(frozen=True)
class VerbCase:
    """One platform, one verb, one fault at the nth of its requests, or of its writes into the state."""

    platform: Platform
    verb: Verb
    fault: Fault
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.platform.name}: {self.verb.name}, {self.fault.name}, request {self.nth}"

    @property
    def sent(self) -> Sent:
        """How its writes go out."""
        return self.verb.sent[self.platform.name]


def all_verb_cases() -> Iterator[VerbCase]:
    """Each verb on each platform that has it, under each fault that can meet it, at each of its requests."""
    for platform, verb in product(PLATFORMS, VERBS.values()):
        sent = verb.sent.get(platform.name)
        for fault in _faults(verb) if sent else ():
            for nth in range(1, passes(sent, fault) + 1):
                yield VerbCase(platform, verb, fault, nth)


def _faults(verb: Verb) -> tuple[Fault, ...]:
    if verb.local:
        return _COMMITS
    return tuple(each for each in FAULTS.values() if verb.journals or not each.kill.startswith(LOCAL))


def verb_sample() -> list[VerbCase]:
    """A few of all: each verb once, those that journal what they send twice, with platforms and faults in turn."""
    turns = [verb for verb in VERBS.values() for _ in range(2 if verb.journals else 1)]
    chosen = []
    for number, verb in enumerate(turns):
        cases = [each for each in all_verb_cases() if each.verb is verb]
        chosen.append(cases[(1 + number * _STRIDE) % len(cases)])
    return chosen


def run_verb_case(case: VerbCase) -> Verdict:
    """Run it from an empty sandbox to its verdict."""
    platform = case.platform
    with running(knobs=platform.knobs) as endpoints, tempfile.TemporaryDirectory() as folder:
        site = Site(endpoints, platform.sandbox or platform.name, platform.api)
        site.turn(lag=_LAG, denied=[])
        workspace = FaultWorkspace.on(site, Path(folder), platform.head)
        workspace.settings |= _SECRETS
        return Verdict(str(case), wrong=tuple(_run(case, Stage(platform, site, workspace))))


def _run(case: VerbCase, stage: Stage) -> list[str]:
    """What is wrong after the verb was struck and repeated, and after it was done once more."""
    verb, carried_out = case.verb, times(case.sent, case.fault)
    verb.prepare(stage)
    command = verb.arguments(stage)
    struck = strike(case.fault, case.sent, case.nth, stage.platform, stage.site, stage.workspace, command)
    wrong = [*unlike(case.fault, struck, stage.site), *verb.meanwhile(stage)]
    ends = {0, 1} if verb.spent else {0}
    left = 0 if struck.code == 0 else PATIENCE
    while left:
        repeated = stage.workspace.run(*command)
        left = 0 if repeated.code in ends else left - 1
        if not left and repeated.code not in ends:
            wrong.append(f"repeated, it ended with {repeated.code}: {repeated.text}")
    wrong += (f"repeated: {each}" for each in verb.wrong(stage, 1, carried_out))
    more = stage.workspace.run(*command)
    if more.code not in ends:
        wrong.append(f"once more, it ended with {more.code}: {more.text}")
    return [*wrong, *(f"once more: {each}" for each in verb.wrong(stage, 2, carried_out))]
