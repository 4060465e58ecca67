"""The protocol that a plugin's author writes: list-first, synchronous, small."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from reconciler.sdk.items import Found, History, Item
from reconciler.sdk.site import SiteDescription
from reconciler.sdk.values import Value
from reconciler.sdk.writes import Change, Draft, Outcome, Pending, Preview

__all__ = ["Provider", "Recalls", "Restores"]


class Provider(Protocol):
    """One site and one project.

    Results are yielded as they are known, in any order, one for each input; closing the iterator sends no more.
    One input's failure is a result; `ProviderError` is raised for a whole call alone, and inputs without a result
    are unknown then. Batch sizes, paging, concurrency and rate limits are the provider's own and the session's.
    """

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the site offers: all types by name, the fields of those named, and the users named.

        Args:
            types: the spec's words or the platform's names; one that does not exist is left out of no error: the
                engine sees that it is missing and offers the nearest.
            users: e-mail addresses, account ids or display names; those that nobody has are left out of `users`.

        Raises:
            AuthenticationError: the credential is not accepted.
            NotFoundError: the project can't be seen by this account.
        """
        ...

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure.

        Args:
            type: a type's id.
            field: a field's id; the status field and `type` itself too.
            value: text, number, flag, `date`, list or mapping as in the spec; `None` clears, and comes back as `None`.
                Of a set-valued field a list gives the set, and one element alone gives that element. References to
                items arrive as a `Ref` (for `parent`) or a `Link` whose type is the spec's word (for links), with the
                target's remote id; documents as `{title, url}`.

        Raises:
            BadValue: the site does not take it.
        """
        ...

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure, and `normalize`'s inverse: normalizing the result
        gives an equal value. Items and links, which only the engine can name, come back as they were.
        """
        ...

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        """Read items, in bulk.

        Args:
            wanted: by id, key or URL of an item: the ids of the fields to read. A field that needs a request of
                its own (remote links) is read only for the items that ask for it.
            markers: whether to read the markers too.
        """
        ...

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a query of the platform's own language finds (JQL, WIQL), across all pages."""
        ...

    def find_marked(self, label: str, since: datetime | None = None, *, above: str = "") -> Iterator[Item]:
        """Items of the whole site that carry the marker's label, each once, with their markers; copies among them.

        Args:
            since: leave out what was created earlier.
            above: a key of the project. Items above it are looked at one by one too: a search may not know them yet.
        """
        ...

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """The items whose parent is one of these (remote ids), whoever's they are, with their titles, parents and
        markers as they are now. Children that the platform names on their parent are certain; where it only searches
        for them, one that got its parent within the lag may be missed.
        """
        ...

    def highest_key(self) -> str:
        """The highest key of the project's items that a search sees now; empty where it sees none."""
        ...

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes; `asked` is the operation.

        A creation is `live`, with the draft's fields and the marker, where an item carries the operation's marker,
        copies never. It is `absent` only when the request can't arrive any more, nothing is found, neither by search
        nor upwards by key, and a search could have seen it by now; until then `undecided`.

        A change is `live` with the fields that it names as they are now, the status too where it has a transition;
        the field `comment` holds its comment where that arrived. It is `undecided` while the request may still arrive,
        unless live equals what was sent already; `not_visible` where the item can't be read. A change that names
        nothing stands for a removal.
        """
        ...

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take, sending none. `live` allows reads: what a transition needs and where it leads,
        the search for a path, whether an item may become of another type, and whether the platform would take a write,
        where it says so without doing it. Without it a path is looked for where the item's status and the type's
        workflow are known; an item that is yet to be created comes with the status in which it starts.
        """
        ...

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items. A request is sent once: only one that the platform did not execute (429) is repeated."""
        ...

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items, each with only what its change names. `quiet` suppresses notifications where it may."""
        ...

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Delete items for good, by operation id. One with sub-tasks is refused, and what is not there is `gone`."""
        ...

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Who changed these fields of these items (remote ids), in bulk."""
        ...


@runtime_checkable
class Recalls(Protocol):
    """What a provider has beside the rest where its markers have no room for digests, and the platform keeps all that
    was ever changed on an item. It costs requests by item, and is asked for only to make a lost state anew.
    """

    def recall(self, wanted: Mapping[str, Collection[str]]) -> Iterator[Found]:
        """Read items, as `fetch` does with markers. The `observed` of each marker says what our last writes left: of a
        single value its digest; of a set, by "field id/element", the elements that we put there.
        """
        ...


@runtime_checkable
class Restores(Protocol):
    """What a provider has beside the rest where the platform keeps what was deleted for a while: a recycle bin.

    Its `fetch` says `deleted` of items that lie there. No new item is made in the place of one that can be brought
    back.
    """

    def recycled(self, label: str) -> Iterator[Item]:
        """The project's items in the recycle bin that carry the marker's label, with their titles; a marker only where
        the recycle bin shows it. It may cost a request for each item that lies there.

        Raises:
            AuthorizationError: this account may not look into it.
        """
        ...

    def restore(self, ids: Mapping[str, str]) -> Iterator[Outcome]:
        """Bring items back, by operation id (their remote ids), each as it was. One that is there already is `done`,
        and one that is neither there nor in the recycle bin is `gone`.
        """
        ...
