"""The vendor's published examples: they parse, and the sandbox answers alike those whose operation it has."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from azure_drive import drive
from azure_site import AzureSite
from reconciler_azure_devops_sandbox.application import routes
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Router
from swagger_judge import api_dir

NOWHERE = "the vendor's examples are absent: set VENDOR_API_DIR"

MAPS = frozenset({"fields", "transitions", "states", "publisherInputs", "consumerInputs", "artifactUrisQueryResult"})
"""Objects whose keys are names, such as of fields: their values are alike, whatever their keys."""

EXCUSED = {
    r"/_links/workItemHistory": "older than 7.1: the recordings of 2026 have no such link",
    r"/_links/parent": "of a revision that asOf leads to: the sandbox answers with the item's own links",
    r"/_links/(capacity|teamDaysOff)": "of endpoints that the sandbox does not have",
    r"/commentId": "called `id` since 7.1",
    r"/externalConfiguration": "of other services' consumers",
    r"/attributes/resourceSize": "of attachments, which the sandbox does not have",
    r"/revisedBy/name: object": "malformed: the whole identity stands in place of its name",
    r"^/fields/\*: object": "of a template: the sandbox's name nobody as their author",
    r"/helpText": "optional: the sandbox's fields have none",
    r"/transitions/\*\[\]/actions: array": "optional: the sandbox's transitions need no actions",
    r"/inputDescriptors\[\]/(dependencyInputIds|values)": "optional: the sandbox's inputs depend on nothing",
    r"/validation/(pattern|minLength|maxLength|minValue|maxValue|isRequired)": "optional: what an input takes",
    r"/(lastProbationRetryDate|probationRetries|resourceVersion: null)": "of subscriptions that the sandbox never has",
}
"""Places in examples that the sandbox does not answer alike, and why."""

OLD = {
    "wit-7.2/comments/GET__wit_workitems__taskId__comments": "of 3.0: comments by revision, another endpoint today",
    "wit-7.2/recycleBin/GET__wit_recyclebin__id_.json": "of 1.0: ids as texts, names in capitals",
    "wit-7.2/recycleBin/GET__wit_recyclebin": "malformed: a list around the list",
    "work-7.2/iterations/GET__work_teamsettings_iterations__timeframe": "malformed: `values` in place of `value`",
}
"""Examples, by the start of their names, that are no answers of today's versions."""


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


@dataclass(frozen=True)
class Example:
    """A published request with one of its answers."""

    name: str
    method: str
    path: str
    status: int
    body: Any


def examples(folder: Path) -> list[Example]:
    found = []
    for file in sorted((folder / "ado-http-examples").rglob("*.json")):
        data = json.loads(file.read_bytes())
        name = str(file.relative_to(folder / "ado-http-examples"))
        method = str(data.get("x-ms-vss-request-method") or re.split(r"[_-]", file.name)[0]).upper()
        path = unquote(urlsplit(str(data.get("x-ms-vss-request-url", "")).strip()).path)
        for status, answer in data["responses"].items():
            body = answer.get("body") if isinstance(answer, dict) else None
            found.append(Example(name, method, path.partition("/_apis/")[2], int(status), body))
    return found


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
def shapes() -> dict[str, Shape]:
    """What the sandbox answers to each operation."""
    site = AzureSite()
    drive(site)
    known: dict[str, Shape] = defaultdict(Shape)
    for each in site.exchanges():
        if each["operation"] and each["status"] < 300:
            known[each["operation"]].learn(each["response"])
    return known


def test_examples_parse(folder: Path) -> None:
    """Each of the vendor's examples is JSON with answers by their status."""
    found = examples(folder)
    assert len({each.name for each in found}) == len(list((folder / "ado-http-examples").rglob("*.json")))
    assert all(100 < each.status < 600 for each in found)


def test_examples_are_answered_alike(
    folder: Path, shapes: dict[str, Shape], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each key of an example is in the sandbox's answers to the same operation, with a value of the same kind."""
    router, alike, problems, used = Router(routes()), 0, [], set()
    found = examples(folder)
    for example in found:
        operation = operation_of(router, example)
        if operation is None or example.body is None or any(example.name.startswith(each) for each in OLD):
            continue
        strange = {each for each in shapes[operation].strange(example.body) if each != "[]: null"}
        excuses = {each: {rule for rule in EXCUSED if re.search(rule, each)} for each in strange}
        used |= set().union(*excuses.values())
        problems += [f"{example.name} ({operation}): {each}" for each, rules in sorted(excuses.items()) if not rules]
        alike += 1

    with capsys.disabled():
        print(f"\nExamples: {len(found)} in all, {alike} of operations that the sandbox has")
    assert problems == []
    assert alike > 60
    assert used == set(EXCUSED)


def test_a_difference_shows() -> None:
    """A key that was never seen, and a value of another kind, are told with their place."""
    shape = Shape()
    shape.learn({"a": [{"b": 1}], "fields": {"x": {"c": None}}})
    assert list(shape.strange({"a": [{"b": 2}], "fields": {"y": {"c": None}}})) == []
    assert list(shape.strange({"a": [{"b": "2"}]})) == ["/a[]/b: text"]
    assert list(shape.strange({"a": [{"d": 2}]})) == ["/a[]/d: missing"]
    assert list(shape.strange({"fields": {"y": {"d": 1}}})) == ["/fields/*/d: missing"]
