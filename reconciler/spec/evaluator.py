"""Working expressions out, given what the names in them mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.spec.budget import MOST_STEPS, Budget
from reconciler.spec.calendars import Calendar
from reconciler.spec.expressions import Expression
from reconciler.spec.problems import Broken, Mistake, ValueProblem
from reconciler.spec.values import Namespace, deep_size, shown
from reconciler.spec.walk import Walk

__all__ = ["Evaluator"]


class Evaluator:
    """Works out expressions over `names`: what `var`, `local` and the like mean here.

    Args:
        names: values by name; a `Namespace` works its members out when they are asked for.
        budget: shared by everything that is loaded together.
        calendar: gives a calendar by its name, "" for the usual weekend.
        file: gives the text of a file of the workspace.
    """

    def __init__(
        self,
        names: Mapping[str, object],
        budget: Budget,
        calendar: Callable[[str], Calendar],
        file: Callable[[str], str],
    ) -> None:
        self._names = names
        self._budget = budget
        self.calendar = calendar
        self.file = file

    def evaluate(self, expression: Expression) -> object:
        """Work one expression out.

        Raises:
            ValueProblem: it has no value; the offset counts from the start of the expression, and the values of the
                names in it are given.
            Mistake, Broken: a value that it needs has none.
        """
        walk = Walk(expression, self._names, self._budget, self.calendar, self.file)
        try:
            value = walk.value(expression.tree)
            if deep_size(value, MOST_STEPS) >= MOST_STEPS:
                raise ValueProblem("the value is too large", code="budget", hint="use smaller lists and texts")
        except ValueProblem as problem:
            if problem.offset is None:
                problem.offset = 0
            problem.values.update(self._values_in(expression))
            raise
        except RecursionError as problem:
            raise ValueProblem(
                "values that need each other in too long a chain",
                code="budget",
                hint="work it out in fewer steps",
                offset=0,
            ) from problem
        return value

    def _values_in(self, expression: Expression) -> dict[str, str]:
        """The values of the names in an expression that failed, as far as there are any."""
        found = {}
        for chain in expression.chains:
            value: object = self._names
            try:
                for key in chain:
                    value = value.read(key) if isinstance(value, Namespace) else value[key]  # type: ignore[index]
            except (ValueProblem, Mistake, Broken, LookupError, TypeError):
                continue
            if not isinstance(value, Namespace):
                found[".".join(chain)] = shown(value)
        return found
