"""Saved plans: written, read back, and looked at as what they are: input from somebody else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from reconciler.errors import Refused, UsageError
from reconciler.plan.document import Action, PlanDocument, digest_of
from reconciler.plan.items import REMOVALS
from reconciler.sdk import Ref, decode
from reconciler.spec import find_workspace_id
from reconciler.state.records import ItemRecord, State

__all__ = [
    "find_workspace",
    "read_plan",
    "refuse_forged",
    "refuse_other_workspace",
    "refuse_stale",
    "refuse_unequal",
    "refuse_unsettled",
    "write_plan",
]

_NAMED = 5


def write_plan(document: PlanDocument, path: Path) -> None:
    """Save a plan, readable by its owner alone."""
    text = document.model_dump_json(indent=2) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise UsageError(f"the plan can't be saved as {path}", detail=problem.strerror or str(problem)) from problem


def read_plan(path: Path) -> PlanDocument:
    """Read a saved plan.

    Raises:
        UsageError: it is no plan, one of another version, or was changed after it was made.
    """
    import json

    from pydantic import ValidationError

    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise UsageError(f"there is no file {path}") from problem
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{path} is no plan", detail=str(problem), hint="`reconciler plan --out FILE` makes one"
        ) from problem
    version = data.get("format_version") if isinstance(data, dict) else None
    if version != "1.0":
        raise UsageError(f"{path} is no plan of this version", detail=f'Its format is {version!r}; this is "1.0".')
    try:
        document = PlanDocument.model_validate(data)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        raise UsageError(f"{path} is no plan", detail=f"{where}: {first['msg']}") from problem
    if document.digest != digest_of(data):
        raise UsageError(f"{path} was changed after it was made", hint="make it anew: `reconciler plan --out FILE`")
    return document


def find_workspace(document: PlanDocument, chdir: Path | None) -> Path:
    """Where a plan's state is looked for: at `-C`, else where the plan was made if that is at or below here.

    Raises:
        UsageError: neither can be.
    """
    if chdir is not None:
        return chdir
    made, here = Path(document.directory), Path.cwd()
    if made.resolve().is_relative_to(here) and made.is_dir():
        return made
    raise UsageError(
        f"the plan was made in {made}, which is not at or below {here}",
        hint="say where the workspace is: `reconciler -C DIR apply PLAN`",
    )


def refuse_other_workspace(document: PlanDocument, directory: Path) -> None:
    """Stop where the specs beside the state are another workspace's. Where there are none, the state alone decides.

    Raises:
        Refused: they are.
        UsageError: they can't be read.
    """
    written = find_workspace_id(directory)
    if written is not None and written.id != document.workspace.id:
        raise Refused(
            f"the plan is for the workspace {document.workspace.name}, the specs in {directory} are another's",
            detail=f"The plan's id is {document.workspace.id}; {written.file} has {written.id}.",
            hint="say where the plan's workspace is: `reconciler -C DIR apply PLAN`",
        )


def refuse_stale(document: PlanDocument, state: State | None) -> None:
    """Stop where the plan is not the next thing to happen to this state.

    Raises:
        Refused: it only shows drift, is of another state, was applied before, or a run wrote in between.
    """
    if document.kind == "refresh_only":
        raise Refused("a plan made with --refresh-only shows drift, and can't be applied")
    if document.kind != "plan":
        raise Refused(
            "a destruction can't be applied from a file", hint="it is said anew each time: `reconciler destroy`"
        )
    lineage, last_run = document.state.lineage, document.state.last_run
    if state is None:
        if lineage is not None:
            raise Refused(
                "the state that the plan was made from is not here",
                detail=f"The plan's lineage is {lineage}.",
                hint="say where the workspace is: `reconciler -C DIR apply PLAN`",
            )
        return
    workspace = state.workspace
    if lineage is not None and lineage != workspace.lineage:
        raise Refused(
            "the plan was made from another state", detail=f"Its lineage is {lineage}; this one's {workspace.lineage}."
        )
    if last_run != workspace.last_run:
        raise Refused(
            "the plan is stale: it was applied before, or another run wrote since it was made",
            detail=f"The last run is {workspace.last_run}; the plan knows {last_run or 'none'}.",
            hint="make a new plan",
        )


def refuse_forged(document: PlanDocument, records: Mapping[str, ItemRecord]) -> None:
    """Check each action and recording against the state: who may be created, and which item an address stands for.

    Raises:
        Refused: an action names another item than the state has, a protected one, or one address twice; a recording
            is of an address that nothing stands for.
    """
    for action in document.actions:
        if action.incident is not None:
            raise Refused(f"{action.address}: a saved plan makes no item of an incident", hint="make a new plan")
        if (known := records.get(action.address)) is not None and known.origin == "incident":
            raise Refused(f"{action.address}: it is an incident's, and no plan touches it", hint="make a new plan")
    addresses = [each.address for each in document.actions]
    if len(addresses) != len(set(addresses)):
        raise Refused("the plan has two actions for one address", hint="make a new plan")
    for action in document.actions:
        problem = _mismatch(action, records)
        if problem:
            raise Refused(f"{action.address}: {problem}", hint="make a new plan")
    if problem := _recording_problem(document, records):
        raise Refused(problem, hint="make a new plan")


def refuse_unsettled(document: PlanDocument, state: State) -> None:
    """Stop where a plan acts on an address whose last write has no known outcome: it might do it twice.

    Such a plan was made while a run was writing, or is forged.

    Raises:
        Refused: it does.
    """
    held = {each.address for each in state.open_operations}
    touched = (name for each in document.actions for name in (each.address, each.previous_address) if name)
    found = [each for each in dict.fromkeys(touched) if each in held]
    if found:
        raise Refused(
            f"{found[0]} is unsettled: the outcome of its last write is unknown",
            detail=f"The plan acts on it. Unsettled are: {', '.join(found)}." if len(found) > 1 else "",
            hint="make a new plan",
        )


def refuse_unequal(document: PlanDocument, anew: PlanDocument) -> None:
    """Stop where a plan does not do what the specs say now.

    What live was is not compared: each item is looked at just before its write.

    Raises:
        Refused: an action is another, is missing, or is one too many.
    """
    if document.workspace != anew.workspace:
        raise Refused(f"the plan is for the workspace {document.workspace.name}, the specs are {anew.workspace.name}'s")
    planned, meant = _deeds(document), _deeds(anew)
    differing = [each for each in {**planned, **meant} if planned.get(each) != meant.get(each)]
    if differing:
        raise Refused(
            "the plan is not what the specs say",
            detail=f"These differ: {', '.join(differing[:_NAMED])}{' ...' if len(differing) > _NAMED else ''}.",
            hint="review a new plan: `reconciler plan --out FILE`",
        )


def _deeds(document: PlanDocument) -> dict[str, Any]:
    """By address, what is done to it, without what was live before and why."""
    return {
        each.address: each.model_dump(
            exclude={"reason": True, "parent": True, "live_type": True, "changes": {"__all__": {"before", "reason"}}}
        )
        for each in document.actions
    }


def _mismatch(action: Action, records: Mapping[str, ItemRecord]) -> str | None:
    record = records.get(action.address)
    match action.action:
        case "create":
            return "the plan creates it, and the state has it already" if record and not action.missing else None
        case "adopt":
            return _adopts_mine(action, records) if record is None else "the state has an item there already"
        case "move":
            if record is not None:
                return "the plan moves an item to it, and the state has one there"
            record = records.get(action.previous_address or "")
    if record is None or record.id != action.id or record.provider != action.provider:
        return f"the plan's item {action.id} is not the state's"
    if action.missing and action.action not in {"create", "update", "move", "forget"}:
        return f"the plan calls it missing, and would {action.action} it"
    if action.action in REMOVALS and record.protect:
        return "it is protected"
    if action.action in REMOVALS - {record.on_remove, "close"} and not action.missing:
        return f"the plan would {action.action} it, and what was applied is to {record.on_remove} it"
    return None


def _adopts_mine(action: Action, records: Mapping[str, ItemRecord]) -> str | None:
    if not action.id:
        return "the plan adopts no item"
    owner = next((each for each in records.values() if each.provider == action.provider and each.id == action.id), None)
    return f"the plan adopts {action.key}, which is at {owner.address}" if owner else None


def _recording_problem(document: PlanDocument, records: Mapping[str, ItemRecord]) -> str | None:
    """What is wrong with the recordings: the state would learn of an address that is nobody's, or lose protection."""
    actions = {each.address: each for each in document.actions}
    for recording in document.recordings:
        action = actions.get(recording.address)
        if action is None and recording.address not in records:
            return f"{recording.address}: the plan records something of it, and the state has no item there"
        if not _is_type(recording.type):
            return f"{recording.address}: the plan records a type that is none"
        fields = [each.field for each in recording.claimed]
        if len(fields) != len(set(fields)):
            return f"{recording.address}: the plan records one field twice"
        for claim in recording.claimed:
            try:
                decode(claim.base), decode(claim.observed), [decode(each) for each in claim.shared]
            except ValueError as problem:
                return f"{recording.address}: {problem}"
    return None


def _is_type(recorded: JsonValue) -> bool:
    try:
        return recorded is None or isinstance(decode(recorded), Ref)
    except ValueError:
        return False
