"""`reconciler init`: begin a workspace, or make a copied one its own."""

from __future__ import annotations

import re

import click

from reconciler.cli.invocation import Invocation, directory_argument, shared_options

__all__ = ["init"]


@click.command()
@directory_argument
@click.option("--name", metavar="NAME", help="The workspace's name; the directory's by default.")
@click.option("--new-id", is_flag=True, help="Give copied specs that are in DIR an id of their own.")
@shared_options
@click.pass_obj
def init(invocation: Invocation, directory: str, name: str | None, *, new_id: bool) -> None:
    """Start a workspace in DIR: a spec that validates, with an id of its own."""
    from reconciler import workflow

    path = invocation.path(directory)
    if new_id:
        file, fresh = workflow.give_new_id(path)
        invocation.say(
            f"{file} has the workspace id {fresh} now.\nItems that were applied under the old id stay with the "
            "workspace that has it."
        )
        return
    chosen = name or re.sub(r"[^A-Za-z0-9._-]+", "-", path.absolute().name).strip("-") or "workspace"
    files = workflow.initialize(path, chosen)
    invocation.say(f"Started the workspace {chosen}:")
    for file in files:
        invocation.say(f"  {file}")
    invocation.say(f"\nEdit {files[0]}, then: reconciler validate {directory}")
