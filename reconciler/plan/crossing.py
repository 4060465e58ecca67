"""Links to items of other sites: no platform has such links, so each is a document of its item, and leads to the page.

The document's title says the link and the other item, as the specs call it: `blocks: Investment: Acme Robotics`. It is
written on the side that says it, and on that side alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from reconciler.plan.desired import Want
from reconciler.sdk import BadValue, FieldInfo, Link, SiteDescription, TypeInfo, Value, unknown
from reconciler.spec.configuration import (
    Configuration,
    DesiredItem,
    ItemAttribute,
    Ownership,
    Reference,
    Template,
)
from reconciler.spec.vocabulary import LINKS

__all__ = ["Crossing", "crossing_of", "room_for_documents", "titled_pages", "with_crossings"]

_LONGEST: Final = 255
"""Characters that such a title has at most: as many as a title of Jira's."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One link to an item of another site.

    Attributes:
        word: the link's, as the spec says it.
        title: what the specs call the other item; its URL where they don't name it.
        page: its URL, with parts that are known after apply where it is an item of these specs.
    """

    word: str
    title: str
    page: str | Template


def crossing_of(
    word: str,
    reference: Reference,
    item: DesiredItem,
    configuration: Configuration,
    sites: Mapping[str, SiteDescription],
) -> Crossing | None:
    """A link of an item to one of another site; `None` for one of its own site.

    Args:
        sites: by provider; one that is not known is another.

    Raises:
        BadValue: no link has this word.
    """
    site = sites[item.provider]
    if reference.address is not None and _is_elsewhere(configuration.items[reference.address], item, sites):
        title = configuration.items[reference.address].fields.get("title")
        named = str(title.value) if title else reference.address
        found = Crossing(word, named, Template((ItemAttribute(reference.address, "url"),)))
    elif reference.url is not None and not _is_on(site, reference.url):
        found = Crossing(word, reference.url, reference.url)
    else:
        return None
    words = _link_words(site)
    if word.casefold() not in map(str.casefold, words):
        raise unknown(word, words, "link")
    return found


def titled_pages(crossings: Iterable[Crossing]) -> dict[str | Template, str]:
    """By page, the title of the document that stands for the links to it; several links to one page are one document.

    The title does not depend on the site that the other item is on: renaming it there changes nothing here.
    """
    words: dict[str | Template, list[str]] = {}
    titles: dict[str | Template, str] = {}
    for each in crossings:
        words.setdefault(each.page, []).append(_spoken(each.word))
        titles[each.page] = each.title
    return {page: _cut(f"{', '.join(words[page])}: {title}") for page, title in titles.items()}


def room_for_documents(type: TypeInfo, owner: Ownership) -> FieldInfo:
    """The field that holds an item's documents.

    Args:
        owner: whose they are.

    Raises:
        BadValue: there is none that may be written.
    """
    what, hint = "links to items on other sites are documents", "leave these links out"
    info = type.by_word("documents")
    if info is None:
        raise BadValue(f"{what}, and {type.ref.name} has none", hint=hint)
    if not info.writable:
        raise BadValue(f"{what}, and these can't be written: {info.why or 'this account may not'}", hint=hint)
    if owner == "nobody":
        raise BadValue(f"{what}, and these are nobody's", hint=f"say who owns `documents`, or {hint}")
    return info


def with_crossings(
    documents: Want | None, crossed: tuple[Value, ...], base: Value, site: SiteDescription, *, named: bool, linked: bool
) -> Want | None:
    """The documents that an item is to have: those that the spec names as such, and those that stand for links.

    Either kind that the spec names no more is let go: it stays on the item, as all does whose key left the spec. Of two
    that lead to one page, the one stands that the spec names as a document.

    Args:
        documents: those that the spec names; without elements where it has links alone, `None` where it has neither.
        crossed: those that stand for links.
        base: the item's documents as last applied.
        named: whether the spec has a key for documents.
        linked: whether it has one for links.

    Returns:
        `None` where none of them is the spec's.
    """
    ours = base if isinstance(base, tuple) else ()
    links = tuple(each for each in ours if _is_crossed(each, site))
    if documents is None or not (named or crossed or links or base == ()):
        return None
    own = documents.value if isinstance(documents.value, tuple) else ()
    pages = _pages(own)
    value = (*own, *(each for each in crossed if not _pages((each,)) & pages))
    gone = tuple(
        each for each in ours if not (linked if each in links else named) and not _pages((each,)) & _pages(value)
    )
    return replace(documents, value=value, let_go=gone)


def _is_elsewhere(other: DesiredItem, item: DesiredItem, sites: Mapping[str, SiteDescription]) -> bool:
    there = sites.get(other.provider)
    return other.provider != item.provider and (there is None or there.site != sites[item.provider].site)


def _is_crossed(element: Value, site: SiteDescription) -> bool:
    """Whether a document of ours came from a link: it has a title that `titled_pages` gives."""
    said, colon, _ = element.title.partition(": ") if isinstance(element, Link) else ("", "", "")
    words = {_spoken(each) for each in _link_words(site)}
    return bool(colon) and all(each in words for each in said.split(", "))


def _pages(documents: Iterable[Value]) -> set[str]:
    return {each.target for each in documents if isinstance(each, Link)}


def _link_words(site: SiteDescription) -> tuple[str, ...]:
    """What links may be called: the standard words, and the site's own names for its types."""
    types = [each for each in site.link_types if each.target == "item"]
    return tuple(dict.fromkeys((*LINKS, *(text for each in types for text in (each.outward, each.inward)))))


def _is_on(site: SiteDescription, url: str) -> bool:
    here, there = urlsplit(site.url), urlsplit(url)
    path = f"{here.path.rstrip('/')}/"
    same_host = here.netloc.casefold() == there.netloc.casefold()
    return same_host and there.path.casefold().startswith(path.casefold())


def _spoken(word: str) -> str:
    return word.replace("_", " ").casefold()


def _cut(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
