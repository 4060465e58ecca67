"""Field values: from what a client writes to what is stored."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Field
from reconciler_azure_devops_sandbox.identities import find_person, unknown_identity
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.refusal import Refusal, RuleBreach, not_permitted
from reconciler_azure_devops_sandbox.richtext import encoded_markdown, normalised
from reconciler_azure_devops_sandbox.store import moment

__all__ = ["Tags", "Values"]

_STRING_MAX = 255
_TEXT_MAX = 1_048_576
_TAG_MAX, _TAGS_MAX = 400, 100


class Values:
    """Reads values as the knobs say."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    def read(self, field: Field, value: Any, *, markdown: bool = False, bypass: bool = False) -> Any:
        """A value in its stored form; `None` where it is empty.

        Raises:
            RuleBreach: the field does not take it.
            Refusal: nobody is this person.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if field.identity:
            return _person(field, value, bypass=bypass)
        match field.type:
            case "integer":
                return int(_number(field, value))
            case "double":
                return _number(field, value)
            case "boolean":
                return _flag(field, value)
            case "dateTime":
                return _time(field, value)
            case "html":
                return self._long_text(field, value, markdown=markdown)
        return _text(field, value)

    def _long_text(self, field: Field, value: Any, *, markdown: bool) -> str | None:
        text = str(value)
        if len(text) > _TEXT_MAX:
            raise RuleBreach(field.reference, field.name, "invalidTooLong")
        if markdown:
            return encoded_markdown(text) if self._knobs["markdown_angles"] == "encoded" else text
        return (text if self._knobs["html"] == "as_sent" else normalised(text)) or None


class Tags:
    """Reads tags as the knobs say; `known` gives a project's tags by their folded names."""

    def __init__(self, knobs: Knobs, known: Callable[[str], Mapping[str, str]]) -> None:
        self._knobs = knobs
        self._known = known

    def read(self, project: str, value: Any, added_to: Iterable[str] = ()) -> list[str] | None:
        """The tags of a text with `;`, added to the ones that are there; `None` for none.

        Raises:
            Refusal: too many, too long, or new where the account may not make new ones.
        """
        known = self._known(project)
        wanted = [each.strip() for each in str(value or "").replace(",", ";").split(";") if each.strip()]
        kept: dict[str, str] = {}
        for tag in (*added_to, *wanted):
            folded = tag.casefold()
            if folded not in known and "create_tags" in self._knobs["permissions_denied"]:
                raise not_permitted("Create tag definition")
            if len(tag) > _TAG_MAX:
                raise Refusal(400, f"The tag name '{tag}' is too long.", "InvalidTagNameException")
            kept.setdefault(folded, known.get(folded, tag) if self._knobs["tag_casing"] == "first" else tag)
        if len(kept) > _TAGS_MAX:
            text = f"TF401243: The work item can't have more than {_TAGS_MAX} tags."
            raise Refusal(400, text, "WorkItemTagLimitExceededException")
        tags = list(kept.values())
        return (sorted(tags, key=str.casefold) if self._knobs["tag_order"] == "sorted" else tags) or None


def _person(field: Field, value: Any, *, bypass: bool) -> str:
    person = find_person(value)
    if person is not None:
        return person.id
    if bypass:
        return str(value.get("displayName", "") if isinstance(value, Mapping) else value)
    raise unknown_identity(field, value.get("displayName", value) if isinstance(value, Mapping) else value)


def _number(field: Field, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number) or (field.type == "integer" and number % 1):
        raise RuleBreach(field.reference, field.name, "invalidType")
    return number


def _flag(field: Field, value: Any) -> bool:
    said = str(value).casefold()
    if said not in ("true", "false"):
        raise RuleBreach(field.reference, field.name, "invalidType")
    return said == "true"


def _time(field: Field, value: Any) -> str:
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        raise RuleBreach(field.reference, field.name, "invalidDate") from None
    if when.year < 1753:
        raise RuleBreach(field.reference, field.name, "invalidDate")
    return moment(when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC))


def _text(field: Field, value: Any) -> str:
    if isinstance(value, Mapping | list):
        raise RuleBreach(field.reference, field.name, "invalidType")
    text = str(value).strip()
    if field.type == "string":
        if len(text) > _STRING_MAX:
            raise RuleBreach(field.reference, field.name, "invalidTooLong")
        if "\n" in text or "\r" in text:
            raise RuleBreach(field.reference, field.name, "invalidCharacters")
    return text
