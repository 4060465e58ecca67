"""`reconciler show`."""

from __future__ import annotations

import click

from reconciler.cli.apply import is_plan
from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options
from reconciler.cli.planned import print_plan
from reconciler.cli.state import print_item
from reconciler.errors import UsageError

__all__ = ["show"]


@click.command()
@click.argument("what", metavar="PLAN|ADDRESS")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def show(invocation: Invocation, what: str, directory: str) -> None:
    """Show a saved plan, or what is known of the item at an address of DIR."""
    path = invocation.path(what)
    if path.exists() and not is_plan(path):
        raise UsageError(
            f"{what} is specs, not a saved plan",
            hint=f"see what they would change: `reconciler plan {what}`; what is there: `reconciler state list {what}`",
        )
    from reconciler import workflow

    if is_plan(path):
        print_plan(invocation, workflow.read_plan(path))
    else:
        print_item(invocation, workflow.show_item(invocation.request(directory), what))
