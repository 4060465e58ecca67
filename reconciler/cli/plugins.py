"""`reconciler plugins`."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import Invocation, format_option, shared_options

if TYPE_CHECKING:
    from reconciler.sdk import PluginMetadata

__all__ = ["plugins"]


@click.group()
@shared_options
def plugins() -> None:
    """Show which platforms this installation can work with, and check a plugin."""


@plugins.command("list", short_help="List the plugins that are installed.")
@format_option
@shared_options
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """List the plugins that are installed, those that can't be used too."""
    from reconciler.errors import PluginError
    from reconciler.sdk import PluginRegistry

    registry = PluginRegistry()
    found = []
    for name in registry.names:
        each = {"name": name, "title": "", "distribution": registry.distribution(name), "problem": ""}
        try:
            each["title"] = registry.load(name).metadata().title
        except PluginError as problem:
            each["problem"] = f"{problem.summary}: {problem.detail}" if problem.detail else problem.summary
        found.append(each)
    if invocation.format == "json":
        invocation.say(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max((len(each["name"]) for each in found), default=0)
    lines = [f"{each['name']:<{width}}  {each['problem'] or each['title']} ({each['distribution']})" for each in found]
    invocation.say("\n".join(lines))


@plugins.command(short_help="Show a plugin's settings, options and kinds of fields.")
@click.argument("name")
@format_option
@shared_options
@click.pass_obj
def describe(invocation: Invocation, name: str) -> None:
    """Show a plugin's settings, its options in a spec, and the kinds of fields that it carries."""
    from reconciler.sdk import PluginRegistry, ReceivesWebhooks

    plugin = PluginRegistry().load(name)
    metadata = plugin.metadata()
    if isinstance(plugin, ReceivesWebhooks):
        metadata = dataclasses.replace(metadata, settings=(*metadata.settings, plugin.webhook_secret))
    invocation.say(_as_json(metadata) if invocation.format == "json" else _as_text(metadata))


@plugins.command(short_help="Check that a plugin has the shape of one.")
@click.argument("name")
@format_option
@shared_options
@click.pass_obj
def check(invocation: Invocation, name: str) -> int:
    """Check that a plugin has the shape of one; exits 1 where it has not.

    This needs no site. How a plugin behaves on one is told by the suite reconciler.sdk.conformance.
    """
    from reconciler.sdk import PluginRegistry
    from reconciler.sdk.checking import faults_of

    faults = faults_of(name, PluginRegistry().load(name))
    if invocation.format == "json":
        invocation.say(json.dumps({"name": name, "ok": not faults, "faults": faults}, indent=2, ensure_ascii=False))
    elif faults:
        invocation.say("\n".join((f"{name} is not a plugin yet:", *(f"  {each}" for each in faults))))
    else:
        invocation.say(f"{name} has the shape of a plugin. How it behaves: reconciler.sdk.conformance")
    return 1 if faults else 0


def _as_json(metadata: PluginMetadata) -> str:
    data = {
        "name": metadata.name,
        "title": metadata.title,
        "version": metadata.version,
        "settings": [
            {"variable": each.variable, "role": each.role, "required": each.required, "help": each.help}
            for each in metadata.settings
        ],
        "options": dict(metadata.options),
        "kinds": sorted(metadata.kinds),
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _as_text(metadata: PluginMetadata) -> str:
    width = max(len(each.variable) for each in metadata.settings)
    lines = [
        f"{metadata.title} (plugin {metadata.name}, version {metadata.version})",
        "",
        "Settings, in the environment:",
    ]
    for each in metadata.settings:
        optional = "" if each.required else " (optional)"
        lines.append(f"  {each.variable:<{width}}  {each.help}{optional}")
    if metadata.options:
        wide = max(map(len, metadata.options))
        lines += ["", "Options of a provider's block in a spec:"]
        lines += [f"  {option:<{wide}}  {text}" for option, text in metadata.options.items()]
    lines += ["", f"Kinds of fields: {', '.join(sorted(metadata.kinds))}"]
    return "\n".join(lines)
