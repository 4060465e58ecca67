"""An item of another type than the spec says: whether a plan may change that, or a person has to."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import Decision
from reconciler.plan.items import DecidedField
from reconciler.plan.ownership import owner_of
from reconciler.sdk import FieldInfo, Item, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["hindrance", "retyped"]

_WORD = "type"


def hindrance(wanted: Wanted, record: ItemRecord, live: Item, types: Mapping[str, TypeInfo]) -> str:
    """Why a plan does not give an item the type that the spec says; empty where it may.

    It may where the spec alone changed it, to one of the same level, and the site offers to change it. Whether it
    does so for this very item, the provider's preview tells.

    Args:
        types: the site's, by id.
    """
    now, then = types.get(live.type.id), wanted.type
    if live.type != record.type:
        return f"It was a {record.type.name} when it was last applied; somebody changed that on the site."
    owner = _owner(wanted)
    if owner in {"seed", "nobody"}:
        return f"Its type is owned by `{owner}`, so it is not written again."
    if now is None or (info := _offered(now)) is None:
        return "The site offers no change of type."
    if now.level != then.level:
        return f"A type changes within its level alone, and {_others(now, types)}."
    if info.options is not None and then.ref not in info.options:
        return f"The site does not offer that, and {_others(now, types)}."
    return ""


def retyped(wanted: Wanted, record: ItemRecord, live: Item, types: Mapping[str, TypeInfo]) -> DecidedField | None:
    """The change of type that an item needs, where nothing hinders it; `None` where it has its type already."""
    now = types.get(live.type.id)
    info = _offered(now) if now else None
    if info is None or live.type == wanted.type.ref:
        return None
    want = Want(info, _WORD, wanted.type.ref, _owner(wanted), exact=False)
    return DecidedField(want, Decision("write"), record.type, record.type, live.type)


def _owner(wanted: Wanted) -> str:
    return owner_of(_WORD, wanted.item.ownership)


def _offered(type: TypeInfo) -> FieldInfo | None:
    """The field by which a type's items become of another."""
    info = type.by_word(_WORD)
    return info if info is not None and "update" in info.writable else None


def _others(now: TypeInfo, types: Mapping[str, TypeInfo]) -> str:
    """What an item of a type might become, as the rest of a sentence."""
    info = _offered(now)
    taken = None if info is None else info.options
    names = [
        each.ref.name
        for each in types.values()
        if each.level == now.level and each.ref != now.ref and (taken is None or each.ref in taken)
    ]
    return f"there a {now.ref.name} can become: {', '.join(names)}" if names else f"there is only {now.ref.name} on it"
