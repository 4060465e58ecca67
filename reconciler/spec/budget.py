"""What the expressions of one load may cost, so that no text makes much work."""

from __future__ import annotations

from typing import Final

from reconciler.spec.problems import ValueProblem

__all__ = ["MOST_STEPS", "Budget"]

MOST_STEPS: Final = 200_000
"""What one expression may cost. A step is a part of the tree, an element, or sixteen characters of text."""
_MOST_ALTOGETHER: Final = 50_000_000


class Budget:
    """What all expressions of one load may cost together."""

    def __init__(self, steps: int = _MOST_ALTOGETHER) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Pay.

        Raises:
            ValueProblem: the specs are too much work.
        """
        self._left -= steps
        if self._left < 0:
            raise ValueProblem(
                "the expressions of these specs are too much work together",
                code="budget",
                hint="make fewer items in one workspace, or put shared work under `locals`",
            )
