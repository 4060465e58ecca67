"""`reconciler state list` and `reconciler state show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

if TYPE_CHECKING:
    from reconciler.workflow import ShownItem

__all__ = ["print_item", "state"]


@click.group()
def state() -> None:
    """Look into the state: what was applied, and what the platforms made of it."""


@state.command(name="list")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def list_(invocation: Invocation, directory: str) -> None:
    """List the items that the state knows, one a line."""
    from reconciler import workflow
    from reconciler.report.records import item_data, render_items

    found = workflow.list_state(invocation.request(directory))
    records = list(found.items.values()) if found else []
    if invocation.format == "json":
        invocation.say(json.dumps([item_data(each) for each in records], indent=2, ensure_ascii=False))
    elif records:
        invocation.say(render_items(records, width=invocation.width))
    else:
        invocation.say("The state is empty: nothing was applied yet.")


@state.command()
@click.argument("address")
@format_option
@shared_options
@click.pass_obj
def show(invocation: Invocation, address: str) -> None:
    """Show what is known of the item at ADDRESS of the workspace (-C)."""
    from reconciler import workflow

    print_item(invocation, workflow.show_item(invocation.request(), address))


def print_item(invocation: Invocation, item: ShownItem) -> None:
    """Write what is known of an item to standard output."""
    from reconciler.report.records import render_item, shown_data

    if invocation.format == "json":
        invocation.say(json.dumps(shown_data(item), indent=2, ensure_ascii=False))
    else:
        invocation.say(render_item(item, width=invocation.width))
