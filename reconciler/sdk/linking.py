"""Link an item to a commit, a pull request or a page: one element more in a set-valued field. Safe to repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable

from reconciler.errors import BadValue, ConflictError, ProviderError, UnknownOutcome, ValidationError
from reconciler.sdk.editing import Editor, new_operation
from reconciler.sdk.items import Item
from reconciler.sdk.readers import checked_url
from reconciler.sdk.site import SiteDescription
from reconciler.sdk.values import Link
from reconciler.sdk.writes import Change

__all__ = ["HasPages", "Linked", "LinkedField", "commit_in", "document_at", "link"]

LinkedField: TypeAlias = Literal["commits", "pull_requests", "documents"]
"""The spec's words for the fields that links of this kind are elements of."""

_TRIES: Final = 3
_WHOLE: Final = "it whole, as a browser shows it: https://data.example/room"
_SHA: Final = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)
_SSH: Final = re.compile(r"(?:ssh://)?[\w.-]+@(?P<host>[\w.-]+)(?::\d+/|[:/])(?P<path>.+)")
"""As `git clone` takes it: `git@host:path`, or `ssh://git@host/path`."""
_USER: Final = re.compile(r"^(https?://)[^/@]*@")


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of linking.

    Attributes:
        item: its id, key and URL; of its fields the one that was looked at, as it was before.
        link: as it stands on the item now.
        page: the URL that a person opens to see what it goes to.
        already: it stood there before, and nothing was written.
    """

    item: Item
    link: Link
    page: str
    already: bool


@runtime_checkable
class HasPages(Protocol):
    """What a provider has beside the rest where a link's target is not the URL of its page."""

    def page_of(self, site: SiteDescription, field: str, link: Link) -> str:
        """The URL of the page that an element of a field of links goes to. Pure."""
        ...


def commit_in(repository: str, commit: str) -> str:
    """A commit of a repository as specs and providers take it: `<repository>@<sha>`.

    Args:
        repository: its URL, as a browser or `git clone` takes it, or what the platform calls it. Without one the
            commit names itself, by the URL of its page or in the platform's own form.
        commit: its sha, 7 to 64 digits.

    Raises:
        BadValue: that is no sha and no page's URL, or there is no repository to it.
    """
    if not repository and _SHA.fullmatch(commit):
        raise BadValue(f"{commit!r} is a commit of no repository", hint="name the repository that it is in by its URL")
    if not repository:
        return checked_url(commit, _WHOLE) if commit.startswith(("http:", "https:")) else commit
    if not _SHA.fullmatch(commit):
        raise BadValue(
            f"{commit!r} is not the sha of a commit",
            hint="it has 7 to 64 digits of 0-9 and a-f; `git rev-parse HEAD` prints one",
        )
    return f"{_web_url(repository)}@{commit.lower()}"


def document_at(url: str, title: str = "") -> Mapping[str, str]:
    """A page on the web as specs and providers take it.

    Raises:
        BadValue: it is no URL of a page.
    """
    return {"url": checked_url(url, _WHOLE), **({"title": title} if title else {})}


def link(editor: Editor, reference: str, word: LinkedField, element: object) -> Linked:
    """Make one link, unless the item has it.

    What the item has is read first. So a link whose answer was lost is found by the next call, and not made twice. An
    item that somebody changes at the same instant is read again.

    Args:
        editor: of the provider.
        reference: the item's id, key or URL.
        word: the field.
        element: as `normalize` takes one of its elements.

    Raises:
        BadValue: the site does not take it, or items of this type have no such links.
        ConflictError, NotFoundError, ValidationError, UnknownOutcome: as of `Editor`.
    """
    site, kind, found = editor.find(reference)
    field = kind.by_word(word)
    if field is None:
        raise BadValue(f"{found.key} takes no {word.replace('_', ' ')}: {kind.ref.name} has no field for them")
    wanted = editor.provider.normalize(site, kind.ref.id, field.id, element)
    if not isinstance(wanted, Link):
        raise TypeError(f"{field.id} normalizes an element to {wanted!r}, which is no link")
    refused: ProviderError | None = None
    for _ in range(_TRIES):
        item = editor.read_field(found, field.id)
        same = tuple(each for each in _links(item.fields.get(field.id)) if _end(each) == _end(wanted))
        if same and (wanted in same or not _is_titled(element)):
            there = wanted if wanted in same else same[0]
            return Linked(item, there, _page(editor, site, field.id, there), already=True)
        if isinstance(refused, ValidationError):  # not because somebody else made the link meanwhile
            raise refused
        try:
            editor.write(
                Change(new_operation(), item, add={field.id: (wanted,)}, remove={field.id: same} if same else {})
            )
        except UnknownOutcome as problem:
            hint = "run it again: a link that has arrived is not made twice"
            raise UnknownOutcome(problem.summary, detail=problem.detail, hint=hint) from problem
        except (ConflictError, ValidationError) as problem:
            refused = problem
        else:
            return Linked(item, wanted, _page(editor, site, field.id, wanted), already=False)
    assert refused is not None
    raise refused


def _page(editor: Editor, site: SiteDescription, field: str, link: Link) -> str:
    provider = editor.provider
    return provider.page_of(site, field, link) if isinstance(provider, HasPages) else link.target


def _end(link: Link) -> tuple[str, str]:
    return link.type, link.target


def _is_titled(element: object) -> bool:
    return isinstance(element, Mapping) and "title" in element


def _links(value: object) -> tuple[Link, ...]:
    return tuple(each for each in value if isinstance(each, Link)) if isinstance(value, tuple) else ()


def _web_url(repository: str) -> str:
    """A repository's page, of the URL that `git clone` takes; what is no URL stays as it is."""
    text = repository.strip().rstrip("/")
    ssh = _SSH.fullmatch(text) if "://" not in text or text.startswith("ssh://") else None
    if ssh:
        text = f"https://{ssh['host']}/{ssh['path'].lstrip('/')}"
    return _USER.sub(r"\1", text).removesuffix(".git")
