"""Create items, and write afterwards what their creation could not carry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from reconciler.apply.intents import Intent, as_draft, new_marker
from reconciler.apply.records import after_write, new_record
from reconciler.apply.restoring import lies_in_bin
from reconciler.apply.running import Running
from reconciler.sdk import Draft, Outcome

__all__ = ["create"]


def create(running: Running, ready: Mapping[str, list[Intent]]) -> None:
    """Create one wave of items, none of which needs another.

    Args:
        ready: by provider, what creation can carry of each.
    """
    for provider, intents in ready.items():
        drafts: list[Draft] = []
        waiting: dict[str, Intent] = {}
        site = running.speeches[provider].site
        back = _back(running, [each for each in intents if each.action.missing], provider)
        highest = "" if running.ledger.has_records(provider) else running.providers[provider].highest_key()
        for intent in (each for each in intents if each.action.address not in back):
            operation = uuid.uuid4().hex
            draft = as_draft(intent, operation, new_marker(running.document.workspace, intent.action, operation))
            after = after_write(replace(new_record(intent.action, site), creation=operation), intent, intent.fields)
            running.operations.prepare(operation, intent, "create", None, after, {}, highest)
            drafts.append(draft)
            waiting[operation] = intent
        for intent, outcome in running.operations.outcomes(running.providers[provider].create(drafts), waiting):
            _created(running, intent, outcome)


def _back(running: Running, intents: list[Intent], provider: str) -> frozenset[str]:
    """Of addresses to be made anew, those whose item is there again, can be brought back, or of which nobody can say:
    left alone.
    """
    found = running.just_read(provider, {each.action.address: () for each in intents}, intents)
    left = {each.action.address for each in intents} - found.keys()
    for each in (each for each in intents if each.action.address in found):
        answer = found[each.action.address]
        binned = lies_in_bin(answer, running.providers[provider])
        if binned or answer.item is not None:
            why = "its item lies in the recycle bin: plan anew" if binned else "its item is there again"
            running.ledger.end(each.action, "skipped", why)
            left.add(each.action.address)
    return frozenset(left)


def _created(running: Running, intent: Intent, outcome: Outcome) -> None:
    action, item = intent.action, outcome.item
    if outcome.result != "done" or item is None:
        running.operations.not_done(intent, outcome)
        return
    blank = new_record(action, running.speeches[action.provider].site)
    record = replace(blank, id=item.id, key=item.key, url=item.url, creation=outcome.operation)
    kept = after_write(record, intent, intent.fields)
    running.ledger.keep(kept, dict.fromkeys(intent.fields), running.operations.journalled(outcome))
    running.ledger.end(action, "done")
