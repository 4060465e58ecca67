"""The plugin: what it is called, what it is configured with, and how it signs in."""

from __future__ import annotations

import base64
from functools import cached_property

from reconciler.sdk import DevOpsIntegrationPlugin, PluginConfig, PluginMetadata, Provider, Ref, Setting
from reconciler_roundup.client import Client
from reconciler_roundup.provider import RoundupProvider
from reconciler_roundup.site import account_of

__all__ = ["RoundupPlugin"]


class RoundupPlugin(DevOpsIntegrationPlugin):
    """A Roundup tracker whose issue class has a property for the marker: `reconciler=String(indexme='no')`."""

    name = "roundup"
    sdk_version = "1"

    @classmethod
    def metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""
        return PluginMetadata(
            name="roundup",
            title="Roundup",
            version="0.1",
            settings=(
                Setting("URL", "ROUNDUP_URL", "url", "The tracker, https://example.org/tracker."),
                Setting("USER", "ROUNDUP_USER", "user", "The login name of the account."),
                Setting("PASSWORD", "ROUNDUP_PASSWORD", "secret", "Its password."),
                Setting("CLASS", "ROUNDUP_CLASS", "project", "The class of the items: issue.", required=False),
            ),
            kinds=frozenset({"text", "option", "user", "status", "label"}),
        )

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:
        """Make the Authorization header's value: Basic, of login name and password."""
        pair = f"{config.credential.user or ''}:{config.credential.secret}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    @cached_property
    def provider(self) -> Provider:
        """The provider."""
        return RoundupProvider(self.config, Client(self.session))

    def authenticate(self) -> Ref:
        """Ask the tracker who we are.

        Raises:
            AuthenticationError: the credential is not accepted.
        """
        return account_of(Client(self.session), self.config.credential.user or "")
