"""`reconciler destroy`."""

from __future__ import annotations

import click

from reconciler.cli.apply import accept_option, apply_directory
from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    policy_option,
    shared_options,
)
from reconciler.cli.patience import settle_option

__all__ = ["destroy"]


@click.command()
@directory_argument
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@policy_option
@accept_option("missing", "Go on though exactly N items can't be read.")
@accept_option("notifications", "Send mail about exactly N changes.")
@settle_option
@format_option
@shared_options
@click.pass_obj
def destroy(
    invocation: Invocation, /, directory: str, settle: float, *, auto_approve: bool, **accepted: int | None
) -> int:
    """Close every item of the workspace, leaves first. A protected one refuses the whole.

    Nothing is deleted: each item goes to the platform's cancelled or done status, with its history.
    """
    return apply_directory(invocation, directory, "destroy", accepted, settle, auto_approve=auto_approve)
