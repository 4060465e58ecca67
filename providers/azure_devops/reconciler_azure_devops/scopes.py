"""Which scopes a personal access token needs for which request, as the page that makes tokens calls them (FACTS B1)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["scope_for"]

_SCOPES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), scope)
    for pattern, scope in (
        (r"\w+ .*/_apis/git/", "Code (Read)"),
        (r"\w+ .*/_apis/projects", "Project and Team (Read)"),
        (r"GET .*/_apis/(wit|work)/", "Work Items (Read)"),
        (r"POST .*/_apis/wit/(wiql|workitemsbatch)$", "Work Items (Read)"),
        (r"\w+ .*/_apis/(wit|work)/", "Work Items (Read & write)"),
    )
)
"""By method and path, the first that fits."""


def scope_for(request: str) -> str:
    """The scope that a token needs for a request, `GET /Project/_apis/wit/fields`; empty where none is known."""
    return next((scope for pattern, scope in _SCOPES if pattern.match(request)), "")
