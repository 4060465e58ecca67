"""The sites that the integration kit works on: a sandbox of its own, and what the environment signs in to."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from reconciler.diagnostics import Place
from reconciler.live.connections import connect
from reconciler.live.network import network_of
from reconciler.sandbox.serving import running
from reconciler.sdk import OpenGate, SystemClock
from reconciler.spec.configuration import ProviderBlock

__all__ = ["PROJECTS", "Target", "on_a_site", "on_the_sandbox"]

PROJECTS: Final = {
    "jira": "RECONCILER_INTEGRATION_PROJECT_JIRA",
    "azure_devops": "RECONCILER_INTEGRATION_PROJECT_AZURE_DEVOPS",
}
"""By platform, the variable that names the project in which the kit may make items."""

_SANDBOXES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "jira": ("jira", {"JIRA_URL": "", "JIRA_EMAIL": "sandbox@example.com", "JIRA_API_TOKEN": "sandbox"}),
    "jira_data_center": ("jira", {"JIRA_URL": "", "JIRA_API_TOKEN": "sandbox"}),
    "azure_devops": ("azure_devops", {"AZURE_DEVOPS_ORG_URL": "", "AZURE_DEVOPS_PAT": "sandbox"}),
}
"""By what a sandbox plays, the platform and how to sign in; the URL is filled in."""

_NOBODY: Final = "Basic bm9ib2R5QGV4YW1wbGUuY29tOm5vdGhpbmc="
_LONGEST: Final = 150.0
"""Seconds that a search is given to find what was written."""


@dataclass
class Target:
    """A project on a site, asked by plain HTTP.

    Attributes:
        platform: the plugin.
        project: its key or name.
        settings: the environment of commands.
        http: signed in; paths are below the site's URL.
        stranger: with a credential that nobody has.
        run: what the titles of this run's items begin with.
        made: the ids of the items that this run made.
    """

    platform: str
    project: str
    settings: Mapping[str, str]
    http: httpx.Client
    stranger: httpx.Client
    run: str = field(default_factory=lambda: f"reconciler-kit-{uuid.uuid4().hex[:8]}")
    made: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """Ask the site."""
        return self.send(method, path, json=body, params=query or None)

    def send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """Send a request, and wait where the site asks for it."""
        for _ in range(5):
            answer = self.http.request(method, path, **rest)
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers.get("retry-after", 10)))
        return answer

    def eventually(self, condition: Callable[[], bool]) -> bool:
        """Whether something comes true while an index catches up."""
        until = time.monotonic() + _LONGEST
        while not (done := condition()) and time.monotonic() < until:
            time.sleep(2)
        return done

    def clean(self) -> None:
        """Delete what this run made, and nothing else; what can't be deleted fails the run, by its id."""
        left = []
        while self.made:
            item = self.made.pop()
            answer = self._delete(item)
            if answer.status_code not in (200, 204, 404):
                left.append(f"{item} ({answer.status_code})")
        assert not left, f"delete by hand in {self.project}: {', '.join(left)}"

    def _delete(self, item: str) -> httpx.Response:
        if self.platform == "jira":
            return self.ask("DELETE", f"/rest/api/2/issue/{item}", deleteSubtasks="true")
        return self.ask("DELETE", f"/_apis/wit/workitems/{item}", **{"api-version": "7.1"})


@contextmanager
def on_the_sandbox(name: str) -> Iterator[Target]:
    """A sandbox for the length of a `with` block: `jira`, `jira_data_center` or `azure_devops`."""
    platform, template = _SANDBOXES[name]
    with running() as endpoints:
        if name == "jira_data_center":
            knobs = {"jira_deployment": "datacenter"}
            httpx.patch(f"{endpoints.url}/_sandbox/knobs", json=knobs).raise_for_status()
        settings = {variable: value or endpoints.sites[platform] for variable, value in template.items()}
        with _signed_in(platform, "INVEST", settings) as target:
            yield target


@contextmanager
def on_a_site(platform: str) -> Iterator[Target]:
    """The site that the environment signs in to; the project is named by the variable in `PROJECTS`."""
    others = {"JIRA_PROJECT", "AZURE_DEVOPS_PROJECT"}
    settings = {name: value for name, value in os.environ.items() if name not in others}
    with _signed_in(platform, os.environ[PROJECTS[platform]], settings) as target:
        yield target


@contextmanager
def _signed_in(platform: str, project: str, settings: Mapping[str, str]) -> Iterator[Target]:
    block = ProviderBlock(platform, platform, project, {}, {}, {}, {}, {}, Place("the integration kit", 1, 1))
    with connect({platform: block}, [platform], settings, gate=OpenGate(), clock=SystemClock()) as connections:
        plugin = connections[platform].plugin
        url = plugin.config.url
        network = network_of(platform, url, settings)

        def client(authorization: str) -> httpx.Client:
            headers = {"Authorization": authorization}
            return httpx.Client(base_url=url, headers=headers, transport=network.transport(url, 4), timeout=60)

        with client(plugin.authorization(plugin.config)) as http, client(_NOBODY) as stranger:
            target = Target(platform, project, settings, http, stranger)
            try:
                yield target
            finally:
                target.clean()
