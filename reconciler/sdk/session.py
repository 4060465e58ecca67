"""The only way to the network: one HTTP client a site, with waits, repeats and the gate before each write.

A request says what it is. A `read` may be sent again at will. A `repeatable` write (set these fields, upsert this
link) does no harm when it happens twice; a `once` write (create, comment) does. Neither is sent again here when its
answer was lost: that raises `UnknownOutcome`, and whoever sent it has to look. Only 429, which says that nothing was
executed, is waited for and sent again whatever the request is.
"""

from __future__ import annotations

import logging
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError, LeaseLost, RateLimitError, UnknownOutcome, UnreachableError
from reconciler.sdk.answers import Advice, Asked, Purpose, Response, judged
from reconciler.sdk.clock import Clock
from reconciler.sdk.gate import WriteGate
from reconciler.sdk.limiter import Limiter, told_to_wait
from reconciler.sdk.network import LOOPBACK, Network, ended_by_tls, unreachable

if TYPE_CHECKING:
    import httpx

__all__ = ["Session", "check_url"]

_log = logging.getLogger("reconciler.http")

_CONNECTIONS = 16
_READ_ATTEMPTS, _FIRST_ATTEMPTS = 5, 2
"""Attempts at a read; those at a connection to a site that never answered, whose URL is likely wrong."""

_FIRST_WAIT, _LONGEST_WAIT = 2.0, 30.0
_PATIENCE = 300.0
"""Seconds: the sum of waits for 429 that one request is given."""


class Session:
    """Requests to one site, from any number of threads.

    Args:
        url: the site; https, or http to this machine.
        authorization: the Authorization header's value. It goes to this site alone.
        credential: where the operator keeps it, for messages: `JIRA_EMAIL and JIRA_API_TOKEN`.
        clock: waits and time.
        gate: opened before each write.
        limiter: what the site's answers said about its limits.
        timeout: seconds for an answer.
        network: proxy and certificates.
        advice: what the plugin adds where the site refuses a request.
        transport: takes httpx's place on the wire, in tests.
        jitter: a number between 0 and 1 at each call.

    Raises:
        ConfigurationError: the URL is not one that credentials may go to, the credential can't stand in a header, or
            the network's files are not what they should be.
    """

    def __init__(
        self,
        url: str,
        *,
        authorization: str,
        credential: str = "the credential",
        clock: Clock,
        gate: WriteGate,
        limiter: Limiter,
        timeout: float = 30.0,
        network: Network | None = None,
        advice: Advice = lambda *_: "",
        transport: httpx.BaseTransport | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        import httpx

        check_url(url)
        if not (authorization.isascii() and authorization.isprintable()):
            raise ConfigurationError(
                f"what {credential} gives can't be sent: it holds other characters than a token does",
                hint="copy it anew",
            )
        self.url = url.rstrip("/")
        self.credential = credential
        self.clock = clock
        self.sent: Counter[Purpose] = Counter()
        """How many requests went out, repeats among them, by purpose."""
        self._asked = Asked(urlsplit(url).netloc, credential, advice)
        self._network = network or Network()
        self._gate = gate
        self._answered = False
        self._limiter = limiter
        self._jitter = jitter
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_CONNECTIONS)
        self._client = httpx.Client(
            headers={"Authorization": authorization, "Accept": "application/json"},
            timeout=httpx.Timeout(timeout, connect=timeout / 3, write=timeout / 3),
            transport=transport or self._network.transport(url, _CONNECTIONS),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        purpose: Purpose,
        operations: Sequence[str] = (),
        params: Mapping[str, Any] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (),
        final: Callable[[Response], bool] = lambda _: False,
    ) -> Response:
        """Send a request, wait where the site asks for it, and give its answer: 2xx, 303, or a status in `expect`.

        Args:
            method: the HTTP method.
            path: below the site's URL, with its leading slash, percent-encoded.
            purpose: whether it may be repeated.
            operations: the journal's operations that a write carries out; they pass the gate.
            params: the query.
            body: sent as JSON.
            headers: beside the session's own.
            expect: further statuses whose JSON answer the caller reads.
            final: whether a read's 5xx is the site's last word on the question, and no outage; the caller reads it.

        Raises:
            LeaseLost: the gate is shut; nothing was sent.
            UnreachableError: no answer; for a write, no connection either: it was not sent.
            UnknownOutcome: a write was sent and its answer was lost, or says neither yes nor no. Its `status` is the
                answer's, where there was one.
            RateLimitError: the site asks to wait for longer than a run may; nothing was done.
            AuthenticationError, AuthorizationError, NotFoundError, ValidationError: the site said no.
        """
        request = self._client.build_request(method, self.url + path, params=params, headers=headers, json=body)
        bucket = f"{method} {_shape(path)}"
        attempt, refusals, waited = 0, 0, 0.0
        while True:
            attempt += 1
            self._limiter.wait("*", bucket, f"{method} {path}")
            try:
                response = self._exchange(request, purpose, operations, path, attempt)
            except _NotSent as problem:
                most = _READ_ATTEMPTS if self._answered else _FIRST_ATTEMPTS
                if attempt >= most or ended_by_tls(problem.why):
                    raise unreachable(problem.why, self.url, self._network) from problem.why
                self.clock.sleep(self._backoff(attempt))
                continue
            except UnreachableError:
                if purpose != "read" or attempt >= _READ_ATTEMPTS:
                    raise
                self.clock.sleep(self._backoff(attempt))
                continue
            if response.status == 429:
                attempt, refusals = attempt - 1, refusals + 1  # nothing was executed, so nothing was attempted
                seconds = self._told(response, refusals)
                waited += seconds
                if waited > _PATIENCE:
                    raise RateLimitError(
                        f"the site asks to wait {seconds:.0f} s more before {method} {path}",
                        detail=response.headers.get("ratelimit-reason", ""),
                        hint="run again later",
                        status=429,
                    )
                self._limiter.hold(_held_back(response, bucket, f"{method} {path}"), seconds)
                continue
            self._limiter.heard(bucket, response.headers)
            if purpose == "read" and response.status >= 500 and final(response):
                return response
            if purpose == "read" and attempt < _READ_ATTEMPTS and _may_pass(response.status):
                told = told_to_wait(response.headers, self.clock.now()) or 0.0
                self.clock.sleep(max(self._backoff(attempt), min(told, _LONGEST_WAIT)))
                continue
            return judged(response, purpose, expect, f"{method} {path}", self._asked)

    def _exchange(
        self, request: httpx.Request, purpose: Purpose, operations: Sequence[str], path: str, attempt: int
    ) -> Response:
        import httpx

        with self._slots:  # taken before the gate opens: no wait may stand between the gate and the socket
            if purpose != "read":
                self._open_gate(operations)
            started = self.clock.now()
            with self._lock:
                self.sent[purpose] += 1
            try:
                response = _receive(_send(self._client, request))
            except httpx.TransportError as problem:
                unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
                if isinstance(problem, unsent) or ended_by_tls(problem):
                    _log.info("%s %s: no connection, attempt %d", request.method, path, attempt)
                    raise _NotSent(problem) from problem
                _log.info("%s %s: cut (%s), attempt %d", request.method, path, type(problem).__name__, attempt)
                if purpose == "read":
                    raise UnreachableError("the site gave no answer", detail=str(problem)) from problem
                raise UnknownOutcome(
                    "a write was sent and its answer was lost", detail=f"{request.method} {path}: {problem}"
                ) from problem
        self._answered = True
        took = (self.clock.now() - started).total_seconds() * 1000
        _log.debug("%s %s: %d in %.0f ms, attempt %d", request.method, path, response.status, took, attempt)
        return response

    def _open_gate(self, operations: Sequence[str]) -> None:
        for _ in range(3):
            deadline = self._gate.open(operations)
            if deadline is None or self.clock.now() < deadline:
                return
        raise LeaseLost("the time to send this write passes before it can be sent", hint="run again")

    def _told(self, response: Response, refusals: int) -> float:
        """How long a 429 asks to wait: as it says; longer where the site refuses again after that, or says nothing."""
        told = told_to_wait(response.headers, self.clock.now())
        if told is None:
            return self._backoff(refusals)
        return told if refusals == 1 else max(told, self._backoff(refusals - 1))

    def _backoff(self, attempt: int) -> float:
        """Atlassian's recipe: double from 2 s to at most 30 s, times 0.7 to 1.3 (FACTS A13)."""
        seconds: float = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
        return seconds * (0.7 + 0.6 * self._jitter())


class _NotSent(Exception):
    """There was no connection, so nothing left this machine."""

    def __init__(self, why: httpx.TransportError) -> None:
        self.why = why
        super().__init__(str(why))


def _send(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Put a request on the wire and wait for its answer's head."""
    return client.send(request, stream=True)


def _receive(response: httpx.Response) -> Response:
    """Take an answer off the wire."""
    try:
        return Response(response.status_code, dict(response.headers.items()), response.read())
    finally:
        response.close()


def _may_pass(status: int) -> bool:
    """Whether the same question may soon have an answer; 501 says that there is nothing to be asked."""
    return status == 408 or (status >= 500 and status != 501)


def check_url(url: str) -> None:
    """Check that credentials may go to this URL.

    Raises:
        ConfigurationError: it is no URL, holds credentials, or is neither https nor this machine.
    """
    with suppress(ValueError):
        parts = urlsplit(url)
        local = parts.hostname in LOOPBACK
        if parts.hostname and parts.port != 0 and not parts.username and not parts.query and not parts.fragment:
            if parts.scheme == "https" or (parts.scheme == "http" and local):
                return
            raise ConfigurationError(
                f"credentials go over https alone, not to {parts.scheme}://{parts.hostname}",
                hint="give the site's https URL",
            )
    raise ConfigurationError("the site's URL is not one", hint="it looks like https://example.atlassian.net")


def _shape(path: str) -> str:
    """The path with `*` for each segment that holds a digit beyond the API's version: what platforms count by."""
    return "/".join("*" if re.search(r"\d", part) and len(part) > 3 else part for part in path.split("/"))


def _held_back(response: Response, bucket: str, path: str) -> str:
    """What a 429 holds back, by Jira's `RateLimit-Reason` (FACTS A13); everything where it gives none."""
    reason = response.headers.get("ratelimit-reason", "")
    if "per-issue" in reason:
        return path
    return bucket if "burst" in reason else "*"
