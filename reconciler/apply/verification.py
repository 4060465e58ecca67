"""Read back what was written: kept, not kept by the platform, or changed by a person since."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reconciler.apply.ledger import Ledger
from reconciler.apply.records import differing
from reconciler.errors import ProviderError
from reconciler.sdk import Found, History, Item, Provider, SiteDescription

__all__ = ["fetch_addresses", "verify", "verify_rest"]


def fetch_addresses(
    provider: Provider, ledger: Ledger, wanted: Mapping[str, Collection[str]], *, markers: bool = False
) -> dict[str, Found]:
    """By address, items as they are now.

    Args:
        wanted: by address, the ids of the fields to read.

    Raises:
        ProviderError: the call failed.
    """
    if not wanted:
        return {}
    addresses = {ledger.records[address].id: address for address in wanted}
    asked = {id: frozenset(wanted[address]) for id, address in addresses.items()}
    answers = {found.asked: found for found in provider.fetch(asked, markers=markers)}
    return {address: answers.get(id, Found(id, "not_visible")) for id, address in addresses.items()}


def verify_rest(name: str, provider: Provider, site: SiteDescription, ledger: Ledger) -> None:
    """Read what one provider's items were written and were not verified yet, in bulk.

    Where it can't be read, the results say so, and nothing is observed: the next plan compares with what was sent.
    """
    due = {
        address: tuple(fields)
        for address, fields in ledger.unverified.items()
        if ledger.records[address].provider == name
    }
    try:
        verify(provider, site, ledger, fetch_addresses(provider, ledger, due))
    except ProviderError as problem:
        for address in due.keys() & ledger.unverified.keys():
            ledger.unread(address, problem.summary)


def verify(provider: Provider, site: SiteDescription, ledger: Ledger, found: Mapping[str, Found]) -> None:
    """Record items as they were read back; those that can't be seen stay unverified.

    Raises:
        ProviderError: the changelog can't be read.
    """
    live = {address: answer.item for address, answer in found.items() if answer.item is not None}
    moved = _moved(provider, site, ledger, live)
    for address, item in live.items():
        type = site.types.get(item.type.id)
        ledger.verified(address, item, type.fields if type else {}, moved.get(item.id, {}))


def _moved(
    provider: Provider, site: SiteDescription, ledger: Ledger, live: Mapping[str, Item]
) -> dict[str, dict[str, str]]:
    """By remote id and field id, who changed what after it was written.

    Only fields that show neither what was sent nor what was there before are looked up: one that still shows what was
    there before was not kept, whoever wrote that.
    """
    asked: dict[str, set[str]] = {}
    for address, item in live.items():
        before = ledger.unverified[address]
        changed = {id for id in differing(ledger.records[address], item, before) if item.fields.get(id) != before[id]}
        if changed:
            asked[item.id] = changed
    if not asked:
        return {}
    histories = provider.history(sorted(asked), sorted(set().union(*asked.values())))
    return {each.item: _by_people(each, asked[each.item], site.account.id) for each in histories}


def _by_people(history: History, fields: Collection[str], account: str) -> dict[str, str]:
    last = {edit[0]: edit[2] for edit in history.edits}
    return {id: who.name or who.id for id, who in last.items() if id in fields and who.id != account}
