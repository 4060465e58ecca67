"""`docs/signing-in.md` against the program: variables, scopes, and what the write check says."""

from __future__ import annotations

import re
import shlex

import pytest
from acceptance.harness import Site, Workspace
from doc_pages import ROOT, blocks, page, plain, table
from reconciler_jira.scopes import scopes_for

from reconciler.live.network import network_of
from reconciler.live.secrets import SOURCES, find_secret
from reconciler.sdk import PluginRegistry

PAGE = page("signing-in.md")
EXPORTS = [
    line.removeprefix("export ")
    for block in blocks("sh", ROOT / "docs" / "signing-in.md")
    for line in block.text.splitlines()
    if line.startswith("export ")
]

REQUESTS = [
    "GET /rest/api/3/myself",
    "GET /rest/api/3/issue/1",
    "PUT /rest/api/3/issue/1",
    "POST /rest/api/3/version",
    "POST /rest/api/3/workflows",
    "GET /rest/agile/1.0/board",
    "GET /rest/agile/1.0/board/1/sprint",
    "GET /rest/agile/1.0/board/1/configuration",
    "POST /rest/agile/1.0/sprint",
]


def test_the_variables_of_the_page_are_the_plugins() -> None:
    """Each setting that signs in stands on the page, by the name that the plugin reads."""
    for name in PluginRegistry().names:
        settings = PluginRegistry().load(name).metadata().settings
        assert all(f"`{each.variable}" in PAGE for each in settings if each.role != "project")


def test_the_places_of_a_secret_are_those_of_the_table() -> None:
    """All four, none beside."""
    told = {plain(name).removeprefix("JIRA_API_TOKEN") for name, _ in table(PAGE, "Variable", "Holds")}
    assert told == set(SOURCES)


@pytest.mark.parametrize("export", EXPORTS)
def test_each_example_of_a_secret_is_understood(export: str) -> None:
    """As a shell would set it."""
    name, _, value = shlex.split(export)[0].partition("=")
    secret = re.sub("_(FILE|COMMAND|KEYRING)$", "", name)
    kept = find_secret((secret,), {name: value})
    assert kept is not None
    assert (kept.variable, kept.told) == (name, value)


def test_the_scopes_of_the_table_are_those_that_messages_name() -> None:
    """No other, none missing."""
    told = {each for cell, _ in table(PAGE, "Scope", "For") for each in re.findall("`([^`]+)`", cell)}
    assert told == {each for request in REQUESTS for each in scopes_for(request)}


def test_each_variable_for_certificates_and_proxies_is_read() -> None:
    """Set alone, each changes how a site is reached."""
    rows = [each for cell, _ in table(PAGE, "Variable", "Means") for each in re.findall("`([^`]+)`", cell)]
    url, base = "https://jira.example.com", {"HTTPS_PROXY": "http://p", "RECONCILER_JIRA_CLIENT_CERT": "/cert"}
    before = network_of("jira", url, base)
    for name in (each.replace("<PROVIDER>", "JIRA") for each in rows):
        value = "jira.example.com" if name == "NO_PROXY" else "http://other"
        less = {key: text for key, text in base.items() if key != name and (name, key) != ("ALL_PROXY", "HTTPS_PROXY")}
        assert network_of("jira", url, {**less, name: value}) != before, name


def test_the_write_check_says_what_the_page_says(workspace: Workspace, site: Site) -> None:
    """The page's command, and each of its measures."""
    workspace.items("  call: {type: task, title: Call the bank}\n")
    (command,) = re.findall(r"^reconciler (doctor .*)$", PAGE, re.MULTILINE)
    probes = workspace.run(*command.split(), "--format", "json").json
    said = [each["what"] for each in probes]
    told = [each for cell, _ in table(PAGE, "It says", "It means") for each in re.findall("`([^`]+)`", cell)]
    assert set(said[said.index("create") :]) == set(told)
