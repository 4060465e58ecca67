"""`reconciler apply` and what it shares with `destroy`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.invocation import Invocation, format_option, policy_option, shared_options
from reconciler.cli.patience import settle_option
from reconciler.cli.planned import print_findings, print_plan, rendered
from reconciler.errors import Refused, UsageError

if TYPE_CHECKING:
    from reconciler.workflow import Applied, Limits, PlanDocument, PlanKind

__all__ = ["accept_option", "apply", "apply_directory", "is_plan"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def accept_option(limit: str, meaning: str) -> Callable[[_Command], _Command]:
    """`--accept-LIMIT N`."""
    return click.option(f"--accept-{limit}", type=click.IntRange(min=0), metavar="N", help=meaning)


@click.command()
@click.argument("target", default=".", metavar="[DIR|PLAN]")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--spec", metavar="DIR", help="Plan these specs anew: the saved PLAN has to be what they say.")
@policy_option
@accept_option("removals", "Remove exactly N items, where a limit stops that.")
@accept_option("changes", "Change exactly N items, where a limit stops that.")
@accept_option("creates", "Create exactly N items, where a limit stops that.")
@accept_option("missing", "Go on though exactly N items can't be read.")
@accept_option("notifications", "Send mail about exactly N changes, where a limit stops that.")
@settle_option
@format_option
@shared_options
@click.pass_obj
def apply(
    invocation: Invocation,
    /,
    target: str,
    spec: str | None,
    settle: float,
    *,
    auto_approve: bool,
    **accepted: int | None,
) -> int:
    """Bring the platforms to what the specs of DIR say, or carry out a saved PLAN.

    A directory or a `*.yaml` file is specs: the plan is shown, and carried out after your yes. Another file is a plan
    that was approved already.

    Exits 0; 4 where something is left (unsettled, skipped, not kept, in conflict); 5 where nothing was sent; 6 where
    another process is writing; 1 on errors.
    """
    path = invocation.path(target)
    if not is_plan(path):
        if spec is not None:
            raise UsageError("--spec is for a saved plan", hint="review one first: `reconciler plan --out FILE`")
        return apply_directory(invocation, target, "plan", accepted, settle, auto_approve=auto_approve)
    from reconciler import workflow

    document = workflow.read_plan(path)
    directory = workflow.find_workspace(document, invocation.chdir)
    specs = invocation.request(spec) if spec is not None else None
    if invocation.chdir is None:
        invocation.directory = os.path.relpath(directory)
    limits = _limits(accepted, settle)
    applied = workflow.apply_plan(
        document,
        directory,
        os.environ,
        limits,
        lambda _: None,
        specs,
        invocation.stop,
        policies=invocation.policies,
    )
    _print_results(invocation, applied)
    print_findings(invocation, applied.document.diagnostics)
    return _exit_code(applied)


def apply_directory(
    invocation: Invocation,
    directory: str,
    kind: PlanKind,
    accepted: Mapping[str, int | None],
    settle: float,
    *,
    auto_approve: bool,
) -> int:
    """Plan a directory of specs, ask, and carry it out.

    Args:
        accepted: by option (`accept_removals`), the exact numbers that lift limits.
        settle: seconds to wait for writes whose answer was lost.
    """
    request = invocation.request(directory)
    if not auto_approve and not invocation.can_ask:
        raise Refused(
            "there is no terminal to ask at",
            hint="review a saved plan: `reconciler plan --out FILE`, `reconciler apply FILE`; or say --auto-approve",
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

    applied = workflow.apply_specs(request, kind, approve, _limits(accepted, settle), lambda _: None)
    _print_results(invocation, applied)
    if not told:
        print_findings(invocation, applied.document.diagnostics)
    return _exit_code(applied)


def _limits(accepted: Mapping[str, int | None], settle: float) -> Limits:
    from reconciler import workflow

    numbers = {option.removeprefix("accept_"): number for option, number in accepted.items()}
    return workflow.Limits(**numbers, patience=settle)


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
