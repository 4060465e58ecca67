"""The base class of a plugin: how the engine gets its provider, and the everyday verbs over it."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from reconciler.errors import ConfigurationError, NotFoundError, ProviderError, UnknownOutcome, ValidationError
from reconciler.sdk.config import SDK_VERSION, PluginConfig, PluginMetadata
from reconciler.sdk.everyday import change_of, field_called, readable, said_by, type_called, work_item_of
from reconciler.sdk.items import Item
from reconciler.sdk.names import nearest
from reconciler.sdk.provider import Provider
from reconciler.sdk.session import Session, check_url
from reconciler.sdk.site import SiteDescription, TypeInfo
from reconciler.sdk.values import Ref, Value
from reconciler.sdk.workitem import WorkItem
from reconciler.sdk.writes import Draft, Outcome

__all__ = ["DevOpsIntegrationPlugin", "Health"]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a site can be used: the account that we are, what the site offers it, and what is wrong.

    Without an account signing in failed; with one and without a site, looking at the project did.
    """

    account: Ref | None = None
    site: SiteDescription | None = None
    problem: ProviderError | None = None

    @property
    def ok(self) -> bool:
        """Whether it can."""
        return self.problem is None


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
        self._described: dict[tuple[frozenset[str], frozenset[str]], SiteDescription] = {}

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
            if not given[setting.role]
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
        return self._shown(*self._read(reference))

    def search_work_items(self, query: str) -> Iterator[WorkItem]:
        """Items of the project that a query of the platform's own language finds."""
        every = self._site(tuple(each.ref.name for each in self._site(()).types.values()))
        fields = {field for kind in every.types.values() for field in readable(kind)}
        for item in self.provider.search(query, fields):
            if item.type.id in every.types:  # an issue of another project has types that nobody described
                yield self._shown(every, item)

    def create_work_item(self, item: WorkItem) -> WorkItem:
        """Create an item and give it as the platform then shows it. A status is set by a transition afterwards.

        Raises:
            BadValue: a type, field or value that the site does not have.
            ValidationError: the platform refused it.
            UnknownOutcome: the answer was lost; look before you try again.
        """
        wanted = said_by(item)
        site = self._site((item.type,), _people(wanted))
        kind = type_called(site, item.type)
        values = self._normal(site, kind, wanted)
        at_once = {field: value for field, value in values.items() if "create" in kind.fields[field].writable}
        draft = Draft(_operation(), kind.ref, at_once, None)
        (outcome,) = self.provider.create((draft,))
        created = _done(outcome)
        later = {field: value for field, value in values.items() if field not in at_once}
        if later:
            (found,) = self.provider.fetch({created.id: tuple(kind.fields)})
            if found.item is None:
                raise NotFoundError(f"{created.key} was created and can't be read")
            self._write(kind, found.item, later)
        return self.get_work_item(created.id)

    def update_work_item(self, reference: str, changes: Mapping[str, object]) -> WorkItem:
        """Change fields of one item and give it as the platform then shows it.

        Args:
            reference: its id, key or URL.
            changes: by the spec's words (`title`, `status`, `fields.amount`); `None` clears. A set becomes what is
                given. What is equal already is not written.

        Raises:
            BadValue, NotFoundError, ValidationError, UnknownOutcome: as for the other verbs.
        """
        _, item = self._read(reference)
        site = self._site((item.type.name,), _people(changes))
        kind = site.types[item.type.id]
        values = self._normal(site, kind, changes)
        changed = {field: value for field, value in values.items() if item.fields.get(field) != value}
        if changed:
            self._write(kind, item, changed)
        return self.get_work_item(item.id)

    def _read(self, reference: str) -> tuple[SiteDescription, Item]:
        (found,) = self.provider.fetch({reference: ()})
        if found.item is None:
            raise NotFoundError(f"no item {reference!r} can be seen by this account")
        site = self._site((found.item.type.name,))
        kind = site.types.get(found.item.type.id)
        if kind is None:
            raise NotFoundError(f"{found.item.key} lies in another project than {site.project.name}")
        (found,) = self.provider.fetch({found.item.id: readable(kind)})
        if found.item is None:
            raise NotFoundError(f"no item {reference!r} can be seen by this account")
        return site, found.item

    def _normal(self, site: SiteDescription, kind: TypeInfo, wanted: Mapping[str, object]) -> dict[str, Value]:
        normal: dict[str, Value] = {}
        for word, value in wanted.items():
            field = field_called(kind, word)
            if word == "parent" and isinstance(value, str):
                value = Ref(self._read(value)[1].id)
            normal[field.id] = self.provider.normalize(site, kind.ref.id, field.id, value)
        return normal

    def _write(self, kind: TypeInfo, item: Item, values: Mapping[str, Value]) -> None:
        (outcome,) = self.provider.update((change_of(kind, item, values, _operation()),), quiet=False)
        _done(outcome)

    def _shown(self, site: SiteDescription, item: Item) -> WorkItem:
        return work_item_of(self.provider, site, item)

    def _site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """The site's description, read once for each question."""
        asked = (frozenset(types), frozenset(users))
        if asked not in self._described:
            self._described[asked] = self.provider.describe_site(*asked)
        return self._described[asked]


def _operation() -> str:
    return uuid.uuid4().hex


def _done(outcome: Outcome) -> Item:
    reasons = tuple((each.field or "", each.message) for each in outcome.problems)
    detail = "\n".join(f"{field}: {text}" if field else text for field, text in reasons)
    if outcome.result == "unknown":
        raise UnknownOutcome(detail=detail, hint="look at the item before you try again")
    if outcome.result == "gone":
        raise NotFoundError(detail=detail)
    if outcome.result != "done":
        done = f"written all the same: {', '.join(sorted(outcome.applied))}\n" if outcome.applied else ""
        raise ValidationError("the platform refused the write", detail=done + detail, reasons=reasons)
    return outcome.item or Item("", "", "", Ref(""), {}, "")


def _people(wanted: Mapping[str, object]) -> tuple[str, ...]:
    assignee = wanted.get("assignee")
    return (assignee,) if isinstance(assignee, str) else ()
