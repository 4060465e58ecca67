"""`reconciler schema`."""

from __future__ import annotations

import click

from reconciler.cli.invocation import Invocation, directory_argument, shared_options

__all__ = ["schema"]


@click.command()
@directory_argument
@shared_options
@click.pass_obj
def schema(invocation: Invocation, directory: str) -> None:
    """Write `.reconciler/schema.json` in DIR, with which an editor completes and checks specs."""
    from reconciler import workflow

    invocation.say(f"Wrote {workflow.write_schema(invocation.path(directory))}")
