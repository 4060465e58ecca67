"""How a command comes to its credential, and the check of a site by one item, as a user meets them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from acceptance.harness import Site, Workspace
from tls_sites import proxy, site_over_tls

from reconciler.cli.invocation import Invocation
from reconciler.cli.main import run
from reconciler.sandbox.serving import running

SMALL = """\
workspace: {{name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}}
providers: {{{}: {{project: INVEST}}}}
items:
  call: {{type: task, title: Call the bank}}
"""


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    """One item."""
    workspace.write(SMALL.format("jira"))
    return workspace


def test_a_token_in_a_file(small: Workspace, tmp_path: Path) -> None:
    """A file of mode 600 is all right; of one that others can read, `doctor` says so and goes on."""
    path = tmp_path / "token"
    path.write_text("sandbox\n")
    path.chmod(0o600)
    settings = {"JIRA_API_TOKEN": "", "JIRA_API_TOKEN_FILE": str(path)}
    assert small.run("plan", **settings).code == 0
    assert "secret" not in small.run("doctor", **settings).out
    path.chmod(0o644)
    noted = small.run("doctor", **settings)
    assert noted.code == 0
    assert f"· secret {path} can be read by others: chmod 600" in noted.text


def test_a_token_from_a_command(small: Workspace) -> None:
    """And where that fails, its own words are shown."""
    program = f"{sys.executable} -c"
    small.settings["JIRA_API_TOKEN"] = ""
    assert small.run("plan", JIRA_API_TOKEN_COMMAND=f"{program} \"print('sandbox')\"").code == 0
    failed = small.run("plan", JIRA_API_TOKEN_COMMAND=f"{program} \"raise SystemExit('the vault is locked')\"")
    assert failed.code == 1
    assert "the command of JIRA_API_TOKEN_COMMAND gave no secret" in failed.text
    assert "the vault is locked" in failed.text


def test_an_access_token_of_entra_from_a_command(small: Workspace, site: Site) -> None:
    """It lives for an hour, so nobody types it: the provider says that it is one, a command gets it."""
    small.write(SMALL.format("azure_devops").replace("INVEST}", "INVEST, sign_in: entra}"))
    small.settings = {**Site(site.endpoints, "azure_devops").settings, "AZURE_DEVOPS_PAT": ""}
    assert small.run("plan", AZURE_DEVOPS_PAT_COMMAND="echo sandbox").code == 0
    refused = small.run("plan", AZURE_DEVOPS_PAT_COMMAND="echo expired")
    assert (refused.code, "check AZURE_DEVOPS_PAT_COMMAND:" in refused.text) == (1, True)


def test_a_personal_access_token_of_data_center_alone(small: Workspace) -> None:
    """It is sent as a bearer, where no account is named."""
    with running() as endpoints:
        Site(endpoints).turn(jira_deployment="datacenter")
        small.settings = {"JIRA_URL": endpoints.sites["jira"], "JIRA_API_TOKEN": "sandbox"}
        assert small.run("plan").code == 0
        refused = small.run("plan", JIRA_API_TOKEN="revoked")
    assert refused.code == 1
    assert "check JIRA_API_TOKEN:" in refused.text


def test_a_refused_credential_is_named_by_the_variable_that_told_where_it_is(small: Workspace) -> None:
    """That is where the operator has to look."""
    small.settings["JIRA_API_TOKEN"] = ""
    refused = small.run("plan", JIRA_API_TOKEN_COMMAND="echo old")
    assert "check JIRA_EMAIL and JIRA_API_TOKEN_COMMAND" in refused.text


def test_two_places_for_a_token(small: Workspace) -> None:
    """Are one too many."""
    refused = small.run("plan", JIRA_API_TOKEN_FILE="/run/secrets/jira")
    assert refused.code == 1
    assert "JIRA_API_TOKEN and JIRA_API_TOKEN_FILE are both set" in refused.text


def test_the_environments_proxy_does_not_see_what_goes_to_this_machine(small: Workspace) -> None:
    """The sandbox speaks plain http: a proxy could read the credential."""
    assert small.run("plan", HTTP_PROXY="http://127.0.0.1:9", ALL_PROXY="http://127.0.0.1:9").code == 0


class TestACompanysNetwork:
    """A site with a certificate of the company's own, which lets in known clients alone, behind a proxy."""

    @pytest.fixture
    def settings(self, small: Workspace, site: Site, tmp_path: Path) -> Iterator[dict[str, str]]:
        """What it takes to get there."""
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        client = authority.issue_cert("reconciler@example.com")
        bundle, cert, key = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
        authority.cert_pem.write_to_path(bundle)
        client.cert_chain_pems[0].write_to_path(cert)
        client.private_key_pem.write_to_path(key)
        certificate = authority.issue_cert("jira.company.test")
        with (
            site_over_tls(certificate, clients=authority, before=site.endpoints.port) as port,
            proxy(password="YWRhOnNlc2FtZQ==") as way_out,
        ):
            yield {
                "JIRA_URL": f"https://jira.company.test:{port}/jira",
                "RECONCILER_CA_BUNDLE": str(bundle),
                "RECONCILER_JIRA_CLIENT_CERT": str(cert),
                "RECONCILER_JIRA_CLIENT_KEY": str(key),
                "HTTPS_PROXY": f"http://ada:sesame@127.0.0.1:{way_out.port}",
            }

    def test_the_main_job_goes_through(self, small: Workspace, site: Site, settings: dict[str, str]) -> None:
        """Plan, apply, and nothing left to do."""
        small.settings |= settings
        small.apply()
        assert small.run("plan", "--detailed-exitcode").code == 0
        assert [each["title"] for each in site.cards().values()] == ["Call the bank"]

    @pytest.mark.parametrize(
        ("variable", "value", "said", "hint"),
        [
            ("RECONCILER_CA_BUNDLE", "", "is not accepted", "RECONCILER_CA_BUNDLE"),
            ("RECONCILER_CA_BUNDLE", "/no/such.pem", "RECONCILER_CA_BUNDLE names /no/such.pem", ""),
            ("RECONCILER_JIRA_CLIENT_CERT", "", "RECONCILER_JIRA_CLIENT_KEY is set", "name the certificate too"),
            ("HTTPS_PROXY", "http://127.0.0.1:9", "through the proxy 127.0.0.1:9", "check the site's URL"),
            ("HTTPS_PROXY", "socks5://127.0.0.1:9", "HTTPS_PROXY is not the URL", "RECONCILER_JIRA_PROXY"),
        ],
    )
    def test_what_is_missing_is_said(
        self, small: Workspace, settings: dict[str, str], variable: str, value: str, said: str, hint: str
    ) -> None:
        """In words, with the variable that mends it; no password is shown."""
        failed = small.run("plan", **{**settings, variable: value})
        assert failed.code == 1
        assert said in failed.text
        assert hint in failed.text
        assert "sesame" not in failed.text


@pytest.mark.parametrize("platform", ["jira", "azure_devops"])
def test_the_write_check_leaves_nothing_behind(small: Workspace, site: Site, platform: str) -> None:
    """On each platform it creates, reads, changes and deletes one item, and says what it measured."""
    small.write(SMALL.format(platform))
    small.settings |= Site(site.endpoints, platform).settings
    probes = small.run("doctor", "--write-check", "--auto-approve", "--format", "json").json
    measured = {each["what"]: each["value"] for each in probes if each["value"] is not None}
    assert measured["reads after creating"] == 10
    assert measured["marker kept"] is True
    assert measured["search lag"] == 0
    assert (probes[-1]["what"], probes[-1]["ok"]) == ("delete", True)
    assert Site(site.endpoints, platform).cards() == {}


def test_the_write_check_writes_nothing_unasked(small: Workspace, site: Site) -> None:
    """Without a terminal somebody has to have said yes; where signing in fails there is nothing to ask."""
    refused = small.run("doctor", "--write-check")
    assert (refused.code, "there is no terminal to ask at" in refused.text) == (5, True)
    lost = small.run("doctor", "--write-check", "--auto-approve", JIRA_API_TOKEN="old")
    assert (lost.code, "create" in lost.text) == (1, False)
    assert site.cards() == {}


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 5)])
def test_the_write_check_asks(
    small: Workspace,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
) -> None:
    """What would be written where is said before; "no" is 5, and nothing was written."""
    for name, value in small.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Invocation, "can_ask", True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    assert run(["doctor", "--write-check", str(small.path)]) == code
    assert f"jira: one item in INVEST at {site.endpoints.sites['jira']}" in capsys.readouterr().err
    created = [each for each in site.requests() if each["operation"] == "createIssues"]
    assert len(created) == (1 if answer == "y" else 0)
