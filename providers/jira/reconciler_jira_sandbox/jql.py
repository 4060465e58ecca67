"""The part of JQL that tools use: clauses with AND, OR, NOT and parentheses, and ORDER BY (FACTS A4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from reconciler_jira_sandbox.jql_clauses import Clauses, Test
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.store import Store

__all__ = ["Query", "parse"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|!~|>=|<=|[=~<>(),])|(?P<word>[^\s=~<>!(),"']+))"""
)
_ORDER_MAX = 7
_RESERVED = frozenset({"and", "or", "not", "in", "is", "order", "by", "empty", "null"})


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: a test, and whether the newest come first."""

    test: Test
    descending: bool


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    def word(self) -> str:
        return "" if self.quoted else self.text.casefold()


def parse(jql: str, store: Store, now: datetime, *, fold_labels: bool) -> Query:
    """Parse a query.

    Raises:
        Refusal: 400, as Jira says it: malformed, unbounded, or with a value that does not exist.
    """
    return _Parser(_tokens(jql), Clauses(store, now, fold_labels=fold_labels)).query()


def _tokens(jql: str) -> list[_Token]:
    tokens, position = [], 0
    text = jql.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Refusal(400, f"Error in the JQL Query: unexpected character at position {position}.")
        position = match.end()
        if quoted := match["text"]:
            tokens.append(_Token(re.sub(r"\\(.)", r"\1", quoted[1:-1]), quoted=True))
        else:
            tokens.append(_Token(match["sign"] or match["word"]))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], clauses: Clauses) -> None:
        self._tokens = tokens
        self._at = 0
        self._clauses = clauses

    def query(self) -> Query:
        if not self._tokens or self._peek() == "order":
            raise Refusal(
                400,
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
            )
        test = self._either()
        descending = self._order()
        if self._at < len(self._tokens):
            raise self._mistake()
        return Query(test, descending)

    def _order(self) -> bool:
        if self._peek() != "order":
            return False
        self._at += 1
        self._expect("by")
        directions = []
        while True:
            self._field_name()
            directions.append(self._peek() == "desc")
            if self._peek() in ("asc", "desc"):
                self._at += 1
            if self._peek() != ",":
                break
            self._at += 1
        if len(directions) > _ORDER_MAX:
            raise Refusal(400, "The maximum number of fields in ORDER BY is 7.")
        return directions[0]

    def _either(self) -> Test:
        tests = [self._all()]
        while self._peek() == "or":
            self._at += 1
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda issue, values: any(each(issue, values) for each in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek() == "and":
            self._at += 1
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda issue, values: all(each(issue, values) for each in tests)

    def _one(self) -> Test:
        if self._peek() == "not":
            self._at += 1
            inner = self._one()
            return lambda issue, values: not inner(issue, values)
        if self._peek() == "(":
            self._at += 1
            test = self._either()
            self._expect(")")
            return test
        return self._clause()

    def _clause(self) -> Test:
        name = self._next()
        if not name.quoted and name.word() in _RESERVED:
            raise self._mistake()
        operator = self._peek()
        if operator not in ("=", "!=", "~", "!~", "<", "<=", ">", ">=", "in", "not", "is"):
            return self._text_search(name)
        self._at += 1
        if operator == "is":
            wanted = self._peek() != "not"
            self._at += not wanted
            self._expect("empty", "null")
            return self._clauses.emptiness(name.text, wanted=wanted)
        if operator == "not":
            self._expect("in")
            inner = self._membership(name.text)
            return lambda issue, values: not inner(issue, values)
        if operator == "in":
            return self._membership(name.text)
        value = self._next().text
        if operator in ("=", "!="):
            equal = self._clauses.compare(name.text, value, "=")
            return equal if operator == "=" else lambda issue, values: not equal(issue, values)
        if operator == "!~":
            like = self._clauses.compare(name.text, value, "~")
            return lambda issue, values: not like(issue, values)
        return self._clauses.compare(name.text, value, operator)

    def _text_search(self, first: _Token) -> Test:
        words = [first]
        while (word := self._peek()) and word not in _RESERVED | {"(", ")", ","}:
            words.append(self._next())
        return self._clauses.compare("text", " ".join(each.text for each in words), "~")

    def _membership(self, name: str) -> Test:
        self._expect("(")
        tests = [self._clauses.compare(name, self._next().text, "=")]
        while self._peek() == ",":
            self._at += 1
            tests.append(self._clauses.compare(name, self._next().text, "="))
        self._expect(")")
        return lambda issue, values: any(each(issue, values) for each in tests)

    def _field_name(self) -> None:
        token = self._next()
        if token.word() not in ("key", "issuekey", "id", "rank"):
            self._clauses.field_id(token.text)

    def _peek(self) -> str:
        return self._tokens[self._at].word() if self._at < len(self._tokens) else ""

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise Refusal(400, "Error in the JQL Query: the query ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, *words: str) -> None:
        if self._next().word() not in words:
            raise self._mistake()

    def _mistake(self) -> Refusal:
        token = self._tokens[min(self._at, len(self._tokens)) - 1].text
        return Refusal(400, f"Error in the JQL Query: expecting something else near '{token}'.")
