"""How a site is reached: through which proxy, trusting whom, as whom; and in words, why it can't be."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError, UnreachableError

if TYPE_CHECKING:
    import httpx

__all__ = ["LOOPBACK", "Network", "ended_by_tls", "unreachable"]

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""What this machine is called in URLs. It needs no TLS, and no proxy ever sees what goes there."""

_EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 10, 62, 64
"""OpenSSL's codes of what is wrong with a certificate; the others say that nobody trusted vouches for it."""

_ABOUT_CERTIFICATES: Final = ("CERTIFICATE_", "HANDSHAKE_FAILURE", "BAD_CERTIFICATE", "UNKNOWN_CA")
"""Parts of OpenSSL's reasons: we don't accept the server's certificate, or it wants another of us."""


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach a site.

    Attributes:
        proxy: its URL, `http` or `https`, with user and password where it wants them; empty for none.
        ca_bundle: a file or folder of PEM certificates: whom to trust in place of the public authorities.
        client_cert: a PEM file with the certificate to show, and with its key where `client_key` is empty.
        client_key: a PEM file with that certificate's key, which no passphrase protects.
        ca_variable: the operator's variable that named the bundle, for messages.
        named: what the variables of the others begin with, likewise: `RECONCILER_JIRA_`.
    """

    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    ca_variable: str = "RECONCILER_CA_BUNDLE"
    named: str = "RECONCILER_<PROVIDER>_"

    def proxy_for(self, url: str) -> str:
        """The proxy's host and port, without its credential; empty where a site is reached directly."""
        return "" if urlsplit(url).hostname in LOOPBACK else urlsplit(self.proxy).netloc.rpartition("@")[2]

    def transport(self, url: str, connections: int) -> httpx.BaseTransport:
        """Make what carries requests to this site. The environment is not looked at.

        Args:
            url: the site's. One on this machine is reached directly.
            connections: how many at once, at most.

        Raises:
            ConfigurationError: a file is missing, or is not what it should be.
        """
        import httpx

        secured = urlsplit(url).scheme == "https"
        trust = self._tls() if secured else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which trusts nobody
        proxy = None
        if self.proxy_for(url):
            proxy = httpx.Proxy(self.proxy, ssl_context=trust if self.proxy.startswith("https:") else None)
        return httpx.HTTPTransport(
            verify=trust,
            proxy=proxy,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            trust_env=False,
        )

    def _tls(self) -> ssl.SSLContext:
        import httpx

        if not self.ca_bundle:
            context = httpx.create_ssl_context(trust_env=False)
        else:
            path = _existing(self.ca_bundle, self.ca_variable)
            try:
                if path.is_dir():
                    context = ssl.create_default_context(capath=path)
                else:
                    context = ssl.create_default_context(cafile=path)
            except (OSError, ssl.SSLError) as problem:
                raise _no_pem(path, self.ca_variable, "certificates") from problem
        if self.client_cert:
            self._show_certificate(context)
        return context

    def _show_certificate(self, context: ssl.SSLContext) -> None:
        cert = _existing(self.client_cert, f"{self.named}CLIENT_CERT")
        key = _existing(self.client_key, f"{self.named}CLIENT_KEY") if self.client_key else None
        try:
            context.load_cert_chain(cert, key, password=self._no_passphrase)
        except ssl.SSLError as problem:
            if problem.reason == "KEY_VALUES_MISMATCH":
                raise ConfigurationError(
                    f"the key in {key or cert} does not belong to the certificate in {cert}",
                    hint=f"see {self.named}CLIENT_CERT and {self.named}CLIENT_KEY",
                ) from problem
            raise _no_pem(cert, f"{self.named}CLIENT_CERT", "certificate with its key") from problem
        except OSError as problem:
            raise _no_pem(cert, f"{self.named}CLIENT_CERT", "certificate with its key") from problem

    def _no_passphrase(self) -> str:
        raise ConfigurationError(
            f"the key in {self.client_key or self.client_cert} is protected by a passphrase",
            hint=f"{self.named}CLIENT_KEY takes a key without one, in a file that only you can read",
        )


def ended_by_tls(problem: httpx.TransportError) -> bool:
    """Whether the two sides did not come to terms over certificates: no request was taken, and none will be."""
    return any(_is_about_certificates(cause) for cause in _causes(problem))


def unreachable(problem: httpx.TransportError, url: str, network: Network) -> UnreachableError:
    """Say why there was no connection, and what to do about it.

    Args:
        problem: what the client met before a request was taken.
        url: the site's.
        network: how it was to be reached.
    """
    import httpx

    host, proxy = urlsplit(url).netloc, network.proxy_for(url)
    cause = next((each for each in _causes(problem) if _is_about_certificates(each)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _mistrusted(cause, host, network)
    if cause is not None:
        return UnreachableError(
            f"{host} ended the connection while it was being secured",
            detail=str(cause),
            hint=f"where it asks for a client certificate, {network.named}CLIENT_CERT names one that it knows",
        )
    if isinstance(problem, httpx.ProxyError):
        wants_credential = str(problem).startswith("407")
        return UnreachableError(
            f"the proxy {proxy} did not let us through to {host}",
            detail=str(problem),
            hint="its URL takes user and password: http://user:password@host:port" if wants_credential else "",
        )
    return UnreachableError(
        f"can't connect to {host}" + (f" through the proxy {proxy}" if proxy else ""),
        detail=str(problem),
        hint="check the site's URL, the network and the proxy",
    )


def _is_about_certificates(cause: BaseException) -> bool:
    if isinstance(cause, ssl.SSLError):
        return any(each in (cause.reason or "") for each in _ABOUT_CERTIFICATES)
    return False


def _mistrusted(problem: ssl.SSLCertVerificationError, host: str, network: Network) -> UnreachableError:
    if problem.verify_code == _EXPIRED:
        hint = "the site has to renew it; or is this machine's clock wrong?"
    elif problem.verify_code in (_OTHER_HOST, _OTHER_ADDRESS):
        hint = "is the URL the site's own?"
    elif network.ca_bundle:
        bundle = f"{network.ca_bundle} ({network.ca_variable})"
        hint = f"{bundle} does not hold the authority that issued it, and no other is trusted"
    else:
        hint = (
            "where an authority of the company's own issued it, RECONCILER_CA_BUNDLE names a file with its certificate"
        )
    return UnreachableError(
        f"the certificate that {host} shows is not accepted", detail=problem.verify_message, hint=hint
    )


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """A client's exception and what it met; nothing that merely happened before, which says nothing of a write."""
    found: BaseException | None = problem
    while found is not None:
        yield found
        raised_by = type(found).__module__.partition(".")[0]
        found = found.__cause__ or (found.__context__ if raised_by == "httpcore" else None)  # it raises `from None`


def _existing(path: str, variable: str) -> Path:
    found = Path(path).expanduser()
    if not found.exists():
        raise ConfigurationError(f"{variable} names {path}, which is not there")
    return found


def _no_pem(path: Path, variable: str, what: str) -> ConfigurationError:
    return ConfigurationError(f"{path} holds no {what} as PEM", hint=f"see {variable}")
