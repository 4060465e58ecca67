"""The sandbox over real HTTP on this machine: starting, stopping, and faults on the wire."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.errors import ConfigurationError
from reconciler.sandbox.serving import Endpoints, running

AUTH = ("sandbox@example.com", "sandbox")
SERVE = (
    "import sys; from pathlib import Path; from reconciler.sandbox.serving import serve; serve(0, Path(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Endpoints]:
    with running() as endpoints:
        yield endpoints


@pytest.fixture
def jira(sandbox: Endpoints) -> Iterator[httpx.Client]:
    httpx.delete(f"{sandbox.url}/_sandbox/faults")
    with httpx.Client(base_url=f"{sandbox.sites['jira']}/rest/api/3", auth=AUTH) as client:
        yield client


def fault(sandbox: Endpoints, what: Any, when: str = "before") -> None:
    assert httpx.post(f"{sandbox.url}/_sandbox/faults", json={"what": what, "when": when}).status_code == 200


def test_it_starts_on_a_free_port_of_this_machine(sandbox: Endpoints, jira: httpx.Client) -> None:
    """The URLs are ready to use, and loopback alone listens."""
    assert sandbox.sites["jira"] == f"http://127.0.0.1:{sandbox.port}/jira"
    assert sandbox.sites["azure_devops"] == f"http://127.0.0.1:{sandbox.port}/azure/sandbox"
    assert jira.get("/myself").json()["displayName"] == "Sandbox"
    assert "Sandbox board" in httpx.get(sandbox.url).text


def test_two_run_side_by_side(sandbox: Endpoints) -> None:
    """Each has its own issues and its own port, and a port that is taken is named."""
    with running() as other:
        assert other.port != sandbox.port
        with pytest.raises(ConfigurationError, match=f"port {other.port}"), running(port=other.port):
            pass
    with running(port=other.port) as again:
        assert again.port == other.port
    with pytest.raises(ConfigurationError), running(port=70_000):
        pass


def test_a_cut_leaves_no_answer(sandbox: Endpoints, jira: httpx.Client) -> None:
    """The client sees the connection close; the next request works."""
    fault(sandbox, "cut")
    with pytest.raises(httpx.RemoteProtocolError):
        jira.get("/field")
    assert jira.get("/field").status_code == 200


def test_a_truncated_answer_breaks_off(sandbox: Endpoints, jira: httpx.Client) -> None:
    """The body ends before the length that was promised."""
    fault(sandbox, "truncate", "after")
    with pytest.raises(httpx.RemoteProtocolError, match="closed connection"):
        jira.get("/field")


def test_a_hang_ends_when_the_clock_gets_there(sandbox: Endpoints, jira: httpx.Client) -> None:
    """Nothing arrives until the sandbox's time has passed, then the connection closes."""
    fault(sandbox, {"hang": 3600})
    ended: list[str] = []

    def wait() -> None:
        try:
            jira.get("/field", timeout=30)
        except httpx.RemoteProtocolError:
            ended.append("cut")

    waiting = threading.Thread(target=wait)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    httpx.post(f"{sandbox.url}/_sandbox/clock", json={"advance": 3600})
    waiting.join(5)
    assert ended == ["cut"]


def test_whoever_asks_is_told_when_a_fault_strikes(sandbox: Endpoints, jira: httpx.Client) -> None:
    """The request for faults is answered as soon as one has struck, and at once where one has before."""
    fault(sandbox, "cut")
    told: list[Any] = []
    asking = threading.Thread(
        target=lambda: told.append(httpx.get(f"{sandbox.url}/_sandbox/faults?struck=20", timeout=30).json())
    )
    asking.start()
    asking.join(0.1)
    assert told == []
    with pytest.raises(httpx.RemoteProtocolError):
        jira.get("/field")
    asking.join(10)
    assert [each["struck"] for each in told[0]] == [1]
    assert httpx.get(f"{sandbox.url}/_sandbox/faults?struck=20").json() == told[0]


def test_a_hanging_request_does_not_hold_up_the_end() -> None:
    """The server stops at once, and the client's connection with it."""
    with running() as endpoints:
        fault(endpoints, {"hang": 3600})
        client = socket.create_connection(("127.0.0.1", endpoints.port))
        client.sendall(b"GET /jira/rest/api/3/field HTTP/1.1\r\nhost: 127.0.0.1:1\r\n\r\n")
        assert httpx.get(f"{endpoints.url}/_sandbox/faults?struck=5").json()[0]["struck"]
        began = time.monotonic()
    assert time.monotonic() - began < 2
    client.settimeout(5)
    with client, suppress(ConnectionResetError):
        assert client.recv(1) == b""


def test_no_answer_waits_for_an_acknowledgement(jira: httpx.Client) -> None:
    """Head and body leave at once: held back by the network's own delay, the quickest answer would take 40 ms."""
    took = []
    for _ in range(20):
        began = time.monotonic()
        jira.get("/myself")
        took.append(time.monotonic() - began)
    assert min(took) < 0.02


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_in_the_foreground_it_prints_one_line_and_ends_when_told(tmp_path: Path, told: signal.Signals) -> None:
    """One JSON line on standard output, nothing else, exit code 0; the data are there next time."""
    data = tmp_path / "sandbox.jsonl"
    draft = {"fields": {"project": {"key": "INVEST"}, "issuetype": {"name": "Task"}, "summary": "Kept"}}
    for key in ("INVEST-1", "INVEST-2"):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout
            line = json.loads(process.stdout.readline())
            assert line == {
                "port": line["port"],
                "jira_url": f"http://127.0.0.1:{line['port']}/jira",
                "azure_devops_url": f"http://127.0.0.1:{line['port']}/azure/sandbox",
            }
            made = httpx.post(f"{line['jira_url']}/rest/api/3/issue", json=draft, auth=AUTH)
            assert made.json()["key"] == key
            process.send_signal(told)
            output, errors = process.communicate(timeout=10)
            assert (process.returncode, output, errors) == (0, "", "")
