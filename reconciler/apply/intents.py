"""From an approved action to the writes that carry it: values in normal form, addresses turned into remote ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from reconciler.apply.filling import Named, fill, with_page
from reconciler.errors import BadValue
from reconciler.plan.desired import find_type
from reconciler.plan.document import MARKER, Action, FieldChange, WorkspaceName
from reconciler.plan.pages import addresses_in
from reconciler.plan.speech import Speech, find_field
from reconciler.sdk import Change, Draft, FieldInfo, Fields, Item, Marker, Ref, Transition, TypeInfo, Value

__all__ = [
    "Intent",
    "after_creation",
    "as_change",
    "as_draft",
    "at_creation",
    "comment_of",
    "link_ends",
    "moved_fields",
    "new_marker",
    "understand",
    "without_what_is_there",
]


@dataclass(frozen=True, slots=True)
class Intent:
    """What an action writes, by field id.

    Attributes:
        set: fields to write whole.
        add, remove: elements of sets.
        before: what the plan saw in the fields of `set`, in the spec's language.
        path: the way that was approved for its status, the target last; empty for one step.
        through: statuses that a path may pass, where one is looked for.
    """

    action: Action
    type: TypeInfo
    set: Fields = field(default_factory=dict)
    add: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    remove: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    before: Mapping[str, JsonValue] = field(default_factory=dict)
    path: tuple[Ref, ...] = ()
    through: tuple[Ref, ...] | Literal["any"] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Ids of all fields that it writes."""
        return frozenset((*self.set, *self.add, *self.remove))

    @property
    def retyping(self) -> str | None:
        """The id of the type's field, where it gives its item another type."""
        info = self.type.by_word("type")
        return info.id if info is not None and info.id in self.set else None

    @property
    def status(self) -> Ref | None:
        """The status that it leads to, if it writes one."""
        for id, value in self.set.items():
            if self.type.fields[id].kind == "status" and isinstance(value, Ref):
                return value
        return None


def at_creation(info: FieldInfo, change: FieldChange) -> bool:
    """Whether the create request carries a change: not links to items of ours, which may be created along with it."""
    return "create" in info.writable and not any(_ends(change.field, each) for each in change.added)


def after_creation(info: FieldInfo, change: FieldChange) -> bool:
    """Whether a change needs its item, or others, to exist: its status, links, documents."""
    return not at_creation(info, change)


def understand(
    action: Action,
    speech: Speech,
    items: Mapping[str, Named],
    part: Callable[[FieldInfo, FieldChange], bool] | None = None,
) -> Intent:
    """Read an action of a plan against the site.

    Args:
        items: by address, what exists by now.
        part: which changes to read; all by default.

    Raises:
        BadValue: the plan names a type, field or value that the site does not have, an item that does not exist, or a
            type of another level than the item's.
    """
    type = find_type(speech.site, action.type)
    if type is None and action.action != "forget":
        raise BadValue(f"the site has no type {action.type!r}")
    type = type or TypeInfo(Ref("", action.type), 0, {}, ())

    def id_of(address: str) -> str | None:
        item = items.get(address)
        return item.id if item is not None and item.site == speech.site.site else None

    whole: dict[str, Value] = {}
    before: dict[str, JsonValue] = {}
    add: dict[str, tuple[Value, ...]] = {}
    remove: dict[str, tuple[Value, ...]] = {}
    path: tuple[Ref, ...] = ()
    through: tuple[Ref, ...] | Literal["any"] = ()
    for change in action.changes:
        if change.field == MARKER:
            continue
        info = find_field(type, change.field)
        if info is None or not info.writable:
            raise BadValue(f"the site has no field {change.field!r} that can be written")
        if part is not None and not part(info, change):
            continue
        if info.many:
            for elements, into in ((change.added, add), (change.removed, remove)):
                said = [with_page(change.field, each, items) for each in elements]
                heard = tuple(speech.hear_element(type, info, change.field, each, id_of) for each in said)
                if heard:
                    into[info.id] = into.get(info.id, ()) + heard
        else:
            value = fill(change.field, change.after, items) if change.unknown else change.after
            whole[info.id] = speech.hear(type, info, value, id_of)
            if info.word == "type":
                _check_type(type, whole[info.id], find_type(speech.site, str(change.before)))
            before[info.id] = change.before
            if info.kind == "status":
                path = tuple(_status(type, each) for each in change.path)
                through = _through(action, speech, type, info)
    return Intent(action, type, whole, add, remove, before, path, through)


def _check_type(type: TypeInfo, wanted: Value, before: TypeInfo | None) -> None:
    if wanted != type.ref or before is None or before.level != type.level:
        raise BadValue(f"the plan may not make a {type.ref.name} of it: a type changes within its level alone")


def _status(type: TypeInfo, name: str) -> Ref:
    found = next((each.ref for each in type.statuses if each.ref.name == name), None)
    if found is None:
        raise BadValue(f"{type.ref.name} has no status {name!r}")
    return found


def _through(action: Action, speech: Speech, type: TypeInfo, info: FieldInfo) -> tuple[Ref, ...] | Literal["any"]:
    if action.leaving.through == "any":
        return "any"
    heard = (speech.dialect.normalize(speech.site, type.ref.id, info.id, each) for each in action.leaving.through)
    return tuple(each for each in heard if isinstance(each, Ref))


def link_ends(action: Action) -> tuple[str, ...]:
    """The addresses that an action links its item to, by links and by documents that lead to an item's page."""
    return tuple(end for change in action.changes for element in change.added for end in _ends(change.field, element))


def _ends(field: str, element: JsonValue) -> tuple[str, ...]:
    match element:
        case str() if field.startswith("links."):
            return (element,)
        case {"url": parts}:
            return addresses_in(parts)
    return ()


def new_marker(workspace: WorkspaceName, action: Action, operation: str) -> Marker:
    """What a creation carries; the item's own id is not known yet."""
    return Marker(
        version=1,
        workspace=workspace.id,
        name=workspace.name,
        instance=workspace.instance,
        address=action.address,
        item=None,
        operation=operation,
        protect=action.protect,
        origin="incident" if action.incident else "spec",
        closed=False,
        base={},
        observed={},
        creation=operation,
    )


def as_draft(intent: Intent, operation: str, marker: Marker) -> Draft:
    """The part of an intent `at_creation`, as a create request."""
    return Draft(operation, intent.type.ref, {**intent.set, **intent.add}, marker)


def as_change(intent: Intent, operation: str, item: Item) -> Change:
    """An intent as a change to an item just read."""
    status = intent.status
    infos = intent.type.fields
    return Change(
        operation,
        item,
        set={id: value for id, value in intent.set.items() if infos[id].kind != "status"},
        add=intent.add,
        remove=intent.remove,
        transition=Transition(intent.path or (status,), through=intent.through) if status else None,
        comment=comment_of(intent),
        comment_name="incident" if intent.action.incident else "",
        marker="drop" if intent.action.action == "forget" else "keep",
    )


def comment_of(intent: Intent) -> str | None:
    """The comment that goes with closing an item, none where it is closed already; or the one about an incident."""
    if intent.action.incident is not None:
        return intent.action.incident.comment
    return intent.action.leaving.comment if intent.action.action == "close" and intent.status else None


def without_what_is_there(intent: Intent, item: Item) -> Intent:
    """Leave out what the item already has: values that are equal, elements that are there, or gone."""
    add = {id: tuple(each for each in new if each not in _elements(item, id)) for id, new in intent.add.items()}
    remove = {id: tuple(each for each in old if each in _elements(item, id)) for id, old in intent.remove.items()}
    return Intent(
        intent.action,
        intent.type,
        {id: value for id, value in intent.set.items() if item.fields.get(id) != value},
        {id: elements for id, elements in add.items() if elements},
        {id: elements for id, elements in remove.items() if elements},
        intent.before,
        intent.path,
        intent.through,
    )


def moved_fields(intent: Intent, item: Item, speech: Speech) -> list[FieldInfo]:
    """The fields that the plan writes and that are no longer as the plan saw them, nor already as it wants them."""
    moved = []
    for id, before in intent.before.items():
        live, info = item.fields.get(id), intent.type.fields[id]
        if live != intent.set[id] and speech.say(info, live) != before:
            moved.append(info)
    return moved


def _elements(item: Item, id: str) -> tuple[Value, ...]:
    value = item.fields.get(id)
    return value if isinstance(value, tuple) else ()
