"""The part of JQL that tools use: clauses with AND, OR, NOT and parentheses, and ORDER BY (FACTS A4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.site import FIELDS, PRIORITIES, PROJECT, STATUSES, TYPES, USERS
from reconciler_jira_sandbox.store import Issue, Store

__all__ = ["Query", "parse"]

Test: TypeAlias = Callable[[Issue, Mapping[str, Any]], bool]
"""Whether an issue with these values fits: the values may be older than the issue's own."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|!~|>=|<=|[=~<>(),])|(?P<word>[^\s=~<>!(),"']+))"""
)
_RELATIVE = re.compile(r"([+-]?)(\d+)([wdhm])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
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
    return _Parser(_tokens(jql), store, now, fold_labels=fold_labels).query()


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
    def __init__(self, tokens: list[_Token], store: Store, now: datetime, *, fold_labels: bool) -> None:
        self._tokens = tokens
        self._at = 0
        self._store = store
        self._now = now
        self._fold_labels = fold_labels

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
            return self._emptiness(name.text, wanted=wanted)
        if operator == "not":
            self._expect("in")
            inner = self._membership(name.text)
            return lambda issue, values: not inner(issue, values)
        if operator == "in":
            return self._membership(name.text)
        value = self._next().text
        if operator in ("=", "!="):
            equal = self._compare(name.text, value, "=")
            return equal if operator == "=" else lambda issue, values: not equal(issue, values)
        if operator == "!~":
            like = self._compare(name.text, value, "~")
            return lambda issue, values: not like(issue, values)
        return self._compare(name.text, value, operator)

    def _text_search(self, first: _Token) -> Test:
        words = [first]
        while (word := self._peek()) and word not in _RESERVED | {"(", ")", ","}:
            words.append(self._next())
        return self._compare("text", " ".join(each.text for each in words), "~")

    def _membership(self, name: str) -> Test:
        self._expect("(")
        tests = [self._compare(name, self._next().text, "=")]
        while self._peek() == ",":
            self._at += 1
            tests.append(self._compare(name, self._next().text, "="))
        self._expect(")")
        return lambda issue, values: any(each(issue, values) for each in tests)

    def _emptiness(self, name: str, *, wanted: bool) -> Test:
        field = self._field_id(name)
        return lambda _issue, values: (not values.get(field)) is wanted

    def _compare(self, name: str, value: str, operator: str) -> Test:
        clause = name.casefold()
        if clause in ("text", "summary", "description"):
            return _like(clause, value)
        if clause in ("key", "issuekey", "issue", "id"):
            return self._by_key(value, operator)
        if clause in ("created", "updated", "createddate", "updateddate"):
            return self._by_time(clause[:7], value, operator)
        if operator == "~" and FIELDS[self._field_id(name)].custom.endswith(":textfield"):
            return _worded(self._field_id(name), value)
        if operator != "=":
            raise Refusal(400, f"The operator '{operator}' is not supported by the '{name}' field.")
        if clause == "project":
            if value.casefold() not in (PROJECT.key.casefold(), PROJECT.name.casefold(), PROJECT.id):
                raise _no_value(value, name)
            return lambda _issue, _values: True
        if clause in ("labels", "label"):
            if self._fold_labels:
                folded = value.casefold()
                return lambda _issue, values: folded in (each.casefold() for each in values.get("labels", ()))
            return lambda _issue, values: value in values.get("labels", ())
        if clause == "statuscategory":
            names = {"to do": "new", "in progress": "indeterminate", "done": "done"}
            category = names.get(value.casefold(), value.casefold())
            wanted = {each.id for each in STATUSES if each.category == category}
            return lambda _issue, values: values["status"] in wanted
        if clause == "parent":
            parent = self._issue(value, name)
            return lambda _issue, values: values.get("parent") == parent.id
        return self._by_id(name, value)

    def _by_id(self, name: str, value: str) -> Test:
        field = self._field_id(name)
        folded = value.casefold()
        known: list[tuple[str, ...]]
        match FIELDS[field].kind:
            case "status":
                known = [(each.id, each.name) for each in STATUSES]
            case "type":
                kinds = [each.id for each in TYPES if folded in (each.id, each.name.casefold())]
                if not kinds:
                    raise _no_value(value, name)
                return lambda issue, _values: issue.type == kinds[0]
            case "priority":
                known = [(each.id, each.name) for each in PRIORITIES]
            case "user":
                known = [(each.account_id, each.name, each.email) for each in USERS]
            case "option":
                known = [(each.id, each.name) for each in FIELDS[field].options]
            case _:
                return lambda _issue, values: str(values.get(field, "")).casefold() == folded
        found = next((each[0] for each in known if folded in (text.casefold() for text in each)), None)
        if found is None:
            raise _no_value(value, name)
        return lambda _issue, values: values.get(field) == found

    def _by_key(self, value: str, operator: str) -> Test:
        if operator == "=":
            wanted = self._issue(value, "key")
            return lambda issue, _values: issue.id == wanted.id
        number = int(value.rpartition("-")[2]) if value.rpartition("-")[2].isdigit() else None
        if number is None or operator == "~":
            raise _no_value(value, "key")
        return lambda issue, _values: _ordered(int(issue.key.rpartition("-")[2]), number, operator)

    def _by_time(self, name: str, value: str, operator: str) -> Test:
        match = _RELATIVE.fullmatch(value)
        if match:
            sign = -1 if match[1] == "-" else 1
            limit = self._now + sign * timedelta(**{_UNITS[match[3]]: int(match[2])})
        else:
            try:
                limit = datetime.fromisoformat(value.replace("/", "-"))
            except ValueError:
                raise _no_value(value, name) from None
            limit = limit.replace(tzinfo=self._now.tzinfo) if limit.tzinfo is None else limit

        def fits(issue: Issue, _values: Mapping[str, Any]) -> bool:
            at = datetime.fromisoformat(issue.created if name == "created" else issue.updated)
            return _ordered(at, limit, operator)

        return fits

    def _issue(self, value: str, name: str) -> Issue:
        issue = self._store.find(value)
        if issue is None or issue.hidden:
            raise Refusal(400, f"An issue with key '{value}' does not exist for field '{name}'.")
        return issue

    def _field_name(self) -> None:
        token = self._next()
        if token.word() not in ("key", "issuekey", "id", "rank"):
            self._field_id(token.text)

    def _field_id(self, name: str) -> str:
        folded = name.casefold()
        match = re.fullmatch(r"cf\[(\d+)\]", folded)
        for field in FIELDS.values():
            if folded in (field.id, field.name.casefold(), *field.clauses) or (
                match and field.id == f"customfield_{match[1]}"
            ):
                return field.id
        raise Refusal(400, f"Field '{name}' does not exist or you do not have permission to view it.")

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


def _like(clause: str, value: str) -> Test:
    words = value.casefold().replace("*", "").split()

    def fits(_issue: Issue, values: Mapping[str, Any]) -> bool:
        text = ""
        if clause in ("text", "summary"):
            text += f" {values.get('summary', '')}"
        if clause in ("text", "description"):
            text += f" {adf.plain_text(values.get('description'))}"
        return all(word in text.casefold() for word in words)

    return fits


def _worded(field: str, value: str) -> Test:
    """A text field has all words of a text, in any order: more than whoever looks for an identifier wants."""
    words = set(re.findall(r"\w+", value.casefold()))
    return lambda _issue, values: words <= set(re.findall(r"\w+", str(values.get(field, "")).casefold()))


def _ordered(left: Any, right: Any, operator: str) -> bool:
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case ">=":
            return bool(left >= right)
    return bool(left == right)


def _no_value(value: str, name: str) -> Refusal:
    return Refusal(400, f"The value '{value}' does not exist for the field '{name}'.")
