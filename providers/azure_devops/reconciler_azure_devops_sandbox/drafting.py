"""An item on its way: a patch's operations on fields and formats, put into values (FACTS B2, B7, B8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Field, Project, WorkItemType
from reconciler_azure_devops_sandbox.fields import field_named
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.organisation import PROJECTS, project_named, type_named
from reconciler_azure_devops_sandbox.patching import Operation
from reconciler_azure_devops_sandbox.refusal import (
    Refusal,
    RuleBreach,
    invalid,
    missing_project,
    not_permitted,
    unknown_field,
)
from reconciler_azure_devops_sandbox.rules import Rules
from reconciler_azure_devops_sandbox.store import Item, Store
from reconciler_azure_devops_sandbox.trees import Structure, node_at, root_of
from reconciler_azure_devops_sandbox.values import Tags, Values

__all__ = ["Author", "Draft", "Drafting", "missing_type", "patched_field"]

_TREES: Mapping[str, Structure] = {"System.AreaPath": "area", "System.IterationPath": "iteration"}
_IDS = {"System.AreaPath": "System.AreaId", "System.IterationPath": "System.IterationId"}
_BYPASSED = frozenset({"System.CreatedBy", "System.CreatedDate", "Microsoft.VSTS.Common.StateChangeDate"})


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, when, and whether the rules hold for them."""

    by: str
    at: str
    bypass: bool = False


@dataclass(slots=True)
class Draft:
    """An item on its way.

    Attributes:
        fields: its values so far, in the stored form.
        formats: what becomes of its fields' formats: "markdown", or `None` for HTML again.
        comment: text and format of the comment that comes with it.
        breaches: what is wrong with it.
    """

    project: Project
    type: WorkItemType
    fields: dict[str, Any]
    formats: dict[str, str | None] = field(default_factory=dict)
    comment: tuple[str, str] | None = None
    breaches: list[RuleBreach] = field(default_factory=list)


class Drafting:
    """Makes drafts of patches."""

    def __init__(self, store: Store, knobs: Knobs, rules: Rules) -> None:
        self._store = store
        self._knobs = knobs
        self._rules = rules
        self._values = Values(knobs)
        self._tags = Tags(knobs, lambda project: store.tags.get(project, {}))

    def new(self, project: Project, kind: WorkItemType) -> Draft:
        """An item that has nothing but its defaults."""
        roots = {_IDS[name]: root_of(self._store.nodes, tree, project.id).id for name, tree in _TREES.items()}
        identity = {"System.TeamProject": project.id, "System.WorkItemType": kind.name}
        return Draft(project, kind, {**self._rules.defaults(kind), **roots, **identity})

    def of(self, item: Item) -> Draft:
        """An item as it is."""
        project = next(each for each in PROJECTS if each.id == item.project)
        return Draft(project, project.process.types[item.type], dict(item.now.fields))

    def apply(self, draft: Draft, item: Item | None, operations: Sequence[Operation], author: Author) -> None:
        """Carry a patch's operations on formats and fields out; what rules refuse is left in the draft's `breaches`.

        Raises:
            Refusal: an operation that no rule could allow.
        """
        for each in operations:
            if each.part == "format":
                self._set_format(draft, item, each)
        fields = [each for each in operations if each.part == "field" and each.verb != "test"]
        moved = ("System.TeamProject", "System.WorkItemType")
        for each in sorted(fields, key=lambda one: patched_field(one.name).reference not in moved):
            try:
                self._set(draft, item, patched_field(each.name), each, author)
            except RuleBreach as breach:
                draft.breaches.append(breach)

    def _set(self, draft: Draft, item: Item | None, target: Field, each: Operation, author: Author) -> None:
        name = target.reference
        value = None if each.verb == "remove" else each.value
        if each.verb == "remove" and name not in draft.fields and self._knobs["remove_absent"] == "refused":
            raise invalid(f"The field '{target.name}' has no value to remove.")
        if not self._rules.has(draft.type, name):
            raise RuleBreach(name, target.name, "invalidType")
        if target.read_only and not (author.bypass and name in _BYPASSED):
            raise RuleBreach(name, target.name, "readOnly", "invalidNotOldValue")
        if name in _TREES:
            draft.fields[_IDS[name]] = self._node(draft, item, name, value)
        elif name in _IDS.values():
            draft.fields[name] = self._node_by_id(draft, name, value)
        elif name == "System.TeamProject":
            self._move(draft, value)
        elif name == "System.WorkItemType":
            self._retype(draft, value)
        elif name == "System.History":
            draft.comment = _comment(value)
        else:
            self._put(draft, item, target, each.verb, value, author)

    def _put(self, draft: Draft, item: Item | None, target: Field, verb: str, value: Any, author: Author) -> None:
        name = target.reference
        if name == "System.Tags":
            there = draft.fields.get(name, ()) if verb == "add" else ()
            stored = self._tags.read(draft.project.id, value, there)
        else:
            was = item.now.formats.get(name) if item else None
            markdown = draft.formats.get(name, was) == "markdown"
            stored = self._values.read(target, value, markdown=markdown, bypass=author.bypass)
        if stored is None:
            draft.fields.pop(name, None)
        else:
            draft.fields[name] = stored

    def _set_format(self, draft: Draft, item: Item | None, each: Operation) -> None:
        target, wanted = patched_field(each.name), str(each.value).casefold()
        if not self._knobs["markdown"] or wanted not in ("markdown", "html") or target.type != "html":
            raise invalid(f"The path '{each.path}' is not supported for work items.")
        was = item.now.formats.get(target.reference) if item else None
        if wanted == "html" and was and self._knobs["markdown_is_final"]:
            raise Refusal(
                400, f"The format of field '{target.name}' can't be changed from Markdown to HTML.",
                "WorkItemFieldInvalidException", properties={"ReferenceName": target.reference},
            )  # fmt: skip
        if wanted != (was or "html"):
            draft.formats[target.reference] = wanted if wanted == "markdown" else None

    def _node(self, draft: Draft, item: Item | None, name: str, value: Any) -> int:
        root, *below = str(value or draft.project.name).strip("\\").split("\\")
        same = root.casefold() == draft.project.name.casefold()
        node = node_at(self._store.nodes, _TREES[name], draft.project.id, below) if same else None
        if node is None:
            raise Refusal(
                400,
                f"TF401347: Invalid tree name given for work item {item.id if item else -1}, field '{name}'.",
                "WorkItemInvalidTreeNameException",
            )
        return node.id

    def _node_by_id(self, draft: Draft, name: str, value: Any) -> int:
        node = self._store.nodes.get(value) if isinstance(value, int) else None
        structure = "area" if name == "System.AreaId" else "iteration"
        if node is None or (node.project, node.structure) != (draft.project.id, structure):
            raise Refusal(400, f"Invalid tree id given for field '{name}'.", "WorkItemInvalidTreeIdException")
        return node.id

    def _move(self, draft: Draft, value: Any) -> None:
        project = project_named(str(value))
        if project is None:
            raise missing_project(str(value))
        if project.id == draft.project.id:
            return
        if "move" in self._knobs["permissions_denied"]:
            raise not_permitted("Move work items out of this project")
        draft.project = project
        draft.fields["System.TeamProject"] = project.id
        for name, tree in _TREES.items():
            draft.fields[_IDS[name]] = root_of(self._store.nodes, tree, project.id).id
        self._retype(draft, draft.type.name)

    def _retype(self, draft: Draft, value: Any) -> None:
        kind = type_named(draft.project, str(value))
        if kind is None:
            raise missing_type(str(value), draft.project)
        draft.type = kind
        draft.fields["System.WorkItemType"] = kind.name
        for name, default in self._rules.defaults(kind).items():
            draft.fields.setdefault(name, default)
        if draft.fields["System.State"] not in {each.name for each in kind.states}:
            draft.fields |= {"System.State": kind.states[0].name, "System.Reason": kind.initial_reason}


def missing_type(name: str, project: Project) -> Refusal:
    """404 for a type that the project does not have."""
    return Refusal(
        404,
        f"VS402323: Work item type {name} does not exist in project {project.name} or you do not have permission to "
        "access it.",
        "WorkItemTypeNotFoundException",
    )


def patched_field(name: str) -> Field:
    """The field that an operation names.

    Raises:
        Refusal: 400: nobody has it.
    """
    found = field_named(name)
    if found is None:
        raise unknown_field(name)
    return found


def _comment(value: Any) -> tuple[str, str] | None:
    """Text and format; a comment in Markdown is an object (FACTS B6)."""
    if isinstance(value, Mapping):
        text, form = str(value.get("text") or ""), str(value.get("format") or "html").casefold()
    else:
        text, form = str(value or ""), "html"
    return (text, form) if text.strip() else None
