"""The plugin: what it is called, what it is configured with, and how it signs in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cached_property

from reconciler.sdk import (
    ConfigurationError,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginMetadata,
    Provider,
    Ref,
    Registered,
    Registration,
    Setting,
)
from reconciler_jira import registering, scopes, webhooks
from reconciler_jira.edition import connect
from reconciler_jira.options import OPTIONS, check_options, options_of
from reconciler_jira.provider import JiraProvider
from reconciler_jira.site import account_of

__all__ = ["JiraPlugin"]


class JiraPlugin(DevOpsIntegrationPlugin):
    """Jira Cloud and Jira Data Center, with an API token, a personal access token or a password."""

    name = "jira"
    sdk_version = "1"
    webhook_secret = Setting(
        "WEBHOOK_SECRET",
        "JIRA_WEBHOOK_SECRET",
        "secret",
        "What Jira signs webhooks with: long, random, and entered as the webhook's secret too.",
        required=False,
    )
    read_delivery = staticmethod(webhooks.read_delivery)
    check_sender = staticmethod(webhooks.check_sender)

    @classmethod
    def metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""
        return PluginMetadata(
            name="jira",
            title="Jira",
            version="1",
            settings=(
                Setting(
                    "URL",
                    "JIRA_URL",
                    "url",
                    "The site, https://example.atlassian.net; for a token with scopes "
                    "https://api.atlassian.com/ex/jira/ and the cloud id.",
                ),
                Setting(
                    "EMAIL",
                    "JIRA_EMAIL",
                    "user",
                    "The e-mail address of the account that the token belongs to; on Data Center a user name. Without "
                    "it the token is sent as a bearer.",
                    required=False,
                ),
                Setting(
                    "API_TOKEN",
                    "JIRA_API_TOKEN",
                    "secret",
                    "An API token of that account, from id.atlassian.com under Security (on Jira Cloud with JIRA_EMAIL "
                    "beside it); on Data Center a personal access token, from the profile.",
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
                    "cascade",
                    "user",
                    "group",
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
        found = (*super().validate_config(config), *check_options(config.options))
        if not config.credential.user and scopes.is_cloud(config.url):
            lacking = ConfigurationError(
                "JIRA_EMAIL is not set, and Jira Cloud takes an API token only beside its account's e-mail address",
                hint="set it, or RECONCILER_<PROVIDER>_EMAIL",
            )
            return (*found, lacking)
        return found

    @classmethod
    def request_timeout(cls, config: PluginConfig) -> float:
        """Seconds that a request may take; the option `request_timeout`."""
        return options_of(config).request_timeout

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:
        """Make the Authorization header's value: Basic, of account and token; without an account Bearer, as Data
        Center's personal access tokens, OAuth's and service accounts' are sent (FACTS A1, A17).
        """
        if not config.credential.user:
            return f"Bearer {config.credential.secret}"
        pair = f"{config.credential.user}:{config.credential.secret}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    @classmethod
    def advice(cls, config: PluginConfig, request: str, status: int) -> str:
        """Name the scopes that a refused request needs, or where a token with scopes works (FACTS A1)."""
        return scopes.advice(config.url, request, status)

    @cached_property
    def provider(self) -> Provider:
        """The provider."""
        return JiraProvider(self.config, self.session)

    def authenticate(self) -> Ref:
        """Ask Jira who we are. Other reads answer strangers too, with nothing in them (FACTS A1).

        Raises:
            AuthenticationError: the credential is not accepted.
        """
        return account_of(connect(self.session).myself())

    def registration(self, url: str) -> Registration:
        """Say what would be registered for webhooks to a URL. Sends nothing."""
        return registering.registration(self.session.url, self.config.project, url)

    def register(self, url: str, secret: str) -> Iterator[Registered]:
        """Register what is missing for webhooks to a URL."""
        return registering.register(self.session, self.config.project, url, secret)
