"""Which item a person means by an address, a key, an id or a URL; and why there is none of that name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.errors import NotFoundError, UsageError
from reconciler.live.connections import Connection
from reconciler.live.settings import given_settings
from reconciler.sdk import Item, PluginRegistry
from reconciler.state.records import ItemRecord
from reconciler.workflow.addresses import canonical_or_none, group_of, instances_of, listed, suggestion
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import Ground, chosen

__all__ = ["Named", "found_on", "named"]


@dataclass(frozen=True, slots=True)
class Named:
    """An item as somebody named it.

    Attributes:
        provider: that has it.
        text: as it was given.
        reference: its id where the state knows it, else the text.
        record: what the state knows of it.
    """

    provider: str
    text: str
    reference: str
    record: ItemRecord | None


def named(request: Request, ground: Ground, text: str, provider: str = "") -> Named:
    """Find out which item a text names: by its address, id, key or URL in the state, else by the text as it is.

    Raises:
        UsageError: it names no item, or a whole group; the item is not on its site yet; or it is not clear which
            provider has it.
    """
    text = text.strip()
    known = _known(ground, text, provider)
    if known is not None:
        return Named(known.provider, text, known.id, known)
    _refuse_no_item(ground, text)
    if not provider and _is_url(text):
        sites = _sites(request, ground)
        at = [name for name, site in sites.items() if _is_below(text, site)]
        if not at and len(ground.blocks) > 1 and len(ground.used & ground.blocks.keys()) != 1:
            names = " | ".join(ground.blocks)
            raise UsageError(
                f"{text} begins with the URL of no provider", detail=_said(sites), hint=f"name one: --provider {names}"
            )
        provider = at[0] if len(at) == 1 else ""
    return Named(chosen(ground, provider), text, text, None)


def found_on(connection: Connection, ground: Ground, item: Named) -> Item:
    """Look an item up on its provider's site, without its fields.

    Raises:
        NotFoundError: it is not there, or hidden; with what may have been meant.
        AuthenticationError: the site does not know who asks. Some show strangers nothing.
    """
    [answer] = connection.provider.fetch({item.reference: ()})
    if answer.item is None:
        connection.plugin.authenticate()
        raise _unfound(connection, ground, item)
    return answer.item


def _unfound(connection: Connection, ground: Ground, item: Named) -> NotFoundError:
    text, provider, record = item.text, item.provider, item.record
    if record is not None:
        return NotFoundError(
            f"{record.address} ({record.key}) is no longer on {provider}, or this account may not see it",
            hint="`reconciler plan` shows what becomes of it",
        )
    if _is_url(text):
        site = connection.provider.describe_site(()).url  # the settings may have the address of a gateway
        if not _is_below(text, site):
            return NotFoundError(f"{text} is no page of the site of {provider}", hint=f"its pages begin with {site}")
        return NotFoundError(f"{provider} has no item at {text} that this account can see")
    hint = suggestion(text, {*ground.records, *ground.wanted})
    search = "`reconciler search WORDS` finds items"
    if canonical_or_none(text) is None or not (ground.wanted or ground.records):
        return NotFoundError(f"{provider} has no item {text!r} that this account can see", hint=hint or search)
    return NotFoundError(
        f"there is no item {text!r}",
        detail=f"The specs and the state have no such address, and {provider} shows this account no such key or id.",
        hint=hint or f"`reconciler state list` has the addresses, and {search}",
    )


def _refuse_no_item(ground: Ground, text: str) -> None:
    """Refuse what can't be an item of any site.

    Raises:
        UsageError: as of `named`.
    """
    address, addresses = canonical_or_none(text), {*ground.records, *ground.wanted}
    if address is not None and address in ground.wanted:
        raise UsageError(f"{text} is in the specs, and not on its site yet", hint="`reconciler apply` creates it")
    if address is not None and (instances := instances_of(group_of(address), addresses)):
        if address == group_of(address):
            raise UsageError(f"{text} is a group of items", hint=f"name one of them: {listed(instances)}")
        raise UsageError(f"there is no item at {address}", hint=suggestion(address, addresses))
    if not text:
        raise UsageError("no item is named", hint="give its address, key, id or URL")
    try:
        urlsplit(text)
    except ValueError as problem:
        raise UsageError(f"{text!r} is no URL: {problem}") from problem


def _known(ground: Ground, text: str, provider: str) -> ItemRecord | None:
    record = ground.records.get(canonical_or_none(text) or "")
    if record is not None and provider not in ("", record.provider):
        raise UsageError(f"{text} is an item of the provider {record.provider!r}", hint="leave --provider out")
    if record is not None:
        return record
    found = [
        each
        for each in ground.records.values()
        if text in (each.id, each.key, each.url) and provider in ("", each.provider)
    ]
    if len({each.provider for each in found}) > 1:
        having = " | ".join(dict.fromkeys(each.provider for each in found))
        raise UsageError(f"several providers have an item {text!r}", hint=f"name one: --provider {having}")
    return found[0] if found else None


def _sites(request: Request, ground: Ground) -> dict[str, str]:
    """The URL of each provider's site, by name; of one that has none set, an empty text."""
    sites: dict[str, str] = {}
    for name, block in ground.blocks.items():
        metadata = PluginRegistry().load(block.plugin).metadata()
        given = given_settings(ground.blocks, name, metadata, request.environment)
        sites[name] = given["url"].value if "url" in given else ""
    return sites


def _said(sites: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {site or 'no URL is set'}" for name, site in sites.items())


def _is_url(text: str) -> bool:
    return "://" in text


def _is_below(url: str, site: str) -> bool:
    """Whether a URL is one of a site's pages."""
    asked, base = urlsplit(url.casefold()), urlsplit(site.casefold())
    return bool(site) and asked.netloc == base.netloc and asked.path.startswith(f"{base.path.rstrip('/')}/")
