"""How a sandbox's webhooks leave it: one after the other, in the order in which the events happened."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping

import httpx

__all__ = ["Outbox", "Post", "post"]

Post = Callable[[str, Mapping[str, str], bytes], int]
"""Sends a body to a URL with headers, and gives the status; 0 where there was no answer."""

_TIMEOUT, _WAITING = 5.0, 1000


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send over HTTP, without following redirects, past any proxy."""
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            return client.post(url, content=body, headers=encoded).status_code
    except httpx.HTTPError:
        return 0


class Outbox:
    """What waits for its delivery, and the thread that delivers it.

    A listener that is away holds up the others meanwhile. At most 1000 deliveries wait; further ones are dropped, as a
    sandbox without a listener may do.

    Args:
        deliver: given a listener's id and a body; tries as often as its platform does.
    """

    def __init__(self, deliver: Callable[[str, bytes], None]) -> None:
        self._deliver = deliver
        self._waiting: queue.Queue[tuple[str, bytes]] = queue.Queue(_WAITING)
        self._thread: threading.Thread | None = None

    def put(self, listener: str, body: bytes) -> None:
        """Put a delivery on its way."""
        if not self._waiting.full():
            self._waiting.put_nowait((listener, body))
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="sandbox-webhooks", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Return once all that was put is delivered or given up."""
        self._waiting.join()

    def _serve(self) -> None:
        while True:
            listener, body = self._waiting.get()
            try:
                self._deliver(listener, body)
            finally:
                self._waiting.task_done()
