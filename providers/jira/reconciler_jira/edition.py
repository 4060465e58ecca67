"""Find out which Jira a site is: Cloud or Data Center."""

from __future__ import annotations

from typing import Any, Final

from reconciler.sdk import NotFoundError, ProviderError, Session
from reconciler.sdk.shapes import object_in
from reconciler_jira.calls import Json
from reconciler_jira.client import Client
from reconciler_jira.cloud import Cloud
from reconciler_jira.data_center import DataCenter
from reconciler_jira.scopes import cloud_id_in

__all__ = ["connect"]

_CLOUDS_FIRST: Final = 1000
"""The major version of Cloud; Data Center's are far below."""


def connect(session: Session) -> Client:
    """Connect to a site, with at most two requests before all others, which need no credential.

    Cloud tells its id, which it would be asked for anyway. The gateway is Cloud's, and tells where people see the site:
    links for them can't come from its own URL (FACTS A1). Any other site says in `/serverInfo` what it is: one that is
    neither a Server nor of a Server's version is taken for Cloud.

    Raises:
        ProviderError: the site can't be reached.
    """
    gateway = cloud_id_in(session.url)
    if gateway is not None:
        base = str(_server_info(session, Cloud.api).get("baseUrl"))
        return Cloud(session, gateway, base if base.startswith("https://") else "")
    cloud_id, lost = _cloud_id(session)
    if cloud_id is not None:
        return Cloud(session, cloud_id)
    info = _server_info(session, DataCenter.api)
    if _is_data_center(info):
        return DataCenter(session, info)
    if lost is not None:  # a site that is known by an id is not to be known by its name for a while
        raise lost
    return Cloud(session, None)


def _server_info(session: Session, api: str) -> Json:
    """What the site says of itself; nothing where it has no such page."""
    try:
        return object_in(session.send("GET", f"{api}/serverInfo", purpose="read").json())
    except NotFoundError:
        return {}


def _cloud_id(session: Session) -> tuple[str | None, ProviderError | None]:
    """The site's cloud id, where it tells one; and what kept it from telling (FACTS A1)."""
    try:
        data: Any = session.send("GET", "/_edge/tenant_info", purpose="read").json()
    except ProviderError as problem:
        if problem.status is None:
            raise
        return None, problem if problem.status >= 500 else None
    return (str(data["cloudId"]) if isinstance(data, dict) and data.get("cloudId") else None), None


def _is_data_center(info: Json) -> bool:
    kind = info.get("deploymentType")
    if isinstance(kind, str) and kind:
        return kind.casefold() != "cloud"
    numbers = info.get("versionNumbers")
    return isinstance(numbers, list) and bool(numbers) and isinstance(numbers[0], int) and numbers[0] < _CLOUDS_FIRST
