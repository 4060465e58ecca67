"""Taking webhooks in: who sent one, how old it may be, and whether it came before."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import ConfigurationError, DeliveryRefused
from reconciler.sdk import Deliveries, Delivery, DevOpsIntegrationPlugin, PluginMetadata, ReceivesWebhooks, Setting
from reconciler.sdk.bodies import check_size, event_in, id_in, json_object, lowered, object_in
from reconciler.sdk.signatures import check_basic, check_shared, check_signature
from reconciler.sdk.webhooks import receive

SECRET = "It's a Secret to Everybody"
BODY = b"Hello World!"
SIGNATURE = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"


class Told:
    """A plugin whose bodies are `{at, event}`, and whose sender writes `X-Secret`."""

    webhook_secret = Setting("WEBHOOK_SECRET", "TOLD_WEBHOOK_SECRET", "secret", "What it brings along.", required=False)
    at = None

    @classmethod
    def read_delivery(cls, headers: Mapping[str, str], body: bytes) -> Delivery:
        event = str(json_object(body, "Told")["event"])
        return Delivery(headers.get("x-id", "1"), hashlib.sha256(body).hexdigest(), event, (), cls.at, event != "odd")

    @classmethod
    def check_sender(cls, headers: Mapping[str, str], body: bytes, secret: str) -> str:
        del body
        check_shared(headers.get("x-secret", ""), secret, "X-Secret")
        return "it brings the secret"


def test_the_vendors_vector_is_verified():
    """The secret, the body and the signature that Atlassian publishes (FACTS A16); hexadecimal in either case."""
    check_signature(SIGNATURE, BODY, SECRET)
    check_signature(SIGNATURE.upper(), BODY, SECRET)


@given(body=st.binary(), secret=st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_signature_proves_one_body_and_one_secret(body, secret):
    """What is signed passes with its secret; another body does not, nor the same with another secret."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    check_signature(f"sha256={digest}", body, secret)
    with pytest.raises(DeliveryRefused, match="does not fit"):
        check_signature(f"sha256={digest}", body + b"\n", secret)
    with pytest.raises(DeliveryRefused, match="does not fit"):
        check_signature(f"sha256={digest}", body, secret + "x")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("", "it is not signed"),
        ("a4771c39", "can't be read"),
        (SIGNATURE[:-2], "does not fit"),
        (f"{SIGNATURE}, {SIGNATURE}", "can't be read"),
        ("sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest(), "'sha1'"),
        ("md5=" + hmac.new(SECRET.encode(), BODY, "md5").hexdigest(), "'md5'"),
        ("sha256=äöü", "can't be read"),
    ],
)
def test_any_other_signature_is_refused(header, says):
    """None, one that is no signature, one cut short, two, and those of methods that prove nothing."""
    with pytest.raises(DeliveryRefused, match=says):
        check_signature(header, BODY, SECRET)


def test_basic_authentication_is_its_password():
    """Whoever the user is; a password may hold a colon, and letters of any script."""
    for password in ("s3cret", "a:b", "пароль"):
        pair = base64.b64encode(f"anybody:{password}".encode()).decode()
        check_basic(f"Basic {pair}", password)
        with pytest.raises(DeliveryRefused, match="another one"):
            check_basic(f"basic {pair}", password + "x")


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!", "Bearer eDp5", "Basic " + base64.b64encode(b"x").decode()])
def test_what_is_no_basic_authentication_is_refused(header):
    """Absent, empty, not Base64, another scheme, and one without a colon."""
    with pytest.raises(DeliveryRefused, match="no Basic authentication"):
        check_basic(header, "s3cret")


@given(value=st.text(), secret=st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_header_is_the_secret_or_refused(value, secret):
    """Whatever a header holds, half a character of UTF-16 too."""
    check_shared(secret, secret, "X-Secret")
    if value != secret:
        with pytest.raises(DeliveryRefused, match="X-Secret holds another secret"):
            check_shared(value, secret, "X-Secret")


def test_nothing_is_accepted_without_a_secret(clock):
    """Where the operator set none, a delivery is refused whatever it brings, and the variable is named."""
    with pytest.raises(ConfigurationError, match="TOLD_WEBHOOK_SECRET is not set"):
        receive(Told(), {"X-Secret": ""}, b'{"event": "x"}', "", clock.now())


def test_a_delivery_is_verified_before_it_is_read(clock):
    """A body that is no JSON is refused for its sender, not for itself."""
    with pytest.raises(DeliveryRefused, match="X-Secret holds another secret"):
        receive(Told(), {"X-Secret": "guess"}, b"{", "s3cret", clock.now())


@pytest.mark.parametrize(
    ("age", "says"),
    [(timedelta(hours=2, seconds=1), "more than 2 hours ago"), (timedelta(minutes=-6), "yet to come")],
)
def test_an_old_delivery_is_not_taken_again(clock, age, says):
    """Two hours are enough for every retry; what is older, or of a time to come, is refused."""

    class Dated(Told):
        at = clock.now() - age

    with pytest.raises(DeliveryRefused, match=says):
        receive(Dated(), {"x-secret": "s"}, b'{"event": "x"}', "s", clock.now())


@pytest.mark.parametrize("age", [timedelta(hours=2), timedelta(0), timedelta(minutes=-5)])
def test_a_delivery_of_these_hours_is_taken(clock, age):
    """Up to two hours old, and up to five minutes ahead of our clock."""

    class Dated(Told):
        at = clock.now() - age

    assert receive(Dated(), {"x-secret": "s"}, b'{"event": "x"}', "s", clock.now()).event == "x"


def test_an_unknown_event_is_logged_and_ignored(clock, caplog):
    """It is answered like any other: nothing is raised."""
    with caplog.at_level(logging.INFO, "reconciler.webhooks"):
        delivery = receive(Told(), {"x-secret": "s", "x-id": "7"}, b'{"event": "odd"}', "s", clock.now())
    assert not delivery.understood
    assert caplog.messages == ["webhook 7: odd is ignored"]


def test_sizes_are_limited(clock):
    """A body of more than ten mebibytes, and headers of more than 64 Ki characters."""
    check_size(bytes(10 * 1024 * 1024))
    with pytest.raises(DeliveryRefused, match="at most 10485760"):
        receive(Told(), {"x-secret": "s"}, bytes(10 * 1024 * 1024 + 1), "s", clock.now())
    with pytest.raises(DeliveryRefused, match="65536 characters"):
        receive(Told(), {"x-secret": "s", "x": "y" * 65536}, b"{}", "s", clock.now())


def test_headers_are_known_by_name_in_any_case():
    """Two of one name that differ are refused: nobody can tell which one was meant."""
    assert lowered({"X-Hub-Signature": "a", "x-hub-signature": "a"}) == {"x-hub-signature": "a"}
    with pytest.raises(DeliveryRefused, match="which differ"):
        lowered({"X-Hub-Signature": "a", "x-hub-signature": "b"})


def delivery(id: str = "1", digest: str = "a") -> Delivery:
    return Delivery(id, digest, "x", (), None, understood=True)


def test_a_delivery_that_comes_again_is_recognised(clock):
    """By its id, as in a retry, and by its body, whose headers anybody can make up."""
    deliveries = Deliveries(clock)
    assert not deliveries.note(delivery("1", "a")).repeated
    assert deliveries.note(delivery("1", "b")).repeated
    assert deliveries.note(delivery("2", "a")).repeated
    assert not deliveries.note(delivery("3", "c")).repeated
    assert deliveries.note(delivery("3", "c")) == replace(delivery("3", "c"), repeated=True)


def test_deliveries_are_forgotten_when_they_would_be_refused_anyway(clock):
    """Two hours and five minutes after they first came; coming again does not prolong it."""
    deliveries = Deliveries(clock)
    deliveries.note(delivery())
    clock.sleep(2 * 3600 + 300)
    assert deliveries.note(delivery()).repeated
    clock.sleep(1)
    assert not deliveries.note(delivery()).repeated


def test_so_many_deliveries_are_remembered(clock):
    """Of more than that the oldest is forgotten first."""
    deliveries = Deliveries(clock, most=2)
    for each in ("1", "2", "3"):
        deliveries.note(delivery(each, each))
    assert [deliveries.note(delivery(each, each)).repeated for each in ("3", "2")] == [True, True]
    assert not deliveries.note(delivery("1", "1")).repeated


LISTS = st.recursive(st.none() | st.text() | st.integers(), st.lists)


@given(
    st.binary().filter(lambda body: not body.lstrip().startswith(b"{"))
    | LISTS.map(lambda data: json.dumps(data).encode())
)
def test_what_is_no_json_object_is_refused(body):
    """And nothing else is raised, whatever the bytes are."""
    with pytest.raises(DeliveryRefused, match="no webhook of Told"):
        json_object(body, "Told")


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 200_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": "\xff"}'])
def test_a_body_made_to_break_a_parser_is_refused(body):
    """Nested beyond all measure, a number of thousands of digits, bytes that are no text."""
    with pytest.raises(DeliveryRefused):
        json_object(body, "Told")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (12, "12"),
        ("12", "12"),
        (True, ""),
        (0, ""),
        (-1, ""),
        ("012", ""),
        ("1 ", ""),
        (1.0, ""),
        (None, ""),
        ("\u0661", ""),
    ],
)
def test_an_id_is_a_positive_number(data, found):
    """As a number or as text; nothing else is taken for one."""
    assert id_in(data) == found


def test_names_and_objects_are_read_where_they_are_ones():
    """Anything else is absent."""
    assert event_in("jira:issue_updated") == "jira:issue_updated"
    assert [event_in(each) for each in (None, 1, "", "\x1b[31m", "a b", "a" * 101)] == [""] * 6
    assert object_in({"a": {"b": 1}}, "a") == {"b": 1}
    assert [object_in(each, "a") for each in ({"a": None}, {"a": []}, {}, [], "a", None)] == [{}] * 6


class Plain(DevOpsIntegrationPlugin):
    """A plugin without webhooks."""

    name = "plain"
    authorization = None
    provider = None
    authenticate = None

    @classmethod
    def metadata(cls) -> PluginMetadata:
        return PluginMetadata("plain", "Plain", "1", (), frozenset())


class Telling(Told, Plain):
    """A plugin with them."""


def test_the_verb_says_what_came_and_remembers_it(wire):
    """`webhook_handler` gives the delivery; the second time it is repeated."""
    plugin = Telling(None, wire().session())
    assert isinstance(plugin, ReceivesWebhooks)
    first, second = (plugin.webhook_handler({"X-Secret": "s"}, b'{"event": "x"}', "s") for _ in range(2))
    assert (first.repeated, second.repeated) == (False, True)


def test_a_plugin_without_webhooks_says_so(wire):
    """In words, not by an attribute that is missing."""
    with pytest.raises(ConfigurationError, match="Plain can't receive webhooks"):
        Plain(None, wire().session()).webhook_handler({}, b"{}", "s")
