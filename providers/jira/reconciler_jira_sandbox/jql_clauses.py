"""What JQL asks of a field: the tests that its clauses stand for (FACTS A4, A9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.site import FIELDS, GROUPS, PRIORITIES, PROJECT, STATUSES, TYPES, USERS
from reconciler_jira_sandbox.store import Issue, Store

__all__ = ["Clauses", "Test"]

Test: TypeAlias = Callable[[Issue, Mapping[str, Any]], bool]
"""Whether an issue with these values fits: the values may be older than the issue's own."""

_RELATIVE = re.compile(r"([+-]?)(\d+)([wdhm])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


class Clauses:
    """Makes the tests of one query.

    Args:
        now: what relative times count from.
        fold_labels: whether labels are compared without regard to case.

    Raises (all methods):
        Refusal: 400: there is no such field or value, or the field does not take the operator.
    """

    def __init__(self, store: Store, now: datetime, *, fold_labels: bool) -> None:
        self._store = store
        self._now = now
        self._fold_labels = fold_labels

    def emptiness(self, name: str, *, wanted: bool) -> Test:
        """Whether a field is empty, or where `wanted` is false whether it is not."""
        field = self.field_id(name)
        return lambda _issue, values: (not values.get(field)) is wanted

    def compare(self, name: str, value: str, operator: str) -> Test:
        """A field against one value; `operator` is `=`, `~`, `<`, `<=`, `>` or `>=`."""
        clause = name.casefold()
        if clause in ("text", "summary", "description"):
            return _like(clause, value)
        if clause in ("key", "issuekey", "issue", "id"):
            return self._by_key(value, operator)
        if clause in ("created", "updated", "createddate", "updateddate"):
            return self._by_time(clause[:7], value, operator)
        if operator == "~" and FIELDS[self.field_id(name)].custom.endswith(":textfield"):
            return _worded(self.field_id(name), value)
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
        field = self.field_id(name)
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
            case "user" | "users":
                known = [(each.account_id, each.name, each.email) for each in USERS]
            case "option" | "options" | "cascade":
                chosen = (each for option in FIELDS[field].options for each in (option, *option.below))
                known = [(each.id, each.name) for each in chosen]
            case "components":
                known = [(each.id, each.name) for each in self._store.components.values()]
            case "version" | "versions":
                known = [(each.id, each.name) for each in self._store.versions.values()]
            case "group" | "groups":
                known = [(each.name,) for each in GROUPS]
            case "sprint":
                named = {each.id: each.name.casefold() for each in self._store.sprints.values()}
                wanted = {id for id, sprint in named.items() if folded in (str(id), sprint)}
                if not wanted:
                    raise _no_value(value, name)
                return lambda _issue, values: not wanted.isdisjoint(values.get(field) or ())
            case _:
                return lambda _issue, values: str(values.get(field, "")).casefold() == folded
        found = next((each[0] for each in known if folded in (text.casefold() for text in each)), None)
        if found is None:
            raise _no_value(value, name)
        return lambda _issue, values: found in (held if isinstance(held := values.get(field), list) else (held,))

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

    def field_id(self, name: str) -> str:
        """The id of a field by id, name, clause name or `cf[number]`."""
        folded = name.casefold()
        match = re.fullmatch(r"cf\[(\d+)\]", folded)
        for field in FIELDS.values():
            if folded in (field.id, field.name.casefold(), *field.clauses) or (
                match and field.id == f"customfield_{match[1]}"
            ):
                return field.id
        raise Refusal(400, f"Field '{name}' does not exist or you do not have permission to view it.")


def _like(clause: str, value: str) -> Test:
    phrases = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value.casefold().replace("*", ""))
    words = [re.sub(r"\\(.)", r"\1", phrase) or word for phrase, word in phrases]

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
