"""`reconciler drift`."""

from __future__ import annotations

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options
from reconciler.cli.planned import exit_code, print_plan

__all__ = ["drift"]


@click.command()
@directory_argument
@format_option
@shared_options
@click.pass_obj
def drift(invocation: Invocation, directory: str) -> int:
    """Show what people changed since the last apply. Sends nothing but reads.

    Exits 3 where apply would revert some of it or where it conflicts with the specs; what is kept changes no code.
    """
    from reconciler import workflow

    document = workflow.make_plan(invocation.request(directory), "refresh_only")
    print_plan(invocation, document)
    if unsettled := exit_code(document, detailed=False):
        return unsettled
    return 3 if document.conflicts or any(not each.kept for each in document.drift) else 0
