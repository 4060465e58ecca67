"""Fields: what one is, and those that the site's administrators made, one of each of Jira's kinds (FACTS A9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["CUSTOM_FIELDS", "GROUPS", "SUBTASKS_ALONE", "Field", "FieldKind", "Named"]

FieldKind: TypeAlias = Literal[
    "text", "rich", "number", "date", "datetime", "url", "option", "options", "cascade", "user", "users", "group",
    "groups", "labels", "priority", "components", "version", "versions", "sprint", "parent", "type", "project",
    "status", "resolution", "moment", "links", "comments",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A priority, component, option, group or resolution; `below` are the options of a cascade's second list."""

    id: str
    name: str
    below: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field.

    Attributes:
        custom: the custom field type's key; empty for a system field.
        screens: on which screens it can stand: "create", "edit".
        options: of a select field.
    """

    id: str
    name: str
    kind: FieldKind
    custom: str = ""
    screens: frozenset[str] = field(default=frozenset({"create", "edit"}))
    required: bool = False
    options: tuple[Named, ...] = ()
    clauses: tuple[str, ...] = ()


GROUPS = (
    Named("276f955c-63d7-42c8-9520-92d01dca0625", "Investment committee"),
    Named("6e87dc72-4f1f-421f-9382-2fee8b652487", "Legal"),
    Named("952d12c3-5b5b-4d04-bb32-44d383afc4b2", "Valuation"),
)

_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"


def _made(
    number: int, name: str, kind: FieldKind, type: str, *options: Named, vendor: str = _TYPES
) -> tuple[str, Field]:
    identity = f"customfield_{number}"
    return identity, Field(identity, name, kind, f"{vendor}{type}", options=options)


def _options(first: int, *names: str) -> tuple[Named, ...]:
    return tuple(Named(str(number), name) for number, name in enumerate(names, first))


CUSTOM_FIELDS = dict(
    (
        _made(10015, "Start date", "date", "datepicker"),
        _made(10020, "Sprint", "sprint", "gh-sprint", vendor="com.pyxis.greenhopper.jira:"),
        _made(10028, "Story Points", "number", "float"),
        _made(10050, "Investment amount", "number", "float"),
        _made(10051, "Sector", "text", "textfield"),
        _made(10052, "Risk level", "option", "select", *_options(10100, "Low", "Medium", "High", "Critical")),
        _made(10060, "Thesis", "rich", "textarea"),
        _made(10061, "Signing", "datetime", "datetime"),
        _made(10062, "Data room", "url", "url"),
        _made(10063, "Jurisdictions", "options", "multiselect", *_options(10110, "Germany", "Jersey", "Luxembourg")),
        _made(10064, "Approvals", "options", "multicheckboxes", *_options(10120, "Board", "Council", "Regulator")),
        _made(10065, "Vehicle", "option", "radiobuttons", *_options(10130, "Fund III", "Fund IV", "Co-investment")),
        _made(
            10066,
            "Region",
            "cascade",
            "cascadingselect",
            Named("10140", "EMEA", _options(10150, "Germany", "United Kingdom")),
            Named("10141", "Americas", _options(10160, "Canada", "United States")),
            Named("10142", "N/A"),
        ),
        _made(10067, "Sponsor", "user", "userpicker"),
        _made(10068, "Reviewers", "users", "multiuserpicker"),
        _made(10069, "Owning group", "group", "grouppicker"),
        _made(10070, "Committees", "groups", "multigrouppicker"),
        _made(10071, "Keywords", "labels", "labels"),
        _made(10072, "Target version", "version", "version"),
        _made(10074, "Closing date", "date", "datepicker"),
        _made(10073, "Affected versions", "versions", "multiversion"),
    )
)
"""By id."""
SUBTASKS_ALONE = frozenset({"customfield_10069", "customfield_10070"})
"""Fields that only the screens of sub-tasks have."""
