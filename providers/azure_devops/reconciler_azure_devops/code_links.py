"""Commits and pull requests as a spec says them, to the one form that Azure DevOps links them in (FACTS B6). Pure.

A commit is `<repository>@<sha>`, a pull request `<repository>!<number>`, and either may be the URL of its page. A
repository is `Portal`, or `Fund/Portal` with its project. It is one of the items' own project: of another's the site's
form needs ids that nothing here has read.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from reconciler.sdk import BadValue, Link, Ref, nearest
from reconciler_azure_devops.links import COMMIT, artifact

__all__ = ["code_link", "page_of", "shown"]

_COMMIT: Final = re.compile(r"(?P<repository>[^@]+)(?:@|/commit/)(?P<id>[0-9a-f]{4,64})", re.IGNORECASE)
_PULL: Final = re.compile(r"(?P<repository>[^!]+)(?:!|/pullrequest/)(?P<id>[1-9]\d*)", re.IGNORECASE)
_SHA: Final = 40
"""Digits of a commit's sha, which the site's form has all (FACTS B6)."""

_OVER_SSH: Final = ("https://ssh.dev.azure.com/v3/", "https://dev.azure.com/")
"""How a repository's URL for SSH begins, written as a page's, and the page's own."""
_LISTED: Final = 20
_ELSEWHERE: Final = "link the page of any other as a document"


def code_link(site_url: str, project: str, type: str, text: str, repositories: tuple[Ref, ...]) -> Link:
    """Make the link that a text means.

    Args:
        site_url: the organisation's or collection's.
        project: the items' own, by name.
        type: `links.COMMIT` or `links.PULL_REQUEST`.
        text: as the spec says it; the form that the site has is taken too.
        repositories: by the two ids that the site's form has, with their projects' names and theirs.

    Raises:
        BadValue: it is neither form, has not all digits of a commit, lies on another site, or names a repository that
            the project does not have.
    """
    known = artifact(text)
    if known is not None and known.type == type:
        return known
    what, form = ("commit", "<repository>@<40 digits>") if type == COMMIT else ("pull request", "<repository>!<number>")
    plain = text.replace(*_OVER_SSH, 1)
    if "://" in plain:
        plain = unquote(re.split(r"[?#]", plain, maxsplit=1)[0]).rstrip("/")
    match = (_COMMIT if type == COMMIT else _PULL).fullmatch(plain)
    said = match["repository"] if match else plain
    if "://" in said:
        if not said.casefold().startswith(f"{unquote(site_url).casefold()}/"):
            raise BadValue(
                f"{said} is not on this site, and items are linked to its own {what}s alone",
                hint=f"its URLs begin with {site_url}; {_ELSEWHERE}",
            )
        said = said[len(unquote(site_url)) :].strip("/")
    if match is None:
        raise BadValue(f"{text!r} is no {what}", hint=f"write {form}, or the URL of its page")
    if type == COMMIT and len(match["id"]) != _SHA:
        raise BadValue(
            f"{match['id']!r} has {len(match['id'])} digits, and the link to a commit takes all {_SHA} of its sha",
            hint=f"`git rev-parse {match['id']}` prints them",
        )
    repository = _repository(said, project, repositories)
    kind = "Commit" if type == COMMIT else "PullRequestId"
    link = artifact(f"vstfs:///Git/{kind}/{repository.id}%2F{match['id']}")
    assert link is not None
    return link


def shown(link: Link, repositories: tuple[Ref, ...]) -> str:
    """Say a link as a spec would; one into a repository that is not known stays as the site has it."""
    name, id = _parts(link, repositories)
    return f"{name}{'@' if link.type == COMMIT else '!'}{id}" if name else link.target


def page_of(site_url: str, link: Link, repositories: tuple[Ref, ...]) -> str:
    """The URL of a commit's or pull request's page; of one in a repository that is not known what the site has."""
    name, id = _parts(link, repositories)
    project, _, repository = map(quote, name.partition("/"))
    page = "commit" if link.type == COMMIT else "pullrequest"
    return f"{site_url}/{project}/_git/{repository}/{page}/{id}" if name else link.target


def _parts(link: Link, repositories: tuple[Ref, ...]) -> tuple[str, str]:
    """The repository's name, with its project's, and the id in it."""
    head, _, id = link.target.rpartition("%2F")
    return next((each.name for each in repositories if head.endswith(f"/{each.id}")), ""), id


def _repository(said: str, project: str, repositories: tuple[Ref, ...]) -> Ref:
    """Find a repository by `name`, `project/name`, or what a page's URL has: `project/_git/name`, `_git/name`.

    The last is the page of a repository that is called as its project is.
    """
    above, _, name = said.replace("_git/", "/").replace("//", "/").rpartition("/")
    asked = above or (name if said.casefold().startswith("_git/") else "")
    for each in repositories:
        its_project, _, its_name = each.name.casefold().partition("/")
        if its_name == name.casefold() and asked.casefold() in ("", its_project):
            return each
    names = [each.name for each in repositories]
    close = nearest(f"{asked}/{name}" if asked else name, [*names, *(each.partition("/")[2] for each in names)])
    listed = f"there are: {', '.join(names[:_LISTED])}" if names else "it has none that this account can read"
    hint = f"did you mean {close[0]!r}?" if close else listed
    if asked.casefold() not in ("", project.casefold()):
        raise BadValue(
            f"the repository {name!r} is said to be of the project {asked!r}, and items of {project!r} are linked to "
            "its own repositories alone",
            hint=f"{hint}; {_ELSEWHERE}",
            options=tuple(names),
        )
    raise BadValue(f"the project {project!r} has no repository {name!r}", hint=hint, options=tuple(names))
