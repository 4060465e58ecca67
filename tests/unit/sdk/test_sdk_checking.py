"""What `plugins check` finds in a class that is no plugin yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from reconciler_jira import JiraPlugin

from reconciler.sdk import ConfigurationError, DevOpsIntegrationPlugin, PluginMetadata, Provider, Setting
from reconciler.sdk.checking import faults_of


class Old(JiraPlugin):
    """Written for another contract, under another name."""

    name = "old"
    sdk_version = "0"


class Unfinished(JiraPlugin):
    """Its provider lacks a method, and an argument of another."""

    @property
    def provider(self) -> Provider:  # type: ignore[override]  what is wrong here is what is tested
        class Lacking:
            settle: ClassVar[Any] = None

            def fetch(self, wanted: object) -> Iterator[object]:
                return iter(())

            def __getattr__(self, name: str) -> Any:
                return getattr(Provider, name).__get__(self)

        return Lacking()  # type: ignore[return-value]


class Unsaid(JiraPlugin):
    """Says too little of itself."""

    @classmethod
    def metadata(cls) -> PluginMetadata:
        settings = (
            Setting("URL", "JIRA_URL", "url", "the site"),
            Setting("SITE", "JIRA_SITE", "url", "The site."),
            Setting("API_TOKEN", "JIRA_API_TOKEN", "secret", "A token."),
        )
        return PluginMetadata("other", "Other", "1", settings, frozenset(), {"index_lag": "seconds"})


class Refusing(JiraPlugin):
    """Can't be made from a plain configuration."""

    @classmethod
    def authorization(cls, config: object) -> str:
        raise ConfigurationError(f"no certificate was given beside {type(config).__name__}")


class Mistaken(JiraPlugin):
    """Fails where it says what it is."""

    @classmethod
    def metadata(cls) -> PluginMetadata:
        raise KeyError("title")


class Misspelt(JiraPlugin):
    """Fails where its provider is made."""

    @property
    def provider(self) -> Provider:  # type: ignore[override]  as above
        raise NameError("name 'Trakcer' is not defined")


class Demanding(JiraPlugin):
    """A method of its provider asks for more than it is given."""

    @property
    def provider(self) -> Provider:  # type: ignore[override]  as above
        class Asking:
            def remove(self, extra: int, items: object) -> Iterator[object]:
                return iter(())

            def __getattr__(self, name: str) -> Any:
                return getattr(Provider, name).__get__(self)

        return Asking()  # type: ignore[return-value]  as above


class Abstract(DevOpsIntegrationPlugin):
    """Lacks what every plugin has."""

    name = "jira"


def test_a_plugin_has_no_faults() -> None:
    """Jira's is one."""
    assert faults_of("jira", JiraPlugin) == ()


@pytest.mark.parametrize(
    ("plugin", "found"),
    [
        (Old, ("sdk_version is '0'; this SDK is version '1'", "name is 'old'; its entry point calls it 'jira'")),
        (Unfinished, ("its provider's fetch() does not take markers", "its provider has no settle()")),
        (
            Unsaid,
            (
                "metadata().name is 'other', not 'jira'",
                "metadata().settings has none with the role 'project'",
                "metadata().settings has several with the role 'url'",
                "the help of JIRA_URL is no sentence",
                "the help of the option 'index_lag' is no sentence",
                "metadata().kinds is empty: it can carry no field",
            ),
        ),
        (Refusing, ("it can't be made from a plain configuration: no certificate was given beside PluginConfig",)),
        (Mistaken, ("metadata() raises KeyError: 'title'",)),
        (Misspelt, ("it can't be made from a plain configuration: NameError: name 'Trakcer' is not defined",)),
        (Demanding, ("its provider's remove() asks for extra, which nobody gives",)),
        (Abstract, ("it lacks authenticate, authorization, metadata, provider of DevOpsIntegrationPlugin",)),
    ],
)
def test_each_fault_is_a_sentence(plugin: type[DevOpsIntegrationPlugin], found: tuple[str, ...]) -> None:
    """All of them at once, each saying where and what."""
    assert faults_of("jira", plugin) == found
