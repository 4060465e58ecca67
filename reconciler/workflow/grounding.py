"""What a plan stands on: the state as it will be once moved and adopted items are at their addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from reconciler.diagnostics import Diagnostic, Place, error
from reconciler.errors import Refused, SpecError
from reconciler.plan.desired import Wanted
from reconciler.plan.moves import possible_renames
from reconciler.spec.configuration import DesiredItem, Workspace
from reconciler.state.records import ItemRecord, State, WorkspaceRecord

__all__ = ["refuse_renames", "refuse_taken", "with_records", "without_incidents", "without_records"]


def with_records(state: State | None, workspace: Workspace, records: Mapping[str, ItemRecord]) -> State:
    """The state, with these records too; an empty one where there is none yet."""
    if state is None:
        state = State(WorkspaceRecord(workspace.id, workspace.name, workspace.instance, lineage=""))
    return replace(state, items={**state.items, **records})


def without_records(state: State, addresses: Collection[str]) -> State:
    """The state, with nothing at these addresses."""
    return replace(state, items={each: record for each, record in state.items.items() if each not in addresses})


def without_incidents(state: State) -> State:
    """The state, with the items of the specs alone: plans are about these."""
    return replace(state, items={each: record for each, record in state.items.items() if record.origin == "spec"})


def refuse_taken(items: Mapping[str, DesiredItem], records: Mapping[str, ItemRecord]) -> None:
    """Stop where the specs want an item at an address where an incident's stands.

    Raises:
        SpecError: they do.
    """
    taken = [records[address] for address in items if address in records and records[address].origin == "incident"]
    if taken:
        raise SpecError(
            [
                error(
                    "incident_address",
                    f"at {each.address} stands {each.key}, which an incident made",
                    detail=each.url,
                    place=items[each.address].place,
                    hint=f"rename the item; or let go of that one: `reconciler state rm '{each.address}'`",
                )
                for each in taken
            ]
        )


def refuse_renames(
    wanted: Mapping[str, Wanted], records: Mapping[str, ItemRecord], removed: Sequence[tuple[str, Place]]
) -> None:
    """Stop where an address that left and one that came look like one item: it would lose its history.

    Raises:
        Refused: some do; the hint is the block to paste.
    """
    found = possible_renames(wanted, records, removed)
    if not found:
        return
    block = "\n".join(("moved:", *(f"  - {{from: {_written(old)}, to: {_written(new)}}}" for old, new in found)))
    hint = f"if so, put this into the specs, else name the old address under `removed`:\n{block}"
    hints = [*[""] * (len(found) - 1), hint]
    raise Refused(
        f"{len(found)} {'address looks' if len(found) == 1 else 'addresses look'} renamed",
        diagnostics=[_rename(*each, hint, records, wanted) for each, hint in zip(found, hints, strict=True)],
    )


def _rename(
    old: str, new: str, hint: str, records: Mapping[str, ItemRecord], wanted: Mapping[str, Wanted]
) -> Diagnostic:
    record = records[old]
    return error(
        "possible_rename",
        f"{new} looks like {old} ({record.key}) under a new name: {record.title!r}",
        detail="Unasked, the old item would be removed and a new one made without its history.",
        place=wanted[new].item.place,
        hint=hint,
    )


def _written(address: str) -> str:
    group, bracket, key = address.partition('["')
    return f"{group}.{key.removesuffix(chr(34) + ']')}" if bracket else group
