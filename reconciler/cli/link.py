"""`reconciler link`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    provider_option,
    shared_options,
)
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.workflow import Linking

__all__ = ["link"]


@click.command()
@click.argument("item")
@directory_argument
@provider_option
@click.option("--commit", metavar="SHA", help="Link this commit of --repo; the URL of its page will do alone.")
@click.option("--repo", metavar="URL", help="The repository of --commit, as git clones it.")
@click.option("--pull-request", metavar="URL", help="Link the pull request of this page.")
@click.option("--document", metavar="URL", help="Link a page on the web.")
@click.option("--title", metavar="TEXT", help="What to call --document.")
@format_option
@shared_options
@click.pass_obj
def link(
    invocation: Invocation,
    item: str,
    directory: str,
    provider: str,
    commit: str | None,
    repo: str | None,
    pull_request: str | None,
    document: str | None,
    title: str | None,
) -> None:
    """Link ITEM (an address, a key, an id or a URL) to a commit, a pull request or a document.

    Safe to repeat: what is linked already is left as it is. No plan takes the link away.
    """
    linking = _linking(commit, repo, pull_request, document, title)
    from reconciler import workflow

    found = workflow.link_item(invocation.request(directory), item, linking, provider)
    linked = found.linked
    result = "already" if linked.already else "linked"
    if invocation.format == "json":
        data = {
            "result": result,
            "provider": found.provider,
            "address": found.address,
            "key": linked.item.key,
            "id": linked.item.id,
            "url": linked.item.url,
            "target": linked.link.target,
            "page": linked.page,
            "title": linked.link.title,
        }
        invocation.say(json.dumps(data, indent=2, ensure_ascii=False))
        return
    from reconciler.report.text import safe

    named = f"{safe(found.address)} ({safe(linked.item.key)})" if found.address else safe(linked.item.key)
    how = "is linked already to" if linked.already else "is linked to"
    invocation.say(f"{named} {how} {safe(linked.page)}")


def _linking(
    commit: str | None, repo: str | None, pull_request: str | None, document: str | None, title: str | None
) -> Linking:
    """The one link that the options ask for.

    Raises:
        UsageError: they ask for none, for several, or for half of one.
    """
    if sum(each is not None for each in (commit, pull_request, document)) != 1:
        raise UsageError(
            "one link at a time",
            hint="give --commit SHA --repo URL, or --pull-request URL, or --document URL --title TEXT",
        )
    if repo is not None and commit is None:
        raise UsageError("--repo goes with --commit")
    if title is not None and document is None:
        raise UsageError("--title goes with --document")
    if commit is not None:
        if repo is None and "://" not in commit:
            raise UsageError("--commit needs its repository", hint="give --repo URL, or the URL of the commit's page")
        return lambda plugin, reference: plugin.link_to_commit(reference, commit, repo or "")
    if pull_request is not None:
        return lambda plugin, reference: plugin.link_to_pull_request(reference, pull_request)
    url = document or ""
    return lambda plugin, reference: plugin.link_document(reference, url, title or "")
