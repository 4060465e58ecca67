"""Expressions as they are written: text -> a checked tree.

The language is a subset of Python's expressions. The text is limited before the standard library's `ast` sees it,
and every part of the tree is checked here, used or not: what the evaluator gets holds nothing that it doesn't know.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reconciler.spec.functions import FUNCTIONS
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.tokens import closing_brace

__all__ = ["CONSTANTS", "ROOTS", "Expression", "chain_of", "parse"]

MOST_CHARACTERS = 4000
_MOST_DEPTH = 60
_MOST_DIGITS = 40
_DATE = re.compile(r"(?<!['\"\d])\d{4}-\d\d-\d\d")

ROOTS = ("var", "local", "each", "items", "workspace", "alert")
CONSTANTS = ("true", "false", "null", "omit")

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_PLAIN = (
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.UAdd,
    ast.BinOp,
    *_OPERATORS,
    ast.IfExp,
    ast.Compare,
    *_COMPARISONS,
    ast.Subscript,
    ast.Slice,
    ast.Attribute,
    ast.List,
    ast.Load,
    ast.Store,
    ast.Expression,
)
_REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Pow: ("`**` is not taken", "write the number"),
    ast.LShift: ("`<<` is not taken", "write the number"),
    ast.RShift: ("`>>` is not taken", "write the number"),
    ast.BitAnd: ("`&` is not taken", "write `and`"),
    ast.BitOr: ("`|` is not taken", "write `or`; maps are put together by `merge(a, b)`"),
    ast.BitXor: ("`^` is not taken", "write `!=`"),
    ast.Invert: ("`~` is not taken", "write `not`"),
    ast.MatMult: ("`@` is not taken", "put texts in quotes"),
    ast.Is: ("`is` is not taken", "write `==`"),
    ast.IsNot: ("`is not` is not taken", "write `!=`"),
    ast.JoinedStr: ("f-texts are not taken", "put the parts together with `+` or `join`"),
    ast.Tuple: ("a list stands in [ ]", "write `[a, b]`"),
    ast.Set: ("a map needs a value for each key", "write `[a, b]` for a list, `{'a': 1}` for a map"),
    ast.SetComp: ("a set can't be made", "write `unique([...])`"),
    ast.Lambda: ("functions can't be made", "use a comprehension: `[x for x in list]`"),
    ast.NamedExpr: ("`:=` is not taken", "give the value a name under `locals`"),
    ast.Starred: ("`*` before a name is not taken", "put lists together with `+`"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked expression. `chains` are the names that it uses, with what follows them: `("var", "amount")`."""

    text: str
    tree: ast.expr
    chains: tuple[tuple[str, ...], ...]

    def offset(self, node: ast.AST) -> int:
        """Where a part of the tree begins, in characters of the text; of `a.b.c`, where the last name does."""
        if isinstance(node, ast.Attribute):
            return _offset(self.text, node.end_lineno or 1, node.end_col_offset or 1) - len(node.attr)
        return _offset(self.text, getattr(node, "lineno", 1), getattr(node, "col_offset", 1))


@lru_cache(maxsize=8192)
def parse(text: str, extra: tuple[str, ...] = ()) -> Expression:
    """Parse and check an expression; `extra` are names that are known beside the usual ones.

    Raises:
        ValueProblem: it is not in the language; its offset counts from the start of the text.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueProblem(
            f"an expression of {len(text)} characters; {MOST_CHARACTERS} are allowed",
            code="budget",
            hint="give its parts names under `locals`",
        )
    if not text.strip():
        raise ValueProblem("an empty expression", code="syntax", hint="write a name or a value between the braces")
    closing_brace(text, 0, whole=True)
    # In brackets a line break is white space, as between ${ and }; they move the first line by one character.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError as problem:
        offset = _line_start(text, problem.lineno or 1) + (problem.offset or 1) - (2 if problem.lineno == 1 else 1)
        raise ValueProblem(
            f"this is not an expression: {problem.msg}",
            code="syntax",
            hint=_syntax_hint(text, problem.msg),
            offset=min(max(offset, 0), len(text)),
        ) from problem
    except (RecursionError, MemoryError, ValueError) as problem:
        raise _too_deep(0) from problem
    _Checker(text, extra).check(tree)
    return Expression(text, tree, tuple(dict.fromkeys(_chains(tree))))


def chain_of(node: ast.AST) -> tuple[str, ...] | None:
    """The name and the constant keys of `each.value.title` or `each["value"]`; `None` where it is computed."""
    keys: list[str] = []
    while True:
        match node:
            case ast.Name(id=name):
                return (name, *reversed(keys))
            case ast.Attribute(value=inner, attr=key) | ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
                keys.append(key)
                node = inner
            case _:
                return None


def _chains(node: ast.AST) -> Iterator[tuple[str, ...]]:
    chain = chain_of(node)
    if chain is not None:
        yield chain
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Call) and child is node.func):
            yield from _chains(child)


def _syntax_hint(text: str, message: str) -> str:
    if "unterminated" in message and "\n" in text:
        return "in double quotes YAML makes a line break of \\n: write \\\\n, or put the text under |"
    if bare := _DATE.search(text):
        return f"a date stands in quotes: '{bare[0]}'"
    return "look for a missing quote, comma, bracket or operator"


def _too_deep(offset: int) -> ValueProblem:
    return ValueProblem(
        "an expression with too many parts in each other",
        code="budget",
        hint="give its parts names under `locals`",
        offset=offset,
    )


class _Checker:
    def __init__(self, text: str, extra: tuple[str, ...]) -> None:
        self._text = text
        self._known = frozenset((*ROOTS, *CONSTANTS, *extra))

    def check(self, tree: ast.AST) -> None:
        """Walk without recursion, so that depth can be refused before it hurts."""
        waiting: list[tuple[ast.AST, int, frozenset[str]]] = [(tree, 0, self._known)]
        while waiting:
            node, depth, known = waiting.pop()
            if depth > _MOST_DEPTH:
                raise _too_deep(0)
            if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp)):
                known = self._comprehension(node, known)
            self._one(node, known)
            children: Iterator[ast.AST] = ast.iter_child_nodes(node)
            if isinstance(node, ast.Call):
                children = iter(node.args)
            waiting.extend((child, depth + 1, known) for child in children)

    def _one(self, node: ast.AST, known: frozenset[str]) -> None:
        match node:
            case ast.Name():
                if node.id not in known:
                    raise self._unknown_name(node, known)
            case ast.Constant():
                self._constant(node)
            case ast.Call():
                self._call(node)
            case ast.BinOp(op=operator, right=after) if type(operator) in _REFUSED:
                raise self._problem(after, *_REFUSED[type(operator)])
            case ast.UnaryOp(op=ast.Invert(), operand=after):
                raise self._problem(after, *_REFUSED[ast.Invert])
            case ast.Compare(ops=operators, comparators=[after, *_]):
                for each in operators:
                    if type(each) in _REFUSED:
                        raise self._problem(after, *_REFUSED[type(each)])
            case ast.Dict():
                if None in node.keys:
                    raise self._problem(node, "`**` is not taken", "put maps together by `merge(a, b)`")
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.comprehension():
                pass
            case _:
                if not isinstance(node, _PLAIN):
                    summary, hint = _REFUSED.get(type(node), ("this is not part of the language", ""))
                    raise self._problem(node, summary, hint)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, (int, float)) and (value in (math.inf, -math.inf) or len(str(value)) > _MOST_DIGITS):
            raise self._problem(node, "a number with too many digits", "write fewer", "budget")
        if value is not None and not isinstance(value, (bool, int, float, str)):
            raise self._problem(node, f"`{type(value).__name__}` values are not taken", "write a text or a number")

    def _call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Name):
            raise self._problem(
                node, "only the language's own functions can be called", "write `upper(x)`, not `x.upper()`"
            )
        function = FUNCTIONS.get(node.func.id)
        if function is None:
            hint = did_you_mean(node.func.id, FUNCTIONS, "the functions are " + ", ".join(FUNCTIONS))
            raise self._problem(node, f"there is no function `{node.func.id}`", hint, "unknown_function")
        if node.keywords:
            raise self._problem(node, "arguments have no names", f"write `{function.usage}`")
        if not function.least <= len(node.args) <= function.most:
            raise self._problem(
                node, f"`{node.func.id}` does not take {len(node.args)} arguments", f"write `{function.usage}`"
            )

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp, known: frozenset[str]
    ) -> frozenset[str]:
        generator = node.generators[0]
        inner = any(
            isinstance(each, (ast.ListComp, ast.GeneratorExp, ast.DictComp))
            for each in ast.walk(node)
            if each is not node
        )
        if len(node.generators) > 1 or inner:
            raise self._problem(node, "a comprehension inside of another", "give the inner one a name under `locals`")
        if generator.is_async or not isinstance(generator.target, ast.Name):
            raise self._problem(node, "a comprehension has one name", "write `[x for x in list]`")
        name = generator.target.id
        if name in known:
            raise self._problem(generator.target, f"`{name}` has a meaning already", "choose another name")
        return known | {name}

    def _unknown_name(self, node: ast.Name, known: frozenset[str]) -> ValueProblem:
        if node.id in FUNCTIONS:
            return self._problem(node, f"`{node.id}` is a function", f"write `{FUNCTIONS[node.id].usage}`")
        if node.id == "modules":
            return self._problem(node, "`modules` is not in this version", "use `items`", "not_in_this_version")
        otherwise = f"a variable is `var.{node.id}`; a text stands in quotes: '{node.id}'"
        guess = did_you_mean(node.id, known)
        hint = f"{guess} if not, {otherwise}" if guess.startswith("did you mean") else otherwise
        return self._problem(node, f"there is no name `{node.id}`", hint, "unknown_name")

    def _problem(self, node: ast.AST, summary: str, hint: str, code: str = "expression") -> ValueProblem:
        offset = _offset(self._text, getattr(node, "lineno", 1), getattr(node, "col_offset", 1))
        return ValueProblem(summary, code=code, hint=hint, offset=offset)


def _line_start(text: str, line: int) -> int:
    return sum(len(each) + 1 for each in text.split("\n")[: line - 1])


def _offset(text: str, line: int, column: int) -> int:
    """`ast` counts columns in bytes of UTF-8, and the first line has our bracket before it."""
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return len(text)
    column -= line == 1
    return _line_start(text, line) + len(lines[line - 1].encode()[: max(column, 0)].decode(errors="ignore"))
