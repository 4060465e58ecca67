"""Why nothing, or not all, can be done for an address now, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.plan.desired import Wanted
from reconciler.plan.items import ItemPlan
from reconciler.sdk import Item, SiteDescription
from reconciler.state.records import ItemRecord, State

__all__ = [
    "all_missing",
    "missing",
    "not_closable",
    "other_provider",
    "other_type",
    "outside",
    "protected",
    "recycled",
    "required_fields",
    "stopped",
    "unsettled",
]


def unsettled(address: str, state: State | None) -> Diagnostic:
    """An operation of the address has no known outcome, or one of an address that it needs."""
    mine = [each for each in state.open_operations if each.address == address] if state else []
    if not mine:
        return warning("unsettled", f"{address} waits for an item whose last write has no known outcome")
    operation = next((each for each in mine if each.kind != "marker"), None)
    if operation is None:
        return warning(
            "unsettled",
            f"{address} is unsettled: whether its marker was written is unknown",
            detail=f"It was journalled at {mine[0].journalled_at:%Y-%m-%d %H:%M:%S} UTC and its answer was lost. The "
            "item itself is as it was applied, and what needs it goes on.",
            hint="wait a minute: once the request can't arrive any more, it is decided, and the marker written again",
        )
    return warning(
        "unsettled",
        f"{address} is unsettled: the outcome of its {operation.kind} is unknown",
        detail=f"It was journalled at {operation.journalled_at:%Y-%m-%d %H:%M:%S} UTC and its answer was lost. "
        "Nothing is sent for this address, or for what needs it.",
        hint="look on the site whether it arrived; `reconciler state show` has what was sent",
    )


def required_fields(item: ItemPlan) -> Iterator[Diagnostic]:
    """A creation lacks a field that the site requires."""
    written = {each.want.info.id for each in item.fields if each.decision.verdict == "write"}
    written |= {each.want.info.id for each in item.sets}
    missing = [each for each in item.type.fields.values() if each.required and each.id not in written]
    if missing and item.wanted is not None:
        names = ", ".join(each.word or each.name for each in missing)
        yield error(
            "required_field",
            f"{item.address} can't be created without {names}",
            detail=f"The site requires it of every {item.type.ref.name}.",
            place=item.wanted.item.place,
            hint="add the field to the item, or to `defaults`",
        )


def missing(record: ItemRecord) -> Diagnostic:
    """The platform does not show the item."""
    return error(
        "missing",
        f"{record.address} ({record.key}) can't be read",
        detail="It was deleted, or this account may not see it any more. Its address is left alone.",
        hint=f"open {record.url} as the account that `reconciler doctor` names; what to do about deleted ones says "
        "`policy: {on_missing: ...}`",
    )


def recycled(record: ItemRecord) -> Diagnostic:
    """It lies in the platform's recycle bin."""
    return error(
        "missing",
        f"{record.address} ({record.key}) lies in the recycle bin",
        detail="Somebody deleted it. Its address is left alone.",
        hint="restore it on the site, or say `policy: {on_missing: recreate}`, which does; `forget` lets it go",
    )


def outside(record: ItemRecord, live: Item, site: SiteDescription) -> Iterator[Diagnostic]:
    """Somebody moved it out of the configured project."""
    if live.project not in ("", site.project.id):
        yield warning(
            "outside_project",
            f"{record.address} ({live.key}) is no longer in {site.project.name}",
            detail=f"Somebody moved {live.url} to another project. It stays managed.",
            hint="to let it go, take it out of the specs with `on_remove: forget` applied before",
        )


def all_missing(missing: Sequence[str]) -> Diagnostic:
    """It shows none at all."""
    return error(
        "all_missing",
        f"the site shows none of the {len(missing)} items that the state knows",
        detail="A lost permission or a wrong account looks just like this.",
        hint=f"if they are gone: `reconciler apply --accept-missing {len(missing)}`",
    )


def other_type(wanted: Wanted, record: ItemRecord, live: Item, why: str) -> Diagnostic:
    """The item is of another type than the spec says, and a plan may not change that.

    Args:
        why: in a sentence.
    """
    return error(
        "type_change",
        f"{record.address} ({record.key}) is of the type {live.type.name}, the spec wants {wanted.type.ref.name}",
        detail=why,
        place=wanted.item.type.place,
        snippet=wanted.item.type.snippet,
        hint="change the type on the site by hand; the next plan takes it as it is",
    )


def other_provider(wanted: Wanted, record: ItemRecord) -> Diagnostic:
    """The spec wants it on another provider."""
    return error(
        "provider_change",
        f"{record.address} ({record.key}) is an item of {record.provider}, the spec wants one of "
        f"{wanted.item.provider}",
        detail="An item can't move to another provider.",
        place=wanted.item.place,
        hint="give the new item an address of its own, or take the old one out of the spec first",
    )


def not_closable(record: ItemRecord, live: Item) -> Diagnostic:
    """The site does not say how to close it."""
    return error(
        "not_closable",
        f"{record.address} ({record.key}) can't be closed: the site shows no closing status of a {live.type.name}",
        detail="It left the spec. Its type was changed, or it was moved to another project.",
        hint="close it by hand, and put its address back until then",
    )


def protected(record: ItemRecord) -> Diagnostic:
    """It left the spec, and may not go."""
    return error(
        "protected",
        f"{record.address} ({record.key}) is protected",
        detail="It left the spec, and its protection was applied before.",
        hint="to let it go, put it back, apply it with `protect: false`, and remove it then",
    )


def stopped(item: ItemPlan) -> Iterator[Diagnostic]:
    """A conflict that only a person can end."""
    for each in item.fields:
        if each.decision.verdict == "stop":
            yield warning(
                "conflict",
                f"{each.want.word} of {item.address} holds a value that is not the spec's",
                detail="Both are kept as they are: the item is left alone, the rest goes on.",
                place=item.wanted.item.fields[each.want.word].place if item.wanted else None,
                hint="bring the spec's value in line with the live one, or the live one with the spec's",
            )
