"""What a plan would take, and what the platforms would refuse: asked of the providers, sending no write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
from reconciler.plan.desired import awaited
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.order import waves
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Draft, Item, Preview, Provider, Ref, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["preview"]


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
) -> tuple[dict[str, Counter[str]], list[Diagnostic]]:
    """Count the requests of a plan by provider and kind of call, and collect what stands in its way.

    Args:
        items: by address, the live items that it changes.
    """
    created = {each.address: _Awaited(each.provider, awaited(each.address)) for each in _of(document, "create")}
    counts: dict[str, Counter[str]] = {name: Counter() for name in providers}
    problems: list[Diagnostic] = []
    for name, provider in providers.items():
        speech = speeches[name]
        known: dict[str, Named] = {**records, **created}
        mine = [each for each in document.actions if each.provider == name]
        fresh = [each for each in mine if each.address in created]
        changed = [understand(each, speech, known) for each in mine if each.address not in created]
        later = [_certain(understand(each, speech, known, after_creation)) for each in fresh]
        groups = [
            [understand(each, speech, known, at_creation) for each in wave if each.provider == name]
            for wave in waves(list(_of(document, "create")))
        ]
        calls: list[tuple[Sequence[Draft | Change], bool]] = [
            (
                [as_draft(each, each.action.address, new_marker(document.workspace, each.action, "")) for each in wave],
                False,
            )
            for wave in groups
        ]
        calls.append(([as_change(each, each.action.address, _unborn(each)) for each in later if each.fields], False))
        calls.append(([as_change(each, each.action.address, items[each.action.address]) for each in changed], True))
        intents = {each.action.address: each for wave in (*groups, changed) for each in wave}
        for writes, live in calls:
            order = {each.operation: number for number, each in enumerate(writes)}
            previews = provider.preview(writes, live=live) if writes else ()
            for found in sorted(previews, key=lambda each: order[each.operation]):
                counts[name].update(found.requests)
                problems.extend(_problems(found, intents[found.operation]))
    return counts, problems


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
    for notice in found.notices:
        yield note("notice", f"{action.address}: {notice}")
