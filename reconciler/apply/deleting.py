"""Delete items for good: only those that nobody moved, and that have no child that stays."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from reconciler.apply.guard import children_left, guarded_fields
from reconciler.apply.intents import Intent
from reconciler.apply.running import Running
from reconciler.errors import ProviderError
from reconciler.plan.items import REMOVALS
from reconciler.sdk import Item

__all__ = ["delete"]


def delete(running: Running, ready: Mapping[str, list[Intent]]) -> None:
    """Look at the items and their children once more, and delete.

    Args:
        ready: by provider, what is to be deleted; leaves before their parents, in calls of their own.
    """
    for provider, intents in ready.items():
        found = running.just_read(provider, {each.action.address: guarded_fields(each) for each in intents}, intents)
        left = _children_left(running, provider, [each for each in intents if each.action.address in found])
        items: dict[str, Item] = {}
        waiting: dict[str, Intent] = {}
        for intent in intents:
            answer = found.get(intent.action.address)
            if left is None or answer is None or not running.may_be_written(intent, answer) or answer.item is None:
                continue
            if keys := left.get(answer.item.id):
                running.ledger.end(intent.action, "skipped", f"it has children that stay: {', '.join(sorted(keys))}")
                continue
            operation = uuid.uuid4().hex
            running.operations.prepare(operation, intent, "delete", answer.item.id, None, answer.item.fields)
            items[operation] = answer.item
            waiting[operation] = intent
        outcomes = running.providers[provider].remove(items) if items else iter(())
        for intent, outcome in running.operations.outcomes(outcomes, waiting):
            if outcome.result in {"done", "gone"}:
                running.forget(intent, outcome)
            else:
                running.operations.not_done(intent, outcome)


def _children_left(running: Running, provider: str, intents: list[Intent]) -> dict[str, list[str]] | None:
    """By remote id, the keys of children that this run has not removed; `None` where they can't be read."""
    records = [each for each in running.ledger.records.values() if each.provider == provider]
    ids = [running.ledger.records[each.action.address].id for each in intents]
    removed = {
        each.id
        for each in running.document.actions
        if each.action in REMOVALS and each.id and running.ledger.is_done(each.address)
    }
    try:
        site = running.speeches[provider].site
        return children_left(running.providers[provider], site, records, ids, removed) if ids else {}
    except ProviderError as problem:
        for intent in intents:
            running.ledger.end(intent.action, "failed", f"nothing was sent for it: {problem.summary}")
        return None
