"""`reconciler doctor`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options
from reconciler.errors import Refused

__all__ = ["doctor"]


@click.command()
@directory_argument
@click.option("--write-check", is_flag=True, help="Create, read, change and delete one item on each site.")
@click.option("--auto-approve", is_flag=True, help="Do not ask before the write check.")
@format_option
@shared_options
@click.pass_obj
def doctor(invocation: Invocation, directory: str, *, write_check: bool, auto_approve: bool) -> int:
    """Check each provider of DIR: settings, sign-in, project and what the account may do. Exits 1 where one fails.

    With --write-check, measure on one item what platforms differ in: whether reads see writes at once, how long a
    search misses an item, whether markers are kept, whether changes may go without mail.
    """
    from reconciler import workflow
    from reconciler.report.probes import render_probes

    request = invocation.request(directory)

    def approve(writes: Sequence[str]) -> bool:
        if auto_approve:
            return True
        if not invocation.can_ask:
            raise Refused("there is no terminal to ask at", hint="say --auto-approve")
        for each in writes:
            click.echo(each, err=True)
        return click.confirm("Create, change and delete?", err=True)

    probes = workflow.probe_sites(request)
    if write_check and all(each.ok or not each.required for each in probes):
        probes += workflow.check_writes(request, approve)
    if invocation.format == "json":
        invocation.say(json.dumps([dataclasses.asdict(each) for each in probes], indent=2, ensure_ascii=False))
    else:
        invocation.say(render_probes(probes, color=invocation.color))
    return 0 if all(each.ok or not each.required for each in probes) else 1
