"""How much one apply may do without being told the exact number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reconciler.diagnostics import Diagnostic, warning
from reconciler.plan.document import MARKER, FieldChange, PlanDocument
from reconciler.state.records import State

__all__ = ["MISSING_CODES", "Breach", "LimitName", "breaches", "removal_limit"]

LimitName: TypeAlias = Literal["removals", "changes", "creates", "missing", "notifications"]

MISSING_CODES: Final = frozenset({"missing", "all_missing"})
"""Findings that accepting the number of missing items lifts."""

_FEW: Final = 10
"""Below so many open items, a half of them is no flood."""
_MOST_NOTIFICATIONS: Final = 25
_REMOVALS: Final = frozenset({"close", "delete", "forget"})
_CHANGES: Final = frozenset({"update", "move"})


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan goes beyond; `number` is what an operator has to name to lift it."""

    limit: LimitName
    number: int
    diagnostic: Diagnostic


def removal_limit(open_items: int) -> int:
    """The most removals that pass: 30 % of the open items, at least 2, at most 10."""
    return min(10, max(2, open_items * 3 // 10))


def breaches(document: PlanDocument, state: State | None) -> Iterator[Breach]:
    """The limits that a plan goes beyond. To destroy is a word: nothing but its mail is limited then."""
    known = state.items.values() if state else ()
    open_items = sum(1 for each in known if not each.closed and each.origin == "spec")
    yield from _notifications(document)
    if document.kind == "plan":
        yield from _removals(document, open_items)
        yield from _changes(document, open_items)
        yield from _creates(document, open_items)
        yield from _variables(document, state, open_items)


def _removals(document: PlanDocument, open_items: int) -> Iterator[Breach]:
    removals = sum(1 for each in document.actions if each.action in _REMOVALS and not each.missing)
    most = removal_limit(open_items)
    if removals > most:
        yield _breach(
            "removals",
            removals,
            "removal_limit",
            f"{removals} of {open_items} open items would be removed; more than {most} need a word",
            "A wrong variable or a lost file looks just like this.",
        )


def _changes(document: PlanDocument, open_items: int) -> Iterator[Breach]:
    changes = _changed(document)
    if open_items >= _FEW and changes * 2 > open_items:
        yield _breach(
            "changes",
            changes,
            "change_limit",
            f"{changes} of {open_items} open items would be changed; more than half need a word",
            "A wrong variable or a changed default looks just like this.",
        )


def _creates(document: PlanDocument, open_items: int) -> Iterator[Breach]:
    creates = sum(1 for each in document.actions if each.action == "create" and not each.missing)
    if open_items >= _FEW and creates > open_items:
        yield _breach(
            "creates",
            creates,
            "create_limit",
            f"{creates} items would be created beside {open_items} open ones; more than twofold growth needs a word",
            "A wrong variable looks just like this.",
        )


def _notifications(document: PlanDocument) -> Iterator[Breach]:
    if document.notifications > _MOST_NOTIFICATIONS:
        yield _breach(
            "notifications",
            document.notifications,
            "notification_limit",
            f"{document.notifications} changes would send mail; more than {_MOST_NOTIFICATIONS} need a word",
            "The platform offers this account no way to suppress it.",
        )


def _variables(document: PlanDocument, state: State | None, open_items: int) -> Iterator[Breach]:
    """One deal's file applied over another's: it is stopped at any size."""
    before = state.workspace.variables if state else {}
    changed = [name for name, digest in document.variables.items() if before.get(name, digest) != digest]
    titles = sum(
        1
        for each in document.actions
        if each.action in _CHANGES and any(change.field == "title" for change in each.changes)
    )
    if changed and titles * 2 > open_items:
        names = ", ".join(f"`{each}`" for each in changed)
        yield _breach(
            "changes",
            _changed(document),
            "variable_limit",
            f"{names} changed, and {titles} of {open_items} titles would change with it",
            "One file's values applied over another's items look just like this.",
        )


def _changed(document: PlanDocument) -> int:
    """How many items get another value; markers put in order, and addresses, are no change that a person sees."""
    return sum(1 for each in document.actions if each.action in _CHANGES and any(map(_is_seen, each.changes)))


def _is_seen(change: FieldChange) -> bool:
    return change.field != MARKER


def _breach(limit: LimitName, number: int, code: str, summary: str, detail: str) -> Breach:
    hint = f"if it is meant: `reconciler apply --accept-{limit} {number}`"
    return Breach(limit, number, warning(code, summary, detail=detail, hint=hint))
