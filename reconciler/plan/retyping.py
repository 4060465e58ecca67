"""An item of another type than the spec says: whether a plan may change that, or a person has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import Decision
from reconciler.plan.items import DecidedField, ItemPlan
from reconciler.plan.ownership import owner_of
from reconciler.sdk import FieldInfo, Item, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["hindrance", "retyped"]

_WORD: Final = "type"


def hindrance(wanted: Wanted, record: ItemRecord, live: Item, types: Mapping[str, TypeInfo]) -> str:
    """Why a plan may not give an item the type that the spec says, as a person reads it; empty where it may.

    It may where the spec changed and no person did, within the type's level, and where the site offers it. Whether it
    is offered for this very item, too, is for the provider's preview to say.

    Args:
        types: the site's, by id.
    """
    now, then = types.get(live.type.id), wanted.type
    owner = owner_of(_WORD, wanted.item.ownership)
    if live.type != record.type:
        return f"It was a {record.type.name} when it was last applied; somebody changed that on the site."
    if owner in {"seed", "nobody"}:
        return f"The owner of its type is `{owner}`: it is not written after creation."
    info = now.by_word(_WORD) if now else None
    if now is None or info is None or "update" not in info.writable:
        why = info.why if info and info.why else "the site offers no change of type"
        return f"{why[0].upper()}{why[1:]}."
    if now.level != then.level:
        return f"A type changes within its level alone.{_others(now, info, types)}"
    if info.options is not None and then.ref not in info.options:
        return f"The site does not offer that.{_others(now, info, types)}"
    return ""


def retyped(item: ItemPlan, types: Mapping[str, TypeInfo]) -> ItemPlan:
    """An item's plan, and that the item gets the type that the spec says where it has another: nothing hinders it."""
    wanted, record, live = item.wanted, item.record, item.live
    if wanted is None or record is None or live is None or live.type == wanted.type.ref:
        return item
    info = types[live.type.id].by_word(_WORD)
    assert info is not None
    want = Want(info, _WORD, wanted.type.ref, owner_of(_WORD, wanted.item.ownership), exact=False)
    change = DecidedField(want, Decision("write"), record.type, record.type, live.type)
    return replace(item, fields=(change, *item.fields))


def _others(now: TypeInfo, info: FieldInfo, types: Mapping[str, TypeInfo]) -> str:
    """What else an item of this type may become, as a further sentence; empty for nothing."""
    names = [
        each.ref.name
        for each in types.values()
        if each.level == now.level and each.ref != now.ref and (info.options is None or each.ref in info.options)
    ]
    return f" It may become: {', '.join(names)}." if names else ""
