"""What a plugin says of itself, and what it is configured with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.sdk.values import Kind

__all__ = ["SDK_VERSION", "Credential", "PluginConfig", "PluginMetadata", "Setting"]

SDK_VERSION = "1"
"""The version of the contract. A plugin names the one that it was written for; another is refused."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Who we are to a platform. The secret shows in no representation."""

    user: str | None
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a plugin that comes from the operator's environment.

    `name` is what follows `RECONCILER_<PROVIDER>_` (`API_TOKEN`), `variable` the name for the plugin's only provider
    (`JIRA_API_TOKEN`).
    """

    name: str
    variable: str
    role: Literal["url", "user", "secret", "project"]
    help: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class PluginMetadata:
    """What a plugin says of itself.

    `options` are the keys that a provider's block in a spec may hold beside the standard ones, each with one
    sentence.
    """

    name: str
    title: str
    version: str
    settings: tuple[Setting, ...]
    kinds: frozenset[Kind]
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PluginConfig:
    """One configured provider.

    Attributes:
        provider: its name in the spec.
        url: the site, without a final slash.
        project: key, id or name as the operator or the spec gave it.
        types, priorities, fields: the spec's words to the platform's names: `{epic: Opportunity}`.
        statuses: the spec's words to one or more of the platform's; the first is the one that is written.
        options: the plugin's own, from the spec.
    """

    provider: str
    url: str
    project: str
    credential: Credential
    types: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
