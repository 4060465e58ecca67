"""List-first reads: everything that a plan needs, in as few requests as the platforms allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.live.connections import Connection
from reconciler.plan.desired import Wanted
from reconciler.plan.document import PlanDocument
from reconciler.plan.rules import fields_asked
from reconciler.plan.speech import find_field
from reconciler.sdk import Found, History, Item, Ref, Restores, SiteDescription, TypeInfo
from reconciler.spec.configuration import Configuration, DesiredItem, Reference, Rule
from reconciler.state.records import ItemRecord, State

__all__ = [
    "Demand",
    "demand",
    "describe_retyped",
    "describe_sites",
    "describe_sites_of",
    "fetch_items",
    "fetch_judged",
    "find_marked",
    "look_up",
    "read_histories",
    "recycled_items",
]

_PEOPLE = frozenset({"assignee", "watchers"})


@dataclass(frozen=True, slots=True)
class Demand:
    """What a workspace asks of one provider.

    `texts` are what custom fields say, by the spec's words for them: of a field of people, they name some.
    """

    types: frozenset[str]
    users: frozenset[str]
    outside: frozenset[Reference]
    texts: frozenset[tuple[str, str]] = frozenset()


def demand(configuration: Configuration, state: State | None) -> dict[str, Demand]:
    """By provider that an item or the state uses: the types, users and outside items that have to be known."""
    types: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    outside: dict[str, set[Reference]] = {}
    texts: dict[str, set[tuple[str, str]]] = {}
    for item in configuration.items.values():
        types.setdefault(item.provider, set()).add(str(item.type.value))
        users.setdefault(item.provider, set()).update(_people(item))
        outside.setdefault(item.provider, set()).update(_outside(item))
        texts.setdefault(item.provider, set()).update(_custom_texts(item))
    for record in state.items.values() if state else ():
        types.setdefault(record.provider, set()).add(record.type.id)
    for operation in state.open_operations if state else ():
        types.setdefault(operation.provider, set()).update([operation.after.type.id] if operation.after else [])
    return {
        name: Demand(
            frozenset(found),
            frozenset(users.get(name, ())),
            frozenset(outside.get(name, ())),
            frozenset(texts.get(name, ())),
        )
        for name, found in types.items()
    }


def _people(item: DesiredItem) -> Iterable[str]:
    """Texts that may name a person: assignee, watchers, and whatever looks like an e-mail address in a custom field."""
    return (text for word, text in _texts(item) if word in _PEOPLE or (word.startswith("fields.") and "@" in text))


def _custom_texts(item: DesiredItem) -> Iterable[tuple[str, str]]:
    """What custom fields say that names a person by other than an e-mail address, where it names one."""
    return ((word, text) for word, text in _texts(item) if word.startswith("fields.") and "@" not in text)


def _texts(item: DesiredItem) -> Iterable[tuple[str, str]]:
    for word, authored in item.fields.items():
        values = authored.value if isinstance(authored.value, (tuple, list)) else (authored.value,)
        yield from ((word, value) for value in values if isinstance(value, str))


def _outside(item: DesiredItem) -> Iterable[Reference]:
    for authored in item.fields.values():
        groups = authored.value.values() if isinstance(authored.value, Mapping) else ((authored.value,),)
        for group in groups:
            for each in group if isinstance(group, tuple) else ():
                if isinstance(each, Reference) and each.address is None:
                    yield each


def describe_sites(connections: Mapping[str, Connection], demands: Mapping[str, Demand]) -> dict[str, SiteDescription]:
    """What each site offers. Where custom fields of people name some by other than an e-mail address, it is read again:
    only a description tells which fields are of people.
    """
    sites: dict[str, SiteDescription] = {}
    for name, each in demands.items():
        provider = connections[name].provider
        sites[name] = provider.describe_site(sorted(each.types), sorted(each.users))
        if named := _named_in(each, sites[name]):
            sites[name] = provider.describe_site(sorted(each.types), sorted(each.users | named))
    return sites


def describe_retyped(
    connections: Mapping[str, Connection],
    demands: Mapping[str, Demand],
    sites: Mapping[str, SiteDescription],
    leaving: Iterable[tuple[str, Item]],
) -> dict[str, SiteDescription]:
    """What each site offers, with the types that people gave items and that nothing else uses: such an item goes by the
    statuses and the fields of the type that it has.

    Args:
        leaving: the items that leave the specs, with their providers.
    """
    types: dict[str, set[str]] = {}
    for name, item in leaving:
        type = sites[name].types.get(item.type.id)
        if type is not None and not type.fields:
            types.setdefault(name, set()).add(type.ref.id)
    again = {name: replace(demands[name], types=demands[name].types | found) for name, found in types.items()}
    return {**sites, **describe_sites(connections, again)}


def _named_in(asked: Demand, site: SiteDescription) -> frozenset[str]:
    """The people whom custom fields name, and nobody has looked up yet."""
    words = {word for word, _ in asked.texts}
    fields = ((word, find_field(type, word)) for type in site.types.values() for word in words)
    of_people = {word for word, info in fields if info is not None and info.kind == "user"}
    return frozenset(text for word, text in asked.texts if word in of_people and text.casefold() not in site.user_names)


def look_up(connections: Mapping[str, Connection], demands: Mapping[str, Demand]) -> dict[tuple[str, Reference], Ref]:
    """By provider and reference, the items outside the spec that it refers to; those that can't be seen are absent."""
    found: dict[tuple[str, Reference], Ref] = {}
    for name, each in demands.items():
        asked = {str(reference): reference for reference in each.outside}
        if not asked:
            continue
        for answer in connections[name].provider.fetch(dict.fromkeys(sorted(asked), ())):
            if answer.item is not None:
                found[name, asked[answer.asked]] = Ref(answer.item.id, answer.item.key)
    return found


def fetch_items(
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    wanted: Mapping[str, Wanted],
    records: Mapping[str, ItemRecord],
    rules: Sequence[Rule] = (),
) -> dict[str, Found]:
    """By address, the items of the state as they are now, each with the fields that spec, state or rules ask for.

    Their markers come along where that costs nothing.
    """
    asked: dict[str, dict[str, frozenset[str]]] = {}
    addresses: dict[tuple[str, str], str] = {}
    for address, record in records.items():
        if record.closed and address not in wanted:
            continue
        fields = set(record.base)
        if address in wanted and wanted[address].item.provider == record.provider:
            fields.update(wanted[address].fields)
        type = sites[record.provider].types.get(record.type.id)
        fields.update(_status_field(type))
        fields.update(fields_asked(rules, type) if type else ())
        asked.setdefault(record.provider, {})[record.id] = frozenset(fields)
        addresses[record.provider, record.id] = address
    return {
        addresses[name, found.asked]: found
        for name, ids in asked.items()
        for found in connections[name].provider.fetch(ids, markers=sites[name].capabilities.marker_in_reads)
    }


def recycled_items(
    connections: Mapping[str, Connection], records: Mapping[str, ItemRecord], found: Mapping[str, Found]
) -> frozenset[str]:
    """The addresses whose items lie in a recycle bin from which their provider brings them back.

    Args:
        found: by address, what became of the items of these records.
    """
    able = {name for name, each in connections.items() if isinstance(each.provider, Restores)}
    return frozenset(
        address for address, each in found.items() if each.state == "deleted" and records[address].provider in able
    )


def fetch_judged(
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    document: PlanDocument,
    records: Mapping[str, ItemRecord],
    rules: Sequence[Rule],
) -> dict[str, Item]:
    """By address, the live items that a saved plan is about, each with the fields that rules may ask for.

    Args:
        records: as the plan will have them; created ones are not read.
    """
    asked: dict[str, dict[str, Collection[str]]] = {}
    addresses: dict[tuple[str, str], str] = {}
    for action in document.actions:
        record = records.get(action.address)
        if record is None or action.action == "create":
            continue
        type = sites[record.provider].types.get(record.type.id)
        words = [each.field for each in action.changes if each.field != "type"]
        written = {info.id for word in words if type and (info := find_field(type, word))}
        asked.setdefault(record.provider, {})[record.id] = written | (
            fields_asked(rules, type) if type else frozenset()
        )
        addresses[record.provider, record.id] = action.address
    return {
        addresses[name, found.asked]: found.item
        for name, ids in asked.items()
        for found in connections[name].provider.fetch(ids)
        if found.item is not None
    }


def _status_field(type: TypeInfo | None) -> tuple[str, ...]:
    info = type.by_word("status") if type else None
    return (info.id,) if info else ()


def find_marked(
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    label: str,
    known: Collection[tuple[str, str]],
) -> list[Item]:
    """The marked items of this workspace that the state does not know; each once, though two providers share a site.

    Args:
        known: the items of the state, by site and remote id.
    """
    found = {
        (sites[name].site, item.id): item
        for name, connection in connections.items()
        for item in connection.provider.find_marked(label)
    }
    return [item for identity, item in found.items() if identity not in known]


def read_histories(
    connections: Mapping[str, Connection], asked: Mapping[str, Mapping[str, frozenset[str]]]
) -> dict[str, list[History]]:
    """Who changed what: by provider, only for the items and fields that drifted."""
    return {
        name: list(connections[name].provider.history(sorted(items), sorted(frozenset().union(*items.values()))))
        for name, items in asked.items()
        if items
    }


def describe_sites_of(
    connections: Mapping[str, Connection], document: PlanDocument, records: Mapping[str, ItemRecord]
) -> dict[str, SiteDescription]:
    """What each site offers of what a plan writes."""
    types: dict[str, set[str]] = {name: set() for name in connections}
    for action in document.actions:
        types[action.provider].add(action.type)
    for record in records.values():
        types[record.provider].add(record.type.id)
    return {name: connections[name].provider.describe_site(sorted(each)) for name, each in types.items()}
