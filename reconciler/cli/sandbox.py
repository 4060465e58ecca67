"""`reconciler sandbox`."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.invocation import Invocation, shared_options

__all__ = ["sandbox"]


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 picks a free one.")
@click.option("--data", metavar="FILE", help="Keep what happens in a file, and start from it the next time.")
@click.option(
    "--jira-deployment",
    type=click.Choice(["cloud", "datacenter"]),
    default="cloud",
    show_default=True,
    help="Which Jira to play.",
)
@shared_options
@click.pass_obj
def sandbox(invocation: Invocation, port: int, data: str | None, jira_deployment: str) -> None:
    """Serve a Jira and an Azure DevOps on this machine, with a board page, until interrupted.

    Prints one line of JSON on start: port, and the URL of each platform. The token is "sandbox" on both, for
    sandbox@example.com on Jira and for anybody on Azure DevOps; on Jira Data Center it is a personal access token too.
    """
    from reconciler.sandbox.serving import serve

    serve(port, Path(invocation.path(data)) if data else None, {"jira_deployment": jira_deployment})
