"""Bring items back from a platform's recycle bin, before anything is written to them or needs them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from reconciler.apply.intents import Intent
from reconciler.apply.markers import marker_of
from reconciler.apply.running import Running
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.restoring import last_seen
from reconciler.sdk import Found, Item, Provider, Restores
from reconciler.state.records import ItemRecord

__all__ = ["brings_back", "coming_back", "lies_in_bin", "restore"]


def brings_back(action: Action) -> bool:
    """Whether an action brings its item back before it changes it."""
    return action.missing and action.action in {"update", "move"}


def coming_back(document: PlanDocument, records: Mapping[str, ItemRecord]) -> dict[str, Item]:
    """By address, items that lie in a recycle bin, as they were seen last, with the marker that they had then."""
    found: dict[str, Item] = {}
    for each in filter(brings_back, document.actions):
        record = replace(records[each.address], address=each.previous_address or each.address)
        found[each.address] = replace(last_seen(record), marker=marker_of(record, document.workspace, ""))
    return found


def lies_in_bin(found: Found, provider: Provider) -> bool:
    """Whether an item lies in a recycle bin from which its provider brings it back."""
    return found.state == "deleted" and isinstance(provider, Restores)


def restore(running: Running, ready: Mapping[str, list[Intent]]) -> None:
    """Look where the items are now, and bring back those that still lie in the recycle bin.

    Those that can't be had are reported, and nothing more is sent for them.

    Args:
        ready: by provider, what is to be brought back; what is written to it afterwards is no matter here.
    """
    for name, intents in ready.items():
        provider = running.providers[name]
        found = running.just_read(name, {each.action.address: () for each in intents}, intents)
        ids: dict[str, str] = {}
        waiting: dict[str, Intent] = {}
        for intent in (each for each in intents if each.action.address in found):
            record = running.ledger.records[intent.action.address]
            answer = found[record.address]
            if not lies_in_bin(answer, provider):
                why = "the item can't be read any more" if answer.item is None else "its item is there again"
                running.ledger.end(intent.action, "skipped", why)
                continue
            operation = uuid.uuid4().hex
            running.operations.prepare(operation, intent, "restore", record.id, record, {})
            ids[operation] = record.id
            waiting[operation] = intent
        outcomes = provider.restore(ids) if ids and isinstance(provider, Restores) else iter(())
        for intent, outcome in running.operations.outcomes(outcomes, waiting):
            if outcome.result == "done":
                running.ledger.ended(outcome)
            else:
                running.operations.not_done(intent, outcome)
