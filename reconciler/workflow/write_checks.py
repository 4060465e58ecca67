"""`doctor --write-check`: make one item on each site, measure on it what platforms differ in, and delete it.

What the vendors' documents leave open, a site can be asked: whether a read by id sees a write at once, how long a
search misses an item, whether an item keeps its marker from the start and takes another, and whether a change may go
without mail.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reconciler.errors import NotFoundError, PluginError, ProviderError, Refused
from reconciler.live.connections import Connection, connect
from reconciler.report.probes import Probe
from reconciler.sdk import (
    MARKER_VERSION,
    Change,
    Clock,
    Draft,
    FieldInfo,
    Item,
    Marker,
    OpenGate,
    Outcome,
    SiteDescription,
    TypeInfo,
    marker_label,
)
from reconciler.workflow.request import Request

__all__ = ["check_writes"]

_log = logging.getLogger("reconciler.write_check")

_READS: Final = 10
"""How often an item is read by its id after each write, one read right after the other."""

_LONGEST: Final = 120.0
"""Seconds for which the search is asked for the item."""

_SIGHTS: Final = 3
"""Searches in a row that have to find it: an index may show an item and lose it again for a while (FACTS A4)."""

_PAUSE: Final = 1.0
"""Seconds between two searches."""


def check_writes(request: Request, approve: Callable[[Sequence[str]], bool]) -> list[Probe]:
    """Make one item on the site of each provider that items use, measure, and delete it again, whatever goes wrong.

    Args:
        approve: told what would be written where, whether it may be.

    Raises:
        Refused: it may not; nothing was sent.
        SpecError, ConfigurationError: as of `connect`.
    """
    configuration = request.load()
    names = sorted({each.provider for each in configuration.items.values()}) or list(configuration.providers)
    with connect(
        configuration.providers, names, request.environment, gate=OpenGate(), clock=request.clock
    ) as connections:
        sites = {name: f"{each.plugin.config.project} at {each.session.url}" for name, each in connections.items()}
        if not approve([f"{name}: one item in {site}" for name, site in sites.items()]):
            raise Refused("nothing was written", hint="without --write-check, `doctor` only reads")
        return [probe for each in connections.values() for probe in _Check(each, request.clock).probes()]


class _Check:
    """One check of one site."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._name = connection.name
        self._provider = connection.provider
        self._clock = clock
        self._operation = uuid.uuid4().hex
        self._title = f"Write check of reconciler {self._operation[:8]}, safe to delete"
        self._marker = Marker(
            MARKER_VERSION, str(uuid.uuid4()), "write-check", "", "item", None, self._operation, False, False, {}, {}
        )

    def probes(self) -> list[Probe]:
        """What was found, in order."""
        found: list[Probe] = []
        try:
            site = self._provider.describe_site(())
            site = self._provider.describe_site([each.ref.name for each in site.types.values() if each.level == 0])
            kind, title = _simplest(site)
            (outcome,) = self._provider.create(
                [Draft(self._operation, kind.ref, {title.id: self._title}, self._marker)]
            )
        except PluginError as problem:
            return [self._failed("create", problem)]
        item = outcome.item
        if outcome.result != "done" or item is None:
            return [self._not_created(outcome)]
        found.append(self._probe("create", f"{item.key}, {item.url}"))
        try:
            found += self._measured(site, item, title)
        except PluginError as problem:
            found.append(self._failed("measuring", problem))
        except BaseException:
            if not (left := self._deleted(item)).ok:
                _log.warning("%s; %s", left.found, left.hint)
            raise
        return [*found, self._deleted(item)]

    def _measured(self, site: SiteDescription, item: Item, title: FieldInfo) -> Iterator[Probe]:
        seen = [self._read(item, title) for _ in range(_READS)]
        yield self._reads("reads after creating", [each is not None for each in seen])
        if site.capabilities.searchable_marker:
            yield self._search(site, item)
        read = self._read(item, title)
        if read is None:
            raise NotFoundError(f"{item.key} was created and can't be read")
        kept = read.marker is not None and read.marker.operation == self._operation
        yield self._probe("marker kept", "yes" if kept else "no", ok=kept, value=kept)
        yield from self._changes(site, read, title)
        yield self._marked(self._read(item, title) or read)

    def _read(self, item: Item, title: FieldInfo) -> Item | None:
        (found,) = self._provider.fetch({item.id: (title.id,)}, markers=True)
        return found.item

    def _reads(self, what: str, seen: Sequence[bool]) -> Probe:
        count = sum(seen)
        return self._probe(what, f"{count} of {len(seen)} saw it", ok=count == len(seen), value=count)

    def _search(self, site: SiteDescription, item: Item) -> Probe:
        """How long until the search finds the item by its marker, and goes on finding it."""
        label, began = marker_label(self._marker.workspace, ""), self._clock.now()
        sights, first = 0, 0.0
        while sights < _SIGHTS:
            waited = (self._clock.now() - began).total_seconds()
            if any(each.id == item.id for each in self._provider.find_marked(label)):
                first = first if sights else waited
                sights += 1
            elif waited >= _LONGEST:
                return self._probe("search lag", f"not found within {waited:.0f} s", ok=False)
            else:
                sights = 0
            if sights < _SIGHTS:
                self._clock.sleep(_PAUSE)
        allowed = site.capabilities.lag.total_seconds()
        lag = round(first, 1)
        within = lag <= allowed
        hint = "" if within else f"raise the provider's `index_lag` above {allowed:.0f}, where it has that option"
        return self._probe("search lag", f"{lag:.1f} s", ok=within, hint=hint, value=lag)

    def _changes(self, site: SiteDescription, item: Item, title: FieldInfo) -> Iterator[Probe]:
        """Change the item: without mail where the account is said to be allowed to, and with it where that fails."""
        text, refused = f"{self._title}, changed", "its changes send mail"
        for quiet in (True, False) if site.capabilities.quiet else (False,):
            (outcome,) = self._provider.update([Change(uuid.uuid4().hex, item, {title.id: text})], quiet=quiet)
            after = [self._read(item, title) for _ in range(_READS)]
            arrived = [each is not None and each.fields.get(title.id) == text for each in after]
            if outcome.result == "done" and any(arrived):
                yield self._reads("reads after changing", arrived)
                said = "yes" if quiet else f"no: {refused}"
                yield self._probe("may write without mail", said, ok=quiet, value=quiet)
                return
            refused = "the change itself was ignored" if outcome.result == "done" else _said(outcome)
        yield self._probe("change", refused, ok=False)

    def _marked(self, item: Item) -> Probe:
        """Write the marker anew, as an apply does at its end: where it is then, some sites tell by that alone."""
        operation = uuid.uuid4().hex
        marker = replace(self._marker, item=item.id, operation=operation, creation=self._operation)
        (outcome,) = self._provider.update([Change(operation, item, marker=marker)], quiet=False)
        done = outcome.result == "done"
        said = ("yes", self._provider.describe_site(()).capabilities.marker_note) if done else (_said(outcome),)
        return self._probe("marker written", ", ".join(filter(None, said)), ok=done, value=done)

    def _deleted(self, item: Item) -> Probe:
        left = f"delete it by hand: {item.url}"
        try:
            (outcome,) = self._provider.remove({uuid.uuid4().hex: item})
            if outcome.result in ("done", "gone") or not self._is_there(item):
                return self._probe("delete", item.key)
        except PluginError as problem:
            return self._failed("delete", problem, left)
        found = f"{item.key} is still there: {_said(outcome)}"
        return self._probe("delete", found, ok=False, hint=left, needed=True)

    def _is_there(self, item: Item) -> bool:
        (found,) = self._provider.fetch({item.id: ()})
        return found.item is not None

    def _not_created(self, outcome: Outcome) -> Probe:
        hint = f"look for {self._title!r}, and delete it by hand" if outcome.result == "unknown" else ""
        return self._probe("create", _said(outcome), ok=False, hint=hint, needed=True)

    def _failed(self, what: str, problem: PluginError, hint: str = "") -> Probe:
        remedy = "\n".join(text for text in (problem.detail, problem.hint, hint) if text)
        return self._probe(what, problem.summary, ok=False, hint=remedy, needed=True)

    def _probe(
        self,
        what: str,
        found: str,
        *,
        ok: bool = True,
        hint: str = "",
        value: float | None = None,
        needed: bool = False,
    ) -> Probe:
        return Probe(self._name, what, ok=ok, found=found, hint=hint, required=needed, value=value)


def _simplest(site: SiteDescription) -> tuple[TypeInfo, FieldInfo]:
    """A type whose items need nothing but a title."""
    demands: list[str] = []
    for kind in site.types.values():
        title = kind.by_word("title")
        if title is None or kind.level != 0:
            continue
        more = [each.name for each in kind.fields.values() if each.required and each.id != title.id]
        if not more:
            return kind, title
        demands.append(f"{kind.ref.name} needs {', '.join(more)}")
    raise ProviderError("no type of the project can be made with a title alone", detail="\n".join(demands))


def _said(outcome: Outcome) -> str:
    """What came of a write, with the platform's words."""
    return ": ".join((outcome.result, *(each.message for each in outcome.problems)))
