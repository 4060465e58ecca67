"""What an organisation is made of: fields, states, types, relation types, processes, projects and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "Category",
    "Field",
    "FieldType",
    "Level",
    "Person",
    "Process",
    "Project",
    "RelationType",
    "Rule",
    "State",
    "WorkItemType",
]

Category: TypeAlias = Literal["Proposed", "InProgress", "Resolved", "Completed", "Removed"]
FieldType: TypeAlias = Literal[
    "string", "integer", "double", "dateTime", "plainText", "html", "treePath", "history", "boolean",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the organisation.

    Attributes:
        reference: `System.Title`; unique without regard to case.
        identity: its value is a person.
        picklist: a custom list's values; `suggested` where other values are taken too.
    """

    reference: str
    name: str
    type: FieldType
    read_only: bool = False
    identity: bool = False
    picklist: tuple[str, ...] = ()
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state of a type; `color` is six hexadecimal digits."""

    name: str
    category: Category
    color: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a type says of one of its fields.

    Attributes:
        default: the value of a new item that names none.
        allowed: the only values that are taken; empty where any is.
    """

    required: bool = False
    default: object = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkItemType:
    """A type of a process.

    Attributes:
        fields: by reference name, the fields that it has beside those that every type has.
        states: in the order of the workflow; the first is where a new item starts.
        transitions: by state, the states that follow; `None` where each may follow each.
        initial_reason: the reason of a new item.
    """

    name: str
    reference: str
    color: str
    icon: str
    description: str
    states: tuple[State, ...]
    fields: Mapping[str, Rule]
    transitions: Mapping[str, tuple[str, ...]] | None
    initial_reason: str

    def next_states(self, state: str) -> tuple[str, ...]:
        """The states that may follow one, itself included."""
        if self.transitions is None:
            return tuple(each.name for each in self.states)
        return (state, *self.transitions.get(state, ()))


@dataclass(frozen=True, slots=True)
class Level:
    """A backlog level, with the names of its types; the first is the default.

    Attributes:
        category: the type category's reference name.
        rank: 0 for tasks, 1 for requirements, 2 and more for portfolios.
    """

    id: str
    name: str
    category: str
    rank: int
    types: tuple[str, ...]
    color: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its types by name, its backlog levels from the top down, and the fields with a role in them.

    Attributes:
        roles: `Effort`, `Order`, `RemainingWork`, `Activity` -> reference name.
    """

    id: str
    name: str
    description: str
    types: Mapping[str, WorkItemType]
    levels: tuple[Level, ...]
    roles: Mapping[str, str]
    bugs: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project.

    Attributes:
        areas: initial area paths below the root, with `/`.
        iterations: initial iteration paths below the root -> (start, finish), both ISO dates or empty.
    """

    id: str
    name: str
    description: str
    process: Process
    areas: tuple[str, ...] = ()
    iterations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def team(self) -> str:
        """The name of its only team."""
        return f"{self.name} Team"

    @property
    def team_id(self) -> str:
        """The id of its only team."""
        return f"{self.id[:-4]}7ea1"


@dataclass(frozen=True, slots=True)
class Person:
    """An account."""

    id: str
    name: str
    email: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class RelationType:
    """A type of relation.

    Attributes:
        opposite: the name of its other end; empty for a resource link.
        topology: "tree", "dependency", "network", "directedNetwork"; empty for a resource link.
        usage: `workItemLink` or `resourceLink`.
    """

    reference: str
    name: str
    opposite: str = ""
    topology: str = ""
    forward: bool = True
    usage: Literal["workItemLink", "resourceLink"] = "workItemLink"
    remote: bool = False
