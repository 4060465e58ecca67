"""What names mean, and values that are worked out once, when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from reconciler.spec.budget import MOST_STEPS, Budget
from reconciler.spec.calendars import WEEKENDS_ONLY, Calendar
from reconciler.spec.evaluator import Evaluator
from reconciler.spec.expressions import Expression
from reconciler.spec.expressions import parse as parse_expression
from reconciler.spec.files import WorkspaceFiles
from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, Scalar
from reconciler.spec.problems import Broken, Findings, Mistake, ValueProblem, did_you_mean
from reconciler.spec.templates import Embedded, has_expressions, render
from reconciler.spec.templates import parse as parse_template
from reconciler.spec.values import OMIT, Namespace, deep_size, kind_of, shown

__all__ = ["Memory", "Scope"]

_Made = TypeVar("_Made")
_FAILED: Final = object()


class Memory:
    """Values by name, each worked out once; one that needs itself is a mistake, told where the circle closes."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._made: dict[str, object] = {}
        self._making: list[str] = []

    def recall(self, name: str, make: Callable[[], _Made]) -> _Made:
        """Give the value of `name`, made now if it has not been.

        Raises:
            Broken: it has a mistake, which was reported when it was found.
            ValueProblem: it is being made: it needs itself.
        """
        if name in self._made:
            made = self._made[name]
            if made is _FAILED:
                raise Broken
            return made  # type: ignore[return-value]
        if name in self._making:
            circle = [*self._making[self._making.index(name) :], name]
            raise ValueProblem(
                f"`{name}` needs itself: {' → '.join(circle)}", code="cycle", hint="write one of these values out"
            )
        self._making.append(name)
        try:
            value = self._made[name] = make()
        except Mistake as problem:
            self._made[name] = _FAILED
            self._findings.add(problem.diagnostic)
            raise Broken from problem
        except Broken:
            self._made[name] = _FAILED
            raise
        finally:
            self._making.pop()
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Works values out, given what the names mean: `names` by their root, `var`, `items` and the like."""

    names: Mapping[str, object]
    calendars: Mapping[str, Calendar]
    files: WorkspaceFiles
    memory: Memory
    budget: Budget

    def bind(self, **more: object) -> Scope:
        """The same scope with more names in it."""
        return replace(self, names={**self.names, **more})

    def with_locals(self, entries: Mapping[str, Entry]) -> Scope:
        """The same scope with `local` in it, whose values see everything in it, each other too."""

        def read(name: str) -> object:
            return self.memory.recall(f"local.{name}", lambda: make(entries[name].value))

        def make(node: Node) -> object:
            value = complete.value(node)
            if value is OMIT:
                raise ValueProblem("a local can't be left out", hint="write a value").at(node)
            if deep_size(value, MOST_STEPS) >= MOST_STEPS:
                raise ValueProblem("the value is too large", code="budget", hint="use smaller lists and texts").at(node)
            return value

        complete = self.bind(local=Namespace("local", entries, read))
        return complete

    def value(self, node: Node, *, text: bool = False) -> object:
        """Work out what was written: every `${...}` in it, at any depth.

        Args:
            text: a plain scalar means its text: `1.10` is no number.

        Raises:
            Mistake, Broken: it has no value.
        """
        match node:
            case Scalar():
                if has_expressions(node.text):
                    return self._rendered(node)
                return node.text if text and node.value is not None else node.value
            case ListNode():
                values = (self.value(each, text=text) for each in node.elements)
                return tuple(each for each in values if each is not OMIT)
            case MapNode():
                return {
                    key: value
                    for key, entry in node.entries.items()
                    if (value := self.value(entry.value, text=text)) is not OMIT
                }

    def truth(self, node: Node, subject: str, extra: Mapping[str, object] | None = None) -> bool:
        """Work out a condition, which stands bare: `when: var.stage == 'closed'`.

        Raises:
            Mistake, Broken: it is neither true nor false.
        """
        value = self._bare(node, extra or {}) if isinstance(node, Scalar) else self.value(node)
        if isinstance(value, bool):
            return value
        problem = ValueProblem(
            f"true or false is needed, this is {kind_of(value)}: {shown(value)}",
            code="wrong_type",
            hint="compare it: `var.stage == 'closed'`",
        )
        raise problem.at(node, subject)

    def _bare(self, node: Scalar, extra: Mapping[str, object]) -> object:
        if not isinstance(node.value, str):
            return node.value
        try:
            if has_expressions(node.text):
                parts = parse_template(node.text)
                return render(parts, self._evaluator(extra)) if _is_whole(parts) else node.text
            return self._evaluator(extra)(parse_expression(node.text, tuple(extra)))
        except ValueProblem as problem:
            raise problem.at(node) from problem

    def _rendered(self, node: Scalar) -> object:
        try:
            return render(parse_template(node.text), self._evaluator({}))
        except ValueProblem as problem:
            raise problem.at(node) from problem

    def _evaluator(self, extra: Mapping[str, object]) -> Callable[[Expression], object]:
        names = {**self.names, **extra} if extra else self.names
        return Evaluator(names, self.budget, self._calendar, self.files.text).evaluate

    def _calendar(self, name: str) -> Calendar:
        if not name:
            return WEEKENDS_ONLY
        if name not in self.calendars:
            hint = did_you_mean(name, self.calendars, "declare it under `calendars`")
            raise ValueProblem(f"there is no calendar `{name}`", code="unknown_name", hint=hint)
        return self.calendars[name]


def _is_whole(parts: tuple[str | Embedded, ...]) -> bool:
    return len(parts) == 1 and isinstance(parts[0], Embedded)
