"""Documents, commits and pull requests: pages on the web, which Jira keeps as remote links (FACTS A7).

Jira knows no repositories. A commit or a pull request is the page that shows it, and its remote link says by the prefix
of its global id which of the three it is. What other tools and people link is a document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from reconciler.sdk import BadValue, Link, NotFoundError, Value
from reconciler.sdk.readers import checked_url
from reconciler.sdk.shapes import in_order
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import COMMIT, COMMITS, DOCUMENT, DOCUMENTS, PAGES, PULL_REQUEST, PULL_REQUESTS

__all__ = ["page_of", "pages_from", "put_pages", "remove_pages", "urls_of"]

_PREFIXES: Final[Mapping[str, str]] = {
    COMMIT: "reconciler:commit:",
    PULL_REQUEST: "reconciler:pull_request:",
    DOCUMENT: "reconciler:",
}
"""How global ids begin; every other's link is a document."""
_RELATIONSHIPS: Final[Mapping[str, str]] = {COMMIT: "commit", PULL_REQUEST: "pull request", DOCUMENT: ""}
"""The headings under which Jira shows remote links."""
_WHAT: Final[Mapping[str, str]] = {
    DOCUMENTS: "a document is a title and a URL",
    COMMITS: "a commit is the page that shows it",
    PULL_REQUESTS: "a pull request is the page that shows it",
}
_EXAMPLES: Final[Mapping[str, str]] = {
    DOCUMENTS: "{title: Data room, url: https://...}",
    COMMITS: 'the URL of its page, or that of its repository with its sha, in a spec {repo: "https://...", sha: ...}',
    PULL_REQUESTS: "the URL of its page",
}
_COMMIT: Final = re.compile(r"(?P<repository>https?://\S+)@(?P<sha>[0-9a-f]{7,64})")
_NAMED: Final = re.compile(r"(?P<repository>[^:@\s]+)@[0-9a-f]{7,64}")
_SHA: Final = re.compile(r".*/(?P<sha>[0-9a-f]{7,64})/?")
_NUMBER: Final = re.compile(r".*/(?P<number>\d+)(/.*)?")
_PULL_REQUEST: Final = re.compile(
    r".*/(pull|pulls|pullrequest|pull-requests|merge_requests|\+)/\d+(/.*)?", re.IGNORECASE
)
"""Paths at GitHub, Gitea and Forgejo, Azure Repos, Bitbucket, GitLab and Gerrit."""
_SHOWN: Final = 10


def page_of(field: str, value: object) -> Link:
    """Make the normal form of an element of one of the three fields.

    Raises:
        BadValue: it is no page.
    """
    if isinstance(value, Link):
        return value
    said = value if isinstance(value, Mapping) else {} if field == DOCUMENTS else {"url": value}
    title, url = str(said.get("title") or "").strip(), said.get("url")
    if not isinstance(url, str):
        raise BadValue(_WHAT[field], hint=f"write {_EXAMPLES[field]}")
    commit = _COMMIT.fullmatch(url) if field == COMMITS else None
    named = _NAMED.fullmatch(url) if field == COMMITS else None
    if named is not None:
        raise BadValue(
            f"the repository {named['repository']!r} is no URL, and Jira knows none by name",
            hint=f"write {_EXAMPLES[field]}",
        )
    url = checked_url(_commit_url(commit["repository"], commit["sha"]) if commit else url, _EXAMPLES[field])
    if field == PULL_REQUESTS and not _PULL_REQUEST.fullmatch(urlsplit(url).path):
        raise BadValue(
            f"{url!r} is not the page of a pull request",
            hint="its path says so, and ends with a number, as in https://github.com/fund/models/pull/12; link any "
            "other page as a document",
        )
    return Link(PAGES[field], url, True, title or _title(field, url))


def pages_from(data: Iterable[Json]) -> dict[str, tuple[Value, ...]]:
    """Read an issue's remote links, by field."""
    found: dict[str, list[Link]] = {field: [] for field in PAGES}
    for each in data:
        target = each.get("object") or {}
        if url := target.get("url"):
            type = _type_of(each)
            field = next(field for field in PAGES if PAGES[field] == type)
            found[field].append(Link(type, str(url), True, str(target.get("title", ""))))
    return {field: in_order(links) for field, links in found.items()}


def put_pages(client: Client, issue: str, pages: Iterable[Value], operation: str) -> None:
    """Make remote links, or give those that are there their new titles: done twice, it does no harm."""
    for page in _links(pages):
        relationship = _RELATIONSHIPS[page.type]
        identity = _global_id(page.type, page.target)
        client.put_remote_link(issue, identity, page.target, page.title, relationship, operation)


def remove_pages(client: Client, issue: str, pages: Iterable[Value], operation: str) -> None:
    """Remove remote links by the ids that they have now: where one URL stands there twice, ours alone."""
    wanted = {(page.type, page.target) for page in _links(pages)}
    if not wanted:
        return
    entries = client.remote_links(issue)
    for type, url in sorted(wanted):
        there = [each for each in entries if (each.get("object") or {}).get("url") == url and _type_of(each) == type]
        ours = [each for each in there if each.get("globalId") == _global_id(type, url)]
        for entry in ours or there:
            with suppress(NotFoundError):
                client.remove_remote_link(issue, str(entry["id"]), operation)


def urls_of(pages: Iterable[Value]) -> frozenset[str]:
    """The URLs of pages."""
    return frozenset(page.target for page in _links(pages))


def _global_id(type: str, url: str) -> str:
    """The id under which we keep a page on an issue."""
    return f"{_PREFIXES[type]}{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def _type_of(entry: Json) -> str:
    identity = str(entry.get("globalId") or "")
    return next((type for type, prefix in _PREFIXES.items() if identity.startswith(prefix)), DOCUMENT)


def _commit_url(repository: str, sha: str) -> str:
    """The page of a commit, as the repository's host calls it."""
    host = urlsplit(repository).hostname or ""
    if host == "bitbucket.org":
        return f"{repository}/commits/{sha}"
    return f"{repository}/-/commit/{sha}" if "gitlab" in host else f"{repository}/commit/{sha}"


def _title(field: str, url: str) -> str:
    """What a page is called where the spec gives it no title."""
    path = urlsplit(url).path
    if field == COMMITS and (match := _SHA.fullmatch(path)):
        return f"Commit {match['sha'][:_SHOWN]}"
    if field == PULL_REQUESTS and (match := _NUMBER.fullmatch(path)):
        return f"Pull request {match['number']}"
    return url


def _links(values: Iterable[Value]) -> tuple[Link, ...]:
    return tuple(each for each in values if isinstance(each, Link))
