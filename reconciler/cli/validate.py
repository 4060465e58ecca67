"""`reconciler validate`."""

from __future__ import annotations

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

__all__ = ["validate"]


@click.command()
@directory_argument
@format_option
@shared_options
@click.pass_obj
def validate(invocation: Invocation, directory: str) -> None:
    """Check the specs of DIR, offline: nothing is read from a platform."""
    from reconciler import workflow

    configuration = workflow.validate(invocation.request(directory))
    invocation.diagnose(configuration.diagnostics)
    if invocation.format == "json":
        invocation.say(f'{{"valid": true, "items": {len(configuration.items)}}}')
        return
    workspace = configuration.workspace
    name = f"{workspace.name}/{workspace.instance}" if workspace.instance else workspace.name
    items = "1 item" if len(configuration.items) == 1 else f"{len(configuration.items)} items"
    invocation.say(f"Valid: {name} wants {items}.")
