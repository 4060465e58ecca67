"""Links and documents as a spec says them, to normal forms. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from reconciler.sdk import BadValue, Link, LinkType, SiteDescription, unknown
from reconciler_azure_devops.links import DOCUMENT, MARKER_URL
from reconciler_azure_devops.vocabulary import BLOCKING, DEPENDENCY

__all__ = ["document", "item_link"]


def item_link(site: SiteDescription, value: object) -> Link:
    """Make the canonical link of one whose type is a spec's word, a direction's name, or its reference name.

    Raises:
        BadValue: the site has no such type.
    """
    if not isinstance(value, Link):
        raise BadValue(f"a link goes to an item, not to {value!r}")
    word = value.type.casefold()
    types = [each for each in site.link_types if each.target == "item"]
    for names_of in (_words_of, _texts_of, _references_of):
        for each in types:
            outward, inward = names_of(each)
            if word in (outward, inward):
                return Link(each.id, value.target, each.symmetric or word == outward)
    if any(each.id == value.type for each in types):  # canonical already
        return value
    if word in BLOCKING and any(each.id == DEPENDENCY for each in types):
        return Link(DEPENDENCY, value.target, BLOCKING[word])
    names = [text for each in types for text in (each.outward_word or each.outward, each.inward_word or each.inward)]
    raise unknown(value.type, [*BLOCKING, *names], "link")


def _words_of(type: LinkType) -> tuple[str | None, str | None]:
    return type.outward_word, type.inward_word


def _texts_of(type: LinkType) -> tuple[str | None, str | None]:
    return type.outward.casefold(), type.inward.casefold()


def _references_of(type: LinkType) -> tuple[str | None, str | None]:
    """The names that relations have for the directions."""
    return f"{type.id}-forward".casefold(), f"{type.id}-reverse".casefold()


def document(value: object) -> Link:
    """Make the link of a document.

    Raises:
        BadValue: it is no title and URL of a page.
    """
    if isinstance(value, Link):
        return value if value.title else replace(value, title=value.target)
    if not isinstance(value, Mapping) or not isinstance(value.get("url"), str):
        raise BadValue("a document is a title and a URL", hint="write {title: Data room, url: https://...}")
    url = value["url"]
    if not _is_page(url) or url.startswith(MARKER_URL):
        raise BadValue(f"{url!r} is not the URL of a page", hint="it starts with https://")
    return Link(DOCUMENT, url, True, str(value.get("title") or url).strip())


def _is_page(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        return False
