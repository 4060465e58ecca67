"""`reconciler plan`."""

from __future__ import annotations

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, policy_option, shared_options
from reconciler.cli.pasting import applying
from reconciler.cli.planned import exit_code, print_plan

__all__ = ["plan"]


@click.command()
@directory_argument
@click.option("--out", metavar="FILE", help="Save the plan, for `reconciler apply FILE`.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where there is something to do.")
@click.option("--target", multiple=True, metavar="ADDRESS", help="Plan this item alone, and what it needs.")
@policy_option
@click.option("--validate-live", is_flag=True, help="Ask the platforms whether they would take it all.")
@click.option("--refresh-only", is_flag=True, help="Show what people changed, and plan nothing.")
@format_option
@shared_options
@click.pass_obj
def plan(
    invocation: Invocation,
    directory: str,
    out: str | None,
    target: tuple[str, ...],
    *,
    detailed_exitcode: bool,
    validate_live: bool,
    refresh_only: bool,
) -> int:
    """Show what would change on the platforms. Sends nothing but reads.

    Exits 0; 1 where the specs hold an error, or what --validate-live finds; 2 with --detailed-exitcode where there is
    something to do; 4 while an address is unsettled; 5 where no plan can be made.
    """
    from reconciler import workflow

    kind: workflow.PlanKind = "refresh_only" if refresh_only else "plan"
    request = invocation.request(directory)
    document = workflow.make_plan(request, kind, target, validate=validate_live)
    print_plan(invocation, document)
    if out is not None:
        path = invocation.path(out)
        workflow.write_plan(document, path)
        if invocation.format == "text":
            invocation.say(f"\nSaved. To carry out exactly this: {applying(path, request.directory)}")
    return exit_code(document, detailed=detailed_exitcode)
