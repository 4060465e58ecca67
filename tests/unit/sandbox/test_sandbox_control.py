"""The control interface: knobs, faults, clock, requests, people, and who may ask."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asgi_client import Asker, HandClock
from reconciler_jira_sandbox import sandbox as jira_sandbox

from reconciler.errors import ConfigurationError
from reconciler.sandbox.mounting import Sandbox, installed

AUTH = ("sandbox@example.com", "sandbox")
DRAFT = {"fields": {"project": {"key": "INVEST"}, "issuetype": {"name": "Task"}, "summary": "Title"}}


class House:
    """The whole sandbox without a server; `cuts` are the paths whose connection was cut."""

    def __init__(self, data: Path | None = None) -> None:
        self.clock = HandClock()
        self.cuts: list[str] = []
        self.application = Sandbox(
            {"jira": jira_sandbox}, clock=self.clock, data=data, cut=lambda scope: self.cuts.append(scope["path"])
        )
        self.own = Asker(self.application, drive=asyncio.run)
        self.jira = Asker(self.application, auth=AUTH, drive=asyncio.run)

    def make(self) -> str:
        return str(self.jira.post("/jira/rest/api/3/issue", DRAFT).json["key"])

    def count(self) -> int:
        return len(self.own.get("/_sandbox/board").json[0]["cards"])


@pytest.fixture
def house() -> House:
    return House()


def test_the_entry_point_names_the_platform() -> None:
    """The installed sandboxes are found by their entry points."""
    assert installed()["jira"] is jira_sandbox


def test_knobs_are_read_and_turned(house: House) -> None:
    """PATCH changes what it names and answers with all; the rest stays."""
    before = house.own.get("/_sandbox/knobs").json
    after = house.own.patch("/_sandbox/knobs", {"lag": 5, "latency": 0.001}).json
    assert after == {**before, "lag": 5, "latency": 0.001}
    assert house.jira.get("/jira/rest/api/3/field").status == 200


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"shoe": 1}, "there is no knob 'shoe'"),
        ({"lag": -1}, "seconds"),
        ({"latency": "x"}, "seconds"),
        ({"throttling": {"endpoint": {"limit": 1}}}, "per_seconds"),
        ({"throttling": {"issue": {"limit": 0.5, "per_seconds": 1}}}, "documented"),
        ({"throttling": {"limit": 1, "per_seconds": 1}}, "endpoint"),
        ({"denied": ["FLY"]}, "EDIT_ISSUES"),
        ({"off_screen": ["shoe"]}, "field ids"),
        ({"workflows": {"Task": [{"to": "Nowhere"}]}}, "status"),
        ({"page_cap": 0}, "above zero"),
        ({"adf_local_ids": 1}, "true or false"),
        ({"empty_adf": "maybe"}, "accepted or refused"),
        ([], "JSON object"),
    ],
)
def test_wrong_knobs_are_explained(house: House, knobs: Any, says: str) -> None:
    """400 with what the knob takes, and nothing is turned."""
    before = house.own.get("/_sandbox/knobs").json
    answer = house.own.patch("/_sandbox/knobs", knobs)
    assert answer.status == 400
    assert says in answer.json["error"]
    assert house.own.get("/_sandbox/knobs").json == before


def test_the_clock_goes_forward_alone(house: House) -> None:
    """By seconds or to a time with a zone; backwards, without a zone or otherwise is refused."""
    assert house.own.get("/_sandbox/clock").json == {"now": "2026-11-23T09:00:00+00:00"}
    assert house.own.post("/_sandbox/clock", {"advance": 60}).json == {"now": "2026-11-23T09:01:00+00:00"}
    assert house.own.patch("/_sandbox/clock", {"now": "2026-11-24T09:00:00Z"}).json["now"].startswith("2026-11-24")
    house.clock.sleep(1)
    assert house.own.get("/_sandbox/clock").json == {"now": "2026-11-24T09:00:01+00:00"}
    for wrong in ({"advance": -1}, {"now": "2026-11-23T09:00:00Z"}, {"now": "2026-12-01"}, {"now": "soon"}, {}):
        assert house.own.post("/_sandbox/clock", wrong).status == 400


def test_requests_are_recorded(house: House) -> None:
    """Platform requests alone, numbered, with the operation's name; answers on demand; the numbers go on."""
    house.make()
    house.jira.get("/jira/rest/api/3/search/jql", jql="project = INVEST")
    house.jira.get("/jira/rest/api/3/shoe")
    first, second, third = house.own.get("/_sandbox/requests").json
    assert first == {
        "n": 1, "method": "POST", "path": "/jira/rest/api/3/issue", "query": "", "operation": "createIssue",
        "status": 201, "fault": False, "request": DRAFT,
    }  # fmt: skip
    assert second["query"] == "jql=project+%3D+INVEST"
    assert (third["operation"], third["status"]) == (None, 404)
    assert house.own.get("/_sandbox/requests", bodies="1").json[0]["response"]["key"] == "INVEST-1"
    house.own.delete("/_sandbox/requests")
    house.jira.get("/jira/rest/api/3/field")
    assert [each["n"] for each in house.own.get("/_sandbox/requests").json] == [4]


def test_a_fault_before_stops_the_request(house: House) -> None:
    """The platform never sees it, once; the next one passes."""
    fault = {"match": {"method": "post", "path": "/issue$"}, "what": {"status": 503, "headers": {"Retry-After": "7"}}}
    house.own.post("/_sandbox/faults", fault)
    assert house.jira.get("/jira/rest/api/3/field").status == 200
    answer = house.jira.post("/jira/rest/api/3/issue", DRAFT)
    assert (answer.status, answer.headers["retry-after"], answer.content) == (503, "7", b"")
    assert house.count() == 0
    assert house.make() == "INVEST-1"
    assert [each["fault"] for each in house.own.get("/_sandbox/requests").json] == [False, True, False]


def test_a_fault_after_hides_what_happened(house: House) -> None:
    """The platform carries it out, and the client learns nothing."""
    house.own.post("/_sandbox/faults", {"when": "after", "what": "cut"})
    with pytest.raises(ConnectionError):
        house.make()
    assert house.cuts == ["/jira/rest/api/3/issue"]
    assert house.count() == 1
    (recorded,) = house.own.get("/_sandbox/requests", bodies="1").json
    assert (recorded["status"], recorded["fault"], recorded["response"]["key"]) == (None, True, "INVEST-1")


def test_a_truncated_answer_says_its_full_length(house: House) -> None:
    """Half of it arrives, then the connection is cut."""
    house.own.post("/_sandbox/faults", {"when": "after", "what": "truncate", "times": 2})
    answer = house.jira.get("/jira/rest/api/3/field")
    assert len(answer.content) == int(answer.headers["content-length"]) // 2
    assert house.cuts == ["/jira/rest/api/3/field"]


def test_a_duplicate_is_carried_out_twice(house: House) -> None:
    """One request, two issues; the second answer is the client's."""
    house.own.post("/_sandbox/faults", {"what": "duplicate"})
    assert house.make() == "INVEST-2"
    assert house.count() == 2


def test_waiting_for_a_fault_has_an_end(house: House) -> None:
    """Where none strikes, the faults are listed as they are once the time is over; the time is a number."""
    house.own.post("/_sandbox/faults", {"what": "cut"})
    assert [each["struck"] for each in house.own.get("/_sandbox/faults", struck="0.01").json] == [0]
    refused = house.own.get("/_sandbox/faults", struck="soon")
    assert (refused.status, "soon" in refused.json["error"]) == (400, True)


def test_faults_count_and_are_listed(house: House) -> None:
    """`skip` lets some pass, `times` is how many it strikes; a text is sent as HTML; DELETE ends them."""
    fault = {"match": {"path": "field", "skip": 1}, "times": 2, "what": {"status": 502, "body": "<html>"}}
    house.own.post("/_sandbox/faults", fault)
    statuses = [house.jira.get("/jira/rest/api/3/field") for _ in range(4)]
    assert [each.status for each in statuses] == [200, 502, 502, 200]
    assert statuses[1].headers["content-type"] == "text/html"
    (listed,) = house.own.get("/_sandbox/faults").json
    assert (listed["times"], listed["struck"]) == (0, 2)
    house.own.post("/_sandbox/faults", {"what": {"hang": 5}})
    assert house.own.get("/_sandbox/faults").json[1]["what"] == {"hang": 5}
    house.own.delete("/_sandbox/faults")
    assert house.own.get("/_sandbox/faults").json == []


@pytest.mark.parametrize(
    "fault",
    [None, [], {}, {"what": "shoe"}, {"what": "cut", "shoe": 1}, {"what": "cut", "when": "later"},
     {"what": "cut", "times": -1}, {"what": "cut", "match": {"path": "("}}, {"what": "cut", "match": {"shoe": 1}},
     {"what": {"status": 99}}, {"what": {"hang": 0}}, {"what": "cut", "times": "many"}],
)  # fmt: skip
def test_wrong_faults_are_explained(house: House, fault: Any) -> None:
    """400 with a reason, and no fault is kept."""
    answer = house.own.post("/_sandbox/faults", fault)
    assert answer.status == 400
    assert answer.json["error"]
    assert house.own.get("/_sandbox/faults").json == []


def test_people_act_through_the_control_interface(house: House) -> None:
    """An edit by a person; mistakes are explained."""
    key = house.make()
    edit = {"platform": "jira", "by": "l.gray@fund.example", "item": key, "set": {"Summary": "New"}}
    assert house.own.post("/_sandbox/people/edit", edit).json["key"] == key
    assert house.own.get("/_sandbox/board").json[0]["cards"][0]["title"] == "New"
    for wrong in (
        {**edit, "by": "Nobody"},
        {**edit, "item": "X-1"},
        {**edit, "platform": "paper"},
        {**edit, "status": "?"},
    ):
        assert house.own.post("/_sandbox/people/edit", wrong).status == 400
    assert "edit, create" in house.own.post("/_sandbox/people/fly", edit).json["error"]
    assert house.own.post("/_sandbox/people/edit", b"{").status == 400


def test_unknown_paths_say_what_there_is(house: House) -> None:
    """404 with the ways that lead on."""
    assert "knobs" in house.own.get("/_sandbox/shoe").json["error"]
    assert "/jira/" in house.own.get("/shoe").json["error"]
    assert house.jira.post("/jira/rest/api/3/field", {}).status == 405


def test_other_sites_cannot_drive_it(house: House) -> None:
    """A page of another host name, or a form that is no JSON, is turned away."""
    assert Asker(house.application, host="evil.example:80").get("/_sandbox/board").status == 403
    assert Asker(house.application, host="localhost:80").get("/_sandbox/board").status == 200


def test_the_page_runs_its_own_script_alone(house: House) -> None:
    """The policy names script and style by digest, and the page loads nothing from elsewhere."""
    page = house.own.get("/")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    body = page.content.decode()
    assert "<table" not in body
    assert "http://" not in body
    assert "https://" not in body
    assert house.own.get("/board").content == page.content


def test_data_outlives_the_process(tmp_path: Path) -> None:
    """Issues, links, comments, histories and the clock are there after a restart, and numbers go on."""
    data = tmp_path / "data" / "sandbox.jsonl"
    old = House(data)
    one, two = old.make(), old.make()
    api = "/jira/rest/api/3"
    ends = {"inwardIssue": {"key": one}, "outwardIssue": {"key": two}}
    old.jira.post(f"{api}/issueLink", {"type": {"name": "Blocks"}, **ends})
    old.jira.put(f"{api}/issue/{one}/properties/p", {"a": 1})
    old.jira.post(
        f"{api}/issue/{one}/remotelink", {"globalId": "x", "object": {"url": "https://x.example", "title": "X"}}
    )
    old.own.post("/_sandbox/people/comment", {"item": one, "text": "Said", "by": "Lena Gray"})
    old.own.post(
        "/_sandbox/people/edit", {"item": two, "set": {"summary": "New"}, "status": "Done", "by": "Mei Tanaka"}
    )
    old.own.post("/_sandbox/people/delete", {"item": old.make()})
    old.own.post("/_sandbox/people/hide", {"item": old.make()})
    old.own.post("/_sandbox/clock", {"advance": 3600})
    paths = [f"{api}/issue/{one}?properties=*all&expand=changelog", f"{api}/issue/{two}?expand=changelog"]
    paths += [f"{api}/issue/{one}/remotelink", f"{api}/issue/INVEST-3", f"{api}/issue/INVEST-4"]
    seen = [old.jira.get(path).content for path in paths]
    old.application.close()

    new = House(data)
    assert [new.jira.get(path).content for path in paths] == seen
    assert new.own.get("/_sandbox/clock").json == {"now": "2026-11-23T10:00:00+00:00"}
    assert new.make() == "INVEST-5"
    assert oct(data.stat().st_mode)[-3:] == "600"
    new.application.close()


def test_a_half_written_event_is_cut_off(tmp_path: Path) -> None:
    """What a killed process left is dropped, and writing goes on behind what is whole."""
    data = tmp_path / "log"
    house = House(data)
    house.make()
    house.application.close()
    data.write_bytes(data.read_bytes() + b'{"platform": "jira", "ev')
    house = House(data)
    assert house.make() == "INVEST-2"
    house.application.close()
    house = House(data)
    assert house.count() == 2
    house.application.close()


@pytest.mark.parametrize("content", ["shoe\n", "[]\n", '{"platform": "paper"}\n', '{"platform": "jira"}\n'])
def test_another_files_data_are_refused(tmp_path: Path, content: str) -> None:
    """A file of something else is named and left as it is."""
    data = tmp_path / "log"
    data.write_text(content)
    with pytest.raises(ConfigurationError):
        House(data)
    assert data.read_text() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A directory is no data file."""
    with pytest.raises(ConfigurationError, match="can't keep its data"):
        House(tmp_path)
