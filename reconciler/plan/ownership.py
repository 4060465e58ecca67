"""Who decides a field's value. This is the one place where that is decided.

spec    drift is reverted
people  a person's change stands until the spec's own value changes
seed    written at creation, then never
nobody  never read or written
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.spec.configuration import Ownership

__all__ = ["owner_of"]

_PEOPLE = frozenset({"description", "status", "assignee", "sprint", "story_points"})


def owner_of(word: str, declared: Mapping[str, Ownership]) -> Ownership:
    """The owner of a field: what the item, its module or `defaults` declare, else the default of its word.

    Args:
        word: the spec's word: `title`, `fields.amount`.
        declared: the item's own `ownership`, with what it inherited.
    """
    return declared.get(word, "people" if word in _PEOPLE else "spec")
