"""The Azure DevOps plugin and its sandbox in one process: no server, one clock that moves by hand, faults on demand."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from asgi_client import HandClock
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_azure_devops_sandbox import sandbox

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

__all__ = ["EPIC", "TASK", "WORKSPACE", "AzureInProcess"]

EPIC, TASK = Ref("Epic", "Epic"), Ref("Task", "Task")
WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"
ALIASES = {"amount": "Investment amount", "sector": "Sector", "risk": "Risk level"}


@dataclass
class AzureInProcess(httpx.BaseTransport):
    """One organisation, and as many providers of it as a test wants.

    Attributes:
        faults: (method, path, what) for the next request that fits: `cut_before`, `cut_after`, `twice`, `hold`. Each
            sender sees a cut; what is held is carried out by `deliver`.
        requests: method and path below the organisation's URL, without the version of the API.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    project: str = "INVEST"
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    held: list[Callable[[], Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)
    turns: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.platform = sandbox(self.clock, lambda _event: None)
        self.plugin = self.connect()
        self.provider = self.plugin.provider

    def connect(self, secret: str = "sandbox", **options: object) -> AzureDevOpsPlugin:
        """A plugin of its own."""
        options = {**self.options, **options}
        credential = Credential(None, secret)
        fields = ALIASES if self.project == "INVEST" else {}
        url = "http://127.0.0.1/azure/sandbox"
        config = PluginConfig("azure", url, self.project, credential, fields=fields, options=options)
        assert AzureDevOpsPlugin.validate_config(config) == ()
        session = Session(
            config.url,
            authorization=AzureDevOpsPlugin.authorization(config),
            clock=self.clock,
            gate=OpenGate(),
            limiter=Limiter(self.clock),
            transport=self,
        )
        return AzureDevOpsPlugin(config, session)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix("/azure/sandbox")
        self.requests.append(re.sub(r"[?&]api-version=[^&]*", "", f"{request.method} {path}"))

        def ask() -> httpx.Response:
            with self.turns:  # a server takes its requests in turns, however many threads send them
                return asyncio.run(self._ask(request))

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

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        scope = {
            "type": "http",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "root_path": "/azure",
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

    def marker(self, operation: str, address: str = "deal", item: str | None = None) -> Marker:
        """A marker of the one workspace."""
        return Marker(1, WORKSPACE, "deals", "acme", address, item, operation, False, False, {}, {}, True)

    def draft(self, operation: str = "op", **fields: Any) -> Draft:
        """A task of the workspace."""
        return Draft(operation, TASK, {"System.Title": "Ours", **fields}, self.marker(operation))

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
