"""`docs/jira-data-center.md` against the plugin and the sandbox."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import httpx
from doc_pages import ROOT, blocks, page, table
from reconciler_jira.adf import from_markdown
from reconciler_jira.labels import marker_from
from reconciler_jira.wiki import from_wiki, to_wiki

from reconciler.sdk import marker_label

PAGE = page("jira-data-center.md")


def _said(cell: str) -> str:
    """What a cell shows as code."""
    return cell.strip("` ").replace("\\|", "|")


def test_each_text_of_the_page_is_written_and_read_so() -> None:
    """Markdown at the left, wiki markup at the right, and back to the same document."""
    for markdown, wiki in table(PAGE, "In Markdown", "In Jira"):
        text = _said(markdown) if "code" not in markdown else "`code`"
        document = from_markdown(text)
        assert to_wiki(document).replace("\n", "") == _said(wiki)
        assert from_wiki(_said(wiki)) == document


def test_the_label_of_the_page_is_a_marker() -> None:
    """It is found by the one above it, and tells the address and the issue's own id."""
    finds, proves = re.findall(r"^    (rc-\S+)$", PAGE, re.MULTILINE)
    marker = marker_from(proves)
    assert marker is not None
    assert finds == marker_label(marker.workspace, marker.instance)
    assert (marker.instance, marker.name, marker.address, marker.item) == ("acme", "deals", 'tasks["legal"]', "10003")


def test_the_page_says_that_it_was_not_proven_live() -> None:
    """In these words, as long as nobody has run it on a server."""
    assert "built from documentation, not proven live" in PAGE


def test_the_command_of_the_page_plays_data_center() -> None:
    """It says that it is a Server, and knows no version 3."""
    [block] = blocks("sh", ROOT / "docs" / "jira-data-center.md")
    command = [*block.text.strip().replace("8765", "0").split()]
    assert command[0] == "reconciler"
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, env={**os.environ})
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["jira_url"]
        headers = {"Authorization": "Bearer sandbox"}
        assert httpx.get(f"{url}/rest/api/2/serverInfo").json()["deploymentType"] == "Server"
        assert httpx.get(f"{url}/rest/api/2/myself", headers=headers).json()["name"] == "sandbox"
        assert httpx.get(f"{url}/rest/api/3/myself", headers=headers).status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
