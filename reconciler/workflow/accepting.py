"""How much a run may do: the limits that an operator lifts by number, and what is refused without that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, Place
from reconciler.errors import Refused
from reconciler.plan.document import Finding, PlanDocument
from reconciler.plan.limits import MISSING_CODES, LimitName, breaches
from reconciler.plan.rules import DENIED
from reconciler.state.records import State

__all__ = ["Limits", "refuse_all_missing", "refuse_breaches", "refuse_denied", "refuse_findings"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that the operator lifts, each by the exact number; `None` leaves it standing.

    `patience` is how many seconds to wait until writes whose answer was lost can be settled.
    """

    removals: int | None = None
    changes: int | None = None
    creates: int | None = None
    missing: int | None = None
    notifications: int | None = None
    patience: float = 120.0

    def accepts(self, limit: LimitName, number: int) -> bool:
        """Whether this is the exact number that was named."""
        return self.named.get(limit) == number

    @property
    def named(self) -> Mapping[str, int]:
        """What was named, by limit: the record of a run keeps it."""
        every: dict[LimitName, int | None] = {
            "removals": self.removals,
            "changes": self.changes,
            "creates": self.creates,
            "missing": self.missing,
            "notifications": self.notifications,
        }
        return {limit: number for limit, number in every.items() if number is not None}


def refuse_findings(document: PlanDocument, limits: Limits) -> None:
    """Stop at the errors that a plan knows of itself.

    Raises:
        Refused: there are some that no number lifts.
    """
    lifted = MISSING_CODES if limits.accepts("missing", len(document.missing)) else frozenset()
    found = [each for each in document.diagnostics if each.severity == "error" and each.code not in lifted]
    if found:
        raise Refused("the plan can't be applied", diagnostics=[_diagnostic(each) for each in found])


def refuse_denied(document: PlanDocument) -> None:
    """Stop at what a rule denies.

    Raises:
        Refused: one does.
    """
    found = [each for each in document.diagnostics if each.code == DENIED]
    if found:
        raise Refused("a rule denies the plan", diagnostics=[_diagnostic(each) for each in found])


def _diagnostic(finding: Finding) -> Diagnostic:
    place = Place(finding.file, finding.line or 1, finding.column or 1) if finding.file else None
    return Diagnostic(
        finding.severity, finding.code, finding.summary, finding.detail, place, finding.hint, finding.snippet
    )


def refuse_all_missing(document: PlanDocument, state: State | None, limits: Limits) -> None:
    """Stop where a saved plan takes every open item for missing, whatever it says of that itself.

    Raises:
        Refused: says the word.
    """
    gone = {each.address for each in document.actions if each.missing}
    known = state.items if state else {}
    still_open = {address for address, each in known.items() if not each.closed and each.origin == "spec"}
    if still_open and still_open <= gone and not limits.accepts("missing", len(gone)):
        raise Refused(
            f"the plan takes all {len(gone)} items for missing",
            detail="A lost permission or a wrong account looks just like this.",
            hint=f"if they are gone: --accept-missing {len(gone)}",
        )


def refuse_breaches(document: PlanDocument, state: State | None, limits: Limits) -> None:
    """Stop at more than passes without a word, counted anew: a saved plan's own diagnostics prove nothing.

    Raises:
        Refused: says the word.
    """
    found = [each for each in breaches(document, state) if not limits.accepts(each.limit, each.number)]
    if found:
        words = " ".join(dict.fromkeys(f"--accept-{each.limit} {each.number}" for each in found))
        raise Refused(
            found[0].diagnostic.summary,
            detail="\n".join((*(each.diagnostic.summary for each in found[1:]), found[0].diagnostic.detail)),
            hint=f"if it is meant: {words}",
        )
