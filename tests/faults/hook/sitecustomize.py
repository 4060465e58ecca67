"""Python runs this at the start of each command of the crash suite: the one clock is the sandbox's, and at one
boundary the process gets a signal. The product has no such hook.

Environment:
    FAULTS_CLOCK: the sandbox's clock, a URL. `now` asks it, `sleep` puts it forward: no real time passes.
    FAULTS_STRIKE: optional JSON, {"at": boundary, "nth": from 1, "method": .., "path": regular expression,
        "signals": [name]}. `method` and `path` narrow `send` and `receive` down to one kind of request. The process
        sends the signals to itself; without any, the state's file can't grow from then on.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable
from datetime import datetime
from typing import Any

from reconciler.sdk import clock, session
from reconciler.state import sqlite_lease

_CLOCK = os.environ["FAULTS_CLOCK"]
_STRIKE = json.loads(os.environ.get("FAULTS_STRIKE", "{}"))
_passings = itertools.count(1)


def _ask(body: dict[str, float] | None = None) -> datetime:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(_CLOCK, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return datetime.fromisoformat(json.load(answer)["now"])


def _sleep(seconds: float) -> None:
    if seconds > 0:
        _ask({"advance": seconds})


def _pass(boundary: str, method: str = "", path: str = "", lease: Any = None) -> None:
    if _STRIKE.get("at") != boundary:
        return
    if _STRIKE.get("method", method) != method or not re.search(_STRIKE.get("path", ""), path):
        return
    if next(_passings) != _STRIKE["nth"]:
        return
    for each in _STRIKE["signals"]:
        os.kill(os.getpid(), signal.Signals[each])
    if not _STRIKE["signals"]:
        lease._connection.execute("PRAGMA max_page_count = 1")


def _between(name: str, do: Callable[..., Any], about: Callable[..., tuple[str, str]]) -> Callable[..., Any]:
    def passed(*arguments: Any) -> Any:
        _pass(f"{name}.before", *about(*arguments))
        result = do(*arguments)
        _pass(f"{name}.after", *about(*arguments))
        return result

    return passed


def _around(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    def passed(lease: Any, *arguments: Any, **named: Any) -> Any:
        _pass(f"{name}.before", lease=lease)
        result = do(lease, *arguments, **named)
        _pass(f"{name}.after", lease=lease)
        return result

    return passed


def _committing(commit: Callable[..., None]) -> Callable[..., None]:
    def passed(lease: Any, write: Callable[[Any], None]) -> None:
        def written(connection: Any) -> None:
            write(connection)
            _pass("commit.within", lease=lease)

        _pass("commit.before", lease=lease)
        commit(lease, written)
        _pass("commit.after", lease=lease)

    return passed


clock.SystemClock.now = lambda _clock: _ask()
clock.SystemClock.sleep = lambda _clock, seconds: _sleep(seconds)
session._send = _between("send", session._send, lambda _client, request: (request.method, request.url.path))
session._receive = _between("receive", session._receive, lambda answer: (answer.request.method, answer.url.path))
sqlite_lease.SqliteLease.journal = _around("journal", sqlite_lease.SqliteLease.journal)
sqlite_lease.SqliteLease.record = _around("record", sqlite_lease.SqliteLease.record)
sqlite_lease.SqliteLease._commit = _committing(sqlite_lease.SqliteLease._commit)
