"""The base class of a plugin: how the engine gets its provider, and the everyday verbs over it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import ClassVar

from reconciler.errors import ConfigurationError, ProviderError
from reconciler.sdk.config import SDK_VERSION, PluginConfig, PluginMetadata
from reconciler.sdk.editing import Editor
from reconciler.sdk.health import Health
from reconciler.sdk.incident import Incident, incident_label, with_incident
from reconciler.sdk.linking import Linked, commit_in, document_at, link
from reconciler.sdk.names import nearest
from reconciler.sdk.provider import Provider
from reconciler.sdk.searching import Page, query_of, search_page
from reconciler.sdk.session import Session, check_url
from reconciler.sdk.values import Ref
from reconciler.sdk.velocity import MeasuresVelocity, Velocity
from reconciler.sdk.webhooks import Deliveries, Delivery, Headers, ReceivesWebhooks, receive
from reconciler.sdk.workitem import WorkItem

__all__ = ["DevOpsIntegrationPlugin"]


class DevOpsIntegrationPlugin(ABC):
    """One configured use of a platform. Making one does no I/O.

    A subclass names itself, says what it is configured with, and makes the provider. The verbs are for people and
    scripts that want one item now: synchronous, outside any plan, journalled nowhere, and they mark nothing as a
    workspace's.

    Args:
        config: what `validate_config` finds no fault with.
        session: to the config's URL; whoever made it closes it.
    """

    name: ClassVar[str]
    sdk_version: ClassVar[str] = SDK_VERSION

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self.config = config
        self.session = session

    @classmethod
    @abstractmethod
    def metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""

    @classmethod
    @abstractmethod
    def authorization(cls, config: PluginConfig) -> str:
        """Make the Authorization header's value."""

    @classmethod
    def request_timeout(cls, config: PluginConfig) -> float:  # noqa: ARG003  for those that let a spec choose
        """Seconds that a request may take: the session's timeout, and how long after it was sent it may arrive."""
        return 30.0

    @classmethod
    def advice(cls, config: PluginConfig, request: str, status: int) -> str:  # noqa: ARG003  for those that know more
        """What to do where the site refuses a request for want of a right, beside what is said of every site.

        Args:
            config: the provider's.
            request: method and path, `GET /rest/api/3/myself`.
            status: of the answer: 401, 403, 404 or another refusal.
        """
        return ""

    @property
    @abstractmethod
    def provider(self) -> Provider:
        """The provider; the same one at each call."""

    @abstractmethod
    def authenticate(self) -> Ref:
        """Ask the platform who we are.

        Raises:
            AuthenticationError: the credential is not accepted.
        """

    @classmethod
    def validate_config(cls, config: PluginConfig) -> tuple[ConfigurationError, ...]:
        """Find all that is wrong with a configuration, without asking the platform."""
        metadata = cls.metadata()
        given = {
            "url": config.url,
            "user": config.credential.user,
            "secret": config.credential.secret,
            "project": config.project,
        }
        found = [
            ConfigurationError(f"{setting.variable} is not set", detail=setting.help)
            for setting in metadata.settings
            if not given[setting.role] and (setting.required or setting.role == "project")
        ]
        if config.url:
            try:
                check_url(config.url)
            except ConfigurationError as problem:
                found.append(problem)
        for option in config.options:
            if option not in metadata.options:
                close = nearest(option, metadata.options)
                known = f"there are: {', '.join(sorted(metadata.options))}" if metadata.options else "it has none"
                found.append(
                    ConfigurationError(
                        f"{metadata.title} has no option {option!r}",
                        hint=f"did you mean {close[0]!r}?" if close else known,
                    )
                )
        return tuple(found)

    @classmethod
    def get_metadata(cls) -> PluginMetadata:
        """Say what this plugin is, and what it is configured with."""
        return cls.metadata()

    def health_check(self, types: Collection[str] = ()) -> Health:
        """Sign in, and look at the project and at these types; a problem is an answer, not an exception."""
        account = None
        try:
            account = self.authenticate()
            return Health(account, self.provider.describe_site(types))
        except ProviderError as problem:
            return Health(account, problem=problem)

    def get_work_item(self, reference: str) -> WorkItem:
        """Read one item by id, key or URL.

        Raises:
            NotFoundError: this account sees none.
        """
        return self._editor.shown(reference)

    def search_work_items(self, query: str) -> Iterator[WorkItem]:
        """Items of the project that a query finds, all of them: one of the platform's own language, or words where
        the provider `Searches`.
        """
        return self._editor.search(query_of(self.provider, query))

    def search_page(self, query: str, limit: int = 50, token: str | None = None) -> Page:
        """A page of the items that a query finds, as lines of a list: few requests, however long the items are.

        Args:
            query: of the platform's own language, or words where the provider `Searches`; words find the newest first.
            limit: how many, one at least.
            token: the `next_token` of the page before, of the same query; the first page without.

        Raises:
            ValidationError: the platform can't read the query, or the token is none of its own.
        """
        return search_page(self._editor, self.metadata().title, query, limit, token)

    def create_work_item(self, item: WorkItem) -> WorkItem:
        """Create an item and give it as the platform then shows it. A status is set by a transition afterwards.

        Raises:
            BadValue: a type, field or value that the site does not have.
            ValidationError: the platform refused it.
            UnknownOutcome: the answer was lost; look before you try again.
        """
        return self._editor.create(item)

    def create_from_incident(self, incident: Incident, template: WorkItem) -> WorkItem:
        """Create the item of an incident, or give the one that it has already, which a label of its own finds.

        Safe to repeat once the platform's search has caught up. What counts reports, and loses none, is the command
        `reconciler incident`: it works with a state.

        Args:
            template: of a type; title, description and priority are the incident's where it leaves them empty.

        Raises:
            BadValue, ValidationError, UnknownOutcome: as for `create_work_item`.
        """
        marked = self.provider.find_marked(incident_label(incident))
        first = min(marked, key=lambda each: (len(each.id), each.id), default=None)
        return self._editor.create(with_incident(template, incident)) if first is None else self.get_work_item(first.id)

    def update_work_item(self, reference: str, changes: Mapping[str, object]) -> WorkItem:
        """Change fields of one item and give it as the platform then shows it.

        Args:
            reference: its id, key or URL.
            changes: by the spec's words (`title`, `status`, `fields.amount`); `None` clears. A set becomes what is
                given. What is equal already is not written.

        Raises:
            BadValue, NotFoundError, ValidationError, UnknownOutcome: as for the other verbs.
            ConflictError: somebody changed the item at the same instant; nothing was written.
        """
        return self._editor.update(reference, changes)

    def link_to_commit(self, reference: str, commit: str, repository: str = "") -> Linked:
        """Link an item to a commit. Safe to repeat: what is linked already is not linked again.

        Args:
            reference: the item's id, key or URL.
            commit: its sha; without a repository the URL of its page.
            repository: its URL as `git clone` takes it, or what the platform calls it.

        Raises:
            BadValue: it is no commit, or the platform has no such repository or no such links.
            ConflictError, NotFoundError, ValidationError, UnknownOutcome: as for the other verbs.
        """
        return link(self._editor, reference, "commits", commit_in(repository, commit))

    def link_to_pull_request(self, reference: str, url: str) -> Linked:
        """Link an item to a pull request, by the URL of its page. Safe to repeat.

        Raises:
            BadValue, ConflictError, NotFoundError, ValidationError, UnknownOutcome: as for `link_to_commit`.
        """
        return link(self._editor, reference, "pull_requests", url)

    def link_document(self, reference: str, url: str, title: str = "") -> Linked:
        """Link an item to a page on the web. Safe to repeat; a page that is linked under another title gets this one.

        Raises:
            BadValue, ConflictError, NotFoundError, ValidationError, UnknownOutcome: as for `link_to_commit`.
        """
        return link(self._editor, reference, "documents", document_at(url, title))

    def get_team_velocity(self, team: str, days: int) -> Velocity:
        """What a team's sprints committed to and completed that ended in the last so many days, oldest first.

        Args:
            team: its name or id, on Jira a board's; empty for the only one.
            days: one or more.

        Raises:
            ConfigurationError: the plugin can't measure velocity.
            BadValue: there is no such team, several have the name, or it has no sprints.
        """
        provider = self.provider
        if not isinstance(provider, MeasuresVelocity):
            raise ConfigurationError(f"the plugin for {self.metadata().title} can't measure velocity")
        return provider.velocity(team, days)

    def webhook_handler(self, headers: Headers, body: bytes, secret: str) -> Delivery:
        """Take a webhook's delivery in: a hint that its `items` should be read, and nothing more.

        It is to be acted on where it is `understood` and not `repeated`; one that is not is answered all the same, or
        the platform sends it again. This plugin remembers what came, for as long as it lives.

        Args:
            headers: of the request.
            body: the bytes as they came, before anything parsed them.
            secret: what the platform and we alone know.

        Raises:
            ConfigurationError: the secret is empty, or the plugin has no webhooks.
            DeliveryRefused: it is not the platform's, or too old.
        """
        if not isinstance(self, ReceivesWebhooks):
            raise ConfigurationError(f"the plugin for {self.metadata().title} can't receive webhooks")
        return self._deliveries.note(receive(self, headers, body, secret, self.session.clock.now()))

    @cached_property
    def _deliveries(self) -> Deliveries:
        return Deliveries(self.session.clock)

    @cached_property
    def _editor(self) -> Editor:
        return Editor(self.provider)
