"""Reads WIQL: SELECT .. FROM WorkItems or WorkItemLinks, WHERE, ORDER BY, ASOF and MODE, in any case of letters.

The grammar in use, after the vendor's page "Work Item Query Language (WIQL) syntax reference" (FACTS B5).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, get_args

from reconciler_azure_devops_sandbox.wiql_syntax import (
    And,
    Clause,
    Comparison,
    Field,
    Macro,
    Mode,
    Not,
    Operand,
    Operator,
    Or,
    Query,
    Side,
    WiqlError,
)

__all__ = ["read_query"]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<field>\[[^\]]*\])
      | (?P<macro>@\w+)
      | (?P<sign><>|<=|>=|[=<>(),.*+-])
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<word>[^\W\d]\w*(?:\.\w+)*)
    )""",
    re.VERBOSE,
)
_RESERVED = frozenset(
    {"select", "from", "where", "and", "or", "not", "in", "order", "by", "asof", "mode", "ever", "under"}
)
_MODES: dict[str, Mode] = {each: each for each in get_args(Mode)}
_SIDES: dict[str, Side] = {"source": "source", "target": "target"}
_SIMPLE: tuple[Operator, ...] = ("contains", "under", "=", "<>", "<=", ">=", "<", ">")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    def word(self) -> str:
        return self.text.casefold() if self.kind in ("word", "sign") else ""


def read_query(text: str) -> Query:
    """Read a query.

    Raises:
        WiqlError: it can't be read.
    """
    return _Reader(_tokens(text)).query()


def _tokens(text: str) -> list[_Token]:
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise WiqlError("The query statement is not valid.", text[position : position + 20])
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match[kind]))
        position = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._expect("select")
        columns = () if self._take("*") else self._list(self._field)
        if self._peek() != "from":
            raise self._mistake("TF51006: The query statement is missing a FROM clause.")
        self._at += 1
        links = self._source()
        where = self._either() if self._take("where") else None
        order = self._list(self._sorted) if self._take("order", "by") else ()
        as_of = self._operand() if self._take("asof") else None
        mode = self._mode() if self._take("mode") else "mustcontain"
        if self._at < len(self._tokens):
            raise self._mistake("Expecting end of string.")
        return Query(links, columns, where, order, as_of, mode)

    def _source(self) -> bool:
        name = self._next().word()
        if name not in ("workitems", "workitemlinks"):
            self._at -= 1
            raise self._mistake("The FROM clause names neither WorkItems nor WorkItemLinks.")
        return name == "workitemlinks"

    def _mode(self) -> Mode:
        self._expect("(")
        name = self._next().word()
        if name not in _MODES:
            self._at -= 1
            raise self._mistake("The mode is not valid.")
        self._take(",", "returnmatchingchildren")
        self._expect(")")
        return _MODES[name]

    def _either(self) -> Clause:
        clauses = [self._all()]
        while self._take("or"):
            clauses.append(self._all())
        return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))

    def _all(self) -> Clause:
        clauses = [self._one()]
        while self._take("and"):
            clauses.append(self._one())
        return clauses[0] if len(clauses) == 1 else And(tuple(clauses))

    def _one(self) -> Clause:
        if self._take("not"):
            return Not(self._one())
        if self._take("("):
            clause = self._either()
            self._expect(")")
            return clause
        return self._condition()

    def _condition(self) -> Clause:
        ever = self._take("ever")
        field = self._field()
        ever = self._take("was", "ever") or self._take("ever") or ever
        if ever and self._kind() in ("text", "number", "macro"):
            return Comparison(field, "=", (self._operand(),), ever=True)
        negated = self._take("not")
        comparison = self._compared(field, ever=ever)
        return Not(comparison) if negated else comparison

    def _compared(self, field: Field, *, ever: bool) -> Clause:
        if self._take("is", "not", "empty"):
            return Not(Comparison(field, "is empty", (), ever))
        if self._take("is", "empty"):
            return Comparison(field, "is empty", (), ever)
        if self._take("in", "group"):
            return Comparison(field, "in group", (self._operand(),), ever)
        if self._take("in"):
            self._expect("(")
            values = self._list(self._operand)
            self._expect(")")
            return Comparison(field, "in", values, ever)
        if self._take("contains", "words"):
            return Comparison(field, "contains words", (self._operand(),), ever)
        for sign in _SIMPLE:
            if self._take(sign):
                return Comparison(field, sign, (self._operand(),), ever)
        raise self._mistake("Expecting a comparison operator.")

    def _operand(self) -> Operand:
        if self._take("-"):
            return -self._number()
        token = self._next()
        match token.kind:
            case "number":
                self._at -= 1
                return self._number()
            case "text":
                quote = token.text[0]
                return token.text[1:-1].replace(quote * 2, quote)
            case "macro":
                return self._macro(token.text[1:].casefold())
        if token.word() in ("true", "false"):
            return token.word() == "true"
        self._at -= 1
        if token.kind == "field" or token.word() in ("source", "target"):
            return self._field()
        raise self._mistake("Expecting a value.")

    def _macro(self, name: str) -> Macro:
        argument, offset = "", 0
        if self._take("("):
            argument = str(self._operand())
            self._expect(")")
        if (sign := self._peek()) in ("+", "-"):
            self._at += 1
            if "." in self._near():
                raise self._mistake("Expecting a whole number.")
            offset = int(f"{sign}{self._number()}")
        return Macro(name, argument, offset)

    def _number(self) -> int | float:
        token = self._next()
        if token.kind != "number":
            self._at -= 1
            raise self._mistake("Expecting a number.")
        return float(token.text) if "." in token.text else int(token.text)

    def _field(self) -> Field:
        token = self._next()
        name = token.text.strip("[]") if token.kind == "field" else token.text
        if token.kind not in ("field", "word") or (token.kind == "word" and token.word() in _RESERVED):
            self._at -= 1
            raise self._mistake("Expecting field name.")
        if (side := _SIDES.get(name.casefold())) and self._take("."):
            return Field(self._field().name, side)
        prefix, _, rest = name.partition(".")
        if token.kind == "word" and rest and (side := _SIDES.get(prefix.casefold())):
            return Field(rest, side)
        return Field(name)

    def _sorted(self) -> tuple[Field, bool]:
        field, descending = self._field(), self._take("desc")
        if not descending:
            self._take("asc")
        return field, descending

    def _list(self, read: Callable[[], _T]) -> tuple[_T, ...]:
        found = [read()]
        while self._take(","):
            found.append(read())
        return tuple(found)

    def _peek(self) -> str:
        return self._tokens[self._at].word() if self._at < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self, *words: str) -> bool:
        ahead = [each.word() for each in self._tokens[self._at : self._at + len(words)]]
        if ahead != list(words):
            return False
        self._at += len(words)
        return True

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise WiqlError("The query statement ends too early.", "")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._mistake(f"Expecting {word.upper()}.")

    def _near(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _mistake(self, text: str) -> WiqlError:
        return WiqlError(text, self._near())
