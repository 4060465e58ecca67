"""Deliveries of a sandbox's webhooks: sent as they are, in order, and dropped where too many wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from reconciler.sandbox.deliveries import Outbox, post

HEARD: list[tuple[str, bytes]] = []
"""What the listener got: the header `x-said` of each request, and its body."""


class _Handler(BaseHTTPRequestHandler):
    """Answers by its path: `/200`, `/410`; `/302` points elsewhere."""

    def do_POST(self) -> None:
        HEARD.append((self.headers.get("x-said", ""), self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(int(self.path.strip("/")))
        self.send_header("location", "/200")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    HEARD.clear()
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_post_gives_the_status_as_it_is(address: str) -> None:
    """Good, gone, elsewhere or nobody there: a redirect is an answer, and is not followed."""
    for status in (200, 410, 302):
        assert post(f"{address}/{status}", {}, b"{}") == status
    assert post("http://127.0.0.1:1/", {}, b"{}") == 0
    assert len(HEARD) == 3


def test_a_post_sends_headers_of_any_letters(address: str) -> None:
    """A subscription's own header may have letters that are not ASCII: they go as UTF-8."""
    assert post(f"{address}/200", {"x-said": "Größe €"}, b"{}") == 200
    assert [(said.encode("latin-1").decode(), body) for said, body in HEARD] == [("Größe €", b"{}")]


def test_an_outbox_keeps_the_order_and_drops_what_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one delivery is under way, as many wait as there is room for, first come first served."""
    monkeypatch.setattr("reconciler.sandbox.deliveries._WAITING", 2)
    taken, free, delivered = threading.Event(), threading.Event(), list[tuple[str, bytes]]()

    def deliver(listener: str, body: bytes) -> None:
        taken.set()
        assert free.wait(10)
        delivered.append((listener, body))

    outbox = Outbox(deliver)
    outbox.put("a", b"1")
    assert taken.wait(10)
    for listener, body in (("b", b"2"), ("a", b"3"), ("b", b"4")):
        outbox.put(listener, body)
    free.set()
    outbox.wait()
    assert delivered == [("a", b"1"), ("b", b"2"), ("a", b"3")]
