"""`docs/sandbox.md` against the sandbox: its requests work as they stand, its tables say what there is."""

from __future__ import annotations

import json
import re
import shlex
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from doc_pages import ROOT, blocks, page, plain, table

from reconciler.sandbox.serving import Endpoints, running

PAGE = page("sandbox.md")
REQUESTS = [
    line
    for block in blocks("sh", ROOT / "docs" / "sandbox.md")
    for line in block.text.splitlines()
    if line.startswith("curl ")
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Endpoints]:
    """One sandbox for the whole page: its examples build on each other."""
    with running() as endpoints:
        yield endpoints


def send(url: str, method: str = "GET", body: str | None = None) -> Any:
    """Send one request, and read its JSON. An answer that is no success raises."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body.encode() if body else None, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def carried_out(command: str, sandbox: Endpoints) -> Any:
    """Do what curl does with the few options that the page uses."""
    words = shlex.split(command.replace("$SANDBOX", sandbox.url))
    assert words[:2] == ["curl", "-s"]
    method, body, url = "GET", None, ""
    rest = iter(words[2:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "--json":
            method, body = "POST" if method == "GET" else method, next(rest)
        else:
            url = word
    return send(url, method, body)


def board(sandbox: Endpoints, platform: str) -> Any:
    """What the board page shows of one platform."""
    [found] = [each for each in send(f"{sandbox.url}/_sandbox/board") if each["platform"] == platform]
    return found


def test_every_request_of_the_page_is_answered(sandbox: Endpoints) -> None:
    """The examples, in the order of the page, are taken, and leave behind what the page says they do."""
    answers = {command: carried_out(command, sandbox) for command in REQUESTS}
    assert len(answers) >= 15
    (card,) = board(sandbox, "jira")["cards"]
    assert (card["key"], card["title"], card["status"]) == ("INVEST-1", "Call the bank", "In Progress")
    assert (card["due"], card["labels"]) == ("2027-03-31", ["board-pack"])
    knobs = next(answer for command, answer in answers.items() if command.endswith("knobs"))
    assert (knobs["lag"], knobs["throttling"]) == (0, None)
    faults = next(
        answer for command, answer in answers.items() if command.endswith("faults") and "DELETE" not in command
    )
    assert [each["what"] for each in faults] == [
        "cut",
        {"status": 503, "headers": {"Retry-After": "1"}, "body": "busy"},
    ]
    assert send(f"{sandbox.url}/_sandbox/clock")["now"].startswith("2099-01-01")


def test_every_example_is_one_of_each_kind_that_the_page_describes() -> None:
    """Each path of the control interface has an example, so that none of them is told and untried."""
    tried = {re.search(r"/_sandbox/(\w+)", command)[1] for command in REQUESTS}  # type: ignore[index]
    assert tried == {"people", "board", "knobs", "faults", "clock", "requests"}


def test_the_table_of_knobs_is_what_a_fresh_sandbox_shows() -> None:
    """Each knob is on the page with the value that it has at first."""
    with running() as fresh:
        shown = send(f"{fresh.url}/_sandbox/knobs")
    said = {plain(name): json.loads(plain(value)) for name, value, _ in table(PAGE, "Knob", "At first", "Means")}
    assert said == shown


def test_the_table_of_actions_names_all_that_people_do(sandbox: Endpoints) -> None:
    """An action that the page does not name is refused on each platform with the list of those that it has there."""
    offered = set()
    for platform in ("jira", "azure_devops"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            send(f"{sandbox.url}/_sandbox/people/dance", "POST", json.dumps({"platform": platform}))
        message = json.loads(caught.value.read())["error"]
        offered |= set(message.split("but ")[1].split(", "))
    rows = table(PAGE, "Action", "Takes beside `by`")
    assert {plain(each) for actions, _ in rows for each in actions.split(",")} == offered


def test_every_kind_of_fault_on_the_page_is_taken() -> None:
    """Each `what` of the table is accepted as it stands there."""
    with running() as fresh:
        for what, _ in table(PAGE, "What", "Happens"):
            given = plain(what).replace("...", '"text"')
            send(f"{fresh.url}/_sandbox/faults", "POST", f'{{"what": {given}}}')
        assert len(send(f"{fresh.url}/_sandbox/faults")) == 5


def test_the_page_names_the_site_as_the_board_shows_it() -> None:
    """Types, statuses, priorities and people are those that a person sees on the board."""
    said = {plain(what): names.split(";")[0].split(", ") for what, names in table(PAGE, "In Jira", "Names")}
    with running() as fresh:
        jira, azure = board(fresh, "jira"), board(fresh, "azure_devops")
    assert said["types"] == jira["types"]
    assert said["statuses"] == [each["name"] for each in jira["columns"]]
    assert said["priorities"] == jira["priorities"]
    assert set(jira["people"]) <= set(said["people"])
    said = {plain(what): names.split(", ") for what, names in table(PAGE, "In INVEST", "Names")}
    assert said["types"] == azure["types"]
    assert said["states"] == [each["name"] for each in azure["columns"]]
