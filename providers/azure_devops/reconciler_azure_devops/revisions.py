"""How many revisions an item may have: at 10,000 each further change is answered with 500, and not made (FACTS B2)."""

from __future__ import annotations

from typing import Final

from reconciler.sdk import Problem, UnknownOutcome

__all__ = ["FULL", "is_full"]

_MOST: Final = 10_000

FULL: Final = Problem(
    "limit",
    "the item has 10,000 revisions, and Azure DevOps takes no more of its changes by the REST interface: change it on "
    "the site, or let a new item take its address",
)


def is_full(problem: Exception, revision: str) -> bool:
    """Whether a write was not made for its item's many revisions: any other 500 says nothing of what became of it.

    Args:
        problem: what came of it.
        revision: of the item, before it.
    """
    failed = isinstance(problem, UnknownOutcome) and problem.status == 500
    return failed and revision.isdecimal() and int(revision) >= _MOST
