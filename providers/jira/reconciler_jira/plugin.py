"""The plugin: what it is called, what it is configured with, and how it signs in."""

from __future__ import annotations

import base64
from functools import cached_property

from reconciler.sdk import (
    ConfigurationError,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginMetadata,
    Provider,
    Ref,
    Setting,
)
from reconciler_jira.client import Client
from reconciler_jira.options import OPTIONS, check_options, options_of
from reconciler_jira.provider import JiraProvider
from reconciler_jira.site import account_of

__all__ = ["JiraPlugin"]


class JiraPlugin(DevOpsIntegrationPlugin):
    """Jira Cloud, REST API v3, with an API token."""

    name = "jira"
    sdk_version = "1"

    @classmethod
    def metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""
        return PluginMetadata(
            name="jira",
            title="Jira Cloud",
            version="1",
            settings=(
                Setting(
                    "URL",
                    "JIRA_URL",
                    "url",
                    "The site, https://example.atlassian.net; for a scoped token "
                    "https://api.atlassian.com/ex/jira/ and the cloud id.",
                ),
                Setting("EMAIL", "JIRA_EMAIL", "user", "The e-mail address of the account that the token belongs to."),
                Setting(
                    "API_TOKEN",
                    "JIRA_API_TOKEN",
                    "secret",
                    "An API token of that account, from id.atlassian.com under Security.",
                ),
                Setting(
                    "PROJECT",
                    "JIRA_PROJECT",
                    "project",
                    "The project's key, where the spec names none.",
                    required=False,
                ),
            ),
            kinds=frozenset(
                {
                    "text",
                    "rich",
                    "number",
                    "date",
                    "datetime",
                    "url",
                    "option",
                    "user",
                    "status",
                    "item",
                    "link",
                    "label",
                    "component",
                    "version",
                    "sprint",
                }
            ),
            options=OPTIONS,
        )

    @classmethod
    def validate_config(cls, config: PluginConfig) -> tuple[ConfigurationError, ...]:
        """Find all that is wrong with a configuration, without asking Jira."""
        return (*super().validate_config(config), *check_options(config.options))

    @classmethod
    def request_timeout(cls, config: PluginConfig) -> float:
        """Seconds that a request may take; the option `request_timeout`."""
        return options_of(config).request_timeout

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:
        """Make the Authorization header's value: Basic, of e-mail address and token (FACTS A1)."""
        pair = f"{config.credential.user or ''}:{config.credential.secret}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    @cached_property
    def provider(self) -> Provider:
        """The provider."""
        return JiraProvider(self.config, self.session)

    def authenticate(self) -> Ref:
        """Ask Jira who we are. Other reads answer strangers too, with nothing in them (FACTS A1).

        Raises:
            AuthenticationError: the credential is not accepted.
        """
        return account_of(Client(self.session).myself())
