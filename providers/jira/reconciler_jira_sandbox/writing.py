"""Creating, editing and moving issues: from a request's body to the event that it causes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.bodies import mapping_of, mappings_of
from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.site import FIELDS, PROJECT, STATUSES, TYPES, Field, IssueType
from reconciler_jira_sandbox.store import Event, Issue, Store
from reconciler_jira_sandbox.values import Unfit, Values
from reconciler_jira_sandbox.workflow import Move, moves_from, status_by_id, types_like

__all__ = ["Writing", "check_property"]

_OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
_SETS = frozenset({"labels", "components", "versions", "options", "users", "groups"})
_PROPERTY_MAX = 32_768
_KEY_MAX = 255


class Writing:
    """Turns bodies of IssueUpdateDetails into events. Nothing is stored here.

    Raises (all methods):
        Refusal: Jira says no; nothing has happened.
    """

    def __init__(self, store: Store, knobs: Knobs) -> None:
        self._store = store
        self._knobs = knobs
        self._values = Values(store, knobs)

    def create(self, body: Mapping[str, Any], by: str, at: str) -> Event:
        """A new issue (FACTS A2)."""
        fields = mapping_of(body, "fields")
        errors: dict[str, str] = {}
        project = fields.get("project")
        if not isinstance(project, Mapping) or not (
            project.get("key") == PROJECT.key or str(project.get("id")) == PROJECT.id
        ):
            errors["project"] = "Specify a valid project ID or key"
        try:
            kind = _type(self._values.read(FIELDS["issuetype"], fields.get("issuetype")))
        except Unfit as unfit:
            raise Refusal(400, errors={**errors, "issuetype": str(unfit)}) from unfit
        changes = {name: raw for name, raw in fields.items() if name not in ("project", "issuetype")}
        values, problems = self._read(kind, "create", changes, mapping_of(body, "update"), {})
        errors |= problems
        for name in ("summary", *self._knobs["required"]):
            if not values.get(name) and name not in errors:
                errors[name] = (
                    "You must specify a summary of the issue."
                    if name == "summary"
                    else f"{FIELDS[name].name} is required."
                )
        if "parent" not in errors and (problem := self._parent_problem(kind, values.get("parent"))):
            errors["parentId"] = problem
        if errors:
            raise Refusal(400, errors=errors)
        values = {"priority": "3", "reporter": by, **values, "status": STATUSES[0].id}
        return {
            "event": "created",
            "at": at,
            "by": by,
            "type": kind.id,
            "values": {name: value for name, value in values.items() if value not in (None, [])},
            "properties": _properties(body),
        }

    def edit(self, issue: Issue, body: Mapping[str, Any], by: str, at: str) -> Event:
        """A change of fields and properties (FACTS A5). `transition` is ignored, as Jira does."""
        kind = _type(issue.type)
        current = {**issue.values, "issuetype": issue.type}
        values, errors = self._read(kind, "edit", mapping_of(body, "fields"), mapping_of(body, "update"), current)
        offered = {each.id for each in types_like(self._knobs["workflows"], kind)}
        if "issuetype" in values and values["issuetype"] not in offered:
            errors["issuetype"] = "The issue type selected is invalid."
        if "parent" in values and (problem := self._parent_problem(kind, values["parent"], issue)):
            errors["parentId"] = problem
        if errors:
            raise Refusal(400, errors=errors)
        values = self._with_past_sprints(values, current)
        return self._edited(issue, values, by, at) | {"properties": _properties(body)}

    def move(self, issue: Issue, body: Mapping[str, Any], by: str, at: str) -> Event:
        """A transition, with the fields of its screen (FACTS A6)."""
        wanted = str(mapping_of(body, "transition").get("id"))
        offered = moves_from(self._knobs["workflows"], issue.type, issue.values)
        move = next((each for each in offered if each.id == wanted), None)
        if move is None:
            raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
        values = self._screen(issue, move, mapping_of(body, "fields"), mapping_of(body, "update"))
        values["status"] = move.to.id
        if (move.to.category == "done") != (status_by_id(issue.values["status"]).category == "done"):
            values["resolution"] = "Done" if move.to.category == "done" else None
        return self._edited(issue, values, by, at) | {"properties": _properties(body)}

    def comment(self, body: Any, by: str, at: str) -> dict[str, Any]:
        """A comment in the stored form, without an id."""
        details = body if isinstance(body, Mapping) else {}
        if adf.problem_of(details.get("body")) or not details["body"]["content"]:
            raise Refusal(400, errors={"comment": "Comment body is not valid!"})
        properties = _properties(details)
        return {
            "author": by,
            "body": details["body"],
            "created": at,
            "properties": [{"key": key, "value": value} for key, value in properties.items()],
        }

    def _screen(self, issue: Issue, move: Move, fields: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
        errors: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, raw in fields.items():
            if name not in move.required:
                errors[name] = _OFF_SCREEN.format(name)
                continue
            try:
                values[name] = self._values.read(FIELDS[name], raw)
            except Unfit as unfit:
                errors[name] = str(unfit)
        for name in update:
            if name != "comment":
                errors[name] = _OFF_SCREEN.format(name)
        for name in move.required:
            if name not in errors and not (values.get(name) or (name not in values and issue.values.get(name))):
                errors[name] = f"{FIELDS[name].name} is required."
        if errors:
            raise Refusal(400, errors=errors)
        return values

    def _read(
        self,
        kind: IssueType,
        screen: str,
        fields: Mapping[str, Any],
        update: Mapping[str, Any],
        current: Mapping[str, Any],
    ) -> tuple[dict[str, Any], dict[str, str]]:
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for name, raw in fields.items():
            if name in update:
                errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
                continue
            try:
                values[name] = self._values.read(self._on_screen(kind, screen, name), raw)
            except Unfit as unfit:
                errors[name] = str(unfit)
        for name, operations in update.items():
            try:
                field = self._on_screen(kind, screen, name)
                if name not in errors:
                    values[name] = self._operate(field, operations, current.get(name))
            except Unfit as unfit:
                errors[name] = str(unfit)
        return values, errors

    def _operate(self, field: Field, operations: Any, stored: Any) -> Any:
        if not isinstance(operations, list):
            raise Unfit("Field operations must be a list")
        for operation in operations:
            match operation:
                case {"set": raw, **rest} if not rest:
                    stored = self._values.read(field, raw)
                case {"add": raw, **rest} if not rest and field.kind in _SETS:
                    stored = sorted({*(stored or []), *self._values.read(field, [raw])})
                case {"remove": raw, **rest} if not rest and field.kind in _SETS:
                    stored = [each for each in stored or [] if each not in self._values.read(field, [raw])]
                case _:
                    verbs = "'add', 'remove' and 'set'" if field.kind in _SETS else "'set'"
                    raise Unfit(f"Field with id '{field.id}' supports only {verbs}, one verb an operation.")
        return stored

    def _on_screen(self, kind: IssueType, screen: str, name: str) -> Field:
        field = FIELDS.get(name)
        if field is None or screen not in field.screens or name in kind.off_screen or name in self._knobs["off_screen"]:
            raise Unfit(_OFF_SCREEN.format(name))
        return field

    def _parent_problem(self, kind: IssueType, parent: str | None, child: Issue | None = None) -> str | None:
        if parent is None:
            return "Issue type is a sub-task but parent issue key or id not specified." if kind.level < 0 else None
        if child is not None and parent == child.id:
            return "An issue can't be its own parent."
        if _type(self._store.issues[parent].type).level != kind.level + 1:
            return "Given parent work item does not belong to appropriate hierarchy."
        return None

    def _edited(self, issue: Issue, values: Mapping[str, Any], by: str, at: str) -> Event:
        current = {**issue.values, "issuetype": issue.type}
        changed = {
            name: None if value == [] else value
            for name, value in values.items()
            if (value if value != [] else None) != current.get(name)
        }
        items = [self._item(FIELDS[name], current.get(name), value) for name, value in changed.items()]
        return {"event": "edited", "issue": issue.id, "at": at, "by": by, "values": changed, "items": items}

    def _with_past_sprints(self, values: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
        """The closed sprints that an issue was in stay on it, before the one that it goes to."""
        kept = dict(values)
        for name in values:
            if FIELDS[name].kind == "sprint":
                past = (each for each in current.get(name) or () if self._store.sprints[each].state == "closed")
                kept[name] = [*past, *values[name]]
        return kept

    def _item(self, field: Field, before: Any, after: Any) -> dict[str, str]:
        texts = zip(
            ("from", "fromString", "to", "toString"),
            (*self._values.texts(field, before), *self._values.texts(field, after)),
            strict=True,
        )
        kind = "custom" if field.custom else "jira"
        name = field.name if field.custom else field.id
        return {"field": name, "fieldtype": kind, "fieldId": field.id} | {
            side: text for side, text in texts if text is not None
        }


def check_property(key: str, value: Any) -> None:
    """Check an entity property (FACTS A8).

    Raises:
        Refusal: the key or the value is too long, or the value is empty.
    """
    if not key or len(key) > _KEY_MAX:
        raise Refusal(400, "The property key has to be shorter than 255 characters.")
    if value is None or len(json.dumps(value, ensure_ascii=False)) > _PROPERTY_MAX:
        raise Refusal(400, "The property value has to be a valid non-empty JSON of at most 32768 characters.")


def _properties(body: Mapping[str, Any]) -> dict[str, Any]:
    properties = mappings_of(body, "properties")
    if not all(each.keys() == {"key", "value"} for each in properties):
        raise Refusal(400, "properties is a list of objects with key and value.")
    for each in properties:
        check_property(str(each["key"]), each["value"])
    return {str(each["key"]): each["value"] for each in properties}


def _type(identity: str) -> IssueType:
    return next(each for each in TYPES if each.id == identity)
