"""A plugin and its platform's sandbox in one process: no server, one clock that moves by hand, faults on demand."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from asgi_client import HandClock, at_once

from reconciler.sandbox.model import Platform
from reconciler.sdk import (
    Change,
    DevOpsIntegrationPlugin,
    Draft,
    Found,
    Item,
    Limiter,
    OpenGate,
    Outcome,
    Pending,
    PluginConfig,
    Provider,
    Session,
)

__all__ = ["WORKSPACE", "PlatformInProcess"]

WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"


@dataclass
class PlatformInProcess(httpx.BaseTransport):
    """One site, and as many providers of it as a test wants.

    Attributes:
        options: of its providers.
        faults: (method, path, what) for the next request that fits: `cut_before`, `cut_after`, `twice`, `hold`. Each
            sender sees a cut; what is held is carried out by `deliver`.
        held: what is to be carried out.
        requests: method and path below the site's URL.
        turns: a server takes its requests in turns, however many threads send them.
        mount: where the sandbox stands, and where the site does.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    held: list[Callable[[], Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)
    turns: threading.RLock = field(default_factory=threading.RLock)

    platform: Platform = field(init=False, repr=False)
    provider: Provider = field(init=False, repr=False)
    mount: ClassVar[tuple[str, str]]

    def opened(self, plugin: type[DevOpsIntegrationPlugin], config: PluginConfig) -> DevOpsIntegrationPlugin:
        """A plugin of its own, whose requests come here."""
        assert plugin.validate_config(config) == ()
        session = Session(
            config.url,
            authorization=plugin.authorization(config),
            clock=self.clock,
            gate=OpenGate(),
            limiter=Limiter(self.clock),
            transport=self,
        )
        return plugin(config, session)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix(self.mount[1])
        self.requests.append(self.noted(f"{request.method} {path}"))

        def ask() -> httpx.Response:
            with self.turns:
                return at_once(self._ask(request))

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

    def noted(self, request: str) -> str:
        """A request as it is kept."""
        return request

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        scope = {
            "type": "http",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "root_path": self.mount[0],
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 50000),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": request.content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.platform.application(scope, receive, send)
        body = b"".join(each.get("body", b"") for each in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)

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
