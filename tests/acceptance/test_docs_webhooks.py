"""`docs/webhooks.md`: its commands run in their order, and its tables say what there is."""

from __future__ import annotations

import base64
import subprocess
from contextlib import closing
from typing import Any

import pytest
from acceptance.harness import HEAD, Site, Workspace
from doc_pages import ROOT, blocks, page, plain, table
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, Limiter, OpenGate, PluginConfig, Session, SystemClock

PAGE = page("webhooks.md")
PATH = ROOT / "docs" / "webhooks.md"


def test_the_commands_run(site: Site, workspace: Workspace) -> None:
    """As an administrator, in the page's order; what `verify` prints is what the page shows."""
    site.turn(denied=[])
    workspace.write(HEAD)
    script = "\n".join(block.text for block in blocks("sh", PATH))
    assert script.count("reconciler webhook ") == 4
    done = subprocess.run(
        ["/bin/bash", "-c", 'set -e\nreconciler() { "$PYTHON" -m reconciler "$@"; }\n' + script],
        cwd=workspace.path,
        env={**workspace.environment(), "PYTHON": workspace.command()[0], "URL": "http://127.0.0.1:1/hook"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [shown] = blocks("text", PATH)
    assert shown.text in done.stdout


def test_the_page_names_the_secrets() -> None:
    """Each plugin's variable."""
    variables = {plain(row[1]) for row in table(PAGE, "Platform", "Variable", "What it does")}
    assert variables == {each.webhook_secret.variable for each in (JiraPlugin, AzureDevOpsPlugin)}


EVENTS = [plain(each) for row in table(PAGE, "Event", "Items") for each in row[0].split(",")]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_of_the_page_is_understood(event: str) -> None:
    """By the platform that has it."""
    body: bytes
    if event.startswith("workitem."):
        body = b'{"eventType": "%s", "publisherId": "tfs"}' % event.encode()
        assert AzureDevOpsPlugin.read_delivery({}, body).understood
    else:
        body = b'{"webhookEvent": "%s"}' % event.encode()
        assert JiraPlugin.read_delivery({}, body).understood


def test_the_program_of_the_page_reads_what_is_new() -> None:
    """Once: the second time there is nothing to read, nor where the secret is another."""
    [block] = blocks("python", PATH)
    names: dict[str, Any] = {}
    exec(block.text, names)
    config = PluginConfig("azure", "http://127.0.0.1:1/azure/sandbox", "INVEST", Credential(None, ""))
    clock = SystemClock()
    session = Session(config.url, authorization="", clock=clock, gate=OpenGate(), limiter=Limiter(clock))
    plugin = AzureDevOpsPlugin(config, session)
    body = b'{"eventType": "workitem.updated", "publisherId": "tfs", "resource": {"workItemId": 5}}'
    headers = {"Authorization": f"Basic {base64.b64encode(b'reconciler:s3cret').decode()}"}
    read = names["items_to_read"]
    with closing(session):
        assert [read(plugin, headers, body, secret) for secret in ("guess", "s3cret", "s3cret")] == [(), ("5",), ()]
