"""How the operator lets a site be reached: certificates and a proxy, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError
from reconciler.live.settings import prefix
from reconciler.sdk import Network

__all__ = ["network_of"]

_BUNDLES: Final = ("RECONCILER_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Whom to trust, for all providers; the last two are OpenSSL's own."""

_PROXIES: Final = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The customary variables, in the customary order: lower case first."""


def network_of(provider: str, url: str, environment: Mapping[str, str]) -> Network:
    """How to reach a provider's site.

    The provider's own variables win. A proxy that all programs share stands back where `NO_PROXY` names the site's
    host, and none is used for this machine.

    Raises:
        ConfigurationError: a proxy's URL is none, or a client's key was named and no certificate.
    """
    own = prefix(provider)
    bundle, ca_bundle = _first((f"{own}CA_BUNDLE", *_BUNDLES), environment)
    cert, key = environment.get(f"{own}CLIENT_CERT", ""), environment.get(f"{own}CLIENT_KEY", "")
    if key and not cert:
        raise ConfigurationError(f"{own}CLIENT_KEY is set and {own}CLIENT_CERT is not", hint="name the certificate too")
    return Network(_proxy(own, url, environment), ca_bundle, cert, key, bundle, own)


def _proxy(own: str, url: str, environment: Mapping[str, str]) -> str:
    variable, proxy = _first((f"{own}PROXY",), environment)
    if not proxy and not _is_exempt(url, environment):
        variable, proxy = _first(_PROXIES, environment)
    if not proxy:
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            f"{variable} is not the URL of a proxy that can be used",
            hint=f"it looks like http://proxy.example:3128; {own}PROXY is for this provider alone",
        )
    return proxy


def _is_exempt(url: str, environment: Mapping[str, str]) -> bool:
    """Whether `NO_PROXY` names the host, with or without its port, or a domain that it is in."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").casefold(), parts.port or 443
    listed = (each.strip().casefold() for each in _first(("no_proxy", "NO_PROXY"), environment)[1].split(","))
    for each in listed:
        name = each.removeprefix("*").removeprefix(".").removesuffix(f":{port}")
        if each == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
    return False


def _first(names: tuple[str, ...], environment: Mapping[str, str]) -> tuple[str, str]:
    """The first of these variables that is set, and what it says; the first of all, and nothing, where none is."""
    return next(((each, environment[each]) for each in names if environment.get(each)), (names[0], ""))
