"""One run: a plan's actions in order, each outcome in the state before the next is taken.

moves                     in the state alone: records go to their new addresses
restore                   what lies in a recycle bin; it is changed like the others then
create, wave by wave  ->  read back  ->  what creation could not carry
update, wave by wave      (guarded by a read of each group just before its writes; those that a creation has to wait
                           for go before it); adopted and moved items too
close, delete and forget, leaves first
verify all that was written in one bulk read  ->  record  ->  markers
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reconciler.apply.changing import change, send_changes
from reconciler.apply.containers import made_for
from reconciler.apply.creating import create
from reconciler.apply.deleting import delete
from reconciler.apply.intents import Intent, after_creation, at_creation, link_ends, understand
from reconciler.apply.marking import write_markers
from reconciler.apply.paths import find_ways
from reconciler.apply.records import new_record
from reconciler.apply.restoring import brings_back, restore
from reconciler.apply.running import Running
from reconciler.apply.verification import verify_rest
from reconciler.errors import BadValue
from reconciler.plan.document import Action, FieldChange
from reconciler.plan.items import REMOVALS
from reconciler.plan.order import creations_and_needs, waves
from reconciler.plan.results import ApplyResult
from reconciler.sdk import FieldInfo

__all__ = ["execute"]


def execute(running: Running) -> tuple[ApplyResult, ...]:
    """Do all that can be done, in the plan's order; one failure holds back only what needs it.

    Raises:
        LeaseLost: another process took over; nothing more is sent.
        Interrupted: a stop was asked for; what was begun is finished and recorded.
    """
    _prepare_addresses(running)
    restore(running, _ready(running, filter(brings_back, running.document.actions), _nothing))
    actions = [each for each in running.document.actions if not running.ledger.failed(each.address)]
    first = creations_and_needs(actions)
    for wave in waves(first):
        create(running, _ready(running, [each for each in wave if each.action == "create"], at_creation))
        change(running, _ready(running, [each for each in wave if each.action != "create"]))
    _finish_creations(running)
    done = {each.address for each in first}
    rest = [each for each in actions if each.address not in done]
    for wave in waves([each for each in rest if each.action not in REMOVALS]):
        change(running, _ready(running, wave))
    for wave in waves([each for each in rest if each.action in REMOVALS]):
        change(running, _ready(running, [each for each in wave if each.action != "delete"]))
        delete(running, _ready(running, [each for each in wave if each.action == "delete"]))
    for name, provider in running.providers.items():
        verify_rest(name, provider, running.speeches[name].site, running.ledger)
    running.ledger.record(running.document.recordings, running.made)
    running.ledger.drop_expected()
    write_markers(running)
    return tuple(running.ledger.result(each.address) for each in running.document.actions)


def _prepare_addresses(running: Running) -> None:
    """Bring records to where the plan has them: before anything is sent, so that others find them there."""
    for action in running.document.actions:
        if action.action == "move" and action.previous_address is not None:
            running.ledger.move(action.previous_address, action.address)
        elif action.action == "adopt":
            running.ledger.expect(new_record(action, running.speeches[action.provider].site))


def _ready(
    running: Running, wave: Iterable[Action], part: Callable[[FieldInfo, FieldChange], bool] | None = None
) -> dict[str, list[Intent]]:
    """By provider, intents of the actions whose needs are there; the others are skipped."""
    ready: dict[str, list[Intent]] = {}
    for action in wave:
        needs = (*action.depends_on, *_parents(action), *(() if part is at_creation else link_ends(action)))
        waits = [each for each in dict.fromkeys(needs) if each != action.address and running.lacks(each)]
        if waits:
            running.ledger.end(action, "skipped", f"waits for {', '.join(waits)}")
            continue
        try:
            intent = understand(action, running.speeches[action.provider], running.ledger.records, part)
            made = running.made.setdefault(action.provider, {})
            intent = made_for(intent, running.providers[action.provider], made)
        except BadValue as problem:
            running.ledger.end(action, "failed", problem.summary)
            continue
        ready.setdefault(action.provider, []).append(intent)
    return ready


def _parents(action: Action) -> tuple[str, ...]:
    """The address that an action gives its item for a parent, where it gives it one of the specs'."""
    return tuple(each.after for each in action.changes if each.field == "parent" and isinstance(each.after, str))


def _nothing(_info: FieldInfo, _change: FieldChange) -> bool:
    """No change: what is brought back is written to later."""
    return False


def _finish_creations(running: Running) -> None:
    """Read back what was created, and write what its creation could not carry, if it is not so already."""
    created = [
        each
        for each in running.document.actions
        if each.action == "create" and running.ledger.result(each.address).result == "done"
    ]
    for provider, intents in _ready(running, created, after_creation).items():
        later = {each.action.address: each for each in intents}
        wanted = {
            address: running.ledger.unverified[address].keys() | each.set.keys() for address, each in later.items()
        }
        writing = [each for each in intents if each.fields]
        found = running.just_read(provider, wanted, writing)
        there = {address: each.item for address, each in found.items() if each.item}
        ways = find_ways(running.providers[provider], writing, there)
        send_changes(running, provider, [each.intent for each in ways if each.intent.fields], found)
        for each in ways:
            action = each.intent.action
            if each.blocked and not running.ledger.failed(action.address):
                running.ledger.end(action, "failed", *running.ledger.result(action.address).problems, *each.blocked)
