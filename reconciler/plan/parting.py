"""What becomes of an item when its address leaves the specs: said while it is there, kept in the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reconciler.spec.configuration import DesiredItem, ItemAttribute, OnRemove, Template
from reconciler.state.records import ItemRecord

__all__ = ["Parting", "parting_of", "wanted_parting"]


@dataclass(frozen=True, slots=True)
class Parting:
    """How an item goes: `comment` and `through` are for closing it."""

    on_remove: OnRemove = "close"
    comment: str | None = None
    through: tuple[str, ...] | Literal["any"] = ()


def parting_of(record: ItemRecord) -> Parting:
    """As it was last applied."""
    return Parting(record.on_remove, record.close_comment, record.through)


def wanted_parting(item: DesiredItem, known: Callable[[ItemAttribute], str | None]) -> Parting:
    """As the specs say it now. A comment with a part that is not known yet is recorded by a later apply.

    Args:
        known: the key, id or url of an item, where it exists.
    """
    comment = item.close_comment.value if item.close_comment else None
    if isinstance(comment, Template):
        parts = [each if isinstance(each, str) else known(each) for each in comment.parts]
        comment = None if None in parts else "".join(each or "" for each in parts)
    return Parting(item.on_remove, None if comment is None else str(comment), item.through)
