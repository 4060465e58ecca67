"""What a plan would take, and what the platforms would refuse: asked of the providers, sending no write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.apply.intents import (
    Intent,
    Named,
    after_creation,
    as_change,
    as_draft,
    at_creation,
    new_marker,
    understand,
)
from reconciler.diagnostics import Diagnostic, error, note
from reconciler.plan.assemble import Cost
from reconciler.plan.desired import awaited
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.order import waves
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Draft, Item, Preview, Provider, Ref, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["preview"]

_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class _Awaited:
    """An item that the plan creates."""

    provider: str
    id: str
    key: str = ""
    url: str = ""


def preview(
    document: PlanDocument,
    speeches: Mapping[str, Speech],
    providers: Mapping[str, Provider],
    records: Mapping[str, ItemRecord],
    items: Mapping[str, Item],
) -> Cost:
    """Count the requests of a plan and its mails, find the paths of its transitions, and what stands in its way.

    Args:
        records: of the state, moved and adopted ones where they will be.
        items: by address, the live items that it changes.
    """
    created = {each.address: _Awaited(each.provider, awaited(each.address)) for each in _of(document, "create")}
    found: dict[str, list[tuple[Preview, Intent]]] = {}
    removals: dict[str, Counter[str]] = {}
    for name, provider in providers.items():
        known: dict[str, Named] = {**records, **created}
        mine = [each for each in document.actions if each.provider == name and not _is_silent(each)]
        found[name] = list(_previews(document, mine, speeches[name], provider, known, items))
        removals[name] = Counter({"delete": sum(1 for each in mine if each.action == "delete")})
    every = [each for previews in found.values() for each in previews]
    return Cost(
        requests={
            name: +sum((Counter(preview.requests) for preview, _ in previews), removals[name])
            for name, previews in found.items()
        },
        notifications=sum(1 for preview, _ in every if preview.notifies),
        paths={
            intent.action.address: tuple(each.name for each in preview.transition.path)
            for preview, intent in every
            if preview.transition is not None
        },
        diagnostics=(*(each for preview, intent in every for each in _problems(preview, intent)), *_notices(every)),
    )


def _previews(
    document: PlanDocument,
    mine: Sequence[Action],
    speech: Speech,
    provider: Provider,
    known: Mapping[str, Named],
    items: Mapping[str, Item],
) -> Iterator[tuple[Preview, Intent]]:
    """What one provider says of the creations wave by wave, of what follows them, and of the changes."""
    fresh = [each for each in mine if each.action == "create"]
    changed = [understand(each, speech, known) for each in mine if each.action not in {"create", "delete"}]
    later = [_certain(understand(each, speech, known, after_creation)) for each in fresh]
    groups = [
        [understand(each, speech, known, at_creation) for each in wave if each in fresh]
        for wave in waves(list(_of(document, "create")))
    ]
    marker = document.workspace
    calls: list[tuple[Sequence[Draft | Change], bool]] = [
        ([as_draft(each, each.action.address, new_marker(marker, each.action, "")) for each in wave], False)
        for wave in groups
    ]
    calls.append(([as_change(each, each.action.address, _unborn(each)) for each in later if each.fields], False))
    calls.append(([as_change(each, each.action.address, items[each.action.address]) for each in changed], True))
    intents = {each.action.address: each for wave in (*groups, changed) for each in wave}
    for writes, live in calls:
        order = {each.operation: number for number, each in enumerate(writes)}
        previews = provider.preview(writes, live=live) if writes else ()
        for found in sorted(previews, key=lambda each: order[each.operation]):
            yield found, intents[found.operation]


def _is_silent(action: Action) -> bool:
    """Whether an action sends nothing: what the platform shows no more is forgotten here alone."""
    return action.action == "forget" and action.missing


def _of(document: PlanDocument, kind: str) -> Iterator[Action]:
    return (each for each in document.actions if each.action == kind)


def _certain(intent: Intent) -> Intent:
    """What follows a creation for sure: a status in which new items start anyway takes no request."""
    status = next((each for each in intent.type.statuses if each.ref == intent.status), None)
    if status is None or status.category != "new":
        return intent
    return replace(intent, set={id: value for id, value in intent.set.items() if not _is_status(intent.type, id)})


def _is_status(type: TypeInfo, field: str) -> bool:
    return type.fields[field].kind == "status"


def _unborn(intent: Intent) -> Item:
    return Item(awaited(intent.action.address), "", "", Ref(intent.type.ref.id, intent.type.ref.name), {}, "")


def _problems(found: Preview, intent: Intent) -> Iterator[Diagnostic]:
    action = intent.action
    for each in found.problems:
        info = intent.type.fields.get(each.field or "")
        field = f"{info.word or info.name} of " if info else ""
        options = ", ".join(option.name or option.id for option in each.options)
        yield error(
            each.code,
            f"{field}{action.address}: {each.message}",
            hint=f"it takes: {options}" if options else "",
        )


def _notices(every: Sequence[tuple[Preview, Intent]]) -> Iterator[Diagnostic]:
    """What a person should know, said once for all items that it is said of."""
    addresses: dict[str, list[str]] = {}
    for preview, intent in every:
        for text in preview.notices:
            addresses.setdefault(text, []).append(intent.action.address)
    for text, said_of in addresses.items():
        more = f" and {len(said_of) - _NAMED} more" if len(said_of) > _NAMED else ""
        yield note("notice", f"{', '.join(said_of[:_NAMED])}{more}: {text}")
