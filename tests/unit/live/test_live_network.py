"""Certificates and proxies, as the operator's environment names them."""

from __future__ import annotations

import pytest

from reconciler.errors import ConfigurationError
from reconciler.live.network import network_of
from reconciler.sdk import Network

SITE = "https://jira.example.com"


def _of(url: str = SITE, **environment: str) -> Network:
    return network_of("my-jira", url, environment)


def test_nothing_is_set() -> None:
    """The site is reached directly, and the public authorities are trusted."""
    found = _of()
    assert (found.proxy, found.ca_bundle, found.client_cert, found.client_key) == ("", "", "", "")
    assert found.named == "RECONCILER_MY_JIRA_"


@pytest.mark.parametrize(
    "variables",
    [
        ("RECONCILER_MY_JIRA_CA_BUNDLE", "RECONCILER_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        ("RECONCILER_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        ("SSL_CERT_FILE", "SSL_CERT_DIR"),
        ("SSL_CERT_DIR",),
    ],
)
def test_the_nearest_bundle_wins(variables: tuple[str, ...]) -> None:
    """The provider's own, ours for all providers, OpenSSL's file, its folder; the variable is known, for messages."""
    found = _of(**{name: f"/{name}" for name in variables})
    assert (found.ca_bundle, found.ca_variable) == (f"/{variables[0]}", variables[0])


def test_a_client_certificate() -> None:
    """A key without a certificate is a mistake; a certificate may hold its key."""
    found = _of(RECONCILER_MY_JIRA_CLIENT_CERT="/c", RECONCILER_MY_JIRA_CLIENT_KEY="/k")
    assert (found.client_cert, found.client_key) == ("/c", "/k")
    assert _of(RECONCILER_MY_JIRA_CLIENT_CERT="/c").client_key == ""
    with pytest.raises(ConfigurationError, match="CLIENT_KEY is set and RECONCILER_MY_JIRA_CLIENT_CERT is not"):
        _of(RECONCILER_MY_JIRA_CLIENT_KEY="/k")


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"HTTPS_PROXY": "p:3128"}, "http://p:3128"),
        ({"ALL_PROXY": "https://p"}, "https://p"),
        ({"HTTPS_PROXY": "http://a", "https_proxy": "http://b", "ALL_PROXY": "http://c"}, "http://b"),
        ({"HTTP_PROXY": "http://p"}, ""),
        ({"RECONCILER_MY_JIRA_PROXY": "http://own", "HTTPS_PROXY": "http://p"}, "http://own"),
        ({"RECONCILER_MY_JIRA_PROXY": "http://own", "NO_PROXY": "*"}, "http://own"),
        ({"RECONCILER_OTHER_PROXY": "http://own"}, ""),
    ],
)
def test_which_proxy(environment: dict[str, str], proxy: str) -> None:
    """The provider's own wins, over `NO_PROXY` too; sites are reached over https, so `HTTP_PROXY` is not for them."""
    assert _of(**environment).proxy == proxy


@pytest.mark.parametrize(
    ("exempt", "proxied"),
    [
        ("jira.example.com", False),
        ("JIRA.Example.com", False),
        ("example.com", False),
        (".example.com", False),
        ("*.example.com", False),
        ("other, example.com", False),
        ("*", False),
        ("jira.example.com:443", False),
        ("jira.example.com:8443", True),
        ("ample.com", True),
        ("my.jira.example.com", True),
        (" , ", True),
    ],
)
def test_no_proxy(exempt: str, proxied: bool) -> None:
    """Hosts and the domains that they are in, with or without the port; a part of a name is no domain."""
    assert bool(_of(HTTPS_PROXY="http://p", NO_PROXY=exempt).proxy) is proxied
    assert bool(_of(HTTPS_PROXY="http://p", no_proxy=exempt, NO_PROXY="x").proxy) is proxied


@pytest.mark.parametrize("proxy", ["socks5://p:1080", "http://", "http://p:port", "http://u:sesame@"])
def test_a_proxy_that_cannot_be_used(proxy: str) -> None:
    """The variable is named; what it holds may be a password, and is not shown."""
    with pytest.raises(ConfigurationError) as caught:
        _of(ALL_PROXY=proxy)
    assert caught.value.summary == "ALL_PROXY is not the URL of a proxy that can be used"
    assert "sesame" not in f"{caught.value.detail}{caught.value.hint}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_nothing_that_goes_to_this_machine_passes_a_proxy(host: str) -> None:
    """Plain http carries the credential for anybody on the way to read."""
    url = f"http://{host}:8080/jira"
    network = _of(url, RECONCILER_MY_JIRA_PROXY="http://proxy.example:3128")
    assert network.proxy_for(url) == ""
    assert network.proxy_for(SITE) == "proxy.example:3128"


def test_a_proxys_password_is_shown_nowhere() -> None:
    """Neither in a representation nor where the proxy is named."""
    network = _of(HTTPS_PROXY="http://ada:sesame@p:3128")
    assert network.proxy_for(SITE) == "p:3128"
    assert "sesame" not in repr(network)
