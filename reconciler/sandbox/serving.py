"""Serves the sandbox on a port of this machine, in the foreground or beside a test."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.errors import ConfigurationError
from reconciler.sandbox.model import Scope
from reconciler.sandbox.mounting import Sandbox, installed
from reconciler.sdk import Clock, SystemClock

__all__ = ["Endpoints", "running", "serve"]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the sandbox listens.

    Attributes:
        url: the board's, without a final slash.
        sites: by platform, the URL that a client is configured with, likewise.
    """

    port: int
    url: str
    sites: Mapping[str, str]


@contextmanager
def running(
    *, port: int = 0, data: Path | None = None, clock: Clock | None = None, knobs: Mapping[str, Any] | None = None
) -> Iterator[Endpoints]:
    """Serve in a thread for the length of a `with` block.

    Args:
        port: 0 picks a free one.
        data: the file that keeps events.
        clock: what the sandbox's clock runs on; this machine's by default.
        knobs: what is turned from the beginning, by name.

    Raises:
        ConfigurationError: the port or the data file can't be used.
    """
    connections: dict[Any, asyncio.Transport] = {}
    with _listening(port) as listener:
        sandbox = _sandbox(data, clock, connections)
        sandbox.turn(knobs or {})
        loop = asyncio.new_event_loop()
        ready, stop = threading.Event(), asyncio.Event()

        def ran() -> None:
            try:
                loop.run_until_complete(_answer(sandbox, listener, connections, ready.set, stop.wait))
            finally:
                ready.set()
                loop.close()

        thread = threading.Thread(target=ran, name="sandbox", daemon=True)
        thread.start()
        ready.wait()
        try:
            yield _endpoints(listener, sandbox)
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            sandbox.close()


def serve(port: int, data: Path | None, knobs: Mapping[str, Any] | None = None) -> None:
    """Serve in the foreground until SIGINT or SIGTERM.

    Prints one line on start, and nothing else: `{"port": ..., "jira_url": ...}`, a URL for each platform.

    Raises:
        ConfigurationError: the port or the data file can't be used.
    """
    connections: dict[Any, asyncio.Transport] = {}
    with _listening(port) as listener:
        sandbox = _sandbox(data, None, connections)
        sandbox.turn(knobs or {})

        def announce() -> None:
            where = _endpoints(listener, sandbox)
            line = {"port": where.port, **{f"{name}_url": url for name, url in where.sites.items()}}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()

        async def until_told() -> None:
            stop = asyncio.Event()
            for each in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(each, stop.set)
            await _answer(sandbox, listener, connections, announce, stop.wait)

        try:
            asyncio.run(until_told())
        finally:
            sandbox.close()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        # asyncio sets TCP_NODELAY only where the protocol is named: without it an answer takes 40 ms
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as problem:
            raise ConfigurationError(
                f"the sandbox can't listen on port {port}", detail=str(problem), hint="--port 0 picks a free one"
            ) from problem
        listener.listen(128)
        listener.setblocking(False)
        yield listener


def _sandbox(data: Path | None, clock: Clock | None, connections: dict[Any, asyncio.Transport]) -> Sandbox:
    def cut(scope: Scope) -> None:
        transport = connections.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()

    return Sandbox(installed(), clock=clock or SystemClock(), data=data, cut=cut)


def _endpoints(listener: socket.socket, sandbox: Sandbox) -> Endpoints:
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    return Endpoints(port, url, {each.name: f"{url}{each.base}" for each in sandbox.platforms.values()})


async def _answer(
    sandbox: Sandbox,
    listener: socket.socket,
    connections: dict[Any, asyncio.Transport],
    ready: Callable[[], None],
    stopped: Callable[[], Awaitable[Any]],
) -> None:
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol
    from uvicorn.server import ServerState

    class Protocol(H11Protocol):
        """Remembers its connection, so that a fault can cut it."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            super().connection_made(transport)
            connections[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self.client, None)
            super().connection_lost(exc)

    config = uvicorn.Config(
        sandbox,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Protocol(config=config, server_state=state, app_state={}), sock=listener
    )
    ready()
    await stopped()
    server.close()
    for transport in list(connections.values()):
        transport.abort()
    for task in list(state.tasks):
        task.cancel()
    await asyncio.gather(*state.tasks, return_exceptions=True)
