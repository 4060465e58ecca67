"""The plugin, signed in to a sandbox that runs for the length of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from reconciler_jira import JiraPlugin

from reconciler.sandbox.serving import running
from reconciler.sdk import Credential, Limiter, OpenGate, PluginConfig, Session, SystemClock


@pytest.fixture(scope="module")
def connect() -> Iterator[Callable[..., JiraPlugin]]:
    sessions: list[Session] = []
    with running() as endpoints:

        def connected(project: str = "INVEST", secret: str = "sandbox") -> JiraPlugin:
            credential = Credential("sandbox@example.com", secret)
            aliases = {"amount": "Investment amount", "risk": "Risk level"}
            config = PluginConfig("jira", endpoints.sites["jira"], project, credential, fields=aliases)
            clock = SystemClock()
            session = Session(
                config.url,
                authorization=JiraPlugin.authorization(config),
                clock=clock,
                gate=OpenGate(),
                limiter=Limiter(clock),
            )
            sessions.append(session)
            return JiraPlugin(config, session)

        yield connected
        for session in sessions:
            session.close()


@pytest.fixture(scope="module")
def plugin(connect) -> JiraPlugin:
    return connect()
