"""Faults, and the cases that they make with the platforms, the scenarios and the lags of the search index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from faults.azure import AZURE_DEVOPS
from faults.jira import JIRA, JIRA_DATACENTER
from faults.scenarios import SCENARIOS, Platform, Scenario, Sent

__all__ = ["FAULTS", "LAGS", "LOCAL", "PLATFORMS", "Case", "Fault", "all_cases", "passes", "sample", "times"]

PLATFORMS = (JIRA, AZURE_DEVOPS, JIRA_DATACENTER)

LAGS = (0, 5, 60)
"""Seconds for which the platform's search may miss a write."""

LOCAL = ("journal", "record", "commit")
"""Beginnings of boundaries at which the state is written to, and nothing is sent."""


@dataclass(frozen=True)
class Fault:
    """A way to go wrong: the process is killed at a boundary, or a request meets something on the wire.

    Attributes:
        kill: a boundary of `hook/sitecustomize.py`.
        wire: what the sandbox does to the request, as its control interface takes it; an answer without a body is the
            platform's refusal.
        leaves: what is open afterwards: a write that arrived, one that did not, or none.
    """

    name: str
    kill: str = ""
    wire: Any = None
    when: str = "before"
    leaves: Literal["arrived", "lost", ""] = ""


FAULTS: dict[str, Fault] = {
    each.name: each
    for each in (
        Fault("killed before the journal's commit", kill="journal.before"),
        Fault("killed after the journal's commit", kill="journal.after", leaves="lost"),
        Fault("killed before the request", kill="send.before", leaves="lost"),
        Fault("killed before the answer", kill="send.after", leaves="arrived"),
        Fault("killed after the answer", kill="receive.after", leaves="arrived"),
        Fault("killed before the state's commit", kill="record.before", leaves="arrived"),
        Fault("killed after the state's commit", kill="record.after"),
        Fault("cut before", wire="cut", leaves="lost"),
        Fault("cut after", wire="cut", when="after", leaves="arrived"),
        Fault("truncated answer", wire="truncate", when="after", leaves="arrived"),
        Fault("429", wire={"status": 429, "headers": {"Retry-After": "5"}}),
        Fault("500 before", wire={"status": 500}, leaves="lost"),
        Fault("500 after", wire={"status": 500}, when="after", leaves="arrived"),
        Fault("503 before", wire={"status": 503, "body": "<html>away</html>"}, leaves="lost"),
        Fault("503 after", wire={"status": 503, "body": "<html>away</html>"}, when="after", leaves="arrived"),
        Fault("delivered twice", wire="duplicate"),
        Fault("hang before", wire={"hang": 45}, leaves="lost"),
        Fault("hang after", wire={"hang": 45}, when="after", leaves="arrived"),
    )
}


@dataclass(frozen=True)
class Case:
    """One platform, one scenario, one fault at the nth of its requests, one lag.

    Attributes:
        hurried: somebody applies straight afterwards, and waits for nothing.
    """

    platform: Platform
    scenario: Scenario
    fault: Fault
    lag: int
    nth: int = 1
    hurried: bool = False

    def __str__(self) -> str:
        then = ", applied straight after" if self.hurried else ""
        return (
            f"{self.platform.name}: {self.scenario.name}, {self.fault.name}, request {self.nth}, lag {self.lag} s{then}"
        )

    @property
    def sent(self) -> Sent:
        """How the write goes out."""
        return self.platform.writes[self.scenario.name]

    @property
    def after(self) -> str:
        """The items of the spec that is applied under the fault."""
        return self.scenario.after.replace("PLACE", self.platform.place)

    @property
    def times(self) -> int:
        """How often the platform carries the write out."""
        return times(self.sent, self.fault)


def times(sent: Sent, fault: Fault) -> int:
    """How often a platform carries a write out under a fault.

    Nothing in a create, or in a comment of Jira's, tells the platform that it has it already. Where the network
    delivers one twice, there are two, and no client can prevent it. The second stays: an item or a comment of which
    nobody can tell whether people use it by now is not ours to delete.
    """
    return 2 if sent.adds and fault.wire == "duplicate" else 1


def all_cases() -> Iterator[Case]:
    """Every scenario under every fault, at each of its requests, with every lag; then the hurried ones."""
    for platform, fault, lag in product(PLATFORMS, FAULTS.values(), LAGS):
        for name, sent in platform.writes.items():
            for nth in range(1, passes(sent, fault) + 1) if not (sent.clashes and fault.wire == "duplicate") else ():
                yield Case(platform, SCENARIOS[name], fault, lag, nth)
    yield from _hurried()


def passes(sent: Sent, fault: Fault) -> int:
    """How many passings of its boundary, or how many requests, a fault can strike."""
    return sent.commits if fault.kill.startswith(LOCAL) else sent.requests


def _hurried() -> Iterator[Case]:
    """Each create that a fault leaves open, while the search misses it for longest, and an apply straight after."""
    for platform, fault in product(PLATFORMS, FAULTS.values()):
        for nth in range(1, passes(platform.writes["create"], fault) + 1) if fault.leaves else ():
            yield Case(platform, SCENARIOS["create"], fault, max(LAGS), nth, hurried=True)


def sample() -> list[Case]:
    """A few of all: each scenario and each fault, with platforms, lags and requests in turn; then, on each platform, a
    create that is open when somebody applies straight afterwards.
    """
    chosen = []
    scenarios, faults = list(SCENARIOS.values()), list(FAULTS.values())
    for number in range(max(len(scenarios), len(faults))):
        scenario, fault = scenarios[number % len(scenarios)], faults[number % len(faults)]
        turn = number % len(PLATFORMS)
        platform = next(each for each in PLATFORMS[turn:] + PLATFORMS[:turn] if scenario.name in each.writes)
        nth = 1 + number % passes(platform.writes[scenario.name], fault)
        chosen.append(Case(platform, scenario, fault, LAGS[number // 2 % len(LAGS)], nth))
    for number, name in enumerate(("killed before the answer", "cut before", "hang after")):
        chosen.append(
            Case(PLATFORMS[number], SCENARIOS["create"], FAULTS[name], max(LAGS), 1 + number % 2, hurried=True)
        )
    return chosen
