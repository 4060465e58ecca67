"""Jira Cloud as a provider: each method hands over to the module that knows how."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    History,
    Item,
    Outcome,
    PluginConfig,
    Preview,
    Session,
    SiteDescription,
    Value,
)
from reconciler_jira import creating, reading, site, words, writing
from reconciler_jira import preview as previews
from reconciler_jira.changelog import histories
from reconciler_jira.client import Client

__all__ = ["JiraProvider"]

_MARKED_FIELDS = ("summary",)


class JiraProvider:
    """One Jira Cloud site and one project; see `reconciler.sdk.Provider` for what the methods promise."""

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self._config = config
        self._client = Client(session)
        self._types = reading.FieldTypes(self._client)
        self._project: str | None = None
        self._may_be_quiet = False

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the site offers: all types by name, the fields of those named, and the users named."""
        described = site.describe(self._client, self._config, types, users, self._client.clock.now())
        self._types.learn(described)
        self._project = described.project.id
        self._may_be_quiet = described.capabilities.quiet
        return described

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return words.normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return words.express(site, field, value)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        """Read items by id, key or URL, in bulk."""
        return reading.fetch(self._client, self._types, wanted, markers=markers)

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a JQL query finds."""
        return reading.search(self._client, self._types, query, fields, markers=False)

    def find_marked(self, label: str, since: datetime | None = None) -> Iterator[Item]:
        """Items of the whole site that carry the marker's label, with their titles and markers."""
        query = f'labels = "{label}"'
        if since is not None:  # in minutes ago: JQL reads dates in the account's time zone
            minutes = math.ceil((self._client.clock.now() - since).total_seconds() / 60) + 1
            query += f" AND created >= -{max(minutes, 1)}m"
        return reading.search(self._client, self._types, query, _MARKED_FIELDS, markers=True)

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take, sending none."""
        return previews.preview(self._client, self._types, writes, live=live)

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, 50 in a request."""
        if self._project is None:
            self._project = str(site.find_project(self._client, self._config.project)["id"])
        return creating.create(self._client, self._types, self._project, drafts)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items. Mail is suppressed only where the site's description said that this account may."""
        return writing.update(self._client, self._types, changes, quiet=quiet and self._may_be_quiet)

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Who changed these fields of these items."""
        return histories(self._client, ids, fields)
