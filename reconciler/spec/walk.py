"""The walk over an expression's tree, paid for step by step. Nothing is compiled or executed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

from reconciler.spec.arguments import BadArgument
from reconciler.spec.budget import MOST_STEPS, Budget
from reconciler.spec.calendars import Calendar
from reconciler.spec.configuration import Reference, Template
from reconciler.spec.expressions import Expression, chain_of
from reconciler.spec.functions import FUNCTIONS
from reconciler.spec.operators import arithmetic, compared, truth
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import OMIT, Namespace, deep_size, joined, kind_of, shown

__all__ = ["Walk"]

_CONSTANTS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None, "omit": OMIT}


class Walk:
    """One evaluation. It is what functions see as their surroundings."""

    def __init__(
        self,
        expression: Expression,
        names: Mapping[str, object],
        budget: Budget,
        calendar: Callable[[str], Calendar],
        file: Callable[[str], str],
    ) -> None:
        self._expression = expression
        self._names = names
        self._budget = budget
        self._left = MOST_STEPS
        self._bound: dict[str, object] = {}
        self.calendar = calendar
        self.file = file

    def spend(self, steps: int) -> None:
        """Pay for work that is about to be done."""
        self._left -= steps
        if self._left < 0:
            raise ValueProblem("this expression is too much work", code="budget", hint="use smaller lists and texts")
        self._budget.spend(steps)

    def value(self, node: ast.AST) -> object:
        """Work a part of the tree out."""
        self.spend(1)
        try:
            return _STEPS[type(node)](self, node)
        except ValueProblem as problem:
            if problem.offset is None:
                problem.offset = self._expression.offset(node)
            raise

    def constant(self, node: ast.Constant) -> object:
        """A value as written."""
        return node.value

    def name(self, node: ast.Name) -> object:
        """What a name means here."""
        for known in (self._bound, _CONSTANTS, self._names):
            if node.id in known:
                return known[node.id]
        if node.id == "each":
            raise ValueProblem(
                "`each` has no meaning here",
                code="unknown_name",
                hint="it is for items with `for_each` or `matrix`, and for `defaults` of such items",
            )
        if node.id == "alert":
            raise ValueProblem(
                "`alert` has no meaning here", code="unknown_name", hint="it is for the templates under `incidents`"
            )
        raise ValueProblem(
            f"`{node.id}` can't be used here", code="unknown_name", hint=did_you_mean(node.id, [*self._names])
        )

    def attribute(self, node: ast.Attribute) -> object:
        """`a.b`."""
        return self._member(node.value, self.value(node.value), node.attr)

    def subscript(self, node: ast.Subscript) -> object:
        """`a[b]`, and `a[b:c]`."""
        value = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(value, node.slice)
        key = self.value(node.slice)
        if isinstance(value, (tuple, str)):
            if isinstance(key, bool) or not isinstance(key, int):
                raise ValueProblem(f"the place in {kind_of(value)} is a number, this is {kind_of(key)}: {shown(key)}")
            if not -len(value) <= key < len(value):
                raise ValueProblem(f"{kind_of(value)} of {len(value)} has no place {key}", hint="the first is 0")
            return value[key]
        if not isinstance(key, str):
            raise ValueProblem(f"a key is a text, this is {kind_of(key)}: {shown(key)}")
        return self._member(node.value, value, key)

    def _slice(self, value: object, node: ast.Slice) -> object:
        if not isinstance(value, (tuple, str)) or node.step is not None:
            raise ValueProblem(f"no part can be cut out of {kind_of(value)} like this", hint="write `text[:3]`")
        self.spend(len(value) // 16)
        return value[self._end(node.lower) : self._end(node.upper)]

    def _end(self, node: ast.expr | None) -> int | None:
        value = None if node is None else self.value(node)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise ValueProblem("both ends of a part are whole numbers", code="wrong_type", hint="write `text[:3]`")

    def _member(self, node: ast.expr, value: object, key: str) -> object:
        shown_as = ".".join(chain_of(node) or ()) or kind_of(value)
        if isinstance(value, Namespace):
            if key not in value.names:
                none = f"`{shown_as}` holds nothing yet" if not value.names else ""
                hint = value.hint or did_you_mean(key, [*value.names], none)
                raise ValueProblem(f"there is no {value.noun} `{key}`", code="unknown_name", hint=hint)
            return value.read(key)
        if isinstance(value, Mapping):
            if key not in value:
                hint = did_you_mean(key, [*value]) or f"where it may be missing write get({shown_as}, '{key}', ...)"
                raise ValueProblem(f"`{shown_as}` has no `{key}`", code="unknown_name", hint=hint)
            return value[key]
        if isinstance(value, Reference) and key in ("key", "id", "url") and getattr(value, key) is not None:
            return getattr(value, key)
        raise ValueProblem(
            f"`{shown_as}` is {kind_of(value)}; it has no `{key}`",
            code="wrong_type",
            hint="only maps and items have parts",
        )

    def boolean(self, node: ast.BoolOp) -> object:
        """`a and b`, `a or b`: the value that decides, as in Python."""
        value: object = None
        for each in node.values:
            value = self.value(each)
            if truth(value) is isinstance(node.op, ast.Or):
                return value
        return value

    def unary(self, node: ast.UnaryOp) -> object:
        """`not a`, `-a`."""
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return not truth(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueProblem(f"a number is needed, this is {kind_of(value)}: {shown(value)}", code="wrong_type")
        return -value if isinstance(node.op, ast.USub) else value

    def binary(self, node: ast.BinOp) -> object:
        """`a + b` and the like."""
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, (str, Template)) and isinstance(right, (str, Template)):
                self.spend(
                    (len(left) if isinstance(left, str) else 1) // 16
                    + (len(right) if isinstance(right, str) else 1) // 16
                )
                return joined([left, right])
            if isinstance(left, tuple) and isinstance(right, tuple):
                self.spend(len(left) + len(right))
                return left + right
        return arithmetic(node.op, left, right)

    def choice(self, node: ast.IfExp) -> object:
        """`a if b else c`."""
        return self.value(node.body if truth(self.value(node.test)) else node.orelse)

    def compare(self, node: ast.Compare) -> bool:
        """`a < b <= c`."""
        left = self.value(node.left)
        for operator, each in zip(node.ops, node.comparators, strict=True):
            right = self.value(each)
            if not self._holds(operator, left, right):
                return False
            left = right
        return True

    def _holds(self, operator: ast.cmpop, left: object, right: object) -> bool:
        if isinstance(operator, (ast.In, ast.NotIn)):
            return self._contains(right, left) is isinstance(operator, ast.In)
        self.spend(deep_size(left, MOST_STEPS) + deep_size(right, MOST_STEPS))
        return compared(operator, left, right)

    def _contains(self, place: object, value: object) -> bool:
        if isinstance(place, str) and isinstance(value, str):
            self.spend(len(place) // 16)
            return value in place
        if isinstance(place, tuple):
            self.spend(deep_size(place, MOST_STEPS))
            return value in place
        if isinstance(place, Namespace) and isinstance(value, str):
            return value in place.names
        if isinstance(place, Mapping) and isinstance(value, str):
            return value in place
        raise ValueProblem(f"`in` does not look for {kind_of(value)} in {kind_of(place)}", code="wrong_type")

    def elements(self, node: ast.List) -> tuple[object, ...]:
        """`[a, b]`."""
        return tuple(self.value(each) for each in node.elts)

    def entries(self, node: ast.Dict) -> dict[str, object]:
        """`{'a': b}`."""
        return {self._key(key): self.value(value) for key, value in zip(node.keys, node.values, strict=True)}

    def _key(self, node: ast.expr | None) -> str:
        assert node is not None
        key = self.value(node)
        if not isinstance(key, str):
            at = self._expression.offset(node)
            raise ValueProblem(f"a key is a text, this is {kind_of(key)}: {shown(key)}", code="wrong_type", offset=at)
        return key

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> tuple[object, ...]:
        """`[a for b in c]`."""
        return tuple(self._loop(node.generators[0], lambda: self.value(node.elt)))

    def map_comprehension(self, node: ast.DictComp) -> dict[str, object]:
        """`{a: b for c in d}`."""
        return dict(self._loop(node.generators[0], lambda: (self._key(node.key), self.value(node.value))))

    def _loop(self, generator: ast.comprehension, make: Callable[[], Any]) -> list[Any]:
        assert isinstance(generator.target, ast.Name)
        elements = self.value(generator.iter)
        if isinstance(elements, Namespace):
            elements = tuple(elements.names)
        if not isinstance(elements, (tuple, Mapping)):
            raise ValueProblem(f"`for` goes over a list or a map, this is {kind_of(elements)}", code="wrong_type")
        made = []
        for each in elements:
            self._bound[generator.target.id] = each
            if all(truth(self.value(test)) for test in generator.ifs):
                made.append(make())
        self._bound.pop(generator.target.id, None)
        return made

    def call(self, node: ast.Call) -> object:
        """A call of one of our functions."""
        assert isinstance(node.func, ast.Name)
        arguments = [self.value(each) for each in node.args]
        try:
            return FUNCTIONS[node.func.id].run(self, *arguments)
        except BadArgument as problem:
            problem.offset = self._expression.offset(node.args[problem.index])
            problem.summary = f"{node.func.id}: {problem.summary}"
            problem.hint = problem.hint or f"write `{FUNCTIONS[node.func.id].usage}`"
            raise


_STEPS: Final[Mapping[type[ast.AST], Callable[[Walk, Any], object]]] = {
    ast.Constant: Walk.constant,
    ast.Name: Walk.name,
    ast.Attribute: Walk.attribute,
    ast.Subscript: Walk.subscript,
    ast.BoolOp: Walk.boolean,
    ast.UnaryOp: Walk.unary,
    ast.BinOp: Walk.binary,
    ast.IfExp: Walk.choice,
    ast.Compare: Walk.compare,
    ast.List: Walk.elements,
    ast.Dict: Walk.entries,
    ast.ListComp: Walk.comprehension,
    ast.GeneratorExp: Walk.comprehension,
    ast.DictComp: Walk.map_comprehension,
    ast.Call: Walk.call,
}
