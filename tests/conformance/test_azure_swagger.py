"""Azure DevOps' sandbox, held against the vendor's Swagger files through each of its endpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azure_drive import drive
from azure_site import AzureSite
from reconciler_azure_devops_sandbox.application import routes
from reconciler_azure_devops_sandbox.locations import locations
from swagger_judge import FILES, STATUSES, TRACKING, TRACKING_NEXT, api_dir, judge
from swagger_schemas import CORRECTIONS

NOWHERE = "the vendor's OpenAPI files are absent: set VENDOR_API_DIR"


@pytest.fixture(scope="module")
def folder() -> Path:
    found = api_dir()
    if found is None:
        pytest.skip(NOWHERE)
    return found


def test_every_exchange_conforms_to_the_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Requests, answers, errors and batches conform, on every endpoint that the sandbox has."""
    site = AzureSite()
    drive(site)
    exchanges = site.exchanges()

    verdict = judge(exchanges, folder)

    with capsys.disabled():
        print(f"\nSwagger: {verdict}")
    assert verdict.problems == []
    assert verdict.counts["answers held against their schema"] > 100
    assert verdict.counts["errors held against the recorded shape"] > 25
    assert verdict.counts["answers of injected faults (exempt)"] == 1
    assert {each.operation for each in routes()} - {each["operation"] for each in exchanges} == set()


def test_the_names_of_the_endpoints_are_the_files(folder: Path) -> None:
    """An endpoint's operation is the operationId that the file gives to its path and method."""
    declared: dict[tuple[str, str], str] = {}
    for name in FILES.values():
        for path, operations in json.loads((folder / name).read_bytes())["paths"].items():
            shape = shaped(path.partition("/_apis/")[2])
            declared |= {(method.upper(), shape): each["operationId"] for method, each in operations.items()}
    known = 0
    for route in routes():
        operation = declared.get((route.method, shaped(route.path.replace("{path...}", "{path}"))))
        if operation is not None:
            known += 1
            assert operation.rpartition("_")[0] == route.operation.rpartition("_")[0], route
    assert known > 50


def shaped(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part.casefold() for part in path.split("/"))


def test_the_locations_are_the_vendors(folder: Path) -> None:
    """Each place that the sandbox tells of stands so in the recorded answer of the real service."""
    recorded = json.loads((folder / "ado-resource-locations.json").read_bytes())["value"]
    by_id = {each["id"]: each for each in recorded}
    for each in locations():
        assert {name: by_id[each["id"]][name] for name in each} == each


def test_the_judge_finds_what_does_not_conform(folder: Path) -> None:
    """A strange key, a wrong type, an undeclared parameter, an unknown path, an odd status and an odd error."""
    good: dict[str, Any] = {
        "n": 1, "method": "GET", "path": "/azure/sandbox/_apis/wit/workitems/1", "query": "$expand=All&api-version=7.1",
        "status": 200, "fault": False, "request": None, "response": {"id": 1, "rev": 1, "fields": {"a": 1}},
    }  # fmt: skip
    wrong = [
        {**good, "response": {"id": "1"}},
        {**good, "response": {"shoe": 1}},
        {**good, "query": "shoe=1"},
        {**good, "query": "$expand=shoe"},
        {**good, "path": "/azure/sandbox/_apis/wit/shoe"},
        {**good, "status": 202},
        {**good, "request": {}},
        {**good, "status": 404, "response": {"message": "no"}},
        {**good, "status": 203, "response": {}},
        {**good, "path": "/azure/sandbox/_apis/wit/fields", "query": "", "response": [{"name": "a"}]},
        {**good, "method": "PATCH", "query": "", "request": None},
        {**good, "method": "PATCH", "query": "", "request": [{"op": "shoe"}]},
        {**good, "path": "/azure/sandbox/_apis/wit/$batch", "method": "PATCH", "request": [{"body": []}],
         "response": {"count": 0, "value": []}, "query": ""},
    ]  # fmt: skip
    assert judge([good], folder).problems == []
    for exchange in wrong:
        assert judge([exchange], folder).problems, exchange
    assert judge([{**good, "response": 1, "fault": True}], folder).problems == []
    assert judge([{**good, "path": "/azure/sandbox/x", "status": 404, "response": "gone"}], folder).problems == []


@pytest.mark.parametrize("place", CORRECTIONS, ids=".".join)
def test_a_correction_is_needed(folder: Path, place: tuple[str, ...]) -> None:
    """What is corrected stands otherwise in a file, or is missing there."""
    corrected, reason = CORRECTIONS[place]
    told = [json.loads((folder / name).read_bytes())["definitions"].get(place[0]) for name in {*FILES.values()}]
    found = [each for each in told if each is not None]
    assert found
    assert reason
    for each in found:
        assert (each["properties"].get(place[1]) if len(place) > 1 else each) != corrected


def test_markdown_is_the_next_versions(folder: Path) -> None:
    """The 7.2 file declares the formats of long texts, the 7.1 file does not."""
    names = [json.loads((folder / each).read_bytes())["definitions"]["WorkItem"]["properties"]
             for each in (TRACKING, TRACKING_NEXT)]  # fmt: skip
    assert ["multilineFieldsFormat" in each for each in names] == [False, True]


@pytest.mark.parametrize("place", STATUSES, ids="_".join)
def test_another_status_stands_in_an_example(folder: Path, place: tuple[str, str]) -> None:
    """Where the sandbox answers with another status than the file's, an example of the vendor's does too."""
    method, end = place
    tail = end.partition("/")[0] if "{path}" in end else end
    pattern = tail.replace("{subscriptionId}", "").replace("{id}", "").strip("/").casefold()
    statuses = set()
    for file in (folder / "ado-http-examples").rglob(f"{method.upper()}*.json"):
        example = json.loads(file.read_bytes())
        if pattern in str(example.get("x-ms-vss-request-url", "")).casefold():
            statuses |= set(example["responses"])
    assert STATUSES[place] in statuses
