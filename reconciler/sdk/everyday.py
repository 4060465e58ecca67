"""Between a spec's words and the normal forms, for the everyday verbs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reconciler.errors import BadValue
from reconciler.sdk.items import Item
from reconciler.sdk.names import unknown
from reconciler.sdk.provider import Provider
from reconciler.sdk.site import FieldInfo, SiteDescription, TypeInfo
from reconciler.sdk.values import Ref, Value
from reconciler.sdk.workitem import WorkItem, WorkItemPriority, WorkItemStatus
from reconciler.sdk.writes import Change, Transition

__all__ = ["change_of", "field_called", "readable", "said_by", "type_called", "work_item_of"]

_WORDS = (
    "title",
    "description",
    "status",
    "priority",
    "assignee",
    "labels",
    "parent",
    "due",
    "start",
    "story_points",
    "components",
)


def work_item_of(provider: Provider, site: SiteDescription, item: Item) -> WorkItem:
    """Say a live item in a spec's words."""
    kind = site.types[item.type.id]
    said: dict[str, object] = {}
    custom: dict[str, object] = {}
    for field, value in item.fields.items():
        info = kind.fields.get(field)
        if info is None or value is None or info.kind in {"link", "unsupported"}:
            continue
        shown = provider.express(site, field, value)
        if info.word in _WORDS:
            said[info.word] = shown
        elif _is_custom(info):
            custom[(info.word or info.name).removeprefix("fields.")] = shown
    parent = said.get("parent")
    return WorkItem(
        type=kind.word or kind.ref.name,
        title=str(said.get("title", "")),
        description=_text(said.get("description")),
        status=_word(WorkItemStatus, said.get("status")),
        priority=_word(WorkItemPriority, said.get("priority")),
        assignee=_text(said.get("assignee")),
        labels=_texts(said.get("labels")),
        parent=parent.id if isinstance(parent, Ref) else None,
        due=_day(said.get("due")),
        start=_day(said.get("start")),
        story_points=_number(said.get("story_points")),
        components=_texts(said.get("components")),
        fields=custom,
        id=item.id,
        key=item.key,
        url=item.url,
    )


def said_by(item: WorkItem) -> dict[str, object]:
    """The fields that an item says something about, by word."""
    standard = {word: getattr(item, word) for word in _WORDS}
    said: dict[str, object] = {word: value for word, value in standard.items() if value not in (None, ())}
    return said | {f"fields.{name}": value for name, value in item.fields.items()}


def type_called(site: SiteDescription, name: str) -> TypeInfo:
    """Find a type by the spec's word, id or name.

    Raises:
        BadValue: the project has none of this name.
    """
    for each in site.types.values():
        if name in (each.word, each.ref.id, each.ref.name):
            return each
    for each in site.types.values():
        if name.casefold() == each.ref.name.casefold():
            return each
    raise unknown(name, [each.word or each.ref.name for each in site.types.values()], "type")


def field_called(kind: TypeInfo, word: str) -> FieldInfo:
    """Find a field by the spec's word, and a custom one by name or id too."""
    field = kind.by_word(word)
    if field is not None:
        return field
    name = word.removeprefix("fields.")
    same = [each for each in kind.fields.values() if name in (each.id, each.name)]
    if word.startswith("fields.") and len(same) == 1:
        return same[0]
    if word.startswith("fields.") and same:
        raise BadValue(f"more than one field is called {name!r}", options=tuple(each.id for each in same))
    raise unknown(
        word, [each.word or f"fields.{each.name}" for each in kind.fields.values()], f"field of {kind.ref.name}"
    )


def readable(kind: TypeInfo) -> tuple[str, ...]:
    """The ids of the fields that a `WorkItem` shows."""
    return tuple(
        field.id
        for field in kind.fields.values()
        if field.kind not in {"link", "unsupported"} and (field.word in _WORDS or _is_custom(field))
    )


def change_of(kind: TypeInfo, item: Item, values: Mapping[str, Value], operation: str) -> Change:
    """Make the change that gives an item these values: sets by element, the status by a direct transition."""
    status = kind.by_word("status")
    whole = {field: value for field, value in values.items() if not kind.fields[field].many}
    goal = whole.pop(status.id, None) if status else None
    add: dict[str, tuple[Value, ...]] = {}
    remove: dict[str, tuple[Value, ...]] = {}
    for field, value in values.items():
        if kind.fields[field].many:
            desired, live = _elements(value), _elements(item.fields.get(field))
            add[field] = tuple(each for each in desired if each not in live)
            remove[field] = tuple(each for each in live if each not in desired)
    transition = Transition((goal,)) if isinstance(goal, Ref) else None
    return Change(operation, item, whole, _filled(add), _filled(remove), transition)


def _is_custom(field: FieldInfo) -> bool:
    return field.word is None or field.word.startswith("fields.")


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _filled(sets: Mapping[str, tuple[Value, ...]]) -> dict[str, tuple[Value, ...]]:
    return {field: elements for field, elements in sets.items() if elements}


def _word(
    words: type[WorkItemStatus | WorkItemPriority], value: object
) -> WorkItemStatus | WorkItemPriority | str | None:
    text = _text(value)
    return words(text) if text in set(words) else text


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else ()


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
