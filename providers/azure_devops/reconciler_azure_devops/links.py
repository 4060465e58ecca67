"""Links as relations have them, to normal forms: by what they go to, in one spelling (FACTS B6, F)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from reconciler.sdk import Link, Ref

__all__ = [
    "COMMIT",
    "COMMITS",
    "DOCUMENT",
    "DOCUMENTS",
    "LINKS",
    "MARKER_URL",
    "PARENT",
    "PARENT_RELATION",
    "PULL_REQUEST",
    "PULL_REQUESTS",
    "RELATIONS",
    "artifact",
    "children_in",
    "link_from",
    "parent_in",
    "pseudo_field",
]

PARENT: Final = "System.Parent"
"""Read as a field; written as the relation `PARENT_RELATION` (FACTS B6)."""
PARENT_RELATION: Final = "System.LinkTypes.Hierarchy-Reverse"
_CHILD_RELATION: Final = "System.LinkTypes.Hierarchy-Forward"

LINKS: Final = "links"
DOCUMENTS: Final = "documents"
COMMITS: Final = "commits"
PULL_REQUESTS: Final = "pull_requests"
"""No fields of Azure DevOps', whose reference names have a dot in them: relations, by what they go to."""
RELATIONS: Final = frozenset({LINKS, DOCUMENTS, COMMITS, PULL_REQUESTS, PARENT})
"""What is written as relations."""

DOCUMENT: Final = "Hyperlink"
COMMIT: Final = "Fixed in Commit"
PULL_REQUEST: Final = "Pull Request"
"""The ids of the link types that go elsewhere than to items: as Azure DevOps names them."""

MARKER_URL: Final = "https://reconciler.invalid/"
"""How the URLs of the hyperlinks begin that prove whose an item is."""

_ARTIFACTS: Final[Mapping[str, str]] = {
    "vstfs:///git/commit/": COMMIT,
    "vstfs:///git/pullrequestid/": PULL_REQUEST,
}
_PREFIXES: Final[Mapping[str, str]] = {COMMIT: "vstfs:///Git/Commit/", PULL_REQUEST: "vstfs:///Git/PullRequestId/"}
_ITEM: Final = re.compile(r".*/_apis/wit/workitems/(?P<id>\d+)", re.IGNORECASE)
_ENDS: Final = re.compile(r"(?P<type>.+)-(?P<end>forward|reverse)", re.IGNORECASE)
_HIERARCHY: Final = "system.linktypes.hierarchy"
_ELSEWHERE: Final = "system.linktypes.remote."
"""Links to the items of another organisation."""


def link_from(relation: Mapping[str, Any]) -> Link | None:
    """Read a relation; `None` for a parent, a child, an attachment, a marker, or what goes elsewhere.

    A link type's id is its reference name without its end: `System.LinkTypes.Dependency`. A relation of the end
    `-Forward` is outward, and so is one without ends. Case does not count (FACTS B6).
    """
    name, url = str(relation.get("rel", "")), str(relation.get("url", ""))
    attributes = relation.get("attributes") or {}
    if name == DOCUMENT:
        title = str(attributes.get("comment") or url)
        return None if url.startswith(MARKER_URL) or not url else Link(DOCUMENT, url, True, title)
    if name == "ArtifactLink":
        return artifact(url)
    target = _ITEM.fullmatch(url)
    ends = _ENDS.fullmatch(name)
    type = ends["type"] if ends else name
    if target is None or type.casefold() == _HIERARCHY or type.casefold().startswith(_ELSEWHERE):
        return None
    return Link(type, target["id"], ends is None or ends["end"].casefold() == "forward")


def artifact(url: str) -> Link | None:
    """Read the URL of a commit or pull request, in one form whatever its case and separators; `None` for any other."""
    for prefix, type in _ARTIFACTS.items():
        if url.casefold().startswith(prefix):
            parts = unquote(url[len(prefix) :]).casefold().split("/")
            return Link(type, _PREFIXES[type] + "%2F".join(parts)) if len(parts) == 3 else None
    return None


def children_in(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the children that a work item names."""
    return tuple(_ends_of(item, _CHILD_RELATION))


def pseudo_field(link: Link) -> str:
    """The field that a link is an element of."""
    return {DOCUMENT: DOCUMENTS, COMMIT: COMMITS, PULL_REQUEST: PULL_REQUESTS}.get(link.type, LINKS)


def parent_in(item: Mapping[str, Any]) -> Ref | None:
    """The parent that a work item names."""
    return next((Ref(id, id) for id in _ends_of(item, PARENT_RELATION)), None)


def _ends_of(item: Mapping[str, Any], name: str) -> Iterator[str]:
    """The ids of the items that relations of a name go to."""
    for relation in item.get("relations") or ():
        target = _ITEM.fullmatch(str(relation.get("url", "")))
        if target and str(relation.get("rel", "")).casefold() == name.casefold():
            yield target["id"]
