"""Webhooks by the command: registered on the site, sent by it when a person edits, and verified."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from acceptance.harness import HEAD, Site, Workspace
from acceptance.platforms import JIRA, PLATFORMS, Platform

from reconciler.sandbox.serving import running

SECRETS = {"JIRA_WEBHOOK_SECRET": "s3cret", "AZURE_DEVOPS_WEBHOOK_SECRET": "s3cret"}


@dataclass
class Listener:
    """A web server that takes what is posted to it, and answers 200."""

    server: HTTPServer
    got: queue.Queue[tuple[dict[str, str], bytes]] = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def capture(self, folder: Path) -> tuple[str, str]:
        """The next delivery as files: its body, and its headers as lines."""
        headers, body = self.got.get(timeout=30)
        (folder / "body.json").write_bytes(body)
        (folder / "headers.txt").write_text("\n".join(f"{name}: {value}" for name, value in headers.items()))
        return "body.json", "headers.txt"


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            listening.got.put((dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    listening = Listener(HTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=listening.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield listening
    listening.server.shutdown()
    thread.join()
    listening.server.server_close()


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.name)
def platform(request: pytest.FixtureRequest, site: Site) -> Platform:
    """Each platform, as an administrator."""
    site.platform = request.param.name
    site.turn(denied=[])
    found: Platform = request.param
    return found


@pytest.fixture
def hooked(platform: Platform, site: Site, workspace: Workspace) -> Workspace:
    """A workspace without items, signed in to one platform, with a secret for its webhooks."""
    workspace.settings = {**site.settings, **SECRETS}
    workspace.write(HEAD.replace("jira", platform.name))
    return workspace


def edited(platform: Platform, site: Site) -> str:
    """A person makes an item; gives its id."""
    return site.act("create", by="Omar Haddad", set={platform.title: "Hello"})["id"]


def registered(platform: Platform, site: Site) -> list[Any]:
    """All that is registered on the site."""
    base = site.endpoints.sites[platform.name]
    if platform.name == "jira":
        answer = httpx.get(f"{base}/rest/webhooks/1.0/webhook", auth=("sandbox@example.com", "sandbox"))
        return list(answer.json())
    answer = httpx.get(f"{base}/_apis/hooks/subscriptions", params={"api-version": "7.1"}, auth=("anybody", "sandbox"))
    return list(answer.json()["value"])


def test_what_is_registered_is_sent_and_verified(platform, site, hooked, listener):
    """The whole way: make, a person edits, the delivery is taken, and the command knows whose it is and about what."""
    made = hooked.run("webhook", "register", "--url", listener.url, "--make")
    assert (made.code, made.err) == (0, "")
    assert "made" in made.out
    item = edited(platform, site)
    body, headers = listener.capture(hooked.path)
    result = hooked.run("webhook", "verify", body, "--headers", headers, "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert result.json["items"] == [item]
    assert (result.json["provider"], result.json["verified"], result.json["understood"]) == (platform.name, True, True)
    text = hooked.run("webhook", "verify", body, "--headers", headers).out
    assert "sender    verified: " in text
    assert f"items     {item}\n" in text


def test_registering_is_safe_to_repeat(hooked, listener):
    """What is there is found, and shown with the same ids; JSON says the same."""
    arguments = ("webhook", "register", "--url", listener.url, "--make", "--format", "json")
    first, second = hooked.run(*arguments), hooked.run(*arguments)
    assert (first.code, second.code) == (0, 0)
    assert {each["state"] for each in first.json["hooks"]} == {"made"}
    assert {each["state"] for each in second.json["hooks"]} == {"there"}
    assert [each["id"] for each in first.json["hooks"]] == [each["id"] for each in second.json["hooks"]]


def test_a_lost_answer_is_no_reason_to_worry(platform, site, hooked, listener):
    """It is said that running it again makes nothing twice."""
    path = "webhooks/1.0/webhook" if platform.name == "jira" else "hooks/subscriptions"
    site.fault("cut", path=path, method="POST", when="after")
    result = hooked.run("webhook", "register", "--url", listener.url, "--make")
    assert result.code == 1
    assert "run it again: what arrived is found, and not made twice" in result.text


def test_what_differs_is_named_and_left(platform, site, hooked, listener):
    """Without its secret: exit 1, and where to change it."""
    hooked.run("webhook", "register", "--url", listener.url, "--make")
    there = registered(platform, site)[0]
    if platform.name == "jira":
        httpx.put(there["self"], json={**there, "secret": ""}, auth=("sandbox@example.com", "sandbox"))
    else:
        bare = {**there, "consumerInputs": {"url": listener.url}}
        httpx.put(there["url"], json=bare, params={"api-version": "7.1"}, auth=("anybody", "sandbox"))
    result = hooked.run("webhook", "register", "--url", listener.url, "--make")
    assert result.code == 1
    assert "is there, and differs" in result.out
    assert ("it has no secret" if platform.name == "jira" else "it brings no password") in result.out
    assert "Change what differs, or delete it and run this again: http" in result.text


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_registers_and_run_again_it_makes_each_once(platform, site, hooked, listener, when):
    """Whether or not the request that was in the air arrived: what is there is not made twice."""
    events = 1 if platform.name == "jira" else 4
    path = "webhooks/1.0/webhook" if platform.name == "jira" else "hooks/subscriptions"
    site.fault({"hang": 60}, path=path, method="POST", when=when, skip=events // 2)
    arguments = ("webhook", "register", "--url", listener.url, "--make")
    process = hooked.start(*arguments)
    site.wait_for_fault()
    process.kill()
    process.communicate()
    again = hooked.run(*arguments, "--format", "json")
    assert (again.code, len(again.json["hooks"])) == (0, events)
    arrived = events // 2 + (when == "after")
    assert [each["state"] for each in again.json["hooks"]] == ["there"] * arrived + ["made"] * (events - arrived)
    assert len(registered(platform, site)) == events


def test_printing_sends_nothing_and_tells_no_secret(platform, site, hooked, listener):
    """The settings with the URL and the variable that holds the secret; for Azure DevOps, that it signs nothing."""
    with site.watched() as exchanges:
        text = hooked.run("webhook", "register", "--url", listener.url)
        data = hooked.run("webhook", "register", "--url", listener.url, "--format", "json").json
    assert text.code == 0
    assert exchanges == []
    assert "s3cret" not in text.out + json.dumps(data)
    assert f"{platform.name.upper()}_WEBHOOK_SECRET" in text.out
    assert all(each["settings"]["URL"] == listener.url for each in data["hooks"])
    assert {each["secret"]["is_set"] for each in data["hooks"]} == {True}
    signs = "Azure DevOps signs nothing" if platform.name == "azure_devops" else "Jira signs each delivery"
    assert signs in text.text


def test_no_webhook_is_made_without_a_secret(platform, site, hooked, listener):
    """What nobody can verify is not registered: the variable is named, and nothing is sent."""
    variable = f"{platform.name.upper()}_WEBHOOK_SECRET"
    with site.watched() as exchanges:
        result = hooked.run("webhook", "register", "--url", listener.url, "--make", **{variable: ""})
    assert (result.code, exchanges) == (1, [])
    assert f"{variable} is not set" in result.text
    assert "which is not set yet" in hooked.run("webhook", "register", "--url", listener.url, **{variable: ""}).out


def test_who_may_not_register_is_told_so(platform, site, hooked, listener):
    """The permission is named, and what an administrator can do."""
    site.turn(denied=["ADMINISTER"], permissions_denied=["subscribe"])
    result = hooked.run("webhook", "register", "--url", listener.url, "--make")
    assert result.code == 1
    assert ("Administer Jira" if platform.name == "jira" else "Edit subscriptions") in result.text
    assert "prints without --make" in result.text


@pytest.fixture
def captured(platform: Platform, site: Site, hooked: Workspace, listener: Listener) -> Workspace:
    """A workspace with a delivery in `body.json` and `headers.txt`."""
    assert hooked.run("webhook", "register", "--url", listener.url, "--make").code == 0
    edited(platform, site)
    listener.capture(hooked.path)
    return hooked


def test_another_secret_is_found_out(platform, captured):
    """Whoever sends with another secret is refused, in words, with exit 1."""
    other = {f"{platform.name.upper()}_WEBHOOK_SECRET": "guess"}
    result = captured.run("webhook", "verify", "body.json", "--headers", "headers.txt", **other)
    assert (result.code, result.out) == (1, "")
    assert "this is no webhook of ours" in result.text
    assert platform.name == "azure_devops" or "the body has to be the raw bytes that were received" in result.text


def test_what_is_not_proven_is_called_not_verified(platform, captured):
    """Without the headers, or without a secret: understood, and plainly not verified."""
    variable = f"{platform.name.upper()}_WEBHOOK_SECRET"
    bare = captured.run("webhook", "verify", "body.json")
    assert bare.code == 0
    assert "sender    not verified: no headers were given" in bare.out
    unset = captured.run(
        "webhook", "verify", "body.json", "--headers", "headers.txt", "--format", "json", **{variable: ""}
    )
    assert (unset.code, unset.json["verified"], unset.json["reason"]) == (0, False, f"{variable} is not set")


def test_an_old_delivery_is_called_stale(site, captured):
    """It is still ours; a receiver would refuse it by now."""
    captured.keep_time_with(site)
    site.control("POST", "clock", {"advance": 3 * 3600})
    result = captured.run("webhook", "verify", "body.json", "--headers", "headers.txt")
    assert result.code == 0
    assert "age       a receiver refuses it now: it tells of" in result.out


def test_a_provider_s_own_secret_wins(platform, captured):
    """`RECONCILER_<PROVIDER>_WEBHOOK_SECRET`, and a file that holds it."""
    (captured.path / "secret").write_text("s3cret\n")
    own = f"RECONCILER_{platform.name.upper()}_WEBHOOK_SECRET"
    wrong = {f"{platform.name.upper()}_WEBHOOK_SECRET": "guess"}
    for settings in ({own: "s3cret"}, {f"{own}_FILE": str(captured.path / "secret")}):
        result = captured.run("webhook", "verify", "body.json", "--headers", "headers.txt", **wrong, **settings)
        assert "verified: " in result.out, result.err


def test_a_body_comes_from_standard_input_and_headers_as_json(captured):
    """`-` reads the body as it is; a JSON object holds headers by name, some of them in lists."""
    lines = (captured.path / "headers.txt").read_text().splitlines()
    pairs: dict[str, Any] = dict(line.split(": ", 1) for line in lines)
    pairs["X-Forwarded-For"] = ["10.0.0.1", "10.0.0.2"]
    (captured.path / "headers.json").write_text(json.dumps(pairs))
    with (captured.path / "body.json").open("rb") as body:
        done = subprocess.run(
            captured.command("webhook", "verify", "-", "--headers", "headers.json"),
            stdin=body,
            cwd=captured.path,
            env=captured.environment(),
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert b"sender    verified: " in done.stdout


@pytest.fixture
def data_center(tmp_path: Path) -> Iterator[tuple[Site, Workspace]]:
    """A Data Center and a workspace signed in to it. No vendor's file describes its exchanges."""
    with running() as endpoints:
        site = Site(endpoints)
        site.turn(jira_deployment="datacenter", denied=[], comment_webhooks="alone")
        yield site, Workspace(tmp_path, tmp_path, {**site.settings, **SECRETS})


def test_on_data_center_an_administrator_registers_by_hand(data_center, listener):
    """`--make` says so and makes nothing; what is printed, entered by hand, sends what is verified, even a comment
    that names its issue by its URL alone.
    """
    site, workspace = data_center
    workspace.write(HEAD)
    refused = workspace.run("webhook", "register", "--url", listener.url, "--make")
    assert refused.code == 1
    assert "Data Center can't be registered from here" in refused.text
    assert registered(JIRA, site) == []
    [hook] = workspace.run("webhook", "register", "--url", listener.url, "--format", "json").json["hooks"]
    by_hand = {
        "name": hook["settings"]["Name"],
        "url": hook["settings"]["URL"],
        "events": [*hook["settings"]["Events"].split(", "), "comment_created"],
        "filters": {"issue-related-events-section": hook["settings"]["JQL"]},
        "secret": SECRETS[hook["secret"]["variable"]],
    }
    webhooks = f"{site.endpoints.sites['jira']}/rest/webhooks/1.0/webhook"
    assert httpx.post(webhooks, json=by_hand, auth=("sandbox@example.com", "sandbox")).status_code == 201
    item = edited(JIRA, site)
    site.act("comment", by="Omar Haddad", item=item, text="Said")
    for event in ("jira:issue_created", "comment_created"):
        body, headers = listener.capture(workspace.path)
        found = workspace.run("webhook", "verify", body, "--headers", headers, "--format", "json").json
        assert (found["event"], found["items"], found["verified"]) == (event, [item], True)


@pytest.fixture
def offline(workspace: Workspace) -> Workspace:
    """A workspace on both platforms, of which none has to be reached."""
    workspace.settings = dict(SECRETS)
    workspace.write(
        "workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}\n"
        "providers: {jira: {project: INVEST}, azure_devops: {project: INVEST}}\n"
    )
    return workspace


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ('{"webhookEvent": "jira:issue_deleted", "issue": {"key": "INVEST-1"}}', 0, "Jira (provider jira)"),
        ('{"eventType": "workitem.updated", "publisherId": "tfs"}', 0, "items     it names none"),
        ('{"webhookEvent": "user_created"}', 1, "user_created: ignored, it is not about work items"),
        ('{"eventType": "git.push", "publisherId": "tfs"}', 1, "git.push: ignored"),
        ('{"action": "opened"}', 1, "jira: it is no webhook of Jira (it has no `webhookEvent`)"),
        ('{"action": "opened"}', 1, "azure_devops: it is no webhook of Azure DevOps"),
        ("", 1, "its body is not JSON"),
    ],
)
def test_a_delivery_finds_its_platform(offline, body, code, says):
    """By its shape, of all providers of the specs; 1 for what is not understood and for what is none of theirs."""
    (offline.path / "body.json").write_text(body)
    result = offline.run("webhook", "verify", "body.json")
    assert result.code == code
    assert says in f"{result.out}\n{result.text}"


def test_the_provider_can_be_named(offline, tmp_path):
    """Of the specs, where it has to be that one; where there are no specs, a platform, and any where none is named."""
    (tmp_path / "body.json").write_text('{"webhookEvent": "jira:issue_updated", "issue": {"id": "10001"}}')
    body = str(tmp_path / "body.json")
    assert offline.run("webhook", "verify", body, "--provider", "jira").code == 0
    assert offline.run("webhook", "verify", body, "--provider", "azure_devops").code == 1
    assert "did you mean 'jira'" in offline.run("webhook", "verify", body, "--provider", "jirra").text
    empty = tmp_path / "empty"
    empty.mkdir()
    assert offline.run("webhook", "verify", body, "--provider", "jira", cwd=empty).code == 0
    assert "Jira (provider jira)" in offline.run("webhook", "verify", body, cwd=empty).out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("verify", "nowhere.json"), "nowhere.json can't be read"),
        (("verify", "body.json", "--headers", "nowhere.txt"), "nowhere.txt can't be read"),
        (("verify", "body.json", "--headers", "odd.txt"), "odd.txt:3 is no header"),
        (("verify", "body.json", "--headers", "binary.txt"), "binary.txt is not text in UTF-8"),
        (("verify", "body.json", "--headers", "odd.json"), "odd.json begins like JSON and is none"),
        (("verify", "body.json", "--headers", "numbers.json"), "the header 'X-Retry' is no text"),
        (("register", "--url", "http://hooks.example.com/1"), "webhooks go over https alone"),
        (("register", "--url", "hooks.example.com"), "is not a URL for webhooks"),
        (("register", "--url", "https://me:secret@hooks.example.com/"), "is not a URL for webhooks"),
        (("register", "--url", "https://[hooks/"), "is not a URL for webhooks"),
        (("register",), "Missing option '--url'"),
        (("register", "--url", "https://hooks.example.com/"), "name one: --provider jira | azure_devops"),
    ],
)
def test_a_mistake_is_said_in_words(offline, arguments, says):
    """What happened, where, and no defect."""
    files = {"body.json": "{}", "odd.txt": "X-A: 1\n\nPOST /hook\n", "odd.json": "{", "numbers.json": '{"X-Retry": 1}'}
    for name, text in files.items():
        (offline.path / name).write_text(text)
    (offline.path / "binary.txt").write_bytes(b"X-A: \xff")
    result = offline.run("webhook", *arguments)
    assert result.code == 1
    assert says in result.text
    assert "defect" not in result.text
