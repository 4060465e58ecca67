"""Commands that work on the state alone, and send nothing to any platform: mv, rm, pull, push, unlock, history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import Refused, UsageError
from reconciler.spec import canonical_address
from reconciler.state.archive import archive_data, archive_from
from reconciler.state.records import Archive, ItemRecord, RunRecord, Sightings, State
from reconciler.state.store import Lease
from reconciler.workflow.addresses import suggestion
from reconciler.workflow.request import Request
from reconciler.workflow.runs import keeping_run

__all__ = ["forget_item", "history", "move_item", "pull", "push", "unlock"]


def move_item(request: Request, source: str, target: str) -> tuple[ItemRecord, tuple[Diagnostic, ...]]:
    """Keep an item under another address; the next apply writes it into the item's marker.

    At an address of a template of incidents it is an incident's, at any other the specs'.

    Returns:
        Its record at the new address, and a warning where the specs have no item there.

    Raises:
        UsageError: there is no item at the one, or there is one at the other.
        Refused: what became of its last write is not known.
    """
    old, new = canonical_address(source), canonical_address(target)
    configuration = request.load()
    is_incident = new.partition("[")[0] in configuration.incidents
    with _writing(request) as (lease, state):
        record = _record(state, old)
        if new in state.items:
            raise UsageError(f"the state has an item at {new} already: {state.items[new].key}")
        _refuse_unsettled(state, old, new)
        sightings = (record.sightings or Sightings(1, exact=False)) if is_incident else None
        moved = replace(record, address=new, sightings=sightings)
        run = keeping_run(request.clock, "state mv", request.commit(), moved=1)
        lease.keep(run, moved, forget=old)
    if new in configuration.items or is_incident:
        return moved, ()
    summary = f"the specs have no item at {new}: the next apply would remove {moved.key}"
    hint = f"give it that address in the specs, or `reconciler state mv '{new}' '{old}'`"
    return moved, (warning("not_in_specs", summary, hint=hint),)


def forget_item(request: Request, address: str) -> ItemRecord:
    """Drop what the state knows of an item. The item, and its marker, stay as they are.

    Returns:
        What the state knew.

    Raises:
        UsageError: there is no item at the address.
        Refused: it is protected, or what became of its last write is not known.
    """
    canonical = canonical_address(address)
    with _writing(request) as (lease, state):
        record = _record(state, canonical)
        if record.protect:
            raise Refused(
                f"{canonical} ({record.key}) is protected", hint="to let it go, apply it with `protect: false` first"
            )
        _refuse_unsettled(state, canonical)
        run = keeping_run(request.clock, "state rm", request.commit(), forgotten=1)
        lease.keep(run, None, forget=canonical)
    return record


def history(request: Request) -> tuple[RunRecord, ...]:
    """The commands that wrote into the state, oldest first."""
    archive = request.store(request.load()).read_all()
    return archive.runs if archive else ()


def pull(request: Request) -> dict[str, Any]:
    """All that the state holds, as JSON.

    Raises:
        UsageError: there is no state.
    """
    archive = request.store(request.load()).read_all()
    if archive is None:
        raise UsageError("there is no state to pull", hint="`reconciler apply` makes one")
    return archive_data(archive)


def push(request: Request, path: Path) -> Archive:
    """Put a pulled state in the place of the one that is here, or where there is none.

    Raises:
        UsageError: the file is no pulled state.
        Refused: it is another workspace's or another state's, or does not know all that this one does.
    """
    pushed = _read(path)
    configuration = request.load()
    workspace, theirs = configuration.workspace, pushed.workspace
    names = (workspace.name, workspace.previous_name)
    if (theirs.id, theirs.instance) != (workspace.id, workspace.instance) or theirs.name not in names:
        raise Refused(
            f"{path} is the state of another workspace",
            detail=f"It is {theirs.name} ({theirs.id} {theirs.instance}); the specs are {workspace.name} "
            f"({workspace.id} {workspace.instance}).",
        )
    store = request.store(configuration)
    fresh = store.read() is None
    with store.lease() as lease:
        here = store.read_all()
        if here is not None and not fresh:
            _refuse_older(path, pushed, here)
        lease.replace(replace(pushed, workspace=replace(theirs, name=workspace.name)))
    return pushed


def unlock(request: Request) -> str | None:
    """Wipe out the note of a holder that is gone; `None` where there was none.

    Raises:
        LeaseHeld: a process holds the lock; says which.
    """
    holder = request.store(request.load()).unlock()
    return str(holder) if holder else None


@contextmanager
def _writing(request: Request) -> Iterator[tuple[Lease, State]]:
    """The lease on a state that is there, and the state."""
    store = request.store(request.load())
    if store.read() is None:
        raise UsageError("there is no state yet: nothing was applied")
    with store.lease() as lease:
        state = store.read()
        assert state is not None, "a state that is leased is there"
        yield lease, state


def _record(state: State, address: str) -> ItemRecord:
    if address not in state.items:
        hint = suggestion(address, state.items) or "`reconciler state list` has the addresses"
        raise UsageError(f"the state has no item at {address}", hint=hint)
    return state.items[address]


def _refuse_unsettled(state: State, *addresses: str) -> None:
    for operation in state.open_operations:
        if operation.address in addresses:
            raise Refused(
                f"{operation.address} is unsettled: what became of its last {operation.kind} is not known",
                hint="`reconciler apply` finds out",
            )


def _read(path: Path) -> Archive:
    try:
        return archive_from(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as problem:
        raise UsageError(f"there is no file {path}") from problem
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{path} is no pulled state", detail=str(problem), hint="`reconciler state pull` writes one"
        ) from problem


def _refuse_older(path: Path, pushed: Archive, here: Archive) -> None:
    """Stop where something that the state here knows would be lost."""
    if pushed.workspace.lineage != here.workspace.lineage:
        raise Refused(
            f"{path} descends from another state",
            detail=f"Its lineage is {pushed.workspace.lineage}; the state here has {here.workspace.lineage}.",
            hint="move the state here away if the file is to take its place",
        )
    runs = {each.id for each in pushed.runs}
    missing = [each for each in here.runs if each.id not in runs]
    if missing:
        raise Refused(
            f"{path} is older than the state here",
            detail=f"It does not know {len(missing)} runs, the last at {missing[-1].started_at:%Y-%m-%d %H:%M:%S} UTC.",
            hint="pull again: what those runs created would be made a second time",
        )
    operations = {each.id for each in pushed.operations}
    if any(each.id not in operations for each in here.operations):
        raise Refused(f"{path} lacks writes that the state here has journalled", hint="pull again")
