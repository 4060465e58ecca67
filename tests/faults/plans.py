"""What a plan says before a state is lost, and after it was rebuilt."""

from __future__ import annotations

from typing import Any, TypeAlias

from faults.world import World

from reconciler.plan.document import MARKER, PlanDocument

__all__ = ["asks", "shown", "told"]

_Told: TypeAlias = dict[tuple[str, str], dict[str, Any]]
"""By address and field."""


def shown(plan: PlanDocument) -> dict[str, Any]:
    """What a plan says, less what markers do not keep: the values that were there before the spec or people changed
    them, of which there are digests alone, and whose turn it is to write a marker.
    """
    document = plan.model_dump(mode="json")
    for each in document["actions"]:
        each["changes"] = [change for change in each["changes"] if change["field"] != MARKER]
    return {
        "actions": [each for each in document["actions"] if each["changes"] or each["action"] != "update"],
        "drift": [{**each, "before": None} for each in document["drift"]],
        "conflicts": [{**each, "base": None} for each in document["conflicts"]],
        "diagnostics": document["diagnostics"],
    }


def told(plan: dict[str, Any], kind: str) -> _Told:
    """Its drift, or its conflicts."""
    return {(each["address"], each["field"]): each for each in plan[kind]}


def _changes(plan: dict[str, Any]) -> _Told:
    """What is sent, less elements that are taken away."""
    sent = {(each["address"], change["field"]): change for each in plan["actions"] for change in each["changes"]}
    added = {at: {**each, "removed": []} for at, each in sent.items()}
    return {at: each for at, each in added.items() if each["added"] or not sent[at]["removed"]}


def _others(plan: dict[str, Any], alone: set[str]) -> set[tuple[str, str]]:
    """What happens to items that are not left alone, beside changes."""
    acts = ((each["address"], each["action"]) for each in plan["actions"] if each["action"] != "update")
    return {each for each in acts if each[0] not in alone}


def asks(before: dict[str, Any], after: dict[str, Any], world: World) -> bool:
    """Whether a plan is another but for what nobody can know where markers keep no digests of what was applied.

    It asks about fields where the specs say something new, or what people wrote themselves, and leaves those items
    alone; what people changed it tells alike, or asks about where histories are not read. Elements that left the specs
    stay on their items.
    """
    conflicts = told(after, "conflicts")
    asked = {at for at, each in conflicts.items() if each["resolution"] == "stop"}
    alone = {address for address, _ in asked}
    new = _changes(before).keys() | told(before, "conflicts").keys()
    new |= told(before, "drift").keys() if not world.line.recalls else set()
    new |= {at for at in asked if world.was_written(*at, conflicts[at]["desired"])}
    sent = {at: each for at, each in _changes(before).items() if at[0] not in alone}
    decided, drifts = (
        [{at: each for at, each in told(plan, kind).items() if keeps(at)} for plan in (before, after)]
        for kind, keeps in (("conflicts", lambda at: at[0] not in alone), ("drift", lambda at: at not in new))
    )
    return (
        asked <= new
        and _changes(after) == sent
        and _others(after, alone) == _others(before, alone)
        and decided[0] == decided[1]
        and drifts[0] == drifts[1]
    )
