"""From the operator's environment to configured providers. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from memory_engine import HandClock

from reconciler.diagnostics import Place, diagnostics_of
from reconciler.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigurationError,
    LeaseLost,
    ProviderError,
    SpecError,
)
from reconciler.live import connections
from reconciler.live.connections import Connection, ShutGate, block_problems, connect
from reconciler.sdk import DevOpsIntegrationPlugin, PluginConfig, PluginMetadata, Provider, Ref, Setting
from reconciler.sdk.answers import Response
from reconciler.spec.configuration import ProviderBlock

ENVIRONMENT = {
    "MEM_URL": "https://mem.example/",
    "MEM_USER": "ada@example.com",
    "MEM_TOKEN": "secret",
    "MEM_PROJECT": "INVEST",
}


class MemoryPlugin(DevOpsIntegrationPlugin):
    """A plugin with a setting of each role and one option."""

    name = "memory"

    @classmethod
    def metadata(cls) -> PluginMetadata:
        return PluginMetadata(
            "memory",
            "Memory Tracker",
            "1",
            (
                Setting("URL", "MEM_URL", "url", "the site"),
                Setting("USER", "MEM_USER", "user", "the account"),
                Setting("TOKEN", "MEM_TOKEN", "secret", "its token"),
                Setting("PROJECT", "MEM_PROJECT", "project", "the project"),
            ),
            frozenset({"text"}),
            {"request_timeout": "Seconds for an answer."},
        )

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:  # noqa: ARG003  the contract's signature
        return "Basic x"

    @property
    def provider(self) -> Provider:
        return self  # type: ignore[return-value]

    def authenticate(self) -> Ref:
        return Ref("u0")


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Registry:
        def load(self, name: str) -> type[DevOpsIntegrationPlugin]:
            if name != MemoryPlugin.name:
                raise ConfigurationError(f"no plugin {name!r} is installed")
            return MemoryPlugin

    monkeypatch.setattr(connections, "PluginRegistry", Registry)


def _block(name: str = "tracker", project: str | None = None, **options: Any) -> ProviderBlock:
    place = Place("main.yaml", 4, 3)
    return ProviderBlock(name, "memory", project, {"epic": "Deal"}, {}, {}, {}, options, place)


def _config(environment: Mapping[str, str], *blocks: ProviderBlock, name: str = "tracker") -> PluginConfig:
    every = {each.name: each for each in blocks or (_block(),)}
    with connect(every, [name], environment, gate=ShutGate(), clock=HandClock()) as found:
        connection = found[name]
        assert isinstance(connection, Connection)
        assert connection.session.url == connection.plugin.config.url
        return connection.plugin.config


def test_the_only_provider_takes_the_plugins_own_variables() -> None:
    """URL, account, token and project, and the spec's words beside them."""
    found = _config(ENVIRONMENT)
    assert (found.url, found.project, found.credential.user, found.credential.secret) == (
        "https://mem.example", "INVEST", "ada@example.com", "secret",
    )  # fmt: skip
    assert (found.provider, found.types) == ("tracker", {"epic": "Deal"})


def test_a_providers_own_variables_win() -> None:
    """`RECONCILER_<PROVIDER>_*`, with what a variable can't hold written as `_`."""
    own = {"RECONCILER_MY_TRACKER_URL": "https://other.example", "RECONCILER_MY_TRACKER_TOKEN": "mine"}
    found = _config({**ENVIRONMENT, **own}, _block("my-tracker"), name="my-tracker")
    assert (found.url, found.credential.secret, found.credential.user) == (
        "https://other.example", "mine", "ada@example.com",
    )  # fmt: skip


def test_several_providers_of_one_plugin_share_nothing() -> None:
    """The plugin's variables would send one site's token to another: each has to have its own."""
    with pytest.raises(ConfigurationError) as caught:
        _config(ENVIRONMENT, _block(), _block("other"))
    assert "RECONCILER_TRACKER_TOKEN" in caught.value.detail
    assert "MEM_TOKEN" not in caught.value.detail


def test_all_missing_variables_are_named_at_once() -> None:
    """With what each is for, and the way to see it work without an account."""
    with pytest.raises(ConfigurationError) as caught:
        _config({"MEM_URL": "https://mem.example"})
    assert caught.value.summary == "Memory Tracker (provider 'tracker') is not configured"
    assert [line.split()[0].rstrip(":") for line in caught.value.detail.splitlines()[1:]] == [
        "MEM_USER",
        "MEM_TOKEN",
        "MEM_PROJECT",
    ]
    assert "its token" in caught.value.detail
    assert "reconciler demo" in caught.value.hint


def test_any_plugins_secret_may_be_kept_elsewhere(tmp_path: Path) -> None:
    """In a file, say: the ways are the same for every plugin, and its own variables come first in each."""
    path = tmp_path / "token"
    path.write_text("filed\n")
    environment = {**ENVIRONMENT, "MEM_TOKEN": "", "MEM_TOKEN_FILE": str(path)}
    assert _config(environment).credential.secret == "filed"
    own = {**environment, "RECONCILER_TRACKER_TOKEN": "own"}
    assert _config(own).credential.secret == "own"


def test_a_missing_secret_is_said_with_the_other_ways() -> None:
    """Whoever keeps secrets elsewhere need not look it up."""
    with pytest.raises(ConfigurationError) as caught:
        _config({**ENVIRONMENT, "MEM_TOKEN": ""})
    assert "  MEM_TOKEN (or .._FILE, .._COMMAND, .._KEYRING): its token" in caught.value.detail


def test_where_no_account_is_needed_the_token_alone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An optional account that is not given is not what has to be checked."""
    settings = tuple(replace(each, required=each.role != "user") for each in MemoryPlugin.metadata().settings)
    metadata = replace(MemoryPlugin.metadata(), settings=settings)
    monkeypatch.setattr(MemoryPlugin, "metadata", classmethod(lambda _: metadata))
    environment = {**ENVIRONMENT, "MEM_USER": ""}
    answer = Response(401, {"content-type": "application/json"}, b"{}")
    with (
        connect({"tracker": _block()}, ["tracker"], environment, gate=ShutGate(), clock=HandClock()) as found,
        patch("reconciler.sdk.session._receive", return_value=answer),
        patch("reconciler.sdk.session._send"),
        pytest.raises(AuthenticationError) as caught,
    ):
        found["tracker"].session.send("GET", "/x", purpose="read")
    assert found["tracker"].plugin.config.credential.user is None
    assert caught.value.hint.startswith("check MEM_TOKEN:")


def test_a_platform_that_wants_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin without such a setting is configured by what it has."""
    settings = tuple(each for each in MemoryPlugin.metadata().settings if each.role == "url")
    metadata = replace(MemoryPlugin.metadata(), settings=settings)
    monkeypatch.setattr(MemoryPlugin, "metadata", classmethod(lambda _: metadata))
    found = _config({"MEM_URL": "https://mem.example"})
    assert (found.url, found.project, found.credential.user, found.credential.secret) == (
        "https://mem.example", "", None, "",
    )  # fmt: skip


def test_a_provider_that_nothing_uses_needs_no_credentials() -> None:
    """Only the named ones are configured."""
    blocks = {each.name: each for each in (_block(), _block("other"))}
    own = {f"RECONCILER_TRACKER_{name.removeprefix('MEM_')}": value for name, value in ENVIRONMENT.items()}
    with connect(blocks, ["tracker"], own, gate=ShutGate(), clock=HandClock()) as found:
        assert list(found) == ["tracker"]


class TestTheProject:
    """It comes from the spec or from the operator."""

    def test_from_the_spec(self) -> None:
        """No variable is needed then."""
        environment = {name: value for name, value in ENVIRONMENT.items() if name != "MEM_PROJECT"}
        assert _config(environment, _block(project="DEALS")).project == "DEALS"

    def test_both_and_the_same(self) -> None:
        """That is no contradiction."""
        assert _config(ENVIRONMENT, _block(project="INVEST")).project == "INVEST"

    @pytest.mark.parametrize("variable", ["MEM_PROJECT", "RECONCILER_TRACKER_PROJECT"])
    def test_both_and_different(self, variable: str) -> None:
        """Nobody guesses which is meant; the variable that said so is named."""
        environment = {**ENVIRONMENT, "MEM_PROJECT": "", variable: "OTHER"}
        with pytest.raises(SpecError) as caught:
            _config(environment, _block(project="DEALS"))
        assert str(caught.value) == f"main.yaml:4:3: error: the spec's project is 'DEALS', {variable} says 'OTHER'"


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, AuthenticationError, "check {}: a token expires, and belongs to one account and one site"),
        (403, AuthorizationError, "ask for the permission at mem.example, for the account of {}"),
    ],
)
def test_a_refused_credential_is_named_by_its_variables(status: int, kind: type[ProviderError], hint: str) -> None:
    """With the host that refused it: the provider's own variables where they are set, the plugin's where not."""
    answer = Response(status, {"content-type": "application/json"}, b"{}")
    for environment, variables in (
        (ENVIRONMENT, "MEM_USER and MEM_TOKEN"),
        ({**ENVIRONMENT, "RECONCILER_TRACKER_TOKEN": "mine"}, "MEM_USER and RECONCILER_TRACKER_TOKEN"),
    ):
        with (
            connect({"tracker": _block()}, ["tracker"], environment, gate=ShutGate(), clock=HandClock()) as found,
            patch("reconciler.sdk.session._receive", return_value=answer),
            patch("reconciler.sdk.session._send"),
            pytest.raises(kind) as caught,
        ):
            found["tracker"].session.send("GET", "/x", purpose="read")
        assert caught.value.hint == hint.format(variables)
        assert "mem.example" in caught.value.summary + caught.value.hint


def test_options_that_the_plugin_does_not_know() -> None:
    """With the place in the spec and the nearest name."""
    with pytest.raises(SpecError) as caught:
        _config(ENVIRONMENT, _block(request_timeuot=5))
    assert str(caught.value) == "main.yaml:4:3: error: Memory Tracker has no provider option 'request_timeuot'"
    (found,) = diagnostics_of(caught.value)
    assert found.hint == "did you mean `request_timeout`?"


def test_a_misspelt_key_of_every_provider() -> None:
    """The keys that each provider has are offered too."""
    (found,) = block_problems({"tracker": _block(prject="DEALS")})
    assert found.hint == "did you mean `project`?"


def test_a_plugin_that_is_not_installed() -> None:
    """The block's place is told, with what is installed."""
    (found,) = block_problems({"jra": replace(_block(), name="jra", plugin="trackr")})
    assert (found.code, str(found.place)) == ("unknown_plugin", "main.yaml:4:3")
    assert "trackr" in found.summary


def test_a_url_that_credentials_may_not_go_to() -> None:
    """Plain http is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match="credentials go over https alone"):
        _config({**ENVIRONMENT, "MEM_URL": "http://mem.example"})


def test_the_gate_of_commands_that_only_read() -> None:
    """Nothing passes."""
    with pytest.raises(LeaseLost):
        ShutGate().open(("op",))
