"""Which scopes a token needs for which request, and where a scoped token works at all (FACTS A1)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

__all__ = ["SPRINT_SCOPES", "advice", "cloud_id_in", "is_cloud", "scopes_for"]

_GATEWAY: Final = re.compile(r"/ex/jira/([^/]+)$")

SPRINT_SCOPES: Final = ("read:board-scope:jira-software", "read:project:jira", "read:sprint:jira-software")
"""What it takes to find a sprint by its name: boards, and their sprints."""

_BOARDS, _SPRINTS = SPRINT_SCOPES[:2], SPRINT_SCOPES[2:]
_SCOPES: Final = tuple(
    (re.compile(pattern), scopes)
    for pattern, scopes in (
        (r"GET .*/serverInfo$", ()),
        (r"\w+ /rest/webhooks/", ()),
        (r"GET .*/(myself$|users?/|users?$|groups?/|groups?$)", ("read:jira-user",)),
        (r"POST .*/workflows$", ("manage:jira-configuration",)),
        (r"POST .*/(component|version)$", ("manage:jira-project",)),
        (r"POST .*/(issue/bulkfetch|search(/jql)?|comment/list|changelog/bulkfetch|jql/\w+)$", ("read:jira-work",)),
        (r"GET /rest/agile/1.0/board/[^/]+/configuration$", ("read:board-scope.admin:jira-software",)),
        (r"GET /rest/agile/1.0/board/[^/]+/sprint$", _SPRINTS),
        (r"GET /rest/agile/1.0/board", _BOARDS),
        (r"GET /rest/agile/1.0/sprint", _SPRINTS),
        (r"\w+ /rest/agile/1.0/", ("write:sprint:jira-software",)),
        (r"GET ", ("read:jira-work",)),
        (r"", ("write:jira-work",)),
    )
)
"""By method and path, the first that fits. The classic scopes; boards and sprints have granular ones alone, and of
administrators' webhooks no page names one."""


def scopes_for(request: str) -> tuple[str, ...]:
    """The scopes that a token needs for a request: `GET /rest/api/3/myself`."""
    return next(scopes for pattern, scopes in _SCOPES if pattern.match(request))


def cloud_id_in(url: str) -> str | None:
    """The cloud id in a gateway's URL, `https://api.atlassian.com/ex/jira/<cloud id>`; `None` in a site's own."""
    found = _GATEWAY.search(urlsplit(url).path.rstrip("/"))
    return found[1] if found else None


def is_cloud(url: str) -> bool:
    """Whether a URL is that of a Cloud site itself."""
    return (urlsplit(url).hostname or "").endswith((".atlassian.net", ".jira.com"))


def advice(url: str, request: str, status: int) -> str:
    """What to do where a request is refused: for want of a scope, of the gateway, or of a Jira at the URL.

    A site's own host answers a scoped token as it answers a stranger, with 401 or 404 (FACTS A1).
    """
    if cloud_id_in(url) is not None:
        needed = " and ".join(scopes_for(request)) if status in (401, 403) else ""
        return f"the token needs {needed}; its scopes can't be changed, so make another that has it" if needed else ""
    if status in (401, 404) and request.endswith("/myself") and is_cloud(url):
        where = f"{url}/_edge/tenant_info tells the cloud id"
        return f"a token with scopes works at https://api.atlassian.com/ex/jira/<cloud id> alone ({where})"
    if status == 404 and request.endswith("/myself"):
        return f"is {url} the site's address? It is what stands before /browse/ in the address of an issue"
    return ""
