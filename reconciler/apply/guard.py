"""The look just before a write: an item on which something moved that the plan writes is left alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reconciler.apply.intents import Intent, moved_fields
from reconciler.errors import ProviderError
from reconciler.plan.authors import Author, Authors
from reconciler.plan.document import WorkspaceName
from reconciler.plan.order import parent_among, recorded_children
from reconciler.plan.speech import Speech
from reconciler.sdk import FieldInfo, Found, Item, Provider, Ref, SiteDescription, marker_label
from reconciler.state.records import ItemRecord

__all__ = ["children_left", "guarded_fields", "is_ours", "reasons_to_skip"]


def guarded_fields(intent: Intent) -> frozenset[str]:
    """Ids of the fields to read before an intent is carried out: those that it writes, and the parent."""
    parent = intent.type.by_word("parent")
    return intent.fields | ({parent.id} if parent else set())


def reasons_to_skip(
    intent: Intent, found: Found, workspace: WorkspaceName, speech: Speech, provider: Provider
) -> tuple[str, ...]:
    """Why an item has to be left alone: it is gone, or not as the plan saw it. Empty where nothing speaks against it.

    Args:
        found: just read.
        provider: asked for the history of what moved.
    """
    action, item = intent.action, found.item
    if item is None:
        return ("the item can't be read any more",)
    if action.action == "create":
        return ()
    of_type = action.action in {"update", "adopt", "move", "delete"} and intent.retyping is None
    closes_another = action.action == "close" and action.live_type not in (None, item.type.id)
    if closes_another or (of_type and item.type != intent.type.ref):
        return (f"its type changed since the plan: it is a {item.type.name}",)
    if action.action != "adopt" and _is_copy(item):
        return ("it carries the marker of another item: it is a copy",)
    if other := _other_owner(item, workspace):
        return (f"it carries the marker of another workspace, {other}",)
    moved = moved_fields(intent, item, speech)
    if (parent := _other_parent(intent, item)) and parent not in moved:
        moved = [*moved, parent]
    if not moved:
        return ()
    authors = _authors(action.provider, provider, item, moved)
    return tuple(
        _moved(each, authors.of_value(action.provider, item.id, each.id, item.fields.get(each.id))) for each in moved
    )


def children_left(
    provider: Provider,
    site: SiteDescription,
    records: Collection[ItemRecord],
    items: Collection[str],
    removed: Collection[str],
) -> dict[str, list[str]]:
    """By remote id of these items, the keys of children that a run has not removed.

    The platform is asked, whose search may be behind; what the state has below them is read, which is not.

    Args:
        records: what the state still has of this provider.
        removed: remote ids of what the run has removed, closed ones too.

    Raises:
        ProviderError: they can't be read.
    """
    known = recorded_children(records, site.types, items)
    read = provider.fetch({id: (field,) for id, field in known.items()}) if known else ()
    left: dict[str, dict[str, None]] = {}
    for child in (*provider.children(sorted(items)), *(each.item for each in read if each.item is not None)):
        parent = parent_among(child, items)
        if parent is not None and child.id not in removed:
            left.setdefault(parent, {})[child.key] = None
    return {parent: list(keys) for parent, keys in left.items()}


def is_ours(item: Item, workspace: WorkspaceName) -> bool:
    """Whether an item carries a marker of this workspace that was written for it."""
    marker = item.marker
    return (
        marker is not None
        and marker.item in (None, item.id)
        and marker_label(marker.workspace, marker.instance) == marker_label(workspace.id, workspace.instance)
    )


def _is_copy(item: Item) -> bool:
    """Whether its marker was written for another item; such a one is nobody's, and may be taken over."""
    return item.marker is not None and item.marker.item not in (None, item.id)


def _other_owner(item: Item, workspace: WorkspaceName) -> str:
    marker = item.marker
    return "" if marker is None or _is_copy(item) or is_ours(item, workspace) else marker.name


def _other_parent(intent: Intent, item: Item) -> FieldInfo | None:
    """The parent's field, where the plan does not write it and the item has another one than the plan saw."""
    info = intent.type.by_word("parent")
    if info is None or info.id in intent.set or intent.action.parent is None:
        return None
    now = item.fields.get(info.id)
    return info if (now.id if isinstance(now, Ref) else "") != intent.action.parent else None


def _authors(name: str, provider: Provider, item: Item, fields: Sequence[FieldInfo]) -> Authors:
    try:
        return Authors.of({name: provider.history([item.id], sorted(each.id for each in fields))})
    except ProviderError:
        return Authors()


def _moved(info: FieldInfo, author: Author | None) -> str:
    word = info.word or info.name
    return f"{word} changed since the plan" if author is None else f"{word} was changed since the plan by {author}"
