"""`reconciler apply` and what it shares with `destroy`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import Invocation, format_option, shared_options
from reconciler.cli.planned import print_findings, print_plan, rendered
from reconciler.errors import Refused

if TYPE_CHECKING:
    from reconciler.workflow import Applied, PlanDocument, PlanKind

__all__ = ["apply", "apply_directory", "is_plan"]


@click.command()
@click.argument("target", default=".", metavar="[DIR|PLAN]")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--accept-removals", type=click.IntRange(min=0), metavar="N", help="Remove exactly N items.")
@format_option
@shared_options
@click.pass_obj
def apply(invocation: Invocation, target: str, accept_removals: int | None, *, auto_approve: bool) -> int:
    """Bring the platforms to what the specs of DIR say, or carry out a saved PLAN.

    A directory or a `*.yaml` file is specs: the plan is shown, and carried out after your yes. Another file is a plan
    that was approved already.

    Exits 0; 4 where something is left (unsettled, skipped, not kept, in conflict); 5 where nothing was sent; 6 where
    another process is writing; 1 on errors.
    """
    path = invocation.path(target)
    if not is_plan(path):
        return apply_directory(invocation, target, "plan", accept_removals, auto_approve=auto_approve)
    from reconciler import workflow

    document = workflow.read_plan(path)
    directory = workflow.find_workspace(document, invocation.chdir)
    limits = workflow.Limits(accept_removals)
    applied = workflow.apply_plan(document, directory, os.environ, limits, lambda _: None)
    _print_results(invocation, applied)
    print_findings(invocation, applied.document.diagnostics)
    return _exit_code(applied)


def apply_directory(
    invocation: Invocation, directory: str, kind: PlanKind, accept_removals: int | None, *, auto_approve: bool
) -> int:
    """Plan a directory of specs, ask, and carry it out."""
    request = invocation.request(directory)
    if not auto_approve and not sys.stdin.isatty():
        raise Refused(
            "there is no terminal to ask at",
            hint="review a saved plan (`plan --out FILE`, `apply FILE`), or say --auto-approve",
        )
    from reconciler import workflow

    told = False

    def approve(document: PlanDocument) -> bool:
        nonlocal told
        told = invocation.format == "text"
        if told:
            print_plan(invocation, document)
            click.echo()
        elif not auto_approve:
            click.echo(rendered(invocation, document), err=True)
        return auto_approve or _asked(kind, len(document.actions))

    applied = workflow.apply_specs(request, kind, approve, workflow.Limits(accept_removals), lambda _: None)
    _print_results(invocation, applied)
    if not told:
        print_findings(invocation, applied.document.diagnostics)
    return _exit_code(applied)


def _asked(kind: PlanKind, actions: int) -> bool:
    what = "Close all of these" if kind == "destroy" else "Carry this out"
    question = f"{what}? Only yes will do ({actions} to change)"
    answer: str = click.prompt(question, default="no", show_default=False, err=True)
    return answer.strip() == "yes"


def _print_results(invocation: Invocation, applied: Applied) -> None:
    from reconciler.report.document import json_document
    from reconciler.report.results import render_results

    if invocation.format == "json":
        invocation.say(json_document(applied.document))
    else:
        invocation.say(render_results(applied.document, color=invocation.color, width=invocation.width))


def _exit_code(applied: Applied) -> int:
    if applied.failed:
        return 1
    return 4 if applied.in_part else 0


def is_plan(path: Path) -> bool:
    """Whether a path is taken as a saved plan: a file that is no spec."""
    return path.is_file() and path.suffix != ".yaml"
