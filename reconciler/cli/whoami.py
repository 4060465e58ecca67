"""`reconciler whoami`."""

from __future__ import annotations

import json

import click

from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    provider_option,
    shared_options,
)
from reconciler.diagnostics import diagnostics_of

__all__ = ["whoami"]


@click.command()
@directory_argument
@provider_option
@format_option
@shared_options
@click.pass_obj
def whoami(invocation: Invocation, directory: str, provider: str) -> int:
    """Say which account each provider of DIR signs in with, on which site and project.

    Exits 1 where a provider that items use can't sign in.
    """
    from reconciler import workflow
    from reconciler.report.text import safe

    found = workflow.identify(invocation.request(directory), provider)
    if invocation.format == "json":
        data = [
            {
                "provider": each.provider,
                "plugin": each.plugin,
                "account": {"id": each.account.id, "name": each.account.name} if each.account else None,
                "site": each.site or None,
                "project": each.project or None,
                "problem": each.problem.summary if each.problem else None,
            }
            for each in found
        ]
        invocation.say(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        for each in found:
            where = f" on {each.site}, project {each.project}" if each.site else ""
            who = f"{each.account.name or each.account.id}" if each.account else "nobody"
            why = "" if each.required or each.problem is None else f" ({each.problem.summary}; no item uses it)"
            invocation.say(safe(f"{each.provider}: {who}{where}{why}"))
    problems = [each.problem for each in found if each.problem is not None and each.required]
    invocation.diagnose(diagnostic for each in problems for diagnostic in diagnostics_of(each))
    return 1 if problems else 0
