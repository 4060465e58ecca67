"""What a provider makes where a spec names what is not there, on each platform: how it is written, made and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["MAKING", "Making"]


@dataclass(frozen=True)
class Making:
    """What is made on a platform: a part of the project, `Tax`, and whatever else there is.

    Attributes:
        create: what the provider is told to make.
        part: the fields of an item that is of the part `Tax`.
        legal, spelt: of one that is of a part that is there, `Legal`; `spelt` with other capitals.
        wrong: of one that names no part.
        more: what else an item has that is made for it; each kind comes once.
        said: what a plan says of them, in any order.
        counted: the requests that a plan counts.
        made: how often each operation of the platform's is used.
        word: the field that says of which part an item is.
        has, had: what that shows of an item of the part `Tax`, and of one that went back to `Legal`.
        refusal: the requests that make a part.
        not_made: how an apply begins to say that they were refused.
        first: the requests that make what comes first.
        there: what makes the part without a plan: the path, and the body.
    """

    create: str
    part: str
    legal: str
    spelt: str
    wrong: str
    more: str
    said: tuple[str, ...]
    counted: Mapping[str, int]
    made: Mapping[str, int]
    word: str
    has: object
    had: object
    refusal: str
    not_made: str
    first: str
    there: tuple[str, Mapping[str, str]]


_JIRA: Final = Making(
    create="component, version, sprint",
    part="components: [Legal, Tax]",
    legal="components: [Legal], sprint: Sprint 7",
    spelt="components: [legal]",
    wrong="components: [Leagl]",
    more='sprint: Sprint 9, fix_versions: ["3.0"], fields: {Target version: "3.0"}',
    said=(
        "one, two: the component 'Tax' is made first",
        "one: the sprint 'Sprint 9' is made first",
        "one: the version '3.0' is made first",
    ),
    counted={"component": 1, "version": 1, "sprint": 1},
    made={"createComponent": 1, "createVersion": 1, "createSprint": 1},
    word="components",
    has=["Legal", "Tax"],
    had=["Legal"],
    refusal="/component$",
    not_made="the component 'Tax' could not be made: ",
    first="/sprint$",
    there=("/component", {"name": "Tax", "project": "INVEST"}),
)
_AZURE: Final = Making(
    create="area, sprint",
    part="area: Legal/Tax",
    legal="area: Legal, sprint: Sprint 1",
    spelt="area: invest/legal",
    wrong="area: Leagl",
    more="sprint: Sprint 9",
    said=("INVEST/Legal/Tax is made", "INVEST/Sprint 9 is made"),
    counted={"area or sprint": 2},
    made={"Classification Nodes_Create Or Update": 2},
    word="area",
    has="INVEST\\Legal\\Tax",
    had="INVEST\\Legal",
    refusal="/classificationnodes/areas",
    not_made="INVEST/Legal/Tax could not be made: ",
    first="/classificationnodes/areas",
    there=("/INVEST/_apis/wit/classificationnodes/areas/Legal?api-version=7.1", {"name": "Tax"}),
)
MAKING: Final[Mapping[str, Making]] = {"jira": _JIRA, "azure_devops": _AZURE}
"""By plugin."""
