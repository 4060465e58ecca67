"""`reconciler validate`."""

from __future__ import annotations

import json

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

__all__ = ["validate"]


@click.command()
@directory_argument
@format_option
@shared_options
@click.pass_obj
def validate(invocation: Invocation, directory: str) -> None:
    """Check the specs of DIR, offline: nothing is read from a platform.

    Types, statuses, options and the like are held against what the site offered when it was last planned, where that
    was in the last seven days.
    """
    from reconciler import workflow

    validated = workflow.validate(invocation.request(directory))
    invocation.diagnose(validated.diagnostics)
    configuration, sites = validated.configuration, validated.sites
    if invocation.format == "json":
        read_at = {name: site.read_at.isoformat() for name, site in sites.items()}
        invocation.say(json.dumps({"valid": True, "items": len(configuration.items), "names_read_at": read_at}))
        return
    workspace = configuration.workspace
    name = f"{workspace.name}/{workspace.instance}" if workspace.instance else workspace.name
    items = "1 item" if len(configuration.items) == 1 else f"{len(configuration.items)} items"
    invocation.say(f"Valid: {name} wants {items}.")
    for provider, site in sites.items():
        invocation.say(f"Its names are {provider}'s, as they were on {site.read_at:%Y-%m-%d %H:%M} UTC.")
