"""`reconciler state`: look into the state, mend it, make it anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options
from reconciler.errors import Refused

if TYPE_CHECKING:
    from reconciler.workflow import Rebuilt, ShownItem

__all__ = ["print_item", "state"]


@click.group()
def state() -> None:
    """Look into the state: what was applied, and what the platforms made of it. Mend it, or make it anew."""


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
        invocation.say(render_items(records, width=invocation.list_width))
    else:
        invocation.say("The state is empty: nothing was applied yet.")


@state.command()
@click.argument("address")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def show(invocation: Invocation, address: str, directory: str) -> None:
    """Show what is known of the item at ADDRESS."""
    from reconciler import workflow

    print_item(invocation, workflow.show_item(invocation.request(directory), address))


@state.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def mv(invocation: Invocation, source: str, target: str, directory: str) -> None:
    """Keep the item at FROM under the address TO. `moved` in the specs does it for everybody."""
    from reconciler import workflow
    from reconciler.report.records import item_data

    moved, found = workflow.move_item(invocation.request(directory), source, target)
    if invocation.format == "json":
        invocation.say(json.dumps(item_data(moved), indent=2, ensure_ascii=False))
    else:
        invocation.say(f"{moved.key} is at {moved.address} now; the next apply writes that into its marker.")
    invocation.diagnose(found)


@state.command()
@click.argument("address")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def rm(invocation: Invocation, address: str, directory: str) -> None:
    """Forget the item at ADDRESS. It stays on the site as it is, with its marker."""
    from reconciler import workflow
    from reconciler.report.records import item_data

    known = workflow.forget_item(invocation.request(directory), address)
    if invocation.format == "json":
        invocation.say(json.dumps(item_data(known), indent=2, ensure_ascii=False))
    else:
        invocation.say(
            f"{known.address} ({known.key}) is forgotten; while {known.url} has its marker, an apply that "
            "finds the address in the specs takes it up again."
        )


@state.command()
@directory_argument
@shared_options
@click.pass_obj
def pull(invocation: Invocation, directory: str) -> None:
    """Write all that the state holds to standard output, as JSON."""
    from reconciler import workflow

    invocation.say(json.dumps(workflow.pull(invocation.request(directory)), indent=2, ensure_ascii=False))


@state.command()
@click.argument("file")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def push(invocation: Invocation, file: str, directory: str) -> None:
    """Put a pulled state, in FILE, in the place of the workspace's."""
    from reconciler import workflow

    pushed = workflow.push(invocation.request(directory), invocation.path(file))
    if invocation.format == "json":
        invocation.say(json.dumps({"items": len(pushed.items), "last_run": pushed.workspace.last_run}, indent=2))
    else:
        from reconciler.report.text import counted

        invocation.say(f"The state has {counted(len(pushed.items), 'item')} now.")


@state.command(short_help="Say who holds the lock, and wipe out the note of a gone holder.")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def unlock(invocation: Invocation, directory: str) -> None:
    """Say who holds the lock, and wipe out the note of a holder that is gone.

    The lock is the operating system's: it ends with its process, however that ends, and can't be taken from one that
    runs. Exits 6 where one does.
    """
    from reconciler import workflow

    holder = workflow.unlock(invocation.request(directory))
    if invocation.format == "json":
        invocation.say(json.dumps({"locked": False, "last_holder": holder}, indent=2, ensure_ascii=False))
    elif holder:
        invocation.say(
            f"Nobody holds the lock. Its last holder was cut off: {holder}\n"
            + invocation.for_workspace("The next apply settles what it sent; `reconciler plan` shows it.")
        )
    else:
        invocation.say("Nobody holds the lock.")


@state.command(short_help="List what wrote into the state, oldest first.")
@directory_argument
@format_option
@shared_options
@click.pass_obj
def history(invocation: Invocation, directory: str) -> None:
    """List what wrote into the state, oldest first: when, who, which command, from which commit, what came of it."""
    from reconciler import workflow
    from reconciler.report.keeping import render_runs, run_data

    runs = workflow.history(invocation.request(directory))
    if invocation.format == "json":
        invocation.say(json.dumps([run_data(each) for each in runs], indent=2, ensure_ascii=False))
    elif runs:
        invocation.say(render_runs(runs, width=invocation.list_width))
    else:
        invocation.say("Nothing was applied yet.")


@state.command()
@directory_argument
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@format_option
@shared_options
@click.pass_obj
def rebuild(invocation: Invocation, directory: str, *, auto_approve: bool) -> None:
    """Make the state of DIR anew, from the marked items on the site.

    Shows what it finds and records it after your yes. What the state knows already stays as it is, and nothing is
    written to the site. Exits 5 where nothing was recorded.
    """
    request = invocation.request(directory)
    if not auto_approve and not invocation.can_ask:
        raise Refused(
            "there is no terminal to ask at", hint="look at what it finds with a terminal, or say --auto-approve"
        )
    from reconciler import workflow
    from reconciler.report.text import counted

    def approve(found: Rebuilt) -> bool:
        if auto_approve:
            return True
        _show_found(invocation, found)
        answer: str = click.prompt(
            f"\nRecord {counted(len(found.items), 'item')}? Only yes will do",
            default="no",
            show_default=False,
            err=True,
        )
        return answer.strip() == "yes"

    found = workflow.rebuild(request, approve)
    if auto_approve:
        _show_found(invocation, found)
    if invocation.format == "text":
        invocation.say(_outcome(found))


def _show_found(invocation: Invocation, found: Rebuilt) -> None:
    from reconciler.report.keeping import found_data, render_found

    invocation.diagnose(found.diagnostics)
    if invocation.format == "json":
        invocation.say(json.dumps([found_data(each) for each in found.items], indent=2, ensure_ascii=False))
    elif found.items:
        invocation.say(render_found(found.items, width=invocation.list_width))


def _outcome(found: Rebuilt) -> str:
    late = f" A search may miss what was written in the last {found.lag:.0f} seconds." if found.lag else ""
    if len(found.items) == 1:
        return "1 item is in the state now." + late
    if found.items:
        return f"{len(found.items)} items are in the state now." + late
    if found.kept:
        return f"The state knows every marked item already: {found.kept} of them." + late
    return "No item on the site carries this workspace's marker." + late


def print_item(invocation: Invocation, item: ShownItem) -> None:
    """Write what is known of an item to standard output."""
    from reconciler.report.records import render_item, shown_data

    if invocation.format == "json":
        invocation.say(json.dumps(shown_data(item), indent=2, ensure_ascii=False))
    else:
        invocation.say(render_item(item, width=invocation.list_width))
