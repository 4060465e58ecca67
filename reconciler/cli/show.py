"""`reconciler show`."""

from __future__ import annotations

import click

from reconciler.cli.apply import is_plan
from reconciler.cli.invocation import Invocation, format_option, shared_options
from reconciler.cli.planned import print_plan
from reconciler.cli.state import print_item

__all__ = ["show"]


@click.command()
@click.argument("what", metavar="PLAN|ADDRESS")
@format_option
@shared_options
@click.pass_obj
def show(invocation: Invocation, what: str) -> None:
    """Show a saved plan, or what is known of the item at an address of the workspace (-C)."""
    from reconciler import workflow

    if is_plan(invocation.path(what)):
        print_plan(invocation, workflow.read_plan(invocation.path(what)))
    else:
        print_item(invocation, workflow.show_item(invocation.request(), what))
