"""The operator's settings of a provider: which variables may hold each, and which one does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.sdk import PluginMetadata, Setting
from reconciler.spec.configuration import ProviderBlock

__all__ = ["Given", "given_settings", "prefix", "variables"]


@dataclass(frozen=True, slots=True)
class Given:
    """A setting as the operator's environment has it: the variable that holds it, or would; empty where none does."""

    variable: str
    value: str = field(repr=False)


def given_settings(
    blocks: Mapping[str, ProviderBlock], name: str, metadata: PluginMetadata, environment: Mapping[str, str]
) -> dict[str, Given]:
    """By role, the settings of one provider as the operator's environment has them, each in a variable of its own.

    Args:
        blocks: all of the spec's provider blocks: a plugin that has only one takes its settings from the plugin's own
            variables.
        name: the provider.
        metadata: its plugin's.
        environment: the operator's.
    """
    given: dict[str, Given] = {}
    for setting in metadata.settings:
        names = variables(blocks, name, setting)
        variable = next((each for each in names if environment.get(each)), names[-1])
        given[setting.role] = Given(variable, environment.get(variable, ""))
    return given


def variables(blocks: Mapping[str, ProviderBlock], name: str, setting: Setting) -> tuple[str, ...]:
    """The variables that may hold a setting, the first wins: the provider's own, then the one that a plugin's only
    provider takes too.
    """
    own = f"{prefix(name)}{setting.name}"
    alone = sum(1 for each in blocks.values() if each.plugin == blocks[name].plugin) == 1
    return (own, setting.variable) if alone else (own,)


def prefix(provider: str) -> str:
    """What the variables of one provider begin with: `RECONCILER_MY_JIRA_`."""
    return f"RECONCILER_{re.sub('[^A-Z0-9]', '_', provider.upper())}_"
