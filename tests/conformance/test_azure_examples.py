"""The vendor's published examples: each is answered alike by the sandbox, or listed with the reason why not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure_drive import drive
from azure_examples import ABSENT, ALIKE, EXCUSED, OLD, STATUSES, Example, examples, old_of
from azure_site import AzureSite
from reconciler_azure_devops_sandbox.application import routes
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Router
from swagger_judge import api_dir

NOWHERE = "the vendor's examples are absent: set VENDOR_API_DIR"

MAPS = frozenset({"fields", "transitions", "states", "publisherInputs", "consumerInputs", "artifactUrisQueryResult"})
"""Objects whose keys are names, such as of fields: their values are alike, whatever their keys."""


@dataclass
class Shape:
    """What is known of a place in an answer: the kinds of its values, its keys, and its elements.

    A map has one key, `*`, for all.
    """

    is_map: bool = False
    kinds: set[str] = field(default_factory=set)
    keys: dict[str, Shape] = field(default_factory=dict)
    elements: Shape | None = None

    def learn(self, value: Any) -> None:
        self.kinds.add(kind_of(value))
        if isinstance(value, dict):
            for name, each in value.items():
                self.keys.setdefault("*" if self.is_map else name, Shape(name in MAPS)).learn(each)
        elif isinstance(value, list):
            self.elements = self.elements or Shape()
            for each in value:
                self.elements.learn(each)

    def strange(self, value: Any, where: str = "") -> Iterator[str]:
        """Where a value has a key or a kind that was never seen."""
        if kind_of(value) not in self.kinds:
            yield f"{where}: {kind_of(value)}"
        elif isinstance(value, dict):
            for name, each in value.items():
                key = "*" if self.is_map else name
                if key in self.keys:
                    yield from self.keys[key].strange(each, f"{where}/{key}")
                elif not self.is_map:
                    yield f"{where}/{key}: missing"
        elif isinstance(value, list) and self.elements and self.elements.kinds:
            for each in value:
                yield from self.elements.strange(each, f"{where}[]")


def kind_of(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number", str: "text", list: "array", dict: "object"}.get(
        type(value), "null"
    )


def operation_of(router: Router, example: Example) -> str | None:
    for scope in ("INVEST/INVEST Team", "INVEST", ""):
        try:
            return router.find(example.method, f"{scope}/_apis/{example.path}").route.operation
        except Refusal:
            continue
    return None


@pytest.fixture(scope="module")
def folder() -> Path:
    found = api_dir()
    if found is None or not (found / "ado-http-examples").is_dir():
        pytest.skip(NOWHERE)
    return found


@pytest.fixture(scope="module")
def exchanges() -> list[dict[str, Any]]:
    """What the sandbox answered well, each with its operation."""
    site = AzureSite()
    drive(site)
    return [each for each in site.exchanges() if each["operation"] and each["status"] < 300]


@pytest.fixture(scope="module")
def shapes(exchanges: list[dict[str, Any]]) -> dict[str, Shape]:
    """What the sandbox answers to each operation."""
    known: dict[str, Shape] = defaultdict(Shape)
    for each in exchanges:
        known[each["operation"]].learn(each["response"])
    return known


@pytest.fixture(scope="module")
def statuses(exchanges: list[dict[str, Any]]) -> dict[str, set[int]]:
    """With which statuses the sandbox answers each operation."""
    known: dict[str, set[int]] = defaultdict(set)
    for each in exchanges:
        known[each["operation"]].add(each["status"])
    return known


@pytest.fixture(scope="module")
def found(folder: Path) -> list[Example]:
    return examples(folder)


@pytest.fixture(scope="module")
def here(found: list[Example]) -> dict[str, list[Example]]:
    """The examples of the operations that the sandbox has, without those that are no answers of today's versions."""
    router, known = Router(routes()), defaultdict(list)
    for example in found:
        operation = operation_of(router, example)
        if operation is not None and not old_of(example):
            known[operation].append(example)
    return known


def test_examples_parse(folder: Path, found: list[Example]) -> None:
    """Each of the vendor's examples is JSON with answers by their status, to a request whose path is known."""
    assert {each.name for each in found} == {
        str(each.relative_to(folder / "ado-http-examples"))
        for each in (folder / "ado-http-examples").rglob("*.json")
    }  # fmt: skip
    assert all(100 < each.status < 600 and each.path for each in found)


def test_each_example_is_accounted_for(found: list[Example], here: dict[str, list[Example]]) -> None:
    """An example's operation is the sandbox's, or is listed as one that it lacks; and no line of the lists is idle."""
    router = Router(routes())
    absent = [each for each in found if operation_of(router, each) is None]
    reasons = {each.name: [rule for rule in ABSENT if re.fullmatch(rule, f"{each.method} {each.path}", re.IGNORECASE)]
               for each in absent}  # fmt: skip
    assert [name for name, rules in reasons.items() if len(rules) != 1] == []
    assert {rule for rules in reasons.values() for rule in rules} == set(ABSENT)
    old = {each.name: old_of(each) for each in found if old_of(each)}
    assert {pattern for patterns in old.values() for pattern in patterns} == set(OLD)
    assert {operation: len(each) for operation, each in here.items()} == ALIKE
    assert len(found) == len(absent) + len(old) + sum(ALIKE.values())


def test_examples_are_answered_alike(
    here: dict[str, list[Example]], shapes: dict[str, Shape], statuses: dict[str, set[int]]
) -> None:
    """Each key of an example is in the sandbox's answers to the same operation, with a value of the same kind; one
    without a body has the status of such an answer.
    """
    problems, used, others = [], set(), set()
    for operation, example in [(operation, each) for operation, those in here.items() for each in those]:
        if example.status not in statuses[operation]:
            others.add((operation, example.status))
        if example.body is None:
            continue
        strange = {each for each in shapes[operation].strange(example.body) if each != "[]: null"}
        excuses = {each: {rule for rule in EXCUSED if re.search(rule, each)} for each in strange}
        used |= set().union(*excuses.values())
        problems += [f"{example.name} ({operation}): {each}" for each, rules in excuses.items() if not rules]
    assert sorted(problems) == []
    assert others == set(STATUSES)
    assert used == set(EXCUSED)


def test_a_difference_shows() -> None:
    """A key that was never seen, and a value of another kind, are told with their place."""
    shape = Shape()
    shape.learn({"a": [{"b": 1}], "fields": {"x": {"c": None}}})
    assert list(shape.strange({"a": [{"b": 2}], "fields": {"y": {"c": None}}})) == []
    assert list(shape.strange({"a": [{"b": "2"}]})) == ["/a[]/b: text"]
    assert list(shape.strange({"a": [{"d": 2}]})) == ["/a[]/d: missing"]
    assert list(shape.strange({"fields": {"y": {"d": 1}}})) == ["/fields/*/d: missing"]
