"""Commits and pull requests as a spec says them, to the one form that Azure DevOps links them in (FACTS B6). Pure.

A commit is `<repository>@<sha>`, a pull request `<repository>!<number>`, and either may be the URL of its page. A
repository is `Portal`, or `Fund/Portal` with its project.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from reconciler.sdk import BadValue, Link, Ref, nearest
from reconciler_azure_devops.links import COMMIT, artifact

__all__ = ["code_link", "shown"]

_COMMIT: Final = re.compile(r"(?P<repository>[^@]+)(?:@|/commit/)(?P<id>[0-9a-f]{40})", re.IGNORECASE)
_PULL: Final = re.compile(r"(?P<repository>[^!]+)(?:!|/pullrequest/)(?P<id>[1-9]\d*)", re.IGNORECASE)

_OVER_SSH: Final = ("https://ssh.dev.azure.com/v3/", "https://dev.azure.com/")
"""How a repository's URL for SSH begins, written as a page's, and the page's own."""
_LISTED: Final = 20


def code_link(site_url: str, type: str, text: str, repositories: tuple[Ref, ...]) -> Link:
    """Make the link that a text means.

    Args:
        site_url: the organisation's or collection's.
        type: `links.COMMIT` or `links.PULL_REQUEST`.
        text: as the spec says it; the form that the site has is taken too.
        repositories: by the two ids that the site's form has, with their projects' names and theirs.

    Raises:
        BadValue: it is neither form, lies on another site, or names a repository that is not there.
    """
    known = artifact(text)
    if known is not None and known.type == type:
        return known
    what, form = ("commit", "<repository>@<40 digits>") if type == COMMIT else ("pull request", "<repository>!<number>")
    text = text.replace(*_OVER_SSH, 1)
    below = text
    if "://" in text:
        if not text.casefold().startswith(f"{site_url.casefold()}/"):
            raise BadValue(f"{text!r} is no {what} of this site", hint=f"its URLs begin with {site_url}")
        below = unquote(urlsplit(text[len(site_url) :]).path.strip("/"))
    match = (_COMMIT if type == COMMIT else _PULL).fullmatch(below)
    if match is None:
        raise BadValue(f"{text!r} is no {what}", hint=f"write {form}, or the URL of its page")
    repository = _repository(match["repository"], repositories)
    kind = "Commit" if type == COMMIT else "PullRequestId"
    link = artifact(f"vstfs:///Git/{kind}/{repository.id}%2F{match['id']}")
    assert link is not None
    return link


def shown(link: Link, repositories: tuple[Ref, ...]) -> str:
    """Say a link as a spec would; one into a repository that is not known stays as the site has it."""
    head, _, id = link.target.rpartition("%2F")
    name = next((each.name for each in repositories if head.endswith(f"/{each.id}")), "")
    return f"{name}{'@' if link.type == COMMIT else '!'}{id}" if name else link.target


def _repository(said: str, repositories: tuple[Ref, ...]) -> Ref:
    """Find a repository by `name`, `project/name`, or what a page's URL has: `project/_git/name`, `_git/name`.

    The last is the page of a repository that is called as its project is.
    """
    above, _, name = said.replace("_git/", "/").replace("//", "/").rpartition("/")
    project = above or (name if said.casefold().startswith("_git/") else "")
    for each in repositories:
        its_project, _, its_name = each.name.casefold().partition("/")
        if its_name == name.casefold() and project.casefold() in ("", its_project):
            return each
    names = [each.name for each in repositories]
    close = nearest(said, [*names, *(each.partition("/")[2] for each in names)])
    listed = f"there are: {', '.join(names[:_LISTED])}" if names else "the project has none that this account can read"
    raise BadValue(
        f"no repository of the project is called {said!r}",
        hint=f"did you mean {close[0]!r}?" if close else listed,
        options=tuple(names),
    )
