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
from reconciler_azure_devops import registering, webhooks
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.options import OPTIONS, check_options, options_of
from reconciler_azure_devops.provider import AzureDevOpsProvider
from reconciler_azure_devops.scopes import scope_for
from reconciler_azure_devops.site import account_of

__all__ = ["AzureDevOpsPlugin"]


class AzureDevOpsPlugin(DevOpsIntegrationPlugin):
    """Azure DevOps Services and Server, REST API 7.1, with a personal access token or a Microsoft Entra token."""

    name = "azure_devops"
    sdk_version = "1"
    webhook_secret = Setting(
        "WEBHOOK_SECRET",
        "AZURE_DEVOPS_WEBHOOK_SECRET",
        "secret",
        "What service hooks bring along: long, random, and the password of the subscription's Basic authentication.",
        required=False,
    )
    read_delivery = staticmethod(webhooks.read_delivery)
    check_sender = staticmethod(webhooks.check_sender)

    @classmethod
    def metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""
        return PluginMetadata(
            name="azure_devops",
            title="Azure DevOps",
            version="1",
            settings=(
                Setting(
                    "ORG_URL",
                    "AZURE_DEVOPS_ORG_URL",
                    "url",
                    "The organisation, https://dev.azure.com/example; of Azure DevOps Server (2022.1 or later) the "
                    "collection, https://tfs.example.com/tfs/DefaultCollection.",
                ),
                Setting(
                    "PAT",
                    "AZURE_DEVOPS_PAT",
                    "secret",
                    "A personal access token that may read and write work items, from the user settings; with the "
                    "option `sign_in: entra` an access token of Microsoft Entra, which lives for an hour or so.",
                ),
                Setting(
                    "PROJECT",
                    "AZURE_DEVOPS_PROJECT",
                    "project",
                    "The project's name, where the spec names none.",
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
                    "flag",
                    "option",
                    "user",
                    "status",
                    "item",
                    "link",
                    "label",
                    "path",
                    "sprint",
                }
            ),
            options=OPTIONS,
        )

    @classmethod
    def validate_config(cls, config: PluginConfig) -> tuple[ConfigurationError, ...]:
        """Find all that is wrong with a configuration, without asking Azure DevOps."""
        return (*super().validate_config(config), *check_options(config.options))

    @classmethod
    def request_timeout(cls, config: PluginConfig) -> float:
        """Seconds that a request may take; the option `request_timeout`."""
        return options_of(config).request_timeout

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:
        """Make the Authorization header's value: Basic, of an empty user and the token, or Bearer (FACTS B1)."""
        if options_of(config).sign_in == "entra":
            return f"Bearer {config.credential.secret}"
        return f"Basic {base64.b64encode(f':{config.credential.secret}'.encode()).decode()}"

    @classmethod
    def advice(cls, config: PluginConfig, request: str, status: int) -> str:
        """Name the scope that a refused request takes of a personal access token (FACTS B1), and doubt a wrong URL."""
        if status == 404 and request.endswith("/_apis/connectionData"):
            return f"is {config.url} the organisation's or collection's address? It ends before the project's name"
        scope = scope_for(request) if status in (401, 403) and options_of(config).sign_in != "entra" else ""
        return f"the token needs the scope {scope}; its owner can add it in the user settings" if scope else ""

    @cached_property
    def provider(self) -> Provider:
        """The provider."""
        return AzureDevOpsProvider(self.config, self.session)

    def authenticate(self) -> Ref:
        """Ask Azure DevOps who we are.

        Raises:
            AuthenticationError: the credential is not accepted.
        """
        return account_of(Client(self.session).connection())

    def registration(self, url: str) -> Registration:
        """Say what would be registered for webhooks to a URL. Sends nothing."""
        return registering.registration(self.session.url, self.config.project, url)

    def register(self, url: str, secret: str) -> Iterator[Registered]:
        """Register what is missing for webhooks to a URL."""
        return registering.register(Client(self.session), self.config.project, url, secret)
