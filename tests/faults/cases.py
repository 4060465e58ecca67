"""Faults, and the cases that they make with the scenarios and the lags of the search index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from faults.scenarios import SCENARIOS, Scenario

__all__ = ["FAULTS", "LAGS", "Case", "Fault", "all_cases", "sample"]

LAGS = (0, 5, 60)
"""Seconds for which the platform's search may miss a write."""


@dataclass(frozen=True)
class Fault:
    """A way to go wrong: the process is killed at a boundary, or a request meets something on the wire.

    Attributes:
        kill: a boundary of `hook/sitecustomize.py`.
        wire: what the sandbox does to the request, as its control interface takes it.
    """

    name: str
    kill: str = ""
    wire: Any = None
    when: str = "before"


_REFUSED: dict[str, Any] = {"errorMessages": ["Not now."], "errors": {}}

FAULTS: dict[str, Fault] = {
    each.name: each
    for each in (
        Fault("killed before the journal's commit", kill="journal.before"),
        Fault("killed after the journal's commit", kill="journal.after"),
        Fault("killed before the request", kill="send.before"),
        Fault("killed before the answer", kill="send.after"),
        Fault("killed after the answer", kill="receive.after"),
        Fault("killed before the state's commit", kill="record.before"),
        Fault("killed after the state's commit", kill="record.after"),
        Fault("cut before", wire="cut"),
        Fault("cut after", wire="cut", when="after"),
        Fault("truncated answer", wire="truncate", when="after"),
        Fault("429", wire={"status": 429, "headers": {"Retry-After": "5"}, "body": _REFUSED}),
        Fault("500 before", wire={"status": 500, "body": _REFUSED}),
        Fault("500 after", wire={"status": 500, "body": _REFUSED}, when="after"),
        Fault("503 before", wire={"status": 503, "body": "<html>away</html>"}),
        Fault("503 after", wire={"status": 503, "body": "<html>away</html>"}, when="after"),
        Fault("delivered twice", wire="duplicate"),
        Fault("hang before", wire={"hang": 45}),
        Fault("hang after", wire={"hang": 45}, when="after"),
    )
}


@dataclass(frozen=True)
class Case:
    """One scenario, one fault at the nth of its requests, one lag."""

    scenario: Scenario
    fault: Fault
    lag: int
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.scenario.name}, {self.fault.name}, request {self.nth}, lag {self.lag} s"


def all_cases() -> Iterator[Case]:
    """Every scenario under every fault, at each of its requests, with every lag."""
    for scenario, fault, lag in product(SCENARIOS.values(), FAULTS.values(), LAGS):
        for nth in range(1, scenario.passes + 1):
            yield Case(scenario, fault, lag, nth)


def sample() -> list[Case]:
    """A few of all: each scenario and each fault at least once, lags and requests in turn."""
    scenarios, faults = list(SCENARIOS.values()), list(FAULTS.values())
    chosen = []
    for number in range(max(len(scenarios), len(faults))):
        scenario, fault = scenarios[number % len(scenarios)], faults[number % len(faults)]
        chosen.append(Case(scenario, fault, LAGS[number % len(LAGS)], 1 + number % scenario.passes))
    creations = [
        FAULTS[name] for name in ("killed before the answer", "killed after the journal's commit", "cut after")
    ]
    return chosen + [Case(SCENARIOS["create"], fault, 60, nth) for fault in creations for nth in (1, 2)]
