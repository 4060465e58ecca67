"""Sites over TLS and proxies before them, on this machine: what companies put between a program and its site."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import trustme

__all__ = ["Proxy", "proxy", "site_in_the_clear", "site_over_tls"]

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\nConnection: close\r\n\r\n"


@dataclass
class Proxy:
    """A proxy that tunnels to this machine, whatever host it is asked for.

    Attributes:
        password: what it wants: user and password in base64.
        refuses: the status line with which it refuses everything.
        secured: how it speaks TLS itself.
        asked: the first lines of the requests that it got.
    """

    password: str = ""
    refuses: str = ""
    secured: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def tunnel(self, client: socket.socket) -> None:
        if self.secured is not None:
            client = self.secured.wrap_socket(client, server_side=True)
        with client:
            head = _head(client)
            self.asked.append(head.decode().partition("\r")[0])
            if self.refuses:
                client.sendall(f"HTTP/1.1 {self.refuses}\r\n\r\n".encode())
            elif self.password and f"Basic {self.password}".encode() not in head:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            else:
                port = int(head.split()[1].rpartition(b":")[2])
                with socket.create_connection(("127.0.0.1", port)) as site:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _relay(client, site)


@contextmanager
def proxy(certificate: trustme.LeafCert | None = None, *, password: str = "", refuses: str = "") -> Iterator[Proxy]:
    """Run a proxy; one with a certificate speaks TLS itself."""
    found = Proxy(password, refuses, _context(certificate) if certificate else None)
    with _listening(found.tunnel) as found.port:
        yield found


@contextmanager
def site_over_tls(
    certificate: trustme.LeafCert, *, clients: trustme.CA | None = None, before: int | None = None
) -> Iterator[int]:
    """Run a site that shows a certificate, and give its port.

    Args:
        clients: whose clients it lets in, by their certificates; anybody, where nobody is named.
        before: the port of a site over plain HTTP that it stands before; without one it answers `{"here": true}`.
    """
    context = _context(certificate)
    if clients is not None:
        clients.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED

    def serve(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secured:
            if before is None:
                _answer(secured)
                return
            with socket.create_connection(("127.0.0.1", before)) as site:
                _relay(secured, site)

    with _listening(serve) as port:
        yield port


@contextmanager
def site_in_the_clear() -> Iterator[int]:
    """Run a site over plain HTTP that answers `{"here": true}`, and give its port."""
    with _listening(_answer) as port:
        yield port


def _answer(client: socket.socket) -> None:
    _head(client)
    client.sendall(_ANSWER + b'{"here": true}')


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve each connection in a thread of its own; a client that hangs up is what some tests are about."""

    def served(client: socket.socket) -> None:
        with client, suppress(OSError):
            serve(client)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=served, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, args=(listener,), daemon=True)
        accepting.start()
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        accepting.join(5)


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        more = client.recv(4096)
        if not more:
            raise ConnectionError
        head += more
    return head


def _relay(client: socket.socket, site: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    back = threading.Thread(target=_pour, args=(site, client), daemon=True)
    back.start()
    _pour(client, site)
    back.join(5)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
