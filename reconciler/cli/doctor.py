"""`reconciler doctor`."""

from __future__ import annotations

import dataclasses
import json

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

__all__ = ["doctor"]


@click.command()
@directory_argument
@format_option
@shared_options
@click.pass_obj
def doctor(invocation: Invocation, directory: str) -> int:
    """Check each provider of DIR: settings, sign-in, project and what the account may do. Exits 1 where one fails."""
    from reconciler import workflow
    from reconciler.report.probes import render_probes

    probes = workflow.probe_sites(invocation.request(directory))
    if invocation.format == "json":
        invocation.say(json.dumps([dataclasses.asdict(each) for each in probes], indent=2, ensure_ascii=False))
    else:
        invocation.say(render_probes(probes, color=invocation.color))
    return 0 if all(each.ok or not each.required for each in probes) else 1
