"""How much one apply may remove without being told the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.diagnostics import Diagnostic, warning
from reconciler.plan.items import ItemPlan
from reconciler.state.records import ItemRecord

__all__ = ["REMOVAL_LIMIT", "removal_limit", "removal_problem"]

REMOVAL_LIMIT = "removal_limit"
"""The code of the diagnostic."""


def removal_limit(open_items: int) -> int:
    """The most removals that pass: 30 % of the open items, at least 2, at most 10."""
    return min(10, max(2, open_items * 3 // 10))


def removal_problem(items: Sequence[ItemPlan], records: Mapping[str, ItemRecord]) -> Diagnostic | None:
    """A diagnostic where a plan removes more than that."""
    removals = sum(1 for each in items if each.kind == "close")
    open_items = sum(1 for each in records.values() if not each.closed)
    if removals <= removal_limit(open_items):
        return None
    return warning(
        REMOVAL_LIMIT,
        f"{removals} of {open_items} open items would be removed; more than {removal_limit(open_items)} need a word",
        detail="A wrong variable or a lost file looks just like this.",
        hint=f"If it is meant: `reconciler apply --accept-removals {removals}`.",
    )
