"""Hold the names in specs against the sites as they were last read. Nothing is sent, and no credential is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import BadValue
from reconciler.live.connections import offline_dialect
from reconciler.live.reading import demand
from reconciler.live.settings import given_settings
from reconciler.live.snapshots import load_snapshots
from reconciler.plan.desired import Dialect, References, Want, Wanted, find_type
from reconciler.plan.resolving import resolve
from reconciler.sdk import Clock, PluginRegistry, Ref, SiteDescription, Value
from reconciler.spec.configuration import Configuration, DesiredItem, ProviderBlock

__all__ = ["name_problems", "remembered_sites"]

_OLDEST: Final = timedelta(days=7)
"""A snapshot's age from which it no longer counts: what a project offers changes seldom, but it does."""

_ALIKE: Final = 0.9
"""From which likeness a person's name is taken for a misspelt one; addresses of one company are all a little alike."""

_UNMET: Final = "unmet:"


def remembered_sites(
    directory: Path, blocks: Mapping[str, ProviderBlock], environment: Mapping[str, str], now: datetime
) -> dict[str, SiteDescription]:
    """By provider, the sites that were read in the last seven days, as the specs and the operator name them now.

    One is left out where the provider's block in the spec says something else than it did, or where a variable of
    the operator's names another URL or project.
    """
    return {
        name: snapshot.site
        for name, snapshot in load_snapshots(directory).items()
        if name in blocks
        and snapshot.is_of(blocks[name])
        and now - snapshot.site.read_at <= _OLDEST
        and _is_configured(snapshot.site, blocks, name, environment)
    }


def _is_configured(
    site: SiteDescription, blocks: Mapping[str, ProviderBlock], name: str, environment: Mapping[str, str]
) -> bool:
    metadata = PluginRegistry().load(blocks[name].plugin).metadata()
    given = {role: each.value for role, each in given_settings(blocks, name, metadata, environment).items()}
    url, project = given.get("url", ""), given.get("project", "")
    if blocks[name].project is None and project.casefold() not in ("", site.project.id, site.project.name.casefold()):
        return False
    by_id = url.rstrip("/").endswith(f"/{site.site}")  # as a gateway does
    return by_id or url.rstrip("/") in ("", site.url)


def name_problems(configuration: Configuration, sites: Mapping[str, SiteDescription], clock: Clock) -> list[Diagnostic]:
    """What the specs name and the sites did not offer. What was not read is not judged.

    That is every field of a type that no plan has asked for yet, items outside the specs, and people who were not
    looked up: such a person is a warning where one is called almost like it.
    """
    items = [each.address for each in configuration.items.values() if _is_known(each, sites)]
    asked = demand(configuration, None)
    outside = {(name, each): Ref(str(each)) for name in asked for each in asked[name].outside}
    with ExitStack() as stack:
        dialects = {
            name: _Remembering(stack.enter_context(offline_dialect(configuration.providers[name], site, clock)))
            for name, site in sites.items()
        }
        wanted, problems = resolve(configuration, sites, dialects, References({}, outside), items)
    read_at = max((each.read_at for each in sites.values()), default=clock.now())
    when = f"So it was on {read_at:%Y-%m-%d %H:%M} UTC; `reconciler plan` reads the site anew."
    said = [replace(each, detail=f"{each.detail}\n{when}".strip()) for each in problems]
    return [*said, *(each for found in wanted.values() for each in _unmet(found, sites[found.item.provider]))]


def _is_known(item: DesiredItem, sites: Mapping[str, SiteDescription]) -> bool:
    """Whether anything can be said of an item: its type is one that the site lacks, or one whose fields were read."""
    site = sites.get(item.provider)
    type = find_type(site, str(item.type.value)) if site else None
    return site is not None and (type is None or bool(type.fields))


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A provider's dialect that lets people pass whom nobody looked up yet."""

    dialect: Dialect

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        try:
            return self.dialect.normalize(site, type, field, value)
        except BadValue:
            if site.types[type].fields[field].kind == "user" and isinstance(value, str):
                return Ref(f"{_UNMET}{value}")
            raise

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        return self.dialect.express(site, field, value)


def _unmet(wanted: Wanted, site: SiteDescription) -> Iterator[Diagnostic]:
    """People whom nobody looked up, and who are called almost like somebody known."""
    ids = {each.id.casefold() for each in site.users}
    names = (*site.user_names, *(each.name.casefold() for each in site.users))
    known = [name for name in names if name not in ids]
    for want in wanted.fields.values():
        authored = wanted.item.fields[want.word]
        for name in _names(want):
            if close := get_close_matches(name.casefold(), known, n=1, cutoff=_ALIKE):
                yield warning(
                    "unmet_user",
                    f"{want.word} of {wanted.item.address}: {name!r} was not looked up yet",
                    place=authored.place,
                    snippet=authored.snippet,
                    hint=f"did you mean {close[0]!r}?",
                )


def _names(want: Want) -> list[str]:
    values = want.value if isinstance(want.value, tuple) else (want.value,)
    ids = [each.id for each in values if isinstance(each, Ref)]
    return [id.removeprefix(_UNMET) for id in ids if id.startswith(_UNMET)]
