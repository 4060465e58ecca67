"""Certificates and proxies against a real TLS server and a real proxy on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from tls_sites import proxy, site_in_the_clear, site_over_tls

from reconciler.errors import ConfigurationError, UnreachableError
from reconciler.sdk import Limiter, Network, OpenGate, Session, SystemClock


@pytest.fixture
def authority() -> trustme.CA:
    """A company's own authority."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """A file with its certificate."""
    path = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


class _NoWait(SystemClock):
    """A clock on which waiting takes no time."""

    slept: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
def asked() -> Iterator[Callable[[str, Network], object]]:
    """Asks a site whether it is there."""
    sessions: list[Session] = []

    def ask(url: str, network: Network) -> object:
        clock = _NoWait()
        session = Session(
            url, authorization="Bearer x", clock=clock, gate=OpenGate(), limiter=Limiter(clock), network=network
        )
        sessions.append(session)
        return session.send("GET", "/", purpose="read").json()

    yield ask
    for each in sessions:
        each.close()


Ask = Callable[[str, Network], object]
HERE = {"here": True}


def _unreachable(asked: Ask, url: str, network: Network) -> UnreachableError:
    with pytest.raises(UnreachableError) as caught:
        asked(url, network)
    return caught.value


class TestTrust:
    """Whom a session believes."""

    def test_a_company_authority_from_a_file(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """The bundle is all that it takes."""
        with site_over_tls(authority.issue_cert("localhost")) as port:
            assert asked(f"https://localhost:{port}", Network(ca_bundle=bundle)) == HERE

    def test_a_folder_of_certificates(self, bundle: str, authority: trustme.CA, asked: Ask) -> None:
        """As `SSL_CERT_DIR` names: files are found by OpenSSL's hash, so one without hashes holds nobody."""
        with site_over_tls(authority.issue_cert("localhost")) as port:
            network = Network(ca_bundle=str(Path(bundle).parent), ca_variable="SSL_CERT_DIR")
            problem = _unreachable(asked, f"https://localhost:{port}", network)
        assert "(SSL_CERT_DIR) does not hold the authority" in problem.hint

    def test_an_authority_that_nobody_named(self, authority: trustme.CA, asked: Ask) -> None:
        """The issuer is the trouble, and the variable that mends it is named."""
        with site_over_tls(authority.issue_cert("localhost")) as port:
            problem = _unreachable(asked, f"https://localhost:{port}", Network())
            assert problem.summary == f"the certificate that localhost:{port} shows is not accepted"
        assert "issuer" in problem.detail
        assert "RECONCILER_CA_BUNDLE" in problem.hint

    def test_another_authority_than_the_one_named(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """The file and the variable that named it."""
        with site_over_tls(trustme.CA().issue_cert("localhost")) as port:
            network = Network(ca_bundle=bundle, ca_variable="SSL_CERT_FILE")
            problem = _unreachable(asked, f"https://localhost:{port}", network)
        assert problem.hint.startswith(f"{bundle} (SSL_CERT_FILE) does not hold the authority")

    def test_a_certificate_for_another_host(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """Then the URL is likely wrong, not the bundle."""
        with site_over_tls(authority.issue_cert("jira.example.com")) as port:
            problem = _unreachable(asked, f"https://localhost:{port}", Network(ca_bundle=bundle))
        assert "Hostname mismatch" in problem.detail
        assert problem.hint == "is the URL the site's own?"

    def test_a_certificate_that_has_expired(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """No setting of the operator's mends that."""
        old = authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC))
        with site_over_tls(old) as port:
            problem = _unreachable(asked, f"https://localhost:{port}", Network(ca_bundle=bundle))
        assert "expired" in problem.detail
        assert "renew" in problem.hint

    def test_it_is_not_tried_twice(self, authority: trustme.CA) -> None:
        """A certificate does not get better by waiting."""
        clock = _NoWait()
        with site_over_tls(authority.issue_cert("localhost")) as port:
            session = Session(
                f"https://localhost:{port}", authorization="x", clock=clock, gate=OpenGate(), limiter=Limiter(clock)
            )
            with pytest.raises(UnreachableError):
                session.send("GET", "/", purpose="read")
            session.close()
        assert (clock.slept, session.sent["read"]) == (0.0, 1)

    def test_a_bundle_that_is_not_there_or_is_none(self, tmp_path: Path, asked: Ask) -> None:
        """Said before anything is sent, with the variable."""
        with pytest.raises(ConfigurationError, match=r"RECONCILER_CA_BUNDLE names /no/such\.pem, which"):
            asked("https://localhost", Network(ca_bundle="/no/such.pem"))
        odd = tmp_path / "odd.pem"
        odd.write_text("not PEM")
        with pytest.raises(ConfigurationError, match="holds no certificates as PEM"):
            asked("https://localhost", Network(ca_bundle=str(odd)))


class TestClientCertificates:
    """Sites that let in only whom their own authority vouches for."""

    @pytest.fixture
    def files(self, authority: trustme.CA, tmp_path: Path) -> tuple[str, str]:
        """A certificate and its key."""
        leaf = authority.issue_cert("reconciler@example.com")
        cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        leaf.cert_chain_pems[0].write_to_path(cert)
        leaf.private_key_pem.write_to_path(key)
        return str(cert), str(key)

    def test_it_is_shown(self, authority: trustme.CA, bundle: str, files: tuple[str, str], asked: Ask) -> None:
        """From two files, or from one that holds both."""
        both = Path(bundle).with_name("both.pem")
        both.write_text("".join(Path(each).read_text() for each in files))
        with site_over_tls(authority.issue_cert("localhost"), clients=authority) as port:
            url = f"https://localhost:{port}"
            assert asked(url, Network(ca_bundle=bundle, client_cert=files[0], client_key=files[1])) == HERE
            assert asked(url, Network(ca_bundle=bundle, client_cert=str(both))) == HERE

    def test_a_site_that_misses_one(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """The variable is named; nothing was taken, so a write is no unknown either."""
        with site_over_tls(authority.issue_cert("localhost"), clients=authority) as port:
            network = Network(ca_bundle=bundle, named="RECONCILER_JIRA_")
            problem = _unreachable(asked, f"https://localhost:{port}", network)
        assert "RECONCILER_JIRA_CLIENT_CERT" in problem.hint

    def test_files_that_do_not_serve(self, authority: trustme.CA, files: tuple[str, str], asked: Ask) -> None:
        """Missing, no PEM, another certificate's key, a key with a passphrase: each in words."""
        from cryptography.hazmat.primitives import serialization as pem

        cert, key = files
        folder = Path(cert).parent
        other = folder / "other.pem"
        authority.issue_cert("other@example.com").private_key_pem.write_to_path(other)
        closed = folder / "closed.pem"
        loaded = pem.load_pem_private_key(Path(key).read_bytes(), None)
        encrypted = pem.BestAvailableEncryption(b"sesame")
        closed.write_bytes(loaded.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, encrypted))
        odd = folder / "odd.pem"
        odd.write_text("not PEM")
        for certificate, secret, said in (
            ("/no/such.pem", "", "CLIENT_CERT names /no/such.pem, which is not there"),
            (cert, "/no/such.pem", "CLIENT_KEY names /no/such.pem, which is not there"),
            (str(folder), "", "holds no certificate with its key as PEM"),
            (str(odd), "", "holds no certificate with its key as PEM"),
            (cert, str(other), "does not belong to the certificate"),
            (cert, str(closed), "is protected by a passphrase"),
        ):
            with pytest.raises(ConfigurationError, match=said):
                asked("https://localhost", Network(client_cert=certificate, client_key=secret))


class TestProxies:
    """A company's way out."""

    def test_a_tunnel(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """The proxy is told the site's name, and sees nothing of what goes through."""
        with site_over_tls(authority.issue_cert("jira.example.com")) as port, proxy() as way_out:
            network = Network(proxy=f"http://127.0.0.1:{way_out.port}", ca_bundle=bundle)
            assert asked(f"https://jira.example.com:{port}", network) == HERE
        assert way_out.asked == [f"CONNECT jira.example.com:{port} HTTP/1.1"]

    def test_a_proxy_over_tls(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """Its password is then nobody's to read on the way; the bundle is for its certificate too."""
        certificate = authority.issue_cert("localhost")
        with site_over_tls(authority.issue_cert("jira.example.com")) as port, proxy(certificate) as way_out:
            network = Network(proxy=f"https://localhost:{way_out.port}", ca_bundle=bundle)
            assert asked(f"https://jira.example.com:{port}", network) == HERE

    def test_user_and_password(self, authority: trustme.CA, bundle: str, asked: Ask) -> None:
        """From the proxy's URL; without them, or with wrong ones, it is said where they go."""
        with (
            site_over_tls(authority.issue_cert("jira.example.com")) as port,
            proxy(password="YWRhOnNlc2FtZQ==") as way_out,
        ):
            url = f"https://jira.example.com:{port}"
            network = Network(proxy=f"http://ada:sesame@127.0.0.1:{way_out.port}", ca_bundle=bundle)
            assert asked(url, network) == HERE
            problem = _unreachable(asked, url, Network(proxy=f"http://ada:wrong@127.0.0.1:{way_out.port}"))
        assert (
            problem.summary == f"the proxy 127.0.0.1:{way_out.port} did not let us through to jira.example.com:{port}"
        )
        assert problem.detail == "407 Proxy Authentication Required"
        assert "user:password@" in problem.hint
        assert "wrong" not in f"{problem.detail}{problem.hint}"

    def test_a_proxy_that_refuses_a_host(self, asked: Ask) -> None:
        """In its words, and a write was not sent."""
        with proxy(refuses="403 Forbidden") as way_out:
            network = Network(proxy=f"http://127.0.0.1:{way_out.port}")
            problem = _unreachable(asked, "https://jira.example.com", network)
            clock = _NoWait()
            session = Session(
                "https://jira.example.com", authorization="x", clock=clock, gate=OpenGate(), limiter=Limiter(clock),
                network=network,
            )  # fmt: skip
            with pytest.raises(UnreachableError):
                session.send("POST", "/", purpose="once", body={})
            session.close()
        assert problem.detail == "403 Forbidden"

    def test_a_proxy_that_is_not_there(self, asked: Ask) -> None:
        """It is named, since the site may be well."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        problem = _unreachable(asked, "https://jira.example.com", Network(proxy=f"http://127.0.0.1:{port}"))
        assert problem.summary == f"can't connect to jira.example.com through the proxy 127.0.0.1:{port}"

    def test_this_machine_is_reached_directly(self, asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither a named proxy nor the environment's sees a credential that goes over plain http."""
        with site_in_the_clear() as port, proxy() as way_out:
            url = f"http://127.0.0.1:{way_out.port}"
            for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
                monkeypatch.setenv(name, url)
            assert asked(f"http://127.0.0.1:{port}", Network(proxy=url)) == HERE
        assert way_out.asked == []
