"""`reconciler search`."""

from __future__ import annotations

import json
import shlex

import click

from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    provider_option,
    shared_options,
)

__all__ = ["search"]


@click.command()
@click.argument("query")
@directory_argument
@provider_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, metavar="N", help="List so many; 50 by default.")
@click.option("--token", metavar="TOKEN", help="Go on where the page ended that gave this token.")
@format_option
@shared_options
@click.pass_obj
def search(invocation: Invocation, query: str, directory: str, provider: str, limit: int, token: str | None) -> None:
    """Find items by QUERY: JQL, WIQL or a condition of it, or plain words, whichever the platform takes.

    What has an operator (= ~ < > in (...)) is a query. In anything else each word has to be in an item's texts, a
    phrase stands in double quotes, and the newest items come first.
    """
    from reconciler import workflow
    from reconciler.report.everyday import hit_data, render_hits

    listing = workflow.search(invocation.request(directory), query, provider, limit=limit, token=token)
    page = listing.page
    if invocation.format == "json":
        items = [hit_data(each, listing.addresses.get(each.id)) for each in page.items]
        data = {"provider": listing.provider, "query": page.query, "items": items, "next_token": page.next_token}
        invocation.say(json.dumps(data, indent=2, ensure_ascii=False))
        return
    if page.items:
        invocation.say(render_hits(page.items, listing.addresses, width=invocation.list_width))
    else:
        invocation.say("Nothing more." if token else "Nothing was found.")
    if page.next_token is not None:
        click.echo(f"There are more: the same command with --token {shlex.quote(page.next_token)}", err=True)
