"""What an address that nothing has may have meant. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from reconciler.errors import UsageError
from reconciler.sdk.names import nearest
from reconciler.spec import canonical_address
from reconciler.spec.address import split_address

__all__ = ["canonical_or_none", "group_of", "instances_of", "listed", "suggestion"]

_LISTED: Final = 10


def canonical_or_none(text: str) -> str | None:
    """The address that a text is, in its one spelling; `None` for what can't be one."""
    try:
        return canonical_address(text)
    except UsageError:
        return None


def group_of(address: str) -> str:
    """The group that an address in its one spelling is of."""
    return address.partition("[")[0]


def instances_of(group: str, addresses: Collection[str]) -> tuple[str, ...]:
    """Those of the addresses that are instances of a group, sorted; none for an item that stands alone."""
    return tuple(sorted(each for each in addresses if each.startswith(f"{group}[")))


def listed(addresses: Collection[str]) -> str:
    """Some addresses on one line: the first few, and how many more there are."""
    more = f" and {len(addresses) - _LISTED} more" if len(addresses) > _LISTED else ""
    return ", ".join(list(addresses)[:_LISTED]) + more


def suggestion(text: str, addresses: Collection[str]) -> str:
    """What may have been meant: the nearest address, else all of the same or the nearest group; empty for neither.

    Args:
        text: as somebody wrote it; none of the addresses.
        addresses: those that there are, in their one spelling.
    """
    group, key = _parts(text.strip())
    siblings = {_parts(each)[1]: each for each in instances_of(group, addresses)}
    if siblings:
        close = [siblings[each] for each in nearest(key, siblings)]
    else:
        close = list(nearest(canonical_or_none(text) or text, addresses))
        group = next(iter(nearest(group, {group_of(each) for each in addresses})), group)
    if close:
        return f"did you mean {close[0]}?"
    instances = instances_of(group, addresses)
    return f"{group} has {listed(instances)}" if instances else ""


def _parts(address: str) -> tuple[str, str]:
    group, key = split_address(address) or (address, None)
    return group, key or ""
