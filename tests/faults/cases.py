"""Faults, and the cases that they make with the platforms, the scenarios and the lags of the search index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from faults.azure import AZURE_DEVOPS
from faults.jira import JIRA, JIRA_DATACENTER
from faults.scenarios import SCENARIOS, Platform, Scenario, Sent

__all__ = ["FAULTS", "LAGS", "PLATFORMS", "Case", "Fault", "all_cases", "sample"]

PLATFORMS = (JIRA, AZURE_DEVOPS, JIRA_DATACENTER)

LAGS = (0, 5, 60)
"""Seconds for which the platform's search may miss a write."""


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
    def times(self) -> int:
        """How often the platform carries the write out.

        Nothing in a create, or in a comment of Jira's, tells the platform that it has it already. Where the network
        delivers one twice, there are two, and no client can prevent it. The second stays: an item or a comment of which
        nobody can tell whether people use it by now is not ours to delete.
        """
        return 2 if self.sent.adds and self.fault.name == "delivered twice" else 1


def all_cases() -> Iterator[Case]:
    """Every scenario under every fault, at each of its requests, with every lag; then the hurried ones."""
    for platform, fault, lag in product(PLATFORMS, FAULTS.values(), LAGS):
        for name, sent in platform.writes.items():
            for nth in range(1, _passes(sent, fault) + 1):
                yield Case(platform, SCENARIOS[name], fault, lag, nth)
    yield from _hurried()


def _passes(sent: Sent, fault: Fault) -> int:
    return sent.commits if fault.kill.startswith(("journal", "record")) else sent.requests


def _hurried() -> Iterator[Case]:
    """Each create that a fault leaves open, while the search misses it for longest, and an apply straight after."""
    for platform, fault in product(PLATFORMS, FAULTS.values()):
        for nth in range(1, _passes(platform.writes["create"], fault) + 1) if fault.leaves else ():
            yield Case(platform, SCENARIOS["create"], fault, max(LAGS), nth, hurried=True)


def sample() -> list[Case]:
    """A few of all: each scenario and each fault at least once, platforms, lags and requests in turn.

    One platform begins with the first scenario, one with the last, one in the middle: together they have all.
    """
    chosen = []
    for number, fault in enumerate(FAULTS.values()):
        turn, which = divmod(number, len(PLATFORMS))
        platform = PLATFORMS[which]
        names = list(platform.writes)
        names = (names, names[::-1], names[len(names) // 2 :])[which]
        sent = platform.writes[names[turn]]
        nth = 1 + number % _passes(sent, fault)
        chosen.append(Case(platform, SCENARIOS[names[turn]], fault, LAGS[number % len(LAGS)], nth))
    for which, platform in enumerate(PLATFORMS):
        for number, name in enumerate(("killed before the answer", "cut before", "hang after")):
            nth = 1 + (number + which) % 2
            chosen.append(Case(platform, SCENARIOS["create"], FAULTS[name], max(LAGS), nth, hurried=True))
        chosen.append(Case(platform, SCENARIOS["comment"], FAULTS["delivered twice"], 0))
    return chosen
