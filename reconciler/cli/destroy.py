"""`reconciler destroy`."""

from __future__ import annotations

import click

from reconciler.cli.apply import apply_directory
from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

__all__ = ["destroy"]


@click.command()
@directory_argument
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@format_option
@shared_options
@click.pass_obj
def destroy(invocation: Invocation, directory: str, *, auto_approve: bool) -> int:
    """Close every item of the workspace, leaves first. A protected one refuses the whole.

    Nothing is deleted: each item goes to the platform's cancelled or done status, with its history.
    """
    return apply_directory(invocation, directory, "destroy", None, auto_approve=auto_approve)
