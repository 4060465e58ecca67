"""Values of the kinds of custom fields: what Jira takes, and its words for what it does not (FACTS A9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from reconciler_jira_sandbox.fields import GROUPS, Field, Named
from reconciler_jira_sandbox.site import USERS

__all__ = ["CUSTOM_READERS", "Unfit", "custom_texts"]


class Unfit(Exception):
    """A field does not take a value; the text is Jira's message for it."""


def custom_texts(field: Field, stored: Any) -> tuple[str | None, str | None] | None:
    """The id, where there is one, and the text that the changelog shows; `None` for another kind of field."""
    match field.kind:
        case "options":
            names = (each.name for each in field.options if each.id in stored)
            return f"[{', '.join(stored)}]", ",".join(names)
        case "cascade":
            levels = _levels(field.options, stored)
            said = (f"{level} values: {each.name}({each.id})" for level, each in zip(_LEVELS, levels, strict=False))
            return None, "".join(said)
        case "users":
            return f"[{', '.join(stored)}]", f"[{', '.join(stored)}]"
        case "groups":
            return f"[{', '.join(stored)}]", f"[{', '.join(stored)}]"
        case "group":
            return stored, stored
        case "datetime":
            return stored, datetime.fromisoformat(stored).strftime("%d/%b/%y %I:%M %p")
    return None


def _moment(_field: Field, raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    try:
        moment = datetime.fromisoformat(raw)
        if "T" in raw and moment.tzinfo is not None:
            return moment.astimezone(UTC).isoformat()
    except (TypeError, ValueError):
        pass
    raise Unfit(f"Error parsing time: {raw}")


def _url(_field: Field, raw: Any) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise Unfit("Operation value must be a string")
    if not raw:
        return None
    if urlsplit(raw).scheme not in ("http", "https", "ftp", "mailto"):
        raise Unfit(f"Not a valid URL: {raw}")
    return raw


def _option(field: Field, raw: Any) -> str:
    return _picked(field, field.options, raw).id


def _options(field: Field, raw: Any) -> list[str]:
    return sorted({_option(field, each) for each in _listed(raw)})


def _cascade(field: Field, raw: Any) -> list[str] | None:
    if raw is None:
        return None
    outer = _picked(field, field.options, raw)
    child = raw.get("child")
    return [outer.id] if child is None else [outer.id, _picked(field, outer.below, child).id]


def _users(_field: Field, raw: Any) -> list[str]:
    return sorted({_account(each) for each in _listed(raw)})


def _group(_field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Unfit("data was not an object")
    for group in GROUPS:
        if raw.get("groupId") == group.id or ("groupId" not in raw and raw.get("name") == group.name):
            return group.name
    raise Unfit(f"Could not find group with name '{raw.get('name', raw.get('groupId'))}'")


def _groups(field: Field, raw: Any) -> list[str]:
    return sorted({found for each in _listed(raw) if (found := _group(field, each))})


def _listed(raw: Any) -> Sequence[Any]:
    if raw is None:
        return ()
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise Unfit("data was not an array")
    return raw


def _account(raw: Any) -> str:
    if not isinstance(raw, Mapping):
        raise Unfit("expected Object")
    for user in USERS:
        if user.account_id == raw.get("accountId") and user.active:
            return user.account_id
    raise Unfit(f"User '{raw.get('accountId')}' is not valid for this user picker.")


def _picked(field: Field, options: Sequence[Named], raw: Any) -> Named:
    if not isinstance(raw, Mapping):
        raise Unfit(f"Specify a valid 'id' or 'name' for {field.name}")
    for option in options:
        if str(raw.get("id")) == option.id or ("id" not in raw and raw.get("value") == option.name):
            return option
    raise Unfit(f"Option id '{raw['id']}' is not valid" if "id" in raw else f"Specify a valid value for {field.name}")


def _levels(options: Sequence[Named], stored: Sequence[str]) -> list[Named]:
    chosen: list[Named] = []
    for identity in stored:
        chosen.append(next(each for each in options if each.id == identity))
        options = chosen[-1].below
    return chosen


_LEVELS: Final = ("Parent", "Level 1")
CUSTOM_READERS: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "datetime": _moment,
    "url": _url,
    "options": _options,
    "cascade": _cascade,
    "users": _users,
    "group": _group,
    "groups": _groups,
}
"""By kind, from what a client sent to what is stored; each raises `Unfit`."""
