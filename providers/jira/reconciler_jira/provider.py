"""Jira as a provider: each method hands over to the module that knows how."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    History,
    Item,
    Kind,
    Outcome,
    Page,
    Pending,
    PluginConfig,
    Preview,
    Ref,
    Session,
    SiteDescription,
    Value,
    Velocity,
)
from reconciler_jira import children, creating, reading, removing, searching, site, upwards, words, writing
from reconciler_jira.changelog import histories
from reconciler_jira.client import Client
from reconciler_jira.containers import make
from reconciler_jira.edition import connect
from reconciler_jira.marker import label_of
from reconciler_jira.marking import Marking, marking_of
from reconciler_jira.options import options_of
from reconciler_jira.preview import Previewing
from reconciler_jira.settling import Settling
from reconciler_jira.velocity import velocity

__all__ = ["JiraProvider"]

_MARKED_FIELDS = ("summary",)


class JiraProvider:
    """One Jira site and one project; see `reconciler.sdk.Provider` for what the methods promise."""

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self._config = config
        self._options = options_of(config)
        self._session = session
        self._described: SiteDescription | None = None

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the site offers: all types by name, the fields of those named, and the users named."""
        now = self._client.clock.now()
        self._described = site.describe(self._client, self._config, self._marking, types, users, now)
        self._types.learn(self._described)
        return self._described

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return words.normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return words.express(site, field, value)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        """Read items by id, key or URL, in bulk."""
        return reading.fetch(self._client, self._types, wanted, self._marking if markers else None)

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a JQL query finds."""
        return reading.search(self._client, self._types, query, fields)

    def query_of(self, text: str) -> str:
        """The JQL that a text means: itself where it has an operator, else one for its words. Pure."""
        return searching.query_of(self._config.project, text)

    def search_page(self, query: str, limit: int, token: str | None) -> Page:
        """A page of the issues that a JQL query finds."""
        return searching.search_page(self._client, query, limit, token)

    def find_marked(self, label: str, since: datetime | None = None, *, above: str = "") -> Iterator[Item]:
        """Items of the whole site that carry the marker's label, with their titles and markers."""
        found: set[str] = set()
        if self._marking.searchable:
            query = self._marking.query(label)
            if since is not None:  # in minutes ago: JQL reads dates in the account's time zone
                minutes = math.ceil((self._client.clock.now() - since).total_seconds() / 60) + 1
                query += f" AND created >= -{max(minutes, 1)}m"
            fields = {*_MARKED_FIELDS, *self._marking.asked}
            for item in reading.search(self._client, self._types, query, fields, self._marking):
                if self._marking.by == "label" or item.fields.get(self._marking.field) == label:
                    found.add(item.id)
                    yield item
        if above:
            for item in self._unsearched(above).items:
                if item.id not in found and item.marker is not None and label_of(item.marker) == label:
                    yield item

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """The items whose parent is one of these, with their titles, parents and markers."""
        return children.children(self._client, self._types, self._marking, ids)

    def highest_key(self) -> str:
        """The highest key of the project that a search sees."""
        return upwards.highest_key(self._client, self._project.id)

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes whose answer was lost."""
        settling = Settling(self._client, self._types, self._marking, self._options, self._project.name, self._look)
        return settling.run(pending)

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take, sending none."""
        types = self._described.types if self._described else {}
        previewing = Previewing(self._client, self._types, self._marking, types, quiet=self._may_be_quiet)
        return previewing.run(writes, live=live)

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, 50 in a request."""
        return creating.create(self._client, self._types, self._marking, self._project.id, drafts)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items. Mail is suppressed only where the site's description said that this account may."""
        silent = quiet and self._may_be_quiet
        return writing.update(self._client, self._types, self._marking, changes, quiet=silent)

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Delete items for good, by operation id."""
        return removing.remove(self._client, items)

    def make_container(self, kind: Kind, name: str) -> Ref:
        """Make a component, a version or a sprint, or give the one that is there by now."""
        return make(self._client, self._project, kind, name)

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Who changed these fields of these items."""
        return histories(self._client, ids, fields)

    def velocity(self, team: str, days: int) -> Velocity:
        """What a board's sprints committed to and completed that were closed in the last so many days."""
        return velocity(self._client, self._project, self._config.statuses, team, days)

    @property
    def _may_be_quiet(self) -> bool:
        return self._described is not None and self._described.capabilities.quiet

    @cached_property
    def _client(self) -> Client:
        return connect(self._session)

    @cached_property
    def _types(self) -> reading.FieldTypes:
        return reading.FieldTypes(self._client)

    @property
    def _marking(self) -> Marking:
        """How issues are marked: the first creation on an empty site may show that it takes no properties."""
        return replace(self._chosen, proof=self._client.proof)

    @cached_property
    def _chosen(self) -> Marking:
        return marking_of(self._client, self._options)

    @property
    def _project(self) -> Ref:
        """The project: its id, and its key as the name."""
        return self._described.project if self._described else self._found_project

    @cached_property
    def _found_project(self) -> Ref:
        found = site.find_project(self._client, self._config.project)
        return Ref(str(found["id"]), str(found["key"]))

    def _look(self, above: str) -> upwards.Seen:
        project = self._project
        return upwards.upwards(self._client, self._types, self._marking, project.id, project.name, above)

    def _unsearched(self, above: str) -> upwards.Seen:
        """The items above a key that a search for markers may have missed: all of them where it can't be searched."""
        project, key = self._project.id, self._project.name
        lag = timedelta(seconds=self._options.index_lag)
        known: Collection[int] = ()
        if self._marking.searchable:
            known = upwards.long_known(self._client, project, key, above, lag)
        return upwards.upwards(self._client, self._types, self._marking, project, key, above, known)
