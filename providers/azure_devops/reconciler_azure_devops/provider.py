"""Azure DevOps as a provider: each method hands over to the module that knows how."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    History,
    Item,
    Outcome,
    Pending,
    PluginConfig,
    Preview,
    Session,
    SiteDescription,
    Value,
)
from reconciler_azure_devops import reading, site, words
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.fields import TITLE
from reconciler_azure_devops.options import options_of

__all__ = ["AzureDevOpsProvider"]


class AzureDevOpsProvider:
    """One organisation or collection and one project; see `reconciler.sdk.Provider` for what the methods promise."""

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self._config = config
        self._options = options_of(config)
        self._client = Client(session, markdown=self._options.text_format == "markdown")
        self._types = reading.FieldTypes(self._client, config.project, self._options.zone)
        self._described: SiteDescription | None = None

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the site offers: all types by name, the fields of those named, and the users named."""
        now = self._client.clock.now()
        self._described = site.describe(self._client, self._config, self._types, types, users, now)
        self._types.learn(self._described)
        return self._described

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return words.normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return words.express(site, field, value)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:  # noqa: ARG002
        """Read items by id or URL, in bulk."""
        return reading.fetch(self._client, self._types, self._config.project, wanted, None)

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a WIQL query finds, or a condition of one."""
        return reading.search(self._client, self._types, self._config.project, query, fields)

    def find_marked(
        self,
        label: str,
        since: datetime | None = None,
        *,
        above: str = "",  # noqa: ARG002
    ) -> Iterator[Item]:
        """Items of the whole site that carry the marker's label, with their titles and markers."""
        condition = f"[System.Tags] CONTAINS '{label}'"
        if since is not None:
            condition += f" AND [System.CreatedDate] >= '{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
        ids = reading.every_id(self._client, condition)
        return reading.items_of(self._client, self._types, ids, (TITLE,), None)

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """The items whose parent is one of these, with their titles, parents and markers."""
        return reading.children(self._client, self._types, ids, None)

    def highest_key(self) -> str:
        """The highest id that a query sees; empty where it sees none. Ids are the whole organisation's."""
        query = "SELECT [System.Id] FROM WorkItems ORDER BY [System.Id] DESC"
        return next(self._client.query(query, top=1), "")

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes whose answer was lost."""
        raise NotImplementedError

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take, sending none."""
        raise NotImplementedError

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items."""
        raise NotImplementedError

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items."""
        raise NotImplementedError

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Put items into the recycle bin, by operation id."""
        raise NotImplementedError

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Who changed these fields of these items."""
        raise NotImplementedError
