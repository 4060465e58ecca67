"""Change items that exist: guarded by a read just before the write, and no more than what is not there already."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from reconciler.apply.guard import guarded_fields, is_ours
from reconciler.apply.intents import Intent, as_change, comment_of, without_what_is_there
from reconciler.apply.operations import problem_texts
from reconciler.apply.records import after_write
from reconciler.apply.running import Running
from reconciler.apply.verification import verify
from reconciler.sdk import Change, Fields, Found, Outcome
from reconciler.state.records import OperationKind

__all__ = ["change", "send_changes"]


def change(running: Running, ready: Mapping[str, list[Intent]]) -> None:
    """Read a group of items, and change those on which nothing moved that the plan writes.

    Args:
        ready: by provider, what is to be written.
    """
    for provider, intents in ready.items():
        found = running.just_read(provider, {each.action.address: guarded_fields(each) for each in intents}, intents)
        send_changes(running, provider, intents, found)


def send_changes(running: Running, provider: str, intents: Iterable[Intent], just_read: Mapping[str, Found]) -> None:
    """Leave those items alone on which somebody moved what the plan writes, and change the rest.

    Args:
        just_read: by address, the items; those that lack are left alone, for a reason that is said already.
    """
    changes: list[Change] = []
    waiting: dict[str, Intent] = {}
    before: dict[str, Fields] = {}
    for whole in intents:
        found = just_read.get(whole.action.address)
        rest = _guarded(running, whole, found) if found else None
        if rest is None or found is None or found.item is None:
            continue
        operation = uuid.uuid4().hex
        before[operation] = {id: found.item.fields.get(id) for id in whole.fields}
        kind: OperationKind = "update" if whole.action.action == "create" else whole.action.action
        record = running.ledger.records[whole.action.address]
        after = after_write(record, whole, whole.fields) if kind != "forget" else None
        running.operations.prepare(operation, rest, kind, found.item.id, after, before[operation])
        changes.append(as_change(rest, operation, found.item))
        waiting[operation] = whole
    if changes:
        quiet = running.document.notify == "quiet"
        outcomes = running.providers[provider].update(changes, quiet=quiet)
        for intent, outcome in running.operations.outcomes(outcomes, waiting):
            _changed(running, intent, outcome, before[outcome.operation])


def _guarded(running: Running, intent: Intent, found: Found) -> Intent | None:
    """The part of an intent that is still to be written, or `None` where there is none, or it must not be."""
    action = intent.action
    if action.action == "forget":
        return _guarded_forget(running, intent, found)
    if not running.may_be_written(intent, found) or found.item is None:
        return None
    rest = without_what_is_there(intent, found.item)
    if not rest.fields and comment_of(rest) is None:
        record = after_write(running.ledger.records[action.address], intent, intent.fields)
        running.ledger.keep(record, {id: found.item.fields.get(id) for id in intent.fields})
        running.ledger.end(action, "done")
        provider = running.providers[action.provider]
        verify(provider, running.speeches[action.provider].site, running.ledger, {action.address: found})
        return None
    return rest


def _guarded_forget(running: Running, intent: Intent, found: Found) -> Intent | None:
    """An intent whose marker is to be dropped; an item that is gone or marked by another is only forgotten."""
    if intent.action.missing and found.item is not None:
        running.ledger.end(intent.action, "skipped", "its item is there again")
        return None
    if found.item is None and not intent.action.missing:
        running.ledger.end(intent.action, "skipped", "the item can't be read any more")
        return None
    if found.item is None or not is_ours(found.item, running.document.workspace):
        running.forget(intent, None)
        return None
    return intent


def _changed(running: Running, intent: Intent, outcome: Outcome, before: Fields) -> None:
    if outcome.result not in {"done", "partial"}:
        running.operations.not_done(intent, outcome)
        return
    if intent.action.action == "forget" and outcome.result == "done":
        running.forget(intent, outcome)
        return
    applied = intent.fields if outcome.result == "done" else outcome.applied & intent.fields
    record = after_write(running.ledger.records[intent.action.address], intent, applied)
    running.ledger.keep(record, {id: before[id] for id in applied}, running.operations.journalled(outcome))
    if outcome.result == "done":
        running.ledger.end(intent.action, "done")
    else:
        running.ledger.end(intent.action, "failed", *problem_texts(intent, outcome.problems))
