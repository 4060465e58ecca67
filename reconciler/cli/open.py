"""`reconciler open`."""

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

__all__ = ["open"]


@click.command()
@click.argument("item", metavar="ADDRESS")
@directory_argument
@provider_option
@click.option("--print", "printed", is_flag=True, help="Print the URL alone; without a terminal nothing is opened.")
@format_option
@shared_options
@click.pass_obj
def open(invocation: Invocation, item: str, directory: str, provider: str, *, printed: bool) -> None:  # noqa: A001  the command's name
    """Open the item at ADDRESS in a browser, and print its URL. A key, an id or a URL will do too."""
    from reconciler import workflow

    found = workflow.locate(invocation.request(directory), item, provider)
    wanted = invocation.at_terminal and not printed and invocation.format == "text"
    if invocation.format == "json":
        data = {"provider": found.provider, "address": found.address, "key": found.key, "id": found.id}
        invocation.say(json.dumps({**data, "url": found.url}, indent=2, ensure_ascii=False))
    else:
        from reconciler.report.text import safe

        invocation.say(safe(found.url))
    if wanted and found.url.startswith(("https://", "http://")):
        import webbrowser

        if not webbrowser.open(found.url):
            click.echo("No browser could be started.", err=True)
