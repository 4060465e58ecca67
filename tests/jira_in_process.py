"""The Jira plugin and the Jira sandbox in one process: no server, one clock that moves by hand, faults on demand."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from asgi_client import Asker, HandClock
from reconciler_jira import JiraPlugin
from reconciler_jira_sandbox import sandbox
from reconciler_jira_sandbox.jira import Jira

from reconciler.sdk import (
    Change,
    Credential,
    Draft,
    Found,
    Item,
    Limiter,
    Marker,
    OpenGate,
    Outcome,
    Pending,
    PluginConfig,
    Provider,
    Ref,
    Session,
)

__all__ = ["TASK", "InProcess"]

TASK = Ref("10003", "Task")
WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"


@dataclass
class InProcess(httpx.BaseTransport):
    """One site, and as many providers of it as a test wants.

    Attributes:
        faults: (method, path, what) for the next request that fits: `cut_before`, `cut_after`, `twice`, `hold`. Each
            sender sees a cut; what is held is carried out by `deliver`.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    held: list[Callable[[], Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.platform: Jira = sandbox(self.clock, lambda _event: None)
        self.provider = self.connect()

    def connect(self, **options: object) -> Provider:
        """A provider of its own."""
        credential = Credential("sandbox@example.com", "sandbox")
        options = {**self.options, **options}
        config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", credential, options=options)
        assert JiraPlugin.validate_config(config) == ()
        session = Session(
            config.url,
            authorization=JiraPlugin.authorization(config),
            clock=self.clock,
            gate=OpenGate(),
            limiter=Limiter(self.clock),
            transport=self,
        )
        return JiraPlugin(config, session).provider

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix("/jira")
        self.requests.append(f"{request.method} {path}")

        def ask() -> Any:
            asker = Asker(self.platform.application, "/jira", _signed_in(request))
            answer = asker.ask(request.method, f"/{path.lstrip('/')}", request.content or None)
            return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.content)

        fault = next((each for each in self.faults if each[0] == request.method and re.search(each[1], path)), None)
        if fault is None:
            return ask()
        self.faults.remove(fault)
        match fault[2]:
            case "twice":
                ask()
                ask()
            case "cut_after":
                ask()
            case "hold":
                self.held.append(ask)
        raise httpx.ReadError("cut", request=request)

    def deliver(self) -> None:
        """Carry out what was held."""
        while self.held:
            self.held.pop(0)()

    def turn(self, **knobs: object) -> None:
        """Turn knobs."""
        for name, value in knobs.items():
            self.platform.turn(name, value)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.sleep(seconds)

    def person(self, action: str, **details: object) -> dict[str, Any]:
        """Let a person do something."""
        return self.platform.act(action, {"by": "Omar Haddad", **details})

    def skip_keys(self, number: int) -> None:
        """Leave a gap, as issues leave that were deleted or moved away."""
        self.platform._tenant.store._last_key += number

    def marker(self, operation: str, address: str = "deal", item: str | None = None) -> Marker:
        """A marker of the one workspace."""
        return Marker(1, WORKSPACE, "deals", "acme", address, item, operation, False, False, {}, {})

    def draft(self, operation: str = "op", **fields: Any) -> Draft:
        """A task of the workspace."""
        return Draft(operation, TASK, {"summary": "Ours", **fields}, self.marker(operation))

    def pending(self, write: Draft | Change, highest_key: str = "") -> Pending:
        """The write as journalled now: it may be sent for 30 seconds."""
        return Pending(write, self.clock.now() + timedelta(seconds=30), highest_key)

    def create(self, draft: Draft) -> Outcome:
        """Create one."""
        (outcome,) = self.provider.create([draft])
        return outcome

    def update(self, change: Change) -> Outcome:
        """Change one."""
        (outcome,) = self.provider.update([change], quiet=False)
        return outcome

    def settle(self, pending: Pending, provider: Provider | None = None) -> Found:
        """Settle one."""
        (found,) = (provider or self.provider).settle([pending])
        return found

    def read(self, id: str, *fields: str) -> Item:
        """Read one with its marker."""
        (found,) = self.provider.fetch({id: fields}, markers=True)
        assert found.item is not None
        return found.item


def _signed_in(request: httpx.Request) -> tuple[str, str]:
    """User and token of a request."""
    encoded = request.headers["authorization"].removeprefix("Basic ")
    user, _, token = base64.b64decode(encoded).decode().partition(":")
    return user, token
