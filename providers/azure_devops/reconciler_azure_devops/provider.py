"""Azure DevOps as a provider: each method hands over to the module that knows how."""

from __future__ import annotations

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
    Link,
    Outcome,
    Page,
    Pending,
    PluginConfig,
    Preview,
    Session,
    SiteDescription,
    Value,
    Velocity,
)
from reconciler_azure_devops import reading, recalling, removing, searching, site, upwards, words
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.creating import Creating
from reconciler_azure_devops.fields import TITLE
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import Marking, marking_of
from reconciler_azure_devops.nodes import Nodes
from reconciler_azure_devops.options import options_of
from reconciler_azure_devops.preview import Previewing
from reconciler_azure_devops.relations import Relations
from reconciler_azure_devops.settling import Settling, marked
from reconciler_azure_devops.updates import histories
from reconciler_azure_devops.velocity import velocity
from reconciler_azure_devops.writing import Writing

__all__ = ["AzureDevOpsProvider"]


class AzureDevOpsProvider:
    """One organisation or collection and one project; see `reconciler.sdk.Provider` for what the methods promise."""

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self._config = config
        self._options = options_of(config)
        self._client = Client(session, markdown=self._options.text_format == "markdown")
        self._types = reading.FieldTypes(self._client, config.project, self._options.zone)
        self._relations = Relations(self._client)
        self._nodes = Nodes(self._client, config.project, self._options.create)
        self._described: SiteDescription | None = None

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the site offers: all types by name, the fields of those named, and the users named."""
        now = self._client.clock.now()
        self._described = site.describe(self._client, self._config, self._types, types, users, now)
        self._types.learn(self._described)
        self._nodes.learn(self._described)
        return self._described

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return words.normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return words.express(site, field, value)

    def page_of(self, site: SiteDescription, field: str, link: Link) -> str:
        """The URL of the page that a link goes to. Pure."""
        return words.page(site, field, link)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        """Read items by id or URL, in bulk."""
        reader = self._marking if markers else None
        return reading.fetch(self._client, self._types, self._config.project, wanted, reader)

    def recall(self, wanted: Mapping[str, Collection[str]]) -> Iterator[Found]:
        """Read items with their markers, and have their updates tell what a hyperlink has no room for."""
        return recalling.recall(self._client, self._types, self._config.project, wanted, self._marking)

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a WIQL query finds, or a condition of one."""
        return reading.search(self._client, self._types, self._config.project, query, fields)

    def query_of(self, text: str) -> str:
        """The WIQL that a text means: itself where it has an operator, else a condition for its words. Pure."""
        return searching.query_of(text)

    def search_page(self, query: str, limit: int, token: str | None) -> Page:
        """A page of the items that a WIQL query finds, or a condition of one."""
        return searching.search_page(self._client, self._config.project, query, limit, token)

    def find_marked(
        self,
        label: str,
        since: datetime | None = None,
        *,
        above: str = "",
    ) -> Iterator[Item]:
        """Items of the whole site that carry the marker's label, with their titles and markers."""
        found: set[str] = set()
        condition = marked(label)
        if since is not None:
            condition += f" AND [System.CreatedDate] >= '{upwards.moment(since)}'"
        ids = reading.every_id(self._client, condition)
        for item in reading.items_of(self._client, self._types, ids, (TITLE,), self._marking):
            if item.marker is None or label_of(item.marker) == label:
                found.add(item.id)
                yield item
        if above:
            lag = timedelta(seconds=self._options.index_lag)
            recent = self._client.clock.now() - lag - timedelta(minutes=1)
            for item in upwards.upwards(self._client, self._types, self._marking, above, recent):
                if item.id not in found and item.marker is not None and label_of(item.marker) == label:
                    yield item

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """The items whose parent is one of these, with their titles, parents and markers."""
        return reading.children(self._client, self._types, ids, self._marking)

    def highest_key(self) -> str:
        """The highest id that a query sees; empty where it sees none. Ids are the whole organisation's."""
        return upwards.highest_id(self._client)

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes whose answer was lost."""
        return Settling(self._client, self._types, self._marking, self._options).run(pending)

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take, sending none; `live` has the site validate each of them."""
        types = self._described.types if self._described else {}
        return Previewing(self._creating, self._writing, types).run(writes, live=live)

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, each by a document of its own."""
        return self._creating.run(drafts)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items. Mail is suppressed only where the options say that this account may: it can't be read."""
        return replace(self._writing, quiet=quiet and self._options.quiet).run(changes)

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Put items into the recycle bin, by operation id."""
        return removing.remove(self._client, items)

    def recycled(self, label: str) -> Iterator[Item]:
        """The project's items in the recycle bin that carry the marker's tag."""
        return removing.recycled(self._client, self._types, self._config.project, label, self._marking)

    def restore(self, ids: Mapping[str, str]) -> Iterator[Outcome]:
        """Take items out of the recycle bin, by operation id."""
        return removing.restore(self._client, self._config.project, ids)

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Who changed these fields of these items."""
        return histories(self._client, self._types, ids, fields)

    def velocity(self, team: str, days: int) -> Velocity:
        """What a team's iterations committed to and completed that ended in the last so many days."""
        words, zone = self._config.statuses, self._options.zone
        return velocity(self._client, self._config.project, words, zone, team, days)

    @cached_property
    def _marking(self) -> Marking:
        return marking_of(self._types, self._options)

    @property
    def _creating(self) -> Creating:
        options = self._options
        return Creating(
            self._client, self._types, self._marking, self._relations, self._nodes, self._config.project,
            markdown=options.text_format == "markdown", together=options.batch,
        )  # fmt: skip

    @property
    def _writing(self) -> Writing:
        return Writing(
            self._client, self._types, self._marking, self._relations, self._nodes,
            together=self._options.batch, quiet=self._options.quiet,
        )  # fmt: skip
