"""What the session sends, repeats, waits for and refuses."""

from __future__ import annotations

import logging
import ssl
from datetime import timedelta

import httpx
import pytest

from reconciler.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigurationError,
    LeaseLost,
    NotFoundError,
    ProviderError,
    RateLimitError,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
)
from reconciler.sdk import Limiter, Session

HTML = httpx.Response(200, html="<html>sign in</html>")


def refusal(status: int) -> httpx.Response:
    return httpx.Response(status, json={"errorMessages": ["no"], "errors": {"summary": "too long"}})


def test_a_read_gets_its_answer_with_the_credential_sent(wire):
    """A request goes below the site's URL, signed, and its JSON comes back."""
    site = wire(httpx.Response(200, json={"key": "A-1"}, headers={"X-Thing": "1"}))
    response = site.session().send("GET", "/rest/api/3/issue/1", purpose="read", params={"fields": "summary"})
    assert response.json() == {"key": "A-1"}
    assert response.headers["x-thing"] == "1"
    assert str(site.requests[0].url) == "https://site.example/jira/rest/api/3/issue/1?fields=summary"
    assert site.requests[0].headers["authorization"] == "Basic c2VjcmV0"


def test_an_empty_answer_is_no_json(wire):
    """204 has no body, and asking for JSON gives nothing rather than an error."""
    response = wire(httpx.Response(204)).session().send("PUT", "/issue/1", purpose="repeatable", body={})
    assert response.json() is None
    assert response.text == ""


def test_a_read_that_is_cut_is_read_again(wire, clock):
    """A cut, then a 503, then an answer: the caller sees the answer, after waits that double."""
    site = wire(httpx.ReadError("cut"), httpx.Response(503), httpx.Response(200, json=1))
    assert site.session().send("GET", "/x", purpose="read").json() == 1
    assert clock.slept == [2.0, 4.0]


def test_a_read_that_stays_cut_is_given_up(wire):
    """After five attempts the site counts as unreachable."""
    site = wire(httpx.ReadTimeout("slow"))
    with pytest.raises(UnreachableError, match="no answer"):
        site.session().send("GET", "/x", purpose="read")
    assert len(site.requests) == 5


def test_what_is_not_implemented_is_not_asked_for_again(wire):
    """A 501 is the site's last word: it is told at once."""
    site = wire(httpx.Response(501))
    with pytest.raises(UnreachableError) as raised:
        site.session().send("GET", "/x", purpose="read")
    assert raised.value.status == 501
    assert len(site.requests) == 1


def test_a_read_that_fails_for_good_names_the_status(wire):
    """A 500 that stays is an unreachable site, not a validation error."""
    with pytest.raises(UnreachableError) as raised:
        wire(httpx.Response(500)).session().send("GET", "/x", purpose="read")
    assert raised.value.status == 500


@pytest.mark.parametrize("purpose", ["repeatable", "once"])
@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("cut"),
        httpx.RemoteProtocolError("Server disconnected"),
        httpx.Response(500, json={}),
        httpx.Response(503, json={}),
        httpx.Response(408, json={}),
        httpx.Response(409, json={"errorMessages": ["busy"]}),
        httpx.Response(400, html="<html>proxy</html>"),
        httpx.Response(200, html="<html>sign in</html>"),
        httpx.Response(404, text="gone"),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
    ],
    ids=str,
)
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once(wire, purpose, answer):
    """Whatever is neither the platform's own yes nor its own no leaves a write open, and nothing repeats it."""
    site = wire(answer)
    with pytest.raises(UnknownOutcome):
        site.session().send("POST", "/x", purpose=purpose, operations=("op",), body={})
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationError),
        (401, AuthenticationError),
        (403, AuthorizationError),
        (404, NotFoundError),
        (405, ValidationError),
        (413, ValidationError),
        (415, ValidationError),
        (422, ValidationError),
    ],
)
def test_a_refused_write_is_definite(wire, status, kind):
    """In the platform's own JSON these statuses say that nothing was done, in its words."""
    with pytest.raises(kind) as raised:
        wire(refusal(status)).session().send("PUT", "/x", purpose="repeatable", body={})
    assert type(raised.value) is kind
    assert "too long" in raised.value.detail


def test_a_refusals_reasons_name_their_fields(wire):
    """What the platform says of a field is kept with the field's id."""
    with pytest.raises(ProviderError) as raised:
        wire(refusal(400)).session().send("PUT", "/x", purpose="repeatable", body={})
    assert raised.value.reasons == (("", "no"), ("summary", "too long"))


@pytest.mark.parametrize("purpose", ["read", "repeatable", "once"])
def test_429_is_waited_for_as_told_and_sent_again(wire, clock, purpose):
    """429 says that nothing was executed, so even a create is sent again, not before Retry-After."""
    site = wire(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(200, json=[]))
    site.session().send("POST", "/x", purpose=purpose, body={})
    assert len(site.requests) == 2
    assert sum(clock.slept) == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("told", "slept"),
    [({"Retry-After": "1"}, [1.0, 2.0, 4.0]), ({"Retry-After": "0"}, [2.0, 4.0]), ({}, [2.0, 4.0, 8.0])],
    ids=["one second", "none", "unsaid"],
)
def test_429_is_waited_for_longer_only_where_it_comes_again(wire, clock, told, slept):
    """The first wait is the told one, however short; a site that refuses again, or says nothing, is given more."""
    limited = httpx.Response(429, headers=told)
    site = wire(limited, limited, limited, httpx.Response(200, json={}))
    site.session().send("PUT", "/x", purpose="repeatable", body={})
    assert clock.slept == pytest.approx(slept)


def test_429_is_no_attempt(wire, clock):
    """Nothing was executed, so a read that was throttled is still tried five times when the site is away."""
    limited = httpx.Response(429, headers={"Retry-After": "1"})
    site = wire(*[limited] * 4, httpx.Response(503))
    with pytest.raises(UnreachableError):
        site.session().send("GET", "/x", purpose="read")
    assert len(site.requests) == 4 + 5


def test_a_limit_on_one_issue_leaves_its_endpoint_alone(wire, clock):
    """What a 429 says of tokens left is about the limit that it names: other issues' edits go on at once."""
    reset = (clock.now() + timedelta(seconds=9)).isoformat()
    headers = {"Retry-After": "9", "RateLimit-Reason": "jira-per-issue-on-write", "X-RateLimit-Remaining": "0"}
    limited = httpx.Response(429, headers={**headers, "X-RateLimit-Reset": reset})
    site = wire(limited, httpx.Response(200, json={}))
    session = site.session()
    began, sleep, meanwhile = clock.now(), clock.sleep, []

    def sleep_and_try(seconds: float) -> None:
        clock.sleep = sleep
        session.send("PUT", "/issue/10002", purpose="repeatable", body={})
        meanwhile.append(clock.now() - began)
        sleep(seconds)

    clock.sleep = sleep_and_try
    session.send("PUT", "/issue/10001", purpose="repeatable", body={})
    assert meanwhile == [timedelta(0)]


def test_429_that_asks_for_too_long_ends_the_request(wire):
    """A wait beyond five minutes is an error that says how long."""
    site = wire(httpx.Response(429, headers={"Retry-After": "3600", "RateLimit-Reason": "jira-quota-global-based"}))
    with pytest.raises(RateLimitError, match="3600 s"):
        site.session().send("GET", "/x", purpose="read")
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("reason", "path", "waits"),
    [
        ("jira-per-issue-on-write", "/issue/10002", False),
        ("jira-burst-based", "/issue/10002", True),
        ("jira-burst-based", "/issue/10002/transitions", False),
        ("jira-quota-global-based", "/issue/10002/transitions", True),
        ("", "/issue/10002/transitions", True),
    ],
)
def test_a_limit_holds_back_what_it_is_about(wire, clock, reason, path, waits):
    """A limit on one issue, on an endpoint, or on everything: while it lasts, the rest goes on (FACTS A13)."""
    limited = httpx.Response(429, headers={"Retry-After": "9", "RateLimit-Reason": reason})
    site = wire(limited, httpx.Response(200, json={}))
    session = site.session()
    began, sleep, meanwhile = clock.now(), clock.sleep, []

    def sleep_and_try(seconds: float) -> None:
        clock.sleep = sleep
        session.send("PUT", path, purpose="repeatable", body={})
        meanwhile.append((clock.now() - began).total_seconds())
        sleep(seconds)

    clock.sleep = sleep_and_try
    session.send("PUT", "/issue/10001", purpose="repeatable", body={})
    assert meanwhile == ([9.0] if waits else [0.0])


def test_no_connection_says_that_nothing_was_sent(wire):
    """A write that never reached the site is unreachable, not unknown: it did not happen."""
    with pytest.raises(UnreachableError, match=r"can't connect to site\.example"):
        wire(httpx.ConnectError("refused")).session().send("POST", "/x", purpose="once", body={})


def test_each_write_passes_the_gate_just_before_it_is_sent(wire, gate):
    """The gate opens for each attempt of a write, after its wait, and never for a read."""
    site = wire(httpx.Response(429, headers={"Retry-After": "1"}), httpx.Response(201, json={}))
    session = site.session()
    session.send("POST", "/x", purpose="once", operations=("a", "b"), body={})
    session.send("GET", "/x", purpose="read")
    assert gate.opened == [("a", "b"), ("a", "b")]


def test_a_deadline_that_has_passed_opens_the_gate_again(wire, gate, clock):
    """The deadline is checked last; past it the gate is asked once more."""
    gate.deadlines = [clock.now(), clock.now() + timedelta(seconds=30)]
    site = wire(httpx.Response(201, json={}))
    site.session().send("POST", "/x", purpose="once", operations=("a",), body={})
    assert len(gate.opened) == 2
    assert len(site.requests) == 1


def test_a_deadline_that_never_lies_ahead_sends_nothing(wire, gate, clock):
    """A gate that gives no time at all stops the write before the socket."""
    gate.deadlines = [clock.now()] * 3
    site = wire(httpx.Response(201, json={}))
    with pytest.raises(LeaseLost):
        site.session().send("POST", "/x", purpose="once", operations=("a",), body={})
    assert site.requests == []


def test_a_shut_gate_sends_nothing(wire, gate):
    """LeaseLost from the gate comes out as it is."""

    def shut(operations: object) -> None:
        raise LeaseLost

    gate.open = shut
    site = wire(httpx.Response(201, json={}))
    with pytest.raises(LeaseLost):
        site.session().send("POST", "/x", purpose="repeatable", body={})
    assert site.requests == []


def test_a_redirect_is_not_followed(wire):
    """The credential goes to no other address, so a redirect is an error."""
    site = wire(httpx.Response(302, headers={"Location": "https://elsewhere.example"}))
    with pytest.raises(UnreachableError, match="302"):
        site.session().send("GET", "/x", purpose="read")
    assert len(site.requests) == 1


def test_303_is_an_answer(wire):
    """Jira answers a long task with 303 and where to look (FACTS A8)."""
    site = wire(httpx.Response(303, headers={"Location": "/rest/api/3/task/7"}))
    assert site.session().send("POST", "/x", purpose="repeatable", body={}).headers["location"].endswith("/7")


def test_a_page_instead_of_json_is_said_to_be_one(wire):
    """A sign-in page with status 200 is no answer."""
    with pytest.raises(UnreachableError, match="a page"):
        wire(HTML).session().send("GET", "/x", purpose="read")


def test_broken_json_is_unreachable(wire):
    """A body that is cut is told as such, not as a traceback."""
    response = wire(httpx.Response(200, content=b'{"a": ')).session().send("GET", "/x", purpose="read")
    with pytest.raises(UnreachableError, match="not JSON"):
        response.json()


def test_an_expected_status_is_an_answer_where_it_is_json(wire):
    """A bulk create's 400 carries what became of each element."""
    site = wire(httpx.Response(400, json={"errors": []}))
    assert site.session().send("POST", "/x", purpose="once", body={}, expect=(400,)).status == 400


def test_the_log_holds_no_credential_and_no_body(wire, caplog):
    """Method, path and status are logged; the Authorization header and bodies never."""
    caplog.set_level(logging.DEBUG, "reconciler.http")
    site = wire(httpx.Response(200, json={"answer": "private"}), httpx.ReadError("cut"))
    session = site.session()
    session.send("POST", "/issue", purpose="once", body={"fields": "confidential"})
    with pytest.raises(UnknownOutcome):
        session.send("PUT", "/issue/1", purpose="repeatable", body={})
    assert "POST /issue: 200" in caplog.text
    assert "cut" in caplog.text
    for secret in ("c2VjcmV0", "confidential", "private"):
        assert secret not in caplog.text


def test_what_is_sent_is_counted_by_purpose(wire):
    """Repeats count too: they are requests."""
    site = wire(httpx.Response(503), httpx.Response(200, json={}))
    session = site.session()
    session.send("GET", "/x", purpose="read")
    session.send("PUT", "/x", purpose="repeatable", body={})
    session.close()
    assert session.sent == {"read": 2, "repeatable": 1}


def test_a_write_is_unknown_whatever_went_wrong_before(wire):
    """A cut while another failure is being handled says nothing of this write, even where that was a certificate's."""
    session = wire(httpx.ReadError("cut")).session()
    try:
        raise ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    except ssl.SSLError:
        with pytest.raises(UnknownOutcome):
            session.send("POST", "/x", purpose="once", body={})


@pytest.mark.parametrize("token", ["sésame", "sesame\n", "ses\u200bame"])
def test_a_token_that_no_header_can_hold(wire, token):
    """Said before anything is sent, without the token: one that was copied with something around it."""
    site = wire(httpx.Response(200))
    with pytest.raises(ConfigurationError) as raised:
        Session(
            "https://a.example",
            authorization=f"Bearer {token}",
            credential="JIRA_API_TOKEN",
            clock=site.clock,
            gate=site.gate,
            limiter=Limiter(site.clock),
        )
    assert raised.value.summary.startswith("what JIRA_API_TOKEN gives can't be sent")
    assert token not in f"{raised.value.summary}{raised.value.detail}"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_plugins_advice_is_added(wire, status):
    """To what is said of every site."""
    site = wire(httpx.Response(status, json={}))
    session = Session(
        "https://a.example",
        authorization="Bearer x",
        clock=site.clock,
        gate=site.gate,
        limiter=Limiter(site.clock),
        advice=lambda request, status: f"{request} wants a scope ({status})",
        transport=httpx.MockTransport(site.handle),
    )
    with pytest.raises(ProviderError) as raised:
        session.send("GET", "/x", purpose="read")
    assert raised.value.hint.endswith(f"GET /x wants a scope ({status})")


@pytest.mark.parametrize("url", ["https://a.example", "http://127.0.0.1:8080/jira", "http://localhost", "http://[::1]"])
def test_credentials_go_over_https_or_to_this_machine(wire, url):
    """Loopback needs no TLS."""
    site = wire(httpx.Response(200, json={}))
    site.session(url).send("GET", "/x", purpose="read")
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "url", ["http://a.example", "ftp://a.example", "a.example", "", "https://u:p@a.example", "https://[", "https://a:b"]
)
def test_credentials_go_nowhere_else(wire, url):
    """A URL without TLS, or that is none, is refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        wire(httpx.Response(200)).session(url)


@pytest.mark.parametrize(("answers", "attempts"), [((), 2), ((httpx.Response(200, json={}),), 1 + 5)])
def test_a_site_that_never_answered_is_given_up_soon(wire, answers, attempts):
    """Without a connection, a wrong URL is told after two attempts; a site that answered before is given five."""
    site = wire(*answers, httpx.ConnectError("refused"))
    session = site.session()
    for _ in answers:
        session.send("GET", "/x", purpose="read")
    with pytest.raises(UnreachableError) as raised:
        session.send("GET", "/x", purpose="read")
    assert len(site.requests) == attempts
    assert "URL" in raised.value.hint
