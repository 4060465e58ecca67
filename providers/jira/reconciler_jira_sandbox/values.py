"""Field values: what Jira takes, what is stored, and what the changelog says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.field_values import CUSTOM_READERS, Unfit, custom_texts
from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.site import (
    PRIORITIES,
    STATUSES,
    TYPES,
    USERS,
    Field,
    Named,
    Version,
)
from reconciler_jira_sandbox.store import Store

__all__ = ["Unfit", "Values"]

_TEXT_MAX = 255
_RICH_MAX = 32_767


class Values:
    """Reads values into their stored form, and says them as the changelog does."""

    def __init__(self, store: Store, knobs: Knobs) -> None:
        self._store = store
        self._knobs = knobs
        self._readers: dict[str, Callable[[Field, Any], Any]] = {
            "text": _text,
            "rich": self._rich,
            "number": _number,
            "date": _date,
            "option": _option,
            "user": _user,
            "labels": _labels,
            "priority": _priority,
            "components": self._components,
            "version": self._version,
            "versions": self._versions,
            "sprint": self._sprint,
            "parent": self._parent,
            "type": _type,
            **CUSTOM_READERS,
        }

    def read(self, field: Field, raw: Any) -> Any:
        """The stored form of what a client sent; `None` is empty.

        Raises:
            Unfit: Jira refuses it.
        """
        return self._readers[field.kind](field, raw)

    def texts(self, field: Field, stored: Any) -> tuple[str | None, str | None]:
        """The id, where there is one, and the text that the changelog shows."""
        if stored in (None, []):
            return None, None
        custom = custom_texts(field, stored)
        if custom is not None:
            return custom
        match field.kind:
            case "option":
                return stored, _name(field.options, stored)
            case "priority":
                return stored, _name(PRIORITIES, stored)
            case "components":
                return ", ".join(stored), ", ".join(self._store.components[each].name for each in stored)
            case "versions":
                return ", ".join(stored), ", ".join(self._store.versions[each].name for each in stored)
            case "version":
                return stored, self._store.versions[stored].name
            case "sprint":
                return ", ".join(map(str, stored)), ", ".join(self._store.sprints[each].name for each in stored)
            case "status":
                return stored, next(each.name for each in STATUSES if each.id == stored)
            case "type":
                return stored, next(each.name for each in TYPES if each.id == stored)
            case "user":
                return stored, next(each.name for each in USERS if each.account_id == stored)
            case "parent":
                parent = self._store.find(stored)
                return stored, parent.key if parent else stored
            case "labels":
                return None, " ".join(stored)
            case "rich":
                return None, adf.plain_text(stored)
            case "number":
                return None, f"{stored:g}"
            case "date":
                return stored, f"{stored} 00:00:00.0"
            case "resolution":
                return "10000", stored
        return None, str(stored)

    def _rich(self, _field: Field, raw: Any) -> Any:
        if raw is None:
            return None
        problem = adf.problem_of(raw)
        if problem is None and not raw["content"]:
            if self._knobs["empty_adf"] == "accepted":
                return None
            problem = "doc: content is empty"
        if problem:
            raise Unfit(f"Operation value must be an Atlassian Document (see the Atlassian Document Format): {problem}")
        if len(adf.plain_text(raw)) > _RICH_MAX:
            raise Unfit("The entered text is too long. It exceeds the allowed limit of 32,767 characters.")
        return adf.with_local_ids(raw) if self._knobs["adf_local_ids"] else raw

    def _sprint(self, _field: Field, raw: Any) -> list[int]:
        if raw is None:
            return []
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Unfit("Number value expected as the Sprint id.")
        sprint = self._store.sprints.get(raw)
        if sprint is None:
            raise Unfit(f"Sprint with id '{raw}' does not exist, or you do not have permission to view it.")
        if sprint.state == "closed":
            raise Unfit("Issues can only be moved to open or active sprints.")
        return [raw]

    def _components(self, _field: Field, raw: Any) -> list[str]:
        return _picks(tuple(self._store.components.values()), raw, "Component")

    def _versions(self, _field: Field, raw: Any) -> list[str]:
        return _picks(tuple(self._store.versions.values()), raw, "Version")

    def _version(self, field: Field, raw: Any) -> str | None:
        return None if raw is None else self._versions(field, [raw])[0]

    def _parent(self, _field: Field, raw: Any) -> str | None:
        if raw is None or raw == {"none": True}:
            return None
        wanted = (raw.get("id") or raw.get("key")) if isinstance(raw, Mapping) else None
        parent = self._store.find(str(wanted)) if wanted else None
        if parent is None or parent.hidden:
            raise Unfit("Could not find issue by id or key.")
        return parent.id


def _text(field: Field, raw: Any) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise Unfit("Operation value must be a string")
    text = (raw or "").strip()
    if field.id == "summary":
        if not text:
            raise Unfit("You must specify a summary of the issue.")
        if "\n" in text or "\r" in text:
            raise Unfit("The summary is invalid because it contains newline characters.")
        if len(text) > _TEXT_MAX:
            raise Unfit("Summary can't exceed 255 characters.")
    if len(text) > _TEXT_MAX:
        raise Unfit("The entered text is too long. It exceeds the allowed limit of 255 characters.")
    return text or None


def _number(_field: Field, raw: Any) -> float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Unfit("Operation value must be a number")
    return float(raw)


def _date(_field: Field, raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    try:
        if len(raw) == len("2026-01-31"):
            return date.fromisoformat(raw).isoformat()
    except (TypeError, ValueError):
        pass
    raise Unfit(f"Error parsing date string: {raw}")


def _option(field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Unfit(f"Specify a valid 'id' or 'name' for {field.name}")
    for option in field.options:
        if str(raw.get("id")) == option.id or ("id" not in raw and raw.get("value") == option.name):
            return option.id
    raise Unfit(f"Option id '{raw['id']}' is not valid" if "id" in raw else "Specify a valid value for " + field.name)


def _user(field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or not isinstance(raw.get("accountId"), str | None):
        raise Unfit("expected Object")
    if "accountId" not in raw:
        raise Unfit("'accountId' must be the only user identifying query parameter in GDPR strict mode.")
    if raw["accountId"] in (None, "-1"):  # the project's default assignee is nobody
        return None
    for user in USERS:
        if user.account_id == raw["accountId"] and user.active:
            return user.account_id
    raise Unfit(
        f"User '{raw['accountId']}' cannot be assigned issues."
        if field.id == "assignee"
        else "The reporter specified is not a user."
        if field.id == "reporter"
        else f"User '{raw['accountId']}' is not valid for this user picker."
    )


def _labels(_field: Field, raw: Any) -> list[str]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        if raw is None:
            return []
        raise Unfit("data was not an array")
    for label in raw:
        if not isinstance(label, str) or not label:
            raise Unfit("string expected at index 0")
        if any(character.isspace() for character in label):
            raise Unfit(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > _TEXT_MAX:
            raise Unfit(f"The label '{label}' is too long. It exceeds the allowed limit of 255 characters.")
    return sorted(set(raw))


def _priority(_field: Field, raw: Any) -> str:
    if isinstance(raw, Mapping) and (found := _pick(PRIORITIES, raw)):
        return found
    raise Unfit("The priority selected is invalid.")


def _picks(named: Sequence[Named | Version], raw: Any, what: str) -> list[str]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        if raw is None:
            return []
        raise Unfit("data was not an array")
    chosen = []
    for each in raw:
        found = _pick(named, each) if isinstance(each, Mapping) else None
        if found is None:
            wanted = each.get("name", each.get("id")) if isinstance(each, Mapping) else each
            raise Unfit(f"{what} name '{wanted}' is not valid")
        chosen.append(found)
    return sorted(set(chosen))


def _type(_field: Field, raw: Any) -> str:
    if isinstance(raw, Mapping):
        for each in TYPES:
            if str(raw.get("id")) == each.id or ("id" not in raw and raw.get("name") == each.name):
                return each.id
    raise Unfit("Specify a valid issue type")


def _pick(named: Sequence[Named | Version], raw: Mapping[str, Any]) -> str | None:
    for each in named:
        if str(raw.get("id")) == each.id or ("id" not in raw and raw.get("name") == each.name):
            return each.id
    return None


def _name(named: Sequence[Named | Version], identity: str) -> str:
    return next(each.name for each in named if each.id == identity)
